"""A page about tables that are not predictions: what an audit, forests or a comparison of embeddings have found."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from styleclf.report.beside import Figure
from styleclf.report.facts import Step, settings_facts, version_note, versions_of
from styleclf.report.run_tables import RunFacts
from styleclf.report.thumbnails import figure_uri

METRIC_NAMES = {
    "top_1_accuracy": "top-1",
    "top_2_accuracy": "top-2",
    "top_3_accuracy": "top-3",
    "log_loss": "log loss",
    "brier": "Brier score",
    "ece": "calibration error",
}
_CHANCE = "chance"
_MISSING = "–"


class Value(NamedTuple):
    """A number of a table, with its interval if it has one (else NaN)."""

    value: float
    lo: float = np.nan
    hi: float = np.nan
    is_difference: bool = False  # and then written with its sign


Cell = str | Value


class ShownTable(NamedTuple):
    """A table as the page shows it."""

    anchor: str
    headings: list[str]
    rows: list[list[Cell]]  # the first cell of every row is its name


class Section(NamedTuple):
    """A part of the page."""

    heading: str
    note: str  # how to read it
    table: ShownTable
    figures: list[Figure]


class Findings(NamedTuple):
    """What the page says first, and its parts."""

    title: str
    question: str
    answer: str  # in one sentence, without words of the trade
    sentences: list[str]
    sections: list[Section]
    steps: list[Step]


def findings_context(run: RunFacts, findings: Findings) -> dict[str, Any]:
    """All that the template of findings shows."""
    return {
        **findings._asdict(),
        "run": run,
        "settings": settings_facts(run),
        "versions": versions_of(run),
        "version_note": version_note(run),
    }


def plain_table(table: pd.DataFrame, headings: Mapping[str, str], anchor: str) -> ShownTable:
    """The columns of a table that are named in `headings`, as they are; a column that is missing is left out."""
    columns = [column for column in headings if column in table]
    rows = []
    for record in table[columns].to_dict("records"):
        rows.append([shown_cell(value) for value in record.values()])
    return ShownTable(anchor, [headings[column] for column in columns], rows)


def shown_cell(value: object) -> Cell:
    """A cell of a table: a number as a number, no number as a dash, and what is true or false in words."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _MISSING if np.isnan(value) else Value(value)
    return str(value)


def value_of(row: Mapping[str, Any]) -> Cell:
    """The value of a row that has `value, lo, hi`; a dash where there is none."""
    if np.isnan(row["value"]):
        return _MISSING
    return Value(row["value"], row["lo"], row["hi"])


def difference_of(row: Mapping[str, Any], columns: tuple[str, str, str]) -> Cell:
    """A difference with the ends of its interval, whose columns are named; a dash where there is none."""
    difference, lo, hi = (float(row[column]) for column in columns)
    if np.isnan(difference):
        return _MISSING
    return Value(difference, lo, hi, is_difference=True)


def wide_table(table: pd.DataFrame, names: Mapping[str, str], anchor: str) -> ShownTable:
    """One row for every model and one column for every metric in `names`, from a table with one row for each.

    `table` has `model, metric, value, lo, hi` and may have `chance`, which is the last row where some is known.
    """
    in_table = set(table["metric"])
    metrics = [metric for metric in names if metric in in_table]
    rows: list[list[Cell]] = []
    for model, of_model in table.groupby("model", sort=False):
        by_metric = of_model.set_index("metric")
        cells: list[Cell] = [str(model)]
        for metric in metrics:
            has_metric = metric in by_metric.index
            cells.append(value_of(by_metric.loc[metric]) if has_metric else _MISSING)
        rows.append(cells)
    if _CHANCE in table and table[_CHANCE].notna().any():
        rows.append(_chance_row(table, metrics))
    return ShownTable(anchor, ["model", *(names[metric] for metric in metrics)], rows)


def _chance_row(table: pd.DataFrame, metrics: Sequence[str]) -> list[Cell]:
    """What knowing nothing would score in every metric."""
    chances = table.drop_duplicates("metric").set_index("metric")[_CHANCE]
    cells: list[Cell] = [_CHANCE]
    for metric in metrics:
        cells.append(shown_cell(float(chances[metric])))
    return cells


def figures_of(run: RunFacts, headings: Mapping[str, str]) -> list[Figure]:
    """Those of the run's figures that are there, by their names and what they show."""
    figures = []
    for name, heading in headings.items():
        file = Path(run.folder) / f"figures/{name}.png"
        if file.is_file():
            figures.append(Figure(heading, figure_uri(file)))
    return figures
