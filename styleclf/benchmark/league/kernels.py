"""Likeness of paintings as a body sees them: all that a probe needs, and it adds up where bodies stand side by side.

A ridge's weights lie in the span of its images (the representer theorem), so the products of scaled features `(n, n)`
tell as much as the features `(n, d)`. Features are scaled by their deviation over all images that are judged, which
takes no label. Of bodies side by side the products are sums, each by how much its features count in the whole.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from styleclf.training import layer_shares

_BLOCK = 1024  # features at once
_SMALLEST_DEVIATION = 1e-6
_NEGLIGIBLE_SHARE = 1e-6  # of the largest eigenvalue: directions below it are rounding


class FeatureKernel(NamedTuple):
    """Products of the features of n images, and how many features came from each layer."""

    products: np.ndarray  # (n, n) float32
    widths: tuple[int, ...]

    def coordinates(self) -> np.ndarray:
        """Coordinates `(n, rank)` float32 of the images, whose products these are."""
        products = self.products.astype(float)
        eigenvalues, eigenvectors = np.linalg.eigh(products)
        is_real = eigenvalues > _NEGLIGIBLE_SHARE * eigenvalues[-1]
        lengths = np.sqrt(eigenvalues[is_real])
        coordinates = eigenvectors[:, is_real] * lengths
        return coordinates.astype(np.float32)


def kernel_of(features: np.ndarray, widths: Sequence[int]) -> FeatureKernel:
    """The kernel of features `(n, d)`, of which each layer gave as many as `widths` says."""
    shares = layer_shares(widths)
    n, d = features.shape
    products = np.zeros((n, n), dtype=np.float32)
    for start in range(0, d, _BLOCK):
        columns = slice(start, start + _BLOCK)
        block = features[:, columns]
        deviation = block.std(axis=0)
        deviation = np.maximum(deviation, _SMALLEST_DEVIATION)
        centred = block - block.mean(axis=0)
        scaled = centred * (shares[columns] / deviation)
        products += scaled @ scaled.T
    return FeatureKernel(products, tuple(widths))


def joined_kernel(kernels: Sequence[FeatureKernel]) -> FeatureKernel:
    """The kernel of bodies side by side, of the same images.

    >>> kernel = FeatureKernel(np.eye(2, dtype=np.float32), (3,))
    >>> joined_kernel([kernel, kernel]).products.tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """
    widths: list[int] = []
    for kernel in kernels:
        widths.extend(kernel.widths)
    shares = layer_shares(widths)
    products = np.zeros_like(kernels[0].products)
    start = 0
    for kernel in kernels:
        shares_alone = layer_shares(kernel.widths)
        factor = shares[start] / shares_alone[0]  # every feature of a body is lifted or lowered alike
        products += factor**2 * kernel.products
        start += len(shares_alone)
    return FeatureKernel(products, tuple(widths))
