"""What can be fitted to the coordinates of paintings: linear classifiers, for `compare_probes`."""

from collections.abc import Callable
from functools import partial

import numpy as np

from styleclf.training.probe import ridge_path

Weights = tuple[np.ndarray, np.ndarray]  # (n_styles, d) and (n_styles,)
Fit = Callable[[np.ndarray, np.ndarray, int], Weights]  # of coordinates, targets and the number of styles


def regression(coordinates: np.ndarray, targs: np.ndarray, n_styles: int, *, strength: float) -> Weights:
    """The logistic regression of a training's probe; coordinates are scaled already."""
    (solution,) = ridge_path(coordinates, targs, [strength], n_styles=n_styles)
    return solution


def discriminants(coordinates: np.ndarray, targs: np.ndarray, n_styles: int, *, shrinkage: float) -> Weights:
    """Linear discriminants: the covariance within styles is shrunk to a multiple of one (Friedman 1989).

    With fewer images than dimensions its inverse is computed among images (Woodbury). Every style has images.
    """
    weights = style_weights(targs, n_styles)
    means = np.zeros((n_styles, coordinates.shape[1]))
    for targ in range(n_styles):
        of_style = coordinates[targs == targ]
        means[targ] = of_style.mean(axis=0)
    roots = np.sqrt(weights / weights.sum())
    residuals = (coordinates - means[targs]) * roots[:, None]
    n_images = len(residuals)
    mean_square = np.square(residuals).sum() / n_images
    floor = shrinkage * mean_square
    among_images = residuals @ residuals.T / floor
    among_images += np.eye(n_images) / (1 - shrinkage)
    of_means = residuals @ means.T
    corrections = np.linalg.solve(among_images, of_means)
    directions = (means - corrections.T @ residuals / floor) / floor
    products = directions * means
    return directions, -products.sum(axis=1) / 2


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
    products += penalty * mean_square * np.eye(len(products))
    image_shares = np.linalg.solve(products, centred_labels)
    directions = image_shares.T @ centred
    return directions, -directions @ mean


def style_weights(targs: np.ndarray, n_styles: int) -> np.ndarray:
    """`(n,)` weights with mean 1, by which every style counts alike."""
    counts = np.bincount(targs, minlength=n_styles)
    n_present = np.count_nonzero(counts)
    return len(targs) / n_present / counts[targs]


FITS: dict[str, Fit] = {
    "lda-0.3": partial(discriminants, shrinkage=0.3),
    "lda-0.6": partial(discriminants, shrinkage=0.6),
    "lda-0.9": partial(discriminants, shrinkage=0.9),
    "ridge-0.3": partial(ridge, penalty=0.3),
    "ridge-1.0": partial(ridge, penalty=1.0),
}
