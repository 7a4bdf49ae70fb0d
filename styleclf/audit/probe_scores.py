"""Out-of-fold predictions of the probe, scored under the same resamplings of authors.

The probe is that of a training, fitted to coordinates of features in few dimensions (`FewDimensions`).

A score is an array `(1 + n_resamples,)`: the value itself first, then one for each draw of an `AuthorBootstrap`, whose
`estimate` makes an interval of it. Differences between such arrays are paired, because all of them rest on the same
draws. Models stay as they are fitted: the intervals are over which painters are judged, not over who is learned from.
"""

from collections.abc import Mapping

import numpy as np
from scipy.special import softmax

from styleclf.audit.degradations import CLEAN
from styleclf.evaluation import AuthorBootstrap, Estimate, mean_over_styles, one_hot, true_ranks
from styleclf.training import ProbeRules

PROBE = "the probe"  # as tables name it, beside other models


def top_k_hits(probas: np.ndarray, targs: np.ndarray, k: int = 1) -> np.ndarray:
    """`(n,)` 1.0 where the true style is among the `k` likeliest, else 0.0."""
    ranks = true_ranks(probas, targs)
    return (ranks < k).astype(float)


def hit_scores(
    hits: np.ndarray,
    targs: np.ndarray,
    bootstrap: AuthorBootstrap,
) -> np.ndarray:
    """The mean over styles of each style's share of hits, `(n,)` of 0..1: the value, and under each of the draws."""
    n_styles = targs.max() + 1
    return mean_over_styles(hits, targs, n_styles, counts=bootstrap.counts_with_value)


def rate_estimate(
    hits: np.ndarray,  # (n,) 0..1
    targs: np.ndarray,
    bootstrap: AuthorBootstrap,
) -> Estimate:
    """The mean over styles of each style's share of hits, with an interval that has a width even where all are hits."""
    scores = hit_scores(hits, targs, bootstrap)
    in_style, weights = _styles(targs)
    shares = bootstrap.shares(hits, in_style, weights)
    lo, hi = bootstrap.rate_bounds(scores[1:], shares)
    return Estimate(float(scores[0]), lo, hi)


def change_estimate(
    changes: np.ndarray,  # (n,) -1..1: hits of one model less those of another
    targs: np.ndarray,
    bootstrap: AuthorBootstrap,
    *,
    scores: np.ndarray | None = None,  # of the difference, where draws differ in more than authors
    **correlation: float,  # of `AuthorBootstrap.change_bounds`
) -> Estimate:
    """The difference of two rates of the same images, with an interval that has a width even if no image changes."""
    if scores is None:
        scores = hit_scores(changes, targs, bootstrap)
    in_style, weights = _styles(targs)
    lo, hi = bootstrap.change_bounds(scores[1:], changes, in_style, weights, **correlation)
    return Estimate(float(scores[0]), lo, hi)


def _styles(targs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which images are of each style `(n, n_styles)`, and how much each style counts `(n_styles,)`."""
    n_styles = targs.max() + 1
    in_style = one_hot(targs, n_styles)
    has_images = in_style.any(axis=0)
    return in_style, has_images.astype(float)


def out_of_fold(
    coordinates: np.ndarray,  # (n, k)
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    rules: ProbeRules,
) -> np.ndarray:
    """Probabilities `(n, n_styles)`: for the images of each fold from the probe of the other folds."""
    probas = out_of_fold_views({CLEAN: coordinates}, targs, folds, rules=rules)
    return probas[CLEAN]


def out_of_fold_views(
    views: Mapping[str, np.ndarray],  # coordinates (n, k) of the images under `CLEAN`, and of their copies
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    rules: ProbeRules,
) -> dict[str, np.ndarray]:
    """Probabilities `(n, n_styles)` by view, from probes of the other folds' images as they are."""
    n_styles = targs.max() + 1
    probas = {}
    for name in views:
        probas[name] = np.zeros((len(targs), n_styles))
    clean = views[CLEAN]
    for fold in np.unique(folds):
        test = folds == fold
        train = ~test
        probe = rules.fitted(clean[train], targs[train], n_styles=n_styles)
        for name, coordinates in views.items():
            logits = probe.logits(coordinates[test])
            probas[name][test] = softmax(logits, axis=1)
    return probas


def drawn_rows(
    rows: np.ndarray,  # positions
    targs: np.ndarray,  # (n,) of all images
    n_of_style: np.ndarray,  # (n_styles,) how many are wanted
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """As many random rows of each style as are wanted, or all of them where there are fewer."""
    wanted_styles = np.flatnonzero(n_of_style)
    draws = []
    for style in np.intersect1d(targs[rows], wanted_styles):
        of_style = rows[targs[rows] == style]
        n_drawn = min(len(of_style), n_of_style[style])
        draws.append(rng.choice(of_style, n_drawn, replace=False))
    return np.concatenate(draws)


def probe_hits(
    coordinates: np.ndarray,  # (n, k)
    targs: np.ndarray,  # (n,)
    train: np.ndarray,  # positions of the images to learn from
    *,
    test: np.ndarray,  # positions of those to judge, or (n,) bool
    rules: ProbeRules,
) -> np.ndarray:
    """`(n_test,)` bool: whether the probe of the training images is right for each image of `test`."""
    n_styles = targs.max() + 1
    probe = rules.fitted(coordinates[train], targs[train], n_styles=n_styles)
    logits = probe.logits(coordinates[test])
    return logits.argmax(axis=1) == targs[test]
