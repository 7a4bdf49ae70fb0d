"""Prediction sets: the styles of which one is the true one as often as promised, by painters not seen.

Their thresholds are learned from predictions of images whose authors the model had not seen, and never judged on what
they were learned from: `cross_thresholds` learns for every fold from the others.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import one_hot, weighted_means
from styleclf.evaluation.author_quantiles import author_quantile
from styleclf.evaluation.estimates import TOO_FEW, Estimate, bounds_text
from styleclf.evaluation.intervals import AuthorBootstrap, author_units
from styleclf.evaluation.joint_works import count_authors
from styleclf.evaluation.other_folds import from_other_folds
from styleclf.evaluation.predictions import probas_of, probas_of_truth, targets, targets_of, vocab_of
from styleclf.evaluation.tables import in_fixed_order

COVERAGE = 0.9  # share of new painters' images whose prediction set is to contain the true style
_PAINTED_SHARE = 0.5  # of a style's images, from which on it is one of painters


def conformal_thresholds(
    predictions: pd.DataFrame,
    coverage: float = COVERAGE,
) -> np.ndarray:
    """The lowest probability with which each style belongs to a prediction set, `(n_styles,)`.

    Sets hold the true style for `coverage` of the images by painters not seen, of the styles that have painters; and
    for as many images of the other styles, such as photographs, whose images have no author. Each of both kinds of
    style has its threshold, learned from its own images: otherwise a great many images that stand for themselves would
    decide what is promised about painters. Images without author among painters' styles are not learned from.

    Split conformal prediction on images the model had not seen, where every author counts the same however many images
    they have, and one more author counts as if no set contained their style: the author who comes next (Dunn, Wasserman
    and Ramdas, Distribution-free prediction sets for two-layer hierarchical models, 2022: their pooled distributions),
    and where the promise holds for each kind of true style (Vovk, Conditional validity of inductive conformal
    predictors, 2012). 0, which lets in the styles of a kind, where it has too few authors. Raises ValueError for a
    coverage outside 0..1.
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must be between 0 and 1, such as 0.9, not {coverage}")
    targs = targets_of(predictions)
    true_probas = probas_of_truth(probas_of(predictions), targs)
    units = author_units(predictions["author"])
    kinds = _kinds_of_images(predictions)
    with_painter = kinds.by_painters
    without = kinds.without
    threshold_of_painters = _threshold(true_probas[with_painter], units[with_painter], coverage)
    threshold_without = _threshold(true_probas[without], units[without], coverage)
    return np.where(kinds.painted_styles, threshold_of_painters, threshold_without)


class _Kinds(NamedTuple):
    """What a promise is for."""

    painted_styles: np.ndarray  # (n_styles,) bool: half of the images or more have an author, or there are none
    by_painters: np.ndarray  # (n,) bool: images of such styles that have an author
    without: np.ndarray  # (n,) bool: images of the other styles


def _kinds_of_images(predictions: pd.DataFrame) -> _Kinds:
    """Which styles have painters, and which images are theirs."""
    vocab = vocab_of(predictions)
    targs = targets(predictions["label"], vocab)
    is_named = predictions["author"].fillna("") != ""
    has_author = is_named.to_numpy()
    n_images = np.bincount(targs, minlength=len(vocab))
    n_named = np.bincount(targs, has_author, minlength=len(vocab))
    painted_styles = n_named >= _PAINTED_SHARE * n_images
    is_painted = painted_styles[targs]
    return _Kinds(painted_styles, is_painted & has_author, ~is_painted)


def _threshold(
    true_probas: np.ndarray,  # (n,) of the true styles
    units: np.ndarray,  # (n,) whose the images are
    coverage: float,
) -> float:
    """The probability that the true style of `coverage` of the next author's images reaches; 0 of too few authors."""
    highest_miss = author_quantile(-true_probas, units, coverage)
    return max(0.0, -highest_miss)


def cross_thresholds(predictions: pd.DataFrame) -> np.ndarray:
    """`(n, n_styles)` thresholds of out-of-fold predictions, those of every fold learned from the others.

    Raises ValueError for fewer than two folds, and what `conformal_thresholds` raises.
    """
    return from_other_folds(predictions, conformal_thresholds)


def prediction_sets(probas: np.ndarray, thresholds: float | np.ndarray) -> np.ndarray:
    """Which styles are in the set of each image, `(n, n_styles)` bool; the likeliest always is.

    `thresholds` are one number, one for each style, or `(n, n_styles)`.

    >>> prediction_sets(np.array([[0.4, 0.35, 0.25]]), 0.3).tolist()
    [[True, True, False]]
    """
    is_likeliest = probas == probas.max(axis=1, keepdims=True)
    return (probas >= thresholds) | is_likeliest


def coverage_table(
    predictions: pd.DataFrame,
    thresholds: float | np.ndarray,  # one, or (n_styles,), or (n, n_styles)
) -> pd.DataFrame:
    """How often sets contain the true style, and how many styles they have.

    Columns: `metric, value, lo, hi, n_images, n_authors`.
    The metrics are `coverage_of_painters`, where every painter counts the same, `coverage_without_painter`, over images
    of styles that have none, `coverage`, over all images, and `size`. What there are no images of is left out. `lo, hi`
    bound 95 % intervals.
    """
    positions = np.arange(len(predictions))
    rows = in_fixed_order(predictions.assign(_row=positions))
    order = rows["_row"].to_numpy()
    probas = probas_of(rows)
    targs = targets_of(rows)
    every_threshold = np.broadcast_to(thresholds, probas.shape)
    sets = prediction_sets(probas, every_threshold[order])
    hits = probas_of_truth(sets, targs) * 1.0
    kinds = _kinds_of_images(rows)
    units = author_units(rows["author"])
    share_of_author = 1 / np.bincount(units)[units]
    weights = {
        "coverage_of_painters": kinds.by_painters * share_of_author,
        "coverage_without_painter": kinds.without * 1.0,
        "coverage": np.ones(len(targs)),
    }
    table = []
    for metric, of_images in weights.items():
        counts = of_images > 0
        if counts.any():
            weights_of_some = of_images[counts]
            estimate = _coverage(hits[counts], weights_of_some, units=units[counts], targs=targs[counts])
            n_authors = count_authors(rows["author"][counts])
            table.append((metric, *estimate, counts.sum(), n_authors))
    bootstrap = AuthorBootstrap(units, targs)
    sizes = sets.sum(axis=1)
    size = bootstrap.of(partial(weighted_means, sizes))
    n_authors = count_authors(rows["author"])
    table.append(("size", *size, len(targs), n_authors))
    return pd.DataFrame(table, columns=["metric", "value", "lo", "hi", "n_images", "n_authors"])


def _coverage(
    hits: np.ndarray,  # (n,) 0 or 1
    weights: np.ndarray,  # (n,) above 0
    *,
    units: np.ndarray,  # (n,) what is drawn together
    targs: np.ndarray,  # (n,) positions of the true styles
) -> Estimate:
    """The weighted share of images that are covered."""
    bootstrap = AuthorBootstrap(units, targs)
    total = bootstrap.counts @ weights
    draws = bootstrap.counts @ (hits * weights) / total
    n_styles = targs.max() + 1
    of_styles = one_hot(targs, n_styles) * weights[:, None]
    shares = bootstrap.shares(hits, of_styles, of_styles.sum(axis=0))
    lo, hi = bootstrap.rate_bounds(draws, shares)
    value = float(hits @ weights / weights.sum())
    return Estimate(value, lo, hi)


def coverage_sentence(table: pd.DataFrame) -> str:
    """What `coverage_table` found, and what of it was promised."""
    rows = table.set_index("metric")
    size = rows.loc["size", "value"]
    sentences = [f"sets of {size:.1f} styles on average contain the true style"]
    phrases = {
        "coverage_of_painters": "of the images by painters not seen, every painter counting the same",
        "coverage_without_painter": "of the images of styles without painters",
    }
    for metric, images in phrases.items():
        if metric in rows.index:
            share, lo, hi = rows.loc[metric, ["value", "lo", "hi"]]
            promise = promise_text(lo, hi)
            sentences.append(f"for {share:.0%} {images} ({promise})")
    if len(sentences) == 1:
        share = rows.loc["coverage", "value"]
        sentences.append(f"for {share:.0%} of the images, none of which has a painter: nothing was promised of them")
    opening, *shares = sentences
    joined_shares = ", and ".join(shares)
    return f"{opening} {joined_shares}"


def promise_text(lo: float, hi: float) -> str:
    """How often the truth was promised to be in a set, and the 95 % interval of how often it is."""
    promise = f"{COVERAGE:.0%} were promised"
    if np.isnan(lo):
        return f"{promise}; {TOO_FEW}"
    return f"{promise}; 95 % interval {bounds_text(lo, hi, '.0%')}"
