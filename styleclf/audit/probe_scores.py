"""Out-of-fold predictions of the probe, scored under the same resamplings of authors.

A score is an array `(1 + n_resamples,)`: the value itself first, then one for each draw of an `AuthorBootstrap`, whose
`estimate` makes an interval of it. Differences between such arrays are paired, because all of them rest on the same
draws. Models stay as they are fitted: intervals are those of other painters to be judged, not of others to learn from.
"""

import numpy as np
from scipy.special import softmax

from styleclf.evaluation import AuthorBootstrap, mean_over_styles, true_ranks
from styleclf.training import logistic_regression


def top_k_scores(
    probas: np.ndarray,
    targs: np.ndarray,
    bootstrap: AuthorBootstrap,
    *,
    k: int = 1,
) -> np.ndarray:
    """Class-weighted top-k accuracy, 0..1: the value, and under each of the draws."""
    return hit_scores(true_ranks(probas, targs) < k, targs, bootstrap)


def hit_scores(
    hits: np.ndarray,
    targs: np.ndarray,
    bootstrap: AuthorBootstrap,
) -> np.ndarray:
    """The mean over styles of each style's share of hits, `(n,)` of 0..1: the value, and under each of the draws."""
    n_styles = targs.max() + 1
    return mean_over_styles(hits * 1.0, targs, n_styles, counts=bootstrap.counts_with_value)


def out_of_fold(
    features: np.ndarray,  # (n, d) to fit to
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    strength: float,
    test_features: np.ndarray | None = None,  # (n, d) to predict from, where that is not the same
) -> np.ndarray:
    """Probabilities `(n, n_styles)`: for the images of each fold from the probe of the other folds."""
    if test_features is None:
        test_features = features
    n_styles = targs.max() + 1
    probas = np.zeros((len(targs), n_styles))
    for fold in np.unique(folds):
        test = folds == fold
        probas[test] = probe_probas(
            features[~test], targs[~test], test_features[test], strength=strength, n_styles=n_styles
        )
    return probas


def probe_probas(
    features: np.ndarray,
    targs: np.ndarray,
    test_features: np.ndarray,
    *,
    strength: float,
    n_styles: int,
) -> np.ndarray:
    """Probabilities `(n_test, n_styles)` from the probe fitted to `features (n, d)` and `targs (n,)`."""
    if len(np.unique(targs)) == 1:  # there is nothing to fit
        return np.tile(np.eye(n_styles)[targs[0]], (len(test_features), 1))
    weight, bias = logistic_regression(features, targs, strength, n_styles=n_styles)
    return softmax(test_features @ weight.T + bias, axis=1)
