"""A probe of few numbers: some hundred fits in the time of one, for curves and simulations.

The main components of scaled features hold what a probe goes by. The probe is the one that trainings begin with, the
mean of a regression and of linear discriminants, but for the regression's strength, which is the same for all.
"""

import numpy as np
from scipy.special import softmax

from styleclf.training import FewDimensions, probe_weights

N_COMPONENTS = 200
STRENGTH = 1e-3  # scikit-learn's C: what the probe chooses most often
_SMALLEST_DEVIATION = 1e-6  # of a feature that is divided by it


def main_components(features: np.ndarray, n_components: int = N_COMPONENTS) -> np.ndarray:
    """`(n, k)` float32: the at most `n_components` main components of features `(n, d)` scaled to unit deviation."""
    from sklearn.decomposition import PCA

    mean = features.mean(axis=0)
    deviation = features.std(axis=0)
    scaled = (features - mean) / np.maximum(deviation, _SMALLEST_DEVIATION)
    n_most = min(n_components, *features.shape)
    pca = PCA(n_most, svd_solver="randomized", random_state=0)
    return pca.fit_transform(scaled).astype(np.float32)


def quick_probas(
    components: np.ndarray,  # (n, k) to learn from
    targs: np.ndarray,  # (n,)
    test_components: np.ndarray,  # (n_test, k)
    *,
    groups: np.ndarray,  # (n,) whose the images are
    n_styles: int,
    strength: float = STRENGTH,
) -> np.ndarray:
    """Probabilities `(n_test, n_styles)` of a probe of main components, every style counting alike.

    A style without images gets next to none. With images of one style, that one is certain.
    """
    styles = np.unique(targs)
    if len(styles) == 1:
        certain = np.eye(n_styles)[styles]
        return np.repeat(certain, len(test_components), axis=0)
    own_scale = components.std(axis=0)  # main components are not scaled once more
    reduced = FewDimensions(components, own_scale)
    weight, bias = probe_weights(reduced, targs, groups, strength=strength, n_styles=n_styles)
    return softmax(test_components @ weight.T + bias, axis=1)


def quick_out_of_fold(
    components: np.ndarray,  # (n, k)
    targs: np.ndarray,  # (n,)
    folds: np.ndarray,  # (n,)
    *,
    groups: np.ndarray,  # (n,) whose the images are
    n_styles: int,
    is_known: np.ndarray | None = None,  # (n,) bool: what may be learned from; by default all
) -> np.ndarray:
    """Probabilities `(n, n_styles)`: of the images of each fold by the quick probe of what is known of the others."""
    probas = np.zeros((len(targs), n_styles))
    for fold in np.unique(folds):
        is_test = folds == fold
        is_train = ~is_test
        if is_known is not None:
            is_train &= is_known
        probas[is_test] = quick_probas(
            components[is_train],
            targs[is_train],
            components[is_test],
            groups=groups[is_train],
            n_styles=n_styles,
        )
    return probas
