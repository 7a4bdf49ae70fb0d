"""Comparing runs on the same images: paired differences of every metric, with intervals from resampling authors.

Runs that judged the same painters share their luck. Drawing the same authors for both takes it out of the difference,
whose interval is then narrower than two separate intervals suggest.

A difference has two intervals. `lo, hi` are about these trained models: what it might be on other painters.
`retrained_lo, retrained_hi` are about the configurations: what it might be if both were also trained anew on other
painters. That is wider, since a training has luck of its own, and no draw of judged authors shows it. In simulations of
painters, no correction called two equivalent configurations different in 4 to 15 of 100 cross-validations. Nadeau and
Bengio's [1], which multiplies the variance by 1 + n_test / n_train, did so in 1 of 100; half as much again of variance
in 2 to 6, from 2 to 8 folds. `tests/evaluation/test_training_luck.py` holds such a simulation.

References:
    [1] Nadeau and Bengio, Inference for the generalization error, 2003.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from styleclf.common import check_one_of, count_of, short_repr
from styleclf.evaluation.estimates import Bounds, bounds_text, named_interval
from styleclf.evaluation.intervals import N_RESAMPLES, AuthorBootstrap, image_units
from styleclf.evaluation.joint_works import count_authors
from styleclf.evaluation.labels import has_several_labels
from styleclf.evaluation.metrics import scores_and_draws
from styleclf.evaluation.predictions import VAL, probas_of, targets_of, vocab_of
from styleclf.evaluation.tables import in_fixed_order

_COLUMNS = ["part", "metric", "run", "value", "difference", "lo", "hi", "retrained_lo", "retrained_hi", "better"]
_COLUMNS += ["n_images", "n_authors"]
_TRAINING_LUCK = 1 / 2  # variance from training, as a share of that from judging every painter once
_TRAINING_LUCK_OF_PART = {"test": 1 / 6, VAL: 1 / 6}  # few painters are judged, so that their variance is larger
_LOWER_IS_BETTER = ("log_loss", "brier", "ece")


def compare(
    runs: Mapping[str, pd.DataFrame],  # predictions by the run's name
    val: bool = False,  # compare on the validation set, too
    n_resamples: int = N_RESAMPLES,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Every metric of every run, and its difference from the first run: one row per part, metric and run.

    `runs` are predictions by name. Only out-of-fold rows are compared, as the part 'test' (one fold) or 'cv' (several);
    with `val` the validation set as well, as a part of its own. Columns of the result: `part, metric, run, value,
    difference, lo, hi, retrained_lo, retrained_hi, better, n_images, n_authors`. `lo, hi` bound a 95 % interval of
    `difference` as in `metrics_table`, with the same draws for all runs, and `retrained_lo, retrained_hi` the wider one
    of the configurations; `better` is the share of draws in which the run beats the first, ties counted half. The first
    run has NaN in these six.

    Raises ValueError for fewer than two runs, and for runs that judged different images, folds, labels, authors or
    styles, saying how they differ.

    >>> first = pd.DataFrame({"filename": ["a.jpg", "b.jpg"], "label": ["cubism", "rococo"], "fold": "0"})
    >>> first = first.assign(author=["gris", "boucher"], proba_cubism=[0.4, 0.2], proba_rococo=[0.6, 0.8])
    >>> second = first.assign(proba_cubism=[0.7, 0.1], proba_rococo=[0.3, 0.9])
    >>> table = compare({"first": first, "second": second}).set_index(["metric", "run"])
    >>> print(table["difference"]["accuracy", "second"])
    0.5
    """
    if not isinstance(runs, Mapping):
        advice = 'give tables by name, {"first": read_run(…), "second": read_run(…)}'
        raise ValueError(f"{short_repr(runs)} is not a collection of runs: {advice}")
    if len(runs) < 2:
        raise ValueError(f"a comparison needs two or more runs, not {len(runs)}")
    out_of_fold = {}
    validation = {}
    folds = set()
    for name, table in runs.items():
        if not isinstance(table, pd.DataFrame) or "fold" not in table:
            raise ValueError(f"the run {name} is {short_repr(table)} and no table of predictions: read_run reads one")
        is_validation = table["fold"].astype(str) == VAL
        out_of_fold[name] = table[~is_validation]
        validation[name] = table[is_validation]
        folds.update(out_of_fold[name]["fold"])
    part_of_folds = "test" if len(folds) == 1 else "cv"
    parts = {part_of_folds: out_of_fold}
    if val:
        parts[VAL] = validation
    comparisons = []
    for part, tables in parts.items():
        aligned_tables = align_runs(tables, part)
        comparison = compare_part(aligned_tables, part, n_resamples, seed=seed)
        comparisons.append(comparison)
    return pd.concat(comparisons, ignore_index=True)


def compare_part(
    runs: Mapping[str, pd.DataFrame],  # of `align_runs`
    part: str,  # 'test', 'cv' or 'val'
    n_resamples: int,
    *,
    seed: int,
) -> pd.DataFrame:
    """`compare` for the runs of one part, which `align_runs` has aligned."""
    reference_name, reference = next(iter(runs.items()))
    files = in_fixed_order(reference.reset_index())["filename"]
    reference = reference.loc[files]
    targs = targets_of(reference)
    units = image_units(reference)
    bootstrap = AuthorBootstrap(units, targs, n_resamples=n_resamples, seed=seed)
    scores = {}
    for name, table in runs.items():
        probas = probas_of(table.loc[files])
        scores[name] = scores_and_draws(probas, targs, bootstrap)
    rows = []
    for metric, reference_scores in scores[reference_name].items():
        for name, scores_of_run in scores.items():
            score = scores_of_run[metric]
            row = {"part": part, "metric": metric, "run": name, "value": score[0]}
            if name != reference_name:
                row |= _difference_columns(score - reference_scores, bootstrap, metric=metric, part=part)
            rows.append(row)
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["n_images"] = len(reference)
    table["n_authors"] = count_authors(reference["author"])
    return table


def _difference_columns(
    difference: np.ndarray,  # (1 + n_resamples,) of scores, the value before its draws
    bootstrap: AuthorBootstrap,
    *,
    metric: str,
    part: str,
) -> dict[str, float]:
    """What `compare` says of the difference between a run and the first one."""
    value, lo, hi = bootstrap.estimate(difference)
    retrained_lo, retrained_hi = retrained_bounds(value, lo, hi, part=part)
    return {
        "difference": value,
        "lo": lo,
        "hi": hi,
        "retrained_lo": retrained_lo,
        "retrained_hi": retrained_hi,
        "better": _share_better(difference[1:], metric),
    }


def retrained_bounds(
    difference: float,
    lo: float,
    hi: float,
    *,
    part: str,  # 'test', 'val', or else every painter has been judged
) -> Bounds:
    """The interval `lo, hi` of a difference of trained models, widened to that of their configurations.

    >>> low, high = retrained_bounds(0.02, 0.0, 0.04, part="cv")
    >>> print(f"{low:.4f} {high:.4f}")
    -0.0045 0.0445
    """
    luck = _TRAINING_LUCK_OF_PART.get(part, _TRAINING_LUCK)
    factor = np.sqrt(1 + luck)
    retrained_lo = difference - (difference - lo) * factor
    retrained_hi = difference + (hi - difference) * factor
    return retrained_lo, retrained_hi


def _share_better(differences: np.ndarray, metric: str) -> float:
    """The share of draws in which a run beats the first one, ties counted half."""
    gains = -differences if metric in _LOWER_IS_BETTER else differences
    share_ahead = np.mean(gains > 0)
    share_tied = np.mean(gains == 0)
    return float(share_ahead + share_tied / 2)


def align_runs(
    runs: Mapping[str, pd.DataFrame],  # predictions by the run's name
    part: str,  # in messages
) -> dict[str, pd.DataFrame]:
    """The runs with rows and styles in the order of the first, indexed by filename.

    Raises ValueError if a run has no rows, an image twice or several labels for one, or if runs differ in anything but
    their predictions.
    """
    tables = {}
    for name, table in runs.items():
        if table.empty:
            raise ValueError(f"{name} has no predictions of the part {part!r}, so it cannot be compared in it")
        if has_several_labels(table["label"]):
            advice = "set its labels.csv beside that of the other"
            raise ValueError(f"{name} gives several labels to an image, and runs are compared by one style: {advice}")
        is_repeated = table["filename"].duplicated()
        if is_repeated.any():
            files = _files_text(table["filename"][is_repeated])
            raise ValueError(f"{name} has {files} more than once in the part {part!r}")
        authors = table["author"].fillna("")
        folds = table["fold"].astype(str)
        table = table.assign(author=authors, fold=folds)
        tables[name] = table.set_index("filename")
    reference_name, reference = next(iter(tables.items()))
    aligned_tables = {}
    for name, table in tables.items():
        problem = _difference_text(reference, table, names=(reference_name, name))
        if problem:
            raise ValueError(f"{reference_name} and {name} cannot be compared: {problem}")
        aligned_tables[name] = table.loc[reference.index, reference.columns]
    return aligned_tables


def _difference_text(
    first: pd.DataFrame,  # indexed by filename
    second: pd.DataFrame,
    *,
    names: tuple[str, str],
) -> str:
    """How two runs differ in their styles, images, folds, labels or authors, '' if they do not."""
    return (
        _difference_of_styles(first, second, names=names)
        or _difference_of_images(first, second, names=names)
        or _difference_of_columns(first, second)
    )


def _difference_of_styles(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    names: tuple[str, str],
) -> str:
    first_name, second_name = names
    first_styles = set(vocab_of(first))
    second_styles = set(vocab_of(second))
    parts = []
    only_first = ", ".join(sorted(first_styles - second_styles))
    only_second = ", ".join(sorted(second_styles - first_styles))
    if only_first:
        parts.append(f"only {first_name} knows {only_first}")
    if only_second:
        parts.append(f"only {second_name} knows {only_second}")
    differences = " and ".join(parts)
    return f"their styles differ, {differences}" if parts else ""


def _difference_of_images(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    names: tuple[str, str],
) -> str:
    first_name, second_name = names
    missing = first.index.difference(second.index)
    additional = second.index.difference(first.index)
    parts = []
    if len(missing):
        files = _files_text(missing)
        parts.append(f"{files} only in {first_name}")
    if len(additional):
        files = _files_text(additional)
        parts.append(f"{files} only in {second_name}")
    if not parts:
        return ""
    differences = " and ".join(parts)
    return f"they judged different images, {differences}; give both the same design and folds"


def _difference_of_columns(first: pd.DataFrame, second: pd.DataFrame) -> str:
    for column in ("fold", "label", "author"):
        values = second[column].reindex(first.index)
        differs = first[column] != values
        if differs.any():
            file = differs.idxmax()
            first_value = first[column][file] or "none"
            second_value = values[file] or "none"
            example = f"{file} ({first_value} and {second_value})"
            n_different = differs.sum()
            n_images = len(first)
            advice = "give both the same design"
            if column == "label":
                advice += ", or compare them where they agree: recipes/history.py"
            share = f"{n_different:,} of {n_images:,} images"
            return f"their {column}s differ for {share}, such as {example}; {advice}"
    return ""


def _files_text(files: pd.Series | pd.Index) -> str:
    """How many files, and one of them."""
    example = next(iter(files))
    n_images = count_of(len(files), "image")
    return f"{n_images} (such as {example})"


def comparison_text(comparison: pd.DataFrame, metric: str = "top_2_accuracy") -> str:
    """What `compare` found in one metric, as lines for the screen: `verdicts`, and a warning if there are many.

    Raises ValueError for a metric that the table does not have.
    """
    check_one_of(metric, comparison["metric"].unique(), "metric")
    lines = verdicts(comparison, metric)
    n_differences = comparison["run"].nunique() - 1
    if n_differences > 2:
        lines.append(f"by chance alone, one in 20 of {n_differences} such differences would pass for more than chance")
    return "\n".join(lines)


def verdicts(comparison: pd.DataFrame, metric: str = "top_2_accuracy") -> list[str]:
    """A sentence for every part and run but the first: how much better it is in a rate, and what that holds for.

    A difference is more than chance if the 95 % interval of the configurations excludes 0, see `retrained_bounds`. If
    only the interval of the trained models does, the sentence says that it holds for these models alone.
    """
    rows = comparison[comparison["metric"] == metric]
    reference = rows["run"].iloc[0]
    further_runs = rows[rows["run"] != reference]
    rows_of_runs = further_runs.to_dict("records")
    return [_verdict(row, reference, metric) for row in rows_of_runs]


def _verdict(row: dict, reference: str, metric: str) -> str:
    rate = metric.replace("top_", "top-").replace("_", " ")
    part = row["part"]
    run = row["run"]
    difference = row["difference"]
    bounds = (row["lo"], row["hi"])
    wider_bounds = retrained_bounds(difference, *bounds, part=part)
    points = 100 * difference
    if _holds_zero(bounds):
        sentence = f"the difference between {run} and {reference} in {rate} is not significant"
        low, high = _in_points(bounds)
        interval = named_interval(low, high, "+.1f")
        return f"{part}: {sentence}: {points:+.1f} points ({interval})"
    direction = "better" if points > 0 else "worse"
    distance = f"{abs(points):.1f} points {direction}"
    sentence = f"{part}: {run} is {distance} than {reference} in {rate}"
    if _holds_zero(wider_bounds):
        as_trained = f"as trained (95 % interval {_unsigned_text(bounds)})"
        low, high = _in_points(wider_bounds)
        interval = bounds_text(low, high, "+.1f")
        doubt = f"trained anew on other painters, it might not be ({interval})"
        return f"{sentence} {as_trained}; {doubt}: these models differ, the configurations perhaps not"
    interval = f"95 % interval {_unsigned_text(wider_bounds)}, trainings on other painters included"
    return f"{sentence} ({interval}): more than chance"


def _holds_zero(bounds: Bounds) -> bool:
    """Whether 0 may be the difference; so it may where there is no interval, but NaN."""
    low, high = bounds
    return not (low > 0 or high < 0)


def _in_points(bounds: Bounds) -> Bounds:
    """The bounds of a rate in points of a hundred."""
    low, high = bounds
    return 100 * low, 100 * high


def _unsigned_text(bounds: Bounds) -> str:
    """The bounds in points of a difference that excludes 0, without signs and the smaller one first."""
    smaller, larger = sorted(map(abs, _in_points(bounds)))
    return bounds_text(smaller, larger, ".1f")
