"""One style against the rest: its average precision, and whether it beats a model of all styles.

A model of many styles scores one of them too: its probability of that style. Both are judged on the same images, and
only their difference, resampled in pairs, says which is better.
"""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from styleclf.evaluation.estimates import Bounds
from styleclf.evaluation.intervals import N_RESAMPLES, AuthorBootstrap, image_units
from styleclf.evaluation.joint_works import count_authors

REST = "rest"
_RECALLS = np.arange(1, 101) / 100  # where a curve and its band are read
_ROUNDING_ERROR = 1e-9  # by which a recall that should be 0.5 may lie below


def precision_recall(
    predictions: Mapping[str, pd.DataFrame],  # of every model by its name, for the same images
    style: str,
    n_resamples: int = N_RESAMPLES,
    *,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Average precision of one style and the curve behind it, for every model: `(scores, curves)`.

    A table of predictions has `filename, label, author, fold, proba_<style>`; all labels but `style` are the rest, so
    predictions of many styles go beside those of one against the rest. `scores`, one row per model, has `model, value,
    lo, hi, chance, n_style, n_images, n_authors`; of two models a third row 'difference' is the first less the second.
    `curves` has `model, recall, precision, lo, hi`, precision where recall first reaches 0.01, 0.02, …, 1. `lo, hi`
    bound 95 % intervals from resampling authors, with the same draws for all models, and NaN where there are too few
    to tell; on a curve they hold for each recall by itself. `chance` is the share of the style.

    Raises ValueError for tables that lack a column, judge different images, or differ in labels or folds; and where
    the style has no image, or the rest has none.

    >>> table = pd.DataFrame({"filename": ["a", "b", "c"], "label": ["rococo", "cubism", "rococo"], "fold": "0"})
    >>> table = table.assign(author=["boucher", "gris", "lancret"], proba_rococo=[0.9, 0.6, 0.2])
    >>> scores, curves = precision_recall({"mine": table}, "rococo")
    >>> print(scores["value"].round(3)[0], scores["chance"].round(3)[0])
    0.833 0.667
    """
    tables = _same_images(predictions, style)
    first = next(iter(tables.values()))
    is_style = (first["label"] == style).to_numpy()
    if is_style.all() or not is_style.any():
        n_of_style = is_style.sum()
        n_images = len(is_style)
        advice = "a curve needs some of it and some of the rest"
        raise ValueError(f"{n_of_style} of {n_images} images are {style}: {advice}")
    units = image_units(first)
    strata = is_style.astype(int)
    bootstrap = AuthorBootstrap(units, strata, n_resamples=n_resamples, seed=seed)
    counts = bootstrap.counts_with_value
    averages = {}
    curves = []
    for model, table in tables.items():
        probas = table[f"proba_{style}"].to_numpy(dtype=float)
        averages[model] = average_precisions(probas, is_style, counts)
        precision = _precision_at(probas, is_style, counts, recalls=_RECALLS)
        curve = _curve(precision, probas, is_style, bootstrap=bootstrap)
        curves.append(curve.assign(model=model))
    if len(averages) == 2:
        first_scores, second_scores = averages.values()
        averages["difference"] = first_scores - second_scores
    scores = _scores_table(averages, is_style, bootstrap)
    scores["n_authors"] = count_authors(first["author"])
    all_curves = pd.concat(curves, ignore_index=True)
    return scores, all_curves[["model", "recall", "precision", "lo", "hi"]]


def _scores_table(
    averages: Mapping[str, np.ndarray],  # by model, and of their difference, each (1 + n_resamples,)
    is_style: np.ndarray,  # (n,) bool
    bootstrap: AuthorBootstrap,
) -> pd.DataFrame:
    """`model, value, lo, hi, chance, n_style, n_images`."""
    rows = []
    for model, average in averages.items():
        bounds = _bounds_of_difference(average, bootstrap)
        if model != "difference":
            bounds = _bounds_of_average(average, is_style, bootstrap)
        rows.append((model, average[0], *bounds))
    scores = pd.DataFrame(rows, columns=["model", "value", "lo", "hi"])
    is_difference = scores["model"] == "difference"
    scores["chance"] = np.where(is_difference, np.nan, is_style.mean())
    scores["n_style"] = is_style.sum()
    scores["n_images"] = len(is_style)
    return scores


def _bounds_of_average(
    averages: np.ndarray,  # (1 + n_resamples,)
    is_style: np.ndarray,  # (n,) bool
    bootstrap: AuthorBootstrap,
) -> Bounds:
    """The interval of an average precision, never narrower than of a share of so many independent images of the style.

    The average precision is the mean, over the style's images, of the precision where each is found.
    """
    precisions = np.where(is_style, averages[0], 0)
    of_style = is_style[:, None].astype(float)
    shares = bootstrap.shares(precisions, of_style, np.ones(1))
    return bootstrap.rate_bounds(averages[1:], shares)


def _bounds_of_difference(
    differences: np.ndarray,  # (1 + n_resamples,)
    bootstrap: AuthorBootstrap,
) -> Bounds:
    """The interval of a difference; NaN where no draw changes it, as if both models found every image first."""
    if np.ptp(differences) == 0:
        return np.nan, np.nan
    return bootstrap.bounds(differences[1:])


def _curve(
    precision: np.ndarray,  # (1 + n_resamples, n_recalls)
    scores: np.ndarray,  # (n,) of the style
    is_style: np.ndarray,  # (n,) bool
    *,
    bootstrap: AuthorBootstrap,
) -> pd.DataFrame:
    """`recall, precision, lo, hi`; intervals are never narrower than of a share of the images that are found."""
    scores_of_style = -np.sort(-scores[is_style])
    hits = is_style.astype(float)
    rows = []
    for recall, precisions in zip(_RECALLS, precision.T, strict=True):
        exact_n_hits = recall * len(scores_of_style) - _ROUNDING_ERROR
        least_score = scores_of_style[math.ceil(exact_n_hits) - 1]
        is_found = (scores >= least_score).astype(float)
        shares = bootstrap.shares(hits, is_found[:, None], np.ones(1))
        bounds = bootstrap.rate_bounds(precisions[1:], shares)
        rows.append((recall, precisions[0], *bounds))
    return pd.DataFrame(rows, columns=["recall", "precision", "lo", "hi"])


def _same_images(
    predictions: Mapping[str, pd.DataFrame],  # of every model by its name
    style: str,
) -> dict[str, pd.DataFrame]:
    """The tables sorted by filename, their labels `style` or 'rest'.

    Raises ValueError where one lacks a column, or where they differ in images, labels or folds.
    """
    columns = ["filename", "label", "author", "fold", f"proba_{style}"]
    tables = {}
    for model, table in predictions.items():
        missing = [name for name in columns if name not in table]
        if missing:
            column = missing[0]
            present = ", ".join(table)
            raise ValueError(f"the predictions of {model} have no column {column}: they have {present}")
        is_style = table["label"] == style
        labels = table["label"].where(is_style, REST)
        folds = table["fold"].astype(str)
        table = table.assign(label=labels, fold=folds)
        tables[model] = table.sort_values("filename", ignore_index=True)
    reference_name = next(iter(tables))
    for model, table in tables.items():
        _check_same_images(tables[reference_name], table, names=(reference_name, model))
    return tables


def _check_same_images(
    first: pd.DataFrame,  # sorted by filename
    second: pd.DataFrame,
    *,
    names: tuple[str, str],
) -> None:
    """Raise ValueError, saying how, if two tables sorted by filename differ in images, labels or folds."""
    first_name, second_name = names
    first_files = set(first["filename"])
    second_files = set(second["filename"])
    only_first = sorted(first_files - second_files)
    only_second = sorted(second_files - first_files)
    if only_first or only_second or len(first) != len(second):
        examples = [*only_first, *only_second]
        example = f", such as {examples[0]}" if examples else ""
        of_first = f"{len(only_first)} of {len(first)} are with {first_name} only"
        of_second = f"{len(only_second)} of {len(second)} with {second_name} only"
        problem = f"{first_name} and {second_name} judge different images: {of_first}, {of_second}{example}"
        raise ValueError(f"{problem}; predict the same images with both")
    for column in ("label", "fold"):
        differs = first[column] != second[column]
        differing = first["filename"][differs]
        if len(differing):
            example = differing.iat[0]
            share = f"{len(differing)} of {len(first)} images, such as {example}"
            raise ValueError(
                f"{first_name} and {second_name} have different {column}s for {share}: make both from one design"
            )


def average_precisions(
    scores: np.ndarray,  # (n,) of the style
    is_style: np.ndarray,  # (n,) bool
    counts: np.ndarray,  # (n_resamples, n)
) -> np.ndarray:
    """`(n_resamples,)` mean precision over the steps of recall, images weighted by each row of `counts`.

    `scores (n,)`, `is_style (n,)` bool, `counts (n_resamples, n)`. It is scikit-learn's `average_precision_score`,
    without interpolation; NaN where the style is not drawn.
    """
    precision, recall = _steps(scores, is_style, counts)
    gains = np.diff(recall, axis=1, prepend=0)
    return (gains * precision).sum(axis=1)


def _precision_at(
    scores: np.ndarray,  # (n,) of the style
    is_style: np.ndarray,  # (n,) bool
    counts: np.ndarray,  # (n_resamples, n)
    *,
    recalls: np.ndarray,  # ascending, in 0..1
) -> np.ndarray:
    """`(n_resamples, n_recalls)` precision at the highest threshold where recall reaches each of `recalls`, in 0..1."""
    precision, recall = _steps(scores, is_style, counts)
    last_step = recall.shape[1] - 1
    steps = []
    for recall_of_draw in recall:
        step = np.searchsorted(recall_of_draw, recalls - _ROUNDING_ERROR)
        steps.append(step.clip(max=last_step))
    return np.take_along_axis(precision, np.array(steps), axis=1)


def _steps(
    scores: np.ndarray,  # (n,) of the style
    is_style: np.ndarray,  # (n,) bool
    counts: np.ndarray,  # (n_resamples, n)
) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall `(n_resamples, n_thresholds)` as the threshold falls through the distinct scores."""
    order = np.argsort(-scores, kind="stable")
    is_new_score = np.diff(scores[order]) != 0
    is_last_of_tie = np.append(is_new_score, True)
    counts_in_order = counts[:, order]
    hits_in_order = counts_in_order * is_style[order]
    all_retrieved = np.cumsum(counts_in_order, axis=1, dtype=float)
    all_hits = np.cumsum(hits_in_order, axis=1, dtype=float)
    retrieved = all_retrieved[:, is_last_of_tie]
    hits = all_hits[:, is_last_of_tie]
    total = hits[:, -1:]
    precision = np.zeros_like(hits)
    recall = np.full_like(hits, np.nan)
    np.divide(hits, retrieved, out=precision, where=retrieved > 0)
    np.divide(hits, total, out=recall, where=total > 0)
    return precision, recall
