"""Out-of-fold predictions of the probe, scored under the same resamplings of authors.

A score is an array: the value itself first, then one for each resampling. Differences between such arrays are paired,
because all of them rest on the same draws. Models stay as they are fitted: intervals are those of other painters to be
judged, not of others to learn from.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from styleclf.evaluation import N_RESAMPLES, interval, mean_over_styles, resampled_counts, tail_percent, true_ranks
from styleclf.training import logistic_regression


class Draws(NamedTuple):
    """How much each image counts, `(1 + n_resamples, n)`, in the first row 1; and where 95 % intervals end."""

    counts: np.ndarray
    tail: float


def author_draws(groups: np.ndarray, targs: np.ndarray, n_resamples: int = N_RESAMPLES, seed: int = 0) -> Draws:
    """Draws of `author_groups (n,)` with replacement within their styles: authors, with all copies of their images."""
    counts = resampled_counts(groups, targs, n_resamples, np.random.default_rng(seed))
    return Draws(np.vstack([np.ones((1, len(targs)), dtype=counts.dtype), counts]), tail_percent(groups, targs))


def with_interval(scores: np.ndarray, tail: float) -> tuple[float, float, float]:
    """The value of a score, and the ends of its 95 % interval."""
    return (float(scores[0]), *map(float, interval(scores[1:], tail)))


def top_k_scores(probas: np.ndarray, targs: np.ndarray, draws: Draws, k: int = 1) -> np.ndarray:
    """Class-weighted top-k accuracy, 0..1, under each of the draws: `(1 + n_resamples,)`."""
    return hit_scores(true_ranks(probas, targs) < k, targs, draws)


def hit_scores(hits: np.ndarray, targs: np.ndarray, draws: Draws) -> np.ndarray:
    """The mean over styles of each style's share of hits, `(n,)` of 0..1, under each of the draws."""
    return mean_over_styles(hits * 1.0, targs, targs.max() + 1, draws.counts)


def out_of_fold(
    features: np.ndarray,  # (n, d) to fit to
    targs: np.ndarray,
    folds: np.ndarray,
    strength: float,
    tested: np.ndarray | None = None,  # (n, d) to predict from, where that is not the same
) -> np.ndarray:
    """Probabilities `(n, n_styles)`: for the images of each fold from the probe of the other folds."""
    tested = features if tested is None else tested
    probas = np.zeros((len(targs), targs.max() + 1))
    for fold in np.unique(folds):
        test = folds == fold
        probas[test] = probe_probas(features[~test], targs[~test], tested[test], strength, probas.shape[1])
    return probas


def probe_probas(
    features: np.ndarray, targs: np.ndarray, tested: np.ndarray, strength: float, n_styles: int
) -> np.ndarray:
    """Probabilities `(n_tested, n_styles)` from the probe fitted to `features (n, d)` and `targs (n,)`."""
    if len(np.unique(targs)) == 1:  # there is nothing to fit
        return np.tile(np.eye(n_styles)[targs[0]], (len(tested), 1))
    weight, bias = logistic_regression(features, targs, strength, n_styles)
    return softmax(tested @ weight.T + bias, axis=1)
