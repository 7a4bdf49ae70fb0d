"""Linear discriminants: beside the regression, the other half of the probe.

Regression looks for the borders between styles, discriminants for their middles, measured by how much works within a
style differ. They err on other paintings: on painters never seen the mean of both is better than either
(docs/fine-tuning-study.md).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from styleclf.training.few_dimensions import FewDimensions

ABSENT_BIAS = -1e4  # the lowest that float32 sums stand, for styles without images
_SHRINKAGE = 0.35  # share of the covariance within styles that is replaced by a multiple of one
_MOST_DIMENSIONS = 8_192  # of the matrix that is inverted: 0.5 GB
_TEMPERATURES = np.geomspace(1e-3, 1e3, 49)


class LinearMap(NamedTuple):
    """Logits of coordinates `(n, k)`: `coordinates @ weight.T + bias`."""

    weight: np.ndarray  # (n_styles, k)
    bias: np.ndarray  # (n_styles,)

    def logits(self, coordinates: np.ndarray) -> np.ndarray:
        """`(n, n_styles)`."""
        return coordinates @ self.weight.T + self.bias

    def cooled(self, temperature: float) -> "LinearMap":
        """The map whose logits are divided by a temperature."""
        return LinearMap(self.weight / temperature, self.bias / temperature)

    def mean_with(self, other: "LinearMap") -> "LinearMap":
        """The map whose logits are the means of those of both."""
        return LinearMap((self.weight + other.weight) / 2, (self.bias + other.bias) / 2)

    def of_features(self, reduced: FewDimensions) -> "LinearMap":
        """What makes the same logits of the features `(n, d)` whose coordinates this map takes."""
        weight = reduced.weights_of(self.weight)
        bias_shift = weight @ reduced.mean
        return LinearMap(weight, self.bias - bias_shift)


def discriminants(
    coordinates: np.ndarray,  # (n, k)
    targs: np.ndarray,  # (n,) positions of styles
    *,
    n_styles: int,
    shrinkage: float = _SHRINKAGE,  # above 0, below 1
) -> LinearMap | None:
    """Linear discriminants of features in few dimensions, every style counting alike (Friedman 1989).

    The covariance within styles is shrunk to a multiple of one. A style without images gets `ABSENT_BIAS`. None where
    no style varies, and where both n and k are so large that the inverse would not fit into memory.
    """
    if min(coordinates.shape) > _MOST_DIMENSIONS:
        return None
    means, residuals = _within_styles(coordinates, targs, n_styles)
    mean_square = np.square(residuals).sum() / len(residuals)
    if mean_square == 0:
        return None
    floor = shrinkage * mean_square
    directions = _whitened_means(means, residuals, floor=floor, shrinkage=shrinkage)
    products = directions * means
    bias = -products.sum(axis=1) / 2
    n_images = np.bincount(targs, minlength=n_styles)
    bias[n_images == 0] = ABSENT_BIAS
    return LinearMap(directions, bias)


def _within_styles(coordinates: np.ndarray, targs: np.ndarray, n_styles: int) -> tuple[np.ndarray, np.ndarray]:
    """Means of the styles `(n_styles, k)`, and what images differ from theirs `(n, k)`, their squares a covariance."""
    means = np.zeros((n_styles, coordinates.shape[1]))
    roots = np.zeros(len(targs))
    styles, counts = np.unique(targs, return_counts=True)
    for style, count in zip(styles, counts, strict=True):
        of_style = targs == style
        means[style] = coordinates[of_style].mean(axis=0)
        roots[of_style] = 1 / np.sqrt(count * len(styles))
    residuals = (coordinates - means[targs]) * roots[:, None]
    return means, residuals


def _whitened_means(
    means: np.ndarray,  # (n_styles, k)
    residuals: np.ndarray,  # (n, k)
    *,
    floor: float,
    shrinkage: float,
) -> np.ndarray:
    """The means times the inverse of the shrunken covariance, `(n_styles, k)`.

    Of fewer images than dimensions the inverse is that of a matrix of images by images (Woodbury's identity).
    """
    n_images, n_dimensions = residuals.shape
    weight = 1 - shrinkage
    if n_dimensions <= n_images:
        covariance = weight * (residuals.T @ residuals)
        covariance += floor * np.eye(n_dimensions)
        return np.linalg.solve(covariance, means.T).T
    products = residuals @ residuals.T / floor
    products += np.eye(n_images) / weight
    of_images = np.linalg.solve(products, residuals @ means.T)
    return (means - of_images.T @ residuals / floor) / floor


def best_temperature(logits: np.ndarray, targs: np.ndarray, loss: Callable[[np.ndarray, np.ndarray], float]) -> float:
    """The temperature by which logits `(n, n_styles)` have to be divided to have the lowest loss."""
    losses = [loss(logits / temperature, targs) for temperature in _TEMPERATURES]
    return float(_TEMPERATURES[np.argmin(losses)])
