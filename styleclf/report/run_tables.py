"""The tables and facts in a run's folder, read for a report, which shows what is there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from styleclf.common import check_path, read_json, read_table
from styleclf.evaluation import COLUMNS, VAL, read_run

_SETTINGS = "settings.json"
JUDGED_FILES = ("metrics.csv", "predictions.csv")  # what a run that was judged has in its folder
_MAIN_PARTS = ("cv", "test", VAL)  # what a report is about: the first of these that was judged
_FURTHER_TABLES = {
    "calibration": "Probabilities as trained, and calibrated by the other folds",
    "sets": "How often sets of styles contain the true one",
    "novelty": "Telling styles it was never trained on",
    "precision_recall": "One style against the rest",
    "league": "Bodies beside one another",
}
_CALIBRATION_NOTE = (
    "As trained, and with a temperature that each fold learned from the others. Of all three, less is better; a "
    "difference whose interval spans 0 may be chance."
)
_NOVELTY_NOTE = (
    "For every style, a model was asked that had never been taught it. AUROC: how surely it tells such pictures from "
    "those of styles it knows (0.5: not at all, 1: always). Called none of these: how many it refuses to name. False "
    "alarms: how many of the styles that it knows it refuses as well."
)
FURTHER_NOTES = {  # how to read them, by heading
    _FURTHER_TABLES["calibration"]: _CALIBRATION_NOTE,
    _FURTHER_TABLES["novelty"]: _NOVELTY_NOTE,
}
_OTHER_TARGETS = {  # of runs that have no accuracy, by their tables
    "labels.csv": ("several labels per image", "figures/labels.png"),
    "date_metrics.csv": ("years", "figures/dates.png"),
}
_NAMES = ("style", "label", "model", "run", "source")  # columns of further tables
_COLUMNS = {"calibration": ["metric", "run", "value", "difference", "lo", "hi"]}  # of a table, where not all are shown


@dataclass(frozen=True)
class RunFacts:
    """A run's folder, and what it has written down of itself."""

    folder: Path
    facts: dict[str, Any]  # of settings.json; empty where there is none

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that the run was made with."""
        settings = self.facts.get("settings")
        return settings if isinstance(settings, dict) else {}


@dataclass(frozen=True)
class RunTables(RunFacts):
    """What a run has left: tables of a finished training, cross-validation or validation."""

    metrics: pd.DataFrame  # `part, metric, value, lo, hi, chance, n_images, n_authors`
    predictions: pd.DataFrame  # `filename, label, author, fold, pred, proba_<style>…`
    histories: dict[str, pd.DataFrame] = field(default_factory=dict)  # of every training, by its name
    further: dict[str, pd.DataFrame] = field(default_factory=dict)  # by their headings

    @property
    def part(self) -> str:
        """The part of the metrics that the predictions are of. Raises ValueError if they have none of these."""
        try:
            return main_part(self.metrics, self.predictions)
        except ValueError as error:
            file = self.folder / "metrics.csv"
            raise ValueError(f"{file} is damaged or cut off, {error}: run its recipe again") from error

    @property
    def judged(self) -> pd.DataFrame:
        """The predictions of that part."""
        is_judged = self.predictions["fold"] == VAL
        if self.part != VAL:
            is_judged = ~is_judged
        return self.predictions[is_judged].reset_index(drop=True)

    def estimate(self, metric: str) -> pd.Series:
        """The row of a metric in that part. Raises ValueError if it is missing."""
        of_part = self.metrics[self.metrics["part"] == self.part]
        rows = of_part[of_part["metric"] == metric]
        if rows.empty:
            raise ValueError(f"{self.folder}/metrics.csv has no {metric} of {self.part}: run its recipe again")
        return rows.iloc[0]


def main_part(metrics: pd.DataFrame, predictions: pd.DataFrame) -> str:
    """The part that predictions are of: all folds together, the test fold, or the validation set.

    Raises ValueError where the metrics have none of these.
    """
    parts = set(metrics["part"])
    if (predictions["fold"] == VAL).all() and VAL in parts:
        return VAL
    for part in _MAIN_PARTS:
        if part in parts:
            return part
    raise ValueError(f"the metrics have the parts {', '.join(sorted(parts))}, but none of {', '.join(_MAIN_PARTS)}")


def read_run_tables(folder: str | Path) -> RunTables:
    """The tables in the folder of a finished run.

    Raises ValueError, which says what to run first, for a folder that holds no judged run or damaged files.
    """
    check_path(folder, "the folder of a run")
    folder = Path(folder)
    _check_is_run(folder)
    metrics = _read_metrics(folder / "metrics.csv")
    return RunTables(
        folder,
        run_facts(folder),
        metrics,
        read_run(folder),
        histories=_histories(folder),
        further=_further_tables(folder),
    )


def _read_metrics(file: Path) -> pd.DataFrame:
    """The numbers of a run; an interval may be missing. Raises ValueError for a value that is not a number."""
    metrics = read_table(file, COLUMNS, dtype={"part": str})
    texts = metrics["value"].astype(str)
    for column in COLUMNS[2:]:
        metrics[column] = pd.to_numeric(metrics[column], errors="coerce")
    is_wrong = metrics["value"].isna() & (texts != "")
    if is_wrong.any():
        wrong = metrics[is_wrong].iloc[0]
        text = texts[is_wrong].iloc[0]
        metric = f"{wrong['metric']} of {wrong['part']}"
        raise ValueError(f"{file} has {text!r} as {metric}, which is not a number: run its recipe again")
    return metrics


def _check_is_run(folder: Path) -> None:
    """Raise ValueError unless the folder has metrics and predictions."""
    if folder.is_file():
        raise ValueError(f"{folder} is a file: name the folder of the run, such as {folder.parent}")
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}: name the folder of a finished run")
    missing = []
    for name in JUDGED_FILES:
        if not (folder / name).is_file():
            missing.append(name)
    if not missing:
        return
    holds_folds = any(folder.glob("fold-*"))
    if (folder / "design.csv").is_file() and not holds_folds:
        advice = f"recipes/cross_validate.py --design {folder}/design.csv makes one"
        raise ValueError(f"{folder} is the folder of a design and not of a run: {advice}")
    for table, (target, figure) in _OTHER_TARGETS.items():
        if (folder / table).is_file():
            raise ValueError(f"{folder} is about {target}, and reports are of one style per image: open {figure} in it")
    advice = "run its recipe to the end, or name the folder of a training, cross-validation or validation"
    raise ValueError(f"{folder} has no tables to report yet, it lacks {missing[0]}: {advice}")


def read_run_facts(folder: str | Path) -> RunFacts:
    """A folder and what its settings.json says. Raises ValueError if that is damaged."""
    folder = Path(folder)
    return RunFacts(folder, run_facts(folder))


def run_facts(folder: Path) -> dict[str, Any]:
    """What settings.json says, of a fold that of its cross-validation; empty where there is none."""
    if (folder / "fold.json").is_file():
        folder = folder.parent
    file = folder / _SETTINGS
    return read_json(file) if file.is_file() else {}


def _histories(folder: Path) -> dict[str, pd.DataFrame]:
    """The courses of all trainings in the folder: its own, or those of its folds."""
    files = [folder / "history.csv", *sorted(folder.glob("fold-*/history.csv"))]
    histories = {}
    for file in files:
        if file.is_file():
            name = "training" if file.parent == folder else file.parent.name.replace("-", " ")
            table = read_table(file, ["epoch"], numbers=["epoch"])
            histories[name] = table.apply(pd.to_numeric, errors="coerce")
    return histories


def _further_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Further tables, with numbers as numbers and without empty columns, by what they show.

    One of single pictures, such as the `novelty.csv` of a training, is not for a page.
    """
    tables = {}
    for name, heading in _FURTHER_TABLES.items():
        file = folder / f"{name}.csv"
        if not file.is_file():
            continue
        table = further_table(file).dropna(axis="columns", how="all")
        if "filename" in table.columns:
            continue
        columns = table.columns.intersection(_COLUMNS.get(name, table.columns), sort=False)
        tables[heading] = table[columns]
    return tables


def further_table(file: Path, columns: Collection[str] = ()) -> pd.DataFrame:
    """A table with numbers as numbers, in what is not empty of a column. Raises ValueError as `read_table` does."""
    names = dict.fromkeys(_NAMES, str)
    return read_table(file, columns, names).replace("", np.nan).apply(_as_numbers)


def _as_numbers(column: pd.Series) -> pd.Series:
    """The column as numbers where all that is not empty are some; else as it is, empty cells being empty texts.

    Names stay texts, of a style "0019" too.
    """
    if column.name in _NAMES and column.notna().any():
        return column.fillna("")
    numbers = pd.to_numeric(column, errors="coerce")
    is_numeric = numbers.notna().sum() == column.notna().sum()
    return numbers if is_numeric else column.fillna("")
