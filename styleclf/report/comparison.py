"""Several runs side by side: what each answers, and paired differences on the same pictures."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import VAL, Estimate, compare, plain_answer, recall_table, verdicts
from styleclf.report.facts import question_of, settings_facts
from styleclf.report.run_tables import RunFacts, RunTables, further_table, read_run_tables, run_facts

_METRICS = {
    "top_1_accuracy": "top-1 accuracy",
    "top_2_accuracy": "top-2 accuracy",
    "top_3_accuracy": "top-3 accuracy",
    "f1": "F1",
    "log_loss": "log loss",
    "ece": "calibration error",
}
_COLUMNS = ("part", "metric", "run", "value", "difference", "lo", "hi", "retrained_lo", "retrained_hi")
_CV = "cv: "  # begins what is said of cross-validations
_NOWHERE = "not-written-down"
_MINUS = re.compile(r"(?<=[ (])-(?=[0-9])")
_MAIN_METRICS = ("top_1_accuracy", "top_2_accuracy")


class Difference(NamedTuple):
    """A run's score, and how far it is from that of the first run."""

    metric: str  # in words
    run: str
    value: float
    difference: float  # NaN of the first run
    as_trained: Estimate  # the difference with its interval for the trainings that were compared
    trained_anew: Estimate  # the same with the interval that holds for trainings on other painters, too


def saved_comparison(folder: Path) -> dict[str, Any]:
    """All that the template shows of a comparison that was written down, and of the runs in its settings.

    Raises ValueError where its settings name no runs, or these are not where they were.
    """
    run = RunFacts(folder, run_facts(folder))
    names = run.settings.get("runs")
    if not isinstance(names, list) or len(names) < 2:
        raise ValueError(f"{folder}/settings.json names no runs that were compared: run recipes/compare.py again")
    table = further_table(folder / "comparison.csv", _COLUMNS)
    places = _places_of(run, len(names))
    runs = []
    for name, place in zip(names, places, strict=True):
        runs.append(_compared_run(name, folder / place))
    return comparison_context(runs, table)


def _places_of(run: RunFacts, n: int) -> list[str]:
    """The paths from the comparison's folder to the runs; names of nothing where none were written down."""
    places = run.facts.get("places")
    paths = places.get("runs") if isinstance(places, dict) else None
    if isinstance(paths, list) and len(paths) == n:
        return [str(path) for path in paths]
    return [_NOWHERE] * n


def _compared_run(name: str, place: Path) -> RunTables:
    """The tables of a run under the name that was typed, read at its place where that name leads nowhere."""
    if Path(name).is_dir() or not place.is_dir():
        return read_run_tables(name)
    run = read_run_tables(os.path.normpath(place))
    return replace(run, folder=Path(name))


def comparison_context(runs: Sequence[RunTables], comparison: pd.DataFrame | None = None) -> dict[str, Any]:
    """All that the template of a comparison shows.

    `comparison` is made of the runs where it is not at hand. Raises ValueError where they did not judge the same
    pictures.
    """
    by_name = {str(run.folder): run for run in runs}
    if len(by_name) < len(runs):
        raise ValueError("a run is named twice: name the folders of different runs")
    tables = {}
    answers = {}
    for name, run in by_name.items():
        # the validation set is compared like any other fold, where the runs are about it
        tables[name] = run.judged.replace({"fold": VAL}, "validation set")
        answers[name] = plain_answer(run.metrics, run.part)
    if comparison is None:
        comparison = compare(tables)
    names = short_names(by_name)
    comparison = comparison.assign(run=comparison["run"].replace(names))
    answers = {names[name]: answer for name, answer in answers.items()}
    return {
        "title": f"{count_of(len(runs), 'run')} side by side",
        "question": question_of(runs[0]),
        "answers": answers,
        "verdicts": _all_verdicts(comparison),
        "differences": _differences(comparison),
        "folders": list(by_name),
        "names": list(names.values()),
        "recalls": _recalls(by_name),
        "settings": _different_settings(by_name),
    }


def short_names(names: Iterable[str]) -> dict[str, str]:
    """The folders of runs without what all of them have in common at the beginning, by their whole names.

    >>> short_names(["runs/mine/probe", "runs/mine/cv"])
    {'runs/mine/probe': 'probe', 'runs/mine/cv': 'cv'}
    """
    parts_of = {name: Path(name).parts for name in names}
    n_common = 0
    for parts in zip(*parts_of.values(), strict=False):
        if len(set(parts)) > 1:
            break
        n_common += 1
    own_parts = {name: parts[n_common:] for name, parts in parts_of.items()}
    if not all(own_parts.values()):  # one folder lies in another
        return {name: name for name in parts_of}
    return {name: Path(*parts).as_posix() for name, parts in own_parts.items()}


def _all_verdicts(comparison: pd.DataFrame) -> list[str]:
    sentences = []
    for metric in _MAIN_METRICS:
        sentences += plain_verdicts(comparison, metric)
    return sentences


def plain_verdicts(comparison: pd.DataFrame, metric: str) -> list[str]:
    """What can be said of each run but the first, in sentences for a reader who knows no parts."""
    sentences = []
    for verdict in verdicts(comparison, metric):
        sentence = verdict.removeprefix(_CV).replace(f"{VAL}: ", "validation set: ", 1)
        if sentence.startswith("the "):
            sentence = f"T{sentence[1:]}"
        with_minus = _MINUS.sub("−", sentence)
        sentences.append(with_minus)
    return sentences


def _differences(comparison: pd.DataFrame) -> list[Difference]:
    """The rows of the main metrics, one metric after another."""
    differences = []
    for metric, words in _METRICS.items():
        for row in comparison[comparison["metric"] == metric].itertuples():
            as_trained = Estimate(row.difference, row.lo, row.hi)
            trained_anew = Estimate(row.difference, row.retrained_lo, row.retrained_hi)
            name = f"{words}, validation set" if row.part == VAL else words
            difference = Difference(
                name,
                row.run,
                row.value,
                difference=row.difference,
                as_trained=as_trained,
                trained_anew=trained_anew,
            )
            differences.append(difference)
    return differences


def _recalls(runs: dict[str, RunTables]) -> dict[str, list[Estimate | None]]:
    """The recall of every style in every run, by style; None where a run has no picture of it."""
    tables = [recall_table(run.judged).set_index("label") for run in runs.values()]
    recalls: dict[str, list[Estimate | None]] = {}
    for style in tables[0].index:
        of_style: list[Estimate | None] = []
        for table in tables:
            if style in table.index:
                row = table.loc[style]
                of_style.append(Estimate(row["recall"], row["lo"], row["hi"]))
            else:
                of_style.append(None)
        recalls[style] = of_style
    return recalls


def _different_settings(runs: dict[str, RunTables]) -> dict[str, list[str]]:
    """The settings in which the runs differ, by name, with the value of every run."""
    by_run = [dict(settings_facts(run)) for run in runs.values()]
    names = sorted(set().union(*by_run))
    settings = {}
    for name in names:
        values = [of_run.get(name, "") for of_run in by_run]
        if len(set(values)) > 1:
            settings[name] = values
    return settings
