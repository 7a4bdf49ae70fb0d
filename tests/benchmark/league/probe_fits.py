"""What can be fitted to the coordinates of paintings: linear classifiers, for `compare_probes`."""

from collections.abc import Callable
from functools import partial

import numpy as np

from styleclf.training.discriminants import discriminants
from styleclf.training.linear_probe import ridge_path

Weights = tuple[np.ndarray, np.ndarray]  # (n_styles, d) and (n_styles,)
Fit = Callable[[np.ndarray, np.ndarray, int], Weights]  # of coordinates, targets and the number of styles

_TEMPERATURE = 7.5  # the median of those that inner folds chose for both sets


def fit_of(name: str, strength: float) -> Fit:
    """What a way fits: a regression of that strength, unless its name says otherwise."""
    if name in FITS:
        return FITS[name]
    if name in SHRINKAGES:
        return partial(regression_and_discriminants, strength=strength, shrinkage=SHRINKAGES[name])
    return partial(regression, strength=strength)


def regression(coordinates: np.ndarray, targs: np.ndarray, n_styles: int, *, strength: float) -> Weights:
    """Logistic regression; coordinates are scaled already."""
    (solution,) = ridge_path(coordinates, targs, [strength], n_styles=n_styles)
    return solution


def shrunken(coordinates: np.ndarray, targs: np.ndarray, n_styles: int, *, shrinkage: float) -> Weights:
    """Linear discriminants. Every style has images that differ."""
    solution = discriminants(coordinates, targs, n_styles=n_styles, shrinkage=shrinkage)
    assert solution is not None
    return solution.weight, solution.bias


def regression_and_discriminants(
    coordinates: np.ndarray,
    targs: np.ndarray,
    n_styles: int,
    *,
    strength: float,
    shrinkage: float,
) -> Weights:
    """The mean of both, as a training's probe is, but for the temperature, which is not chosen by inner folds."""
    weight, bias = regression(coordinates, targs, n_styles, strength=strength)
    shrunken_weight, shrunken_bias = shrunken(coordinates, targs, n_styles, shrinkage=shrinkage)
    mean_weight = (weight + shrunken_weight / _TEMPERATURE) / 2
    mean_bias = (bias + shrunken_bias / _TEMPERATURE) / 2
    return mean_weight, mean_bias


def ridge(coordinates: np.ndarray, targs: np.ndarray, n_styles: int, *, penalty: float) -> Weights:
    """Least squares to labels of 0 and 1, by a penalty that is a share of the mean square of an image."""
    weights = style_weights(targs, n_styles)
    roots = np.sqrt(weights)[:, None]
    mean = np.average(coordinates, axis=0, weights=weights)
    centred = (coordinates - mean) * roots
    labels = np.eye(n_styles)[targs]
    centred_labels = (labels - 1 / n_styles) * roots
    products = centred @ centred.T
    mean_square = products.diagonal().mean()
    ridge_of_images = penalty * mean_square * np.eye(len(products))
    image_shares = np.linalg.solve(products + ridge_of_images, centred_labels)
    directions = image_shares.T @ centred
    offsets = -directions @ mean
    return directions, offsets


def style_weights(targs: np.ndarray, n_styles: int) -> np.ndarray:
    """`(n,)` weights with mean 1, by which every style counts alike."""
    counts = np.bincount(targs, minlength=n_styles)
    n_present = np.count_nonzero(counts)
    return len(targs) / n_present / counts[targs]


SHRINKAGES = {"both-0.2": 0.2, "both-0.35": 0.35, "both-0.5": 0.5}
FITS: dict[str, Fit] = {
    "lda-0.2": partial(shrunken, shrinkage=0.2),
    "lda-0.35": partial(shrunken, shrinkage=0.35),
    "lda-0.5": partial(shrunken, shrinkage=0.5),
    "lda-0.6": partial(shrunken, shrinkage=0.6),
    "lda-0.8": partial(shrunken, shrinkage=0.8),
    "ridge-0.3": partial(ridge, penalty=0.3),
    "ridge-1.0": partial(ridge, penalty=1.0),
}
