"""Comparing runs on the same images: paired differences of every metric, with intervals from resampling authors.

Runs that judged the same painters share their luck. Drawing the same authors for both takes it out of the difference,
which is then told more sharply than two separate intervals would.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.evaluation.intervals import N_RESAMPLES, author_units, interval, resampled_counts, tail_percent
from styleclf.evaluation.metrics import metric_values
from styleclf.evaluation.predictions import probas_of, targets, vocab_of

_COLUMNS = ["part", "metric", "run", "value", "difference", "lo", "hi", "better", "n_images", "n_authors"]
_LOWER_IS_BETTER = ("log_loss", "brier", "ece")
_VAL = "val"


def read_run(folder: str | Path) -> pd.DataFrame:
    """The predictions of a run's folder: `filename, label, author, fold, pred, proba_<style>…`.

    Raises OSError if there are none, and ValueError if they lack columns.
    """
    file = Path(folder) / "predictions.csv"
    if not file.is_file():
        raise FileNotFoundError(f"{folder} holds no predictions.csv: name the folders of finished runs")
    table = pd.read_csv(file, keep_default_na=False, dtype={"label": str, "author": str, "fold": str, "pred": str})
    missing = [name for name in ("filename", "label", "author", "fold", "pred") if name not in table]
    if missing or not vocab_of(table):
        raise ValueError(f"{file} lacks the column {(missing or ['proba_<style>'])[0]}: it is no table of predictions")
    return table


def compare(
    runs: Mapping[str, pd.DataFrame], val: bool = False, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> pd.DataFrame:
    """Every metric of every run, and its difference from the first run's: a row a part, metric and run.

    `runs` are predictions by name. Only out-of-fold rows are compared, as the part 'test' (one fold) or 'cv' (several);
    with `val` the validation set's as well, as a part of its own. Columns of the result: `part, metric, run, value,
    difference, lo, hi, better, n_images, n_authors`. `lo, hi` bound a 95 % interval of `difference` as in
    `metrics_table`, all runs resampled alike; `better` is the share of resamples in which the run beats the first, ties
    counted half. The first run has none of the four.

    Raises:
        ValueError: fewer than two runs, runs that judged other images, folds, labels, authors or styles, and how.
    """
    if len(runs) < 2:
        raise ValueError(f"two runs or more can be compared, not {len(runs)}")
    unseen = {name: table[table["fold"].astype(str) != _VAL] for name, table in runs.items()}
    folds = set().union(*(table["fold"] for table in unseen.values()))
    parts = {"test" if len(folds) == 1 else "cv": unseen}
    if val:
        parts[_VAL] = {name: table[table["fold"].astype(str) == _VAL] for name, table in runs.items()}
    tables = [compare_part(align_runs(tables, part), part, n_resamples, seed) for part, tables in parts.items()]
    return pd.concat(tables, ignore_index=True)


def compare_part(runs: Mapping[str, pd.DataFrame], part: str, n_resamples: int, seed: int) -> pd.DataFrame:
    """`compare` for one part of `align_runs` runs."""
    first = next(iter(runs.values()))
    vocab = vocab_of(first)
    targs, units = targets(first["label"], vocab), author_units(first["author"])
    drawn = resampled_counts(units, targs, n_resamples, np.random.default_rng(seed))
    counts = np.vstack([np.ones(len(targs)), drawn])
    tail = tail_percent(units, targs)
    values = {name: metric_values(probas_of(table), targs, counts) for name, table in runs.items()}
    (_, reference), *others = values.items()
    rows = []
    for metric, own in reference.items():
        rows.append((part, metric, next(iter(runs)), own[0], *[np.nan] * 4))
        for name, found in others:
            difference = found[metric] - own
            gain = difference[1:] * (-1 if metric in _LOWER_IS_BETTER else 1)
            better = np.mean(gain > 0) + np.mean(gain == 0) / 2
            rows.append((part, metric, name, found[metric][0], difference[0], *interval(difference[1:], tail), better))
    named = first["author"].nunique() - (first["author"] == "").any()
    return pd.DataFrame(rows, columns=_COLUMNS[:8]).assign(n_images=len(first), n_authors=named)


def align_runs(runs: Mapping[str, pd.DataFrame], part: str) -> dict[str, pd.DataFrame]:
    """The runs with rows and styles in the order of the first, indexed by filename.

    Raises ValueError if a run has no rows, an image twice, or if runs differ in anything but their predictions.
    """
    tables = {}
    for name, table in runs.items():
        if table.empty:
            raise ValueError(f"{name} has no predictions of the part {part!r}, so it cannot be compared in it")
        twice = table["filename"].duplicated()
        if twice.any():
            raise ValueError(f"{name} has {_counted(table['filename'][twice])} more than once in the part {part!r}")
        known = table.assign(author=table["author"].fillna(""), fold=table["fold"].astype(str))
        tables[name] = known.set_index("filename")
    (first_name, first), *others = tables.items()
    for name, table in others:
        _check_alike(first_name, first, name, table)
    return {name: table.loc[first.index, first.columns] for name, table in tables.items()}


def _check_alike(first_name: str, first: pd.DataFrame, name: str, table: pd.DataFrame) -> None:
    """Raise ValueError, saying how, if two runs were not judged on the same images, folds, labels and styles."""
    apart = f"{first_name} and {name} cannot be compared:"
    styles, own_styles = set(vocab_of(first)), set(vocab_of(table))
    if styles != own_styles:
        only = [
            f"only {run} knows {', '.join(sorted(more))}"
            for run, more in ((first_name, styles - own_styles), (name, own_styles - styles))
            if more
        ]
        raise ValueError(f"{apart} their styles differ, {' and '.join(only)}")
    lost, more = first.index.difference(table.index), table.index.difference(first.index)
    if len(lost) or len(more):
        only = [f"{_counted(files)} only in {run}" for run, files in ((first_name, lost), (name, more)) if len(files)]
        raise ValueError(f"{apart} they judged other images, {' and '.join(only)}; give both the same design and folds")
    for column in ("fold", "label", "author"):
        theirs = table[column].reindex(first.index)
        differs = first[column] != theirs
        if differs.any():
            example = differs.idxmax()
            raise ValueError(
                f"{apart} their {column}s differ for {differs.sum():,} of {len(first):,} images, such as {example} "
                f"({first[column][example] or 'none'} and {theirs[example] or 'none'}); give both the same design"
            )


def _counted(files: pd.Series | pd.Index) -> str:
    """How many files, and one of them."""
    return f"{len(files):,} image{'s' * (len(files) > 1)} (such as {next(iter(files))})"


def verdicts(comparison: pd.DataFrame, metric: str = "top_2_accuracy") -> list[str]:
    """A sentence for every part and run but the first: how much better it is in a rate, and whether that may be chance.

    A difference is more than chance if its 95 % interval leaves out 0.
    """
    rows = comparison[comparison["metric"] == metric]
    first = rows["run"].iloc[0]
    return [_verdict(row, first, metric) for row in rows[rows["run"] != first].to_dict("records")]


def _verdict(row: dict, first: str, metric: str) -> str:
    rate = metric.replace("top_", "top-").replace("_", " ")
    points, low, high = (100 * row[name] for name in ("difference", "lo", "hi"))
    if low <= 0 <= high:
        told = f"no difference between {row['run']} and {first} can be told in {rate}: {points:+.1f} points"
        return f"{row['part']}: {told} (95 % interval {low:+.1f} to {high:+.1f})"
    how = "better" if points > 0 else "worse"
    low, high = sorted((abs(low), abs(high)))
    told = f"{row['run']} is {abs(points):.1f} points {how} than {first} in {rate}"
    return f"{row['part']}: {told} (95 % interval {low:.1f} to {high:.1f}): more than chance"
