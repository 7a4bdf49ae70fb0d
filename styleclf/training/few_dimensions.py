"""Features in few dimensions: thousands of numbers of an image, as at most as many as there are images.

A ridge's weights lie in the span of its images (the representer theorem), and a rotation leaves their length alone. So
n images of d scaled features are to it the same as the n x n triangle L of Cholesky with the same products, L @ L.T.
Products are summed over a few columns at a time: beside the features, memory holds one n x n matrix, and no further
copy of all features.
"""

from collections.abc import Iterator
from contextlib import suppress

import numpy as np

_CHUNK_BYTES = 2**27  # of a few columns, or rows, in float64
_MANY_IMAGES = 8_192  # above, products are float32: 20,000 images have 1.6 GB of them
_JITTERS_OF_DOUBLE = (1e-11, 1e-9, 1e-6)  # the next one where rounding asks for more
_JITTERS_OF_SINGLE = (1e-4, 1e-3, 1e-2)
_LEAST_DEVIATION = 1e-6  # of a feature, as a share of its mean: below is rounding


class FewDimensions:
    """Features `(n, d)` scaled to a deviation of `shares`, in an orthonormal basis of at most n of their dimensions.

    `coordinates (n, min(n, d))` have the products of the scaled features, which may be memory-mapped. Raises ValueError
    for features with NaN or infinity.
    """

    def __init__(self, features: np.ndarray, shares: np.ndarray | float = 1.0) -> None:
        self.features = features
        mean, deviation = _column_statistics(features)
        self.mean = mean  # (d,)
        self.factor = shares / deviation  # (d,) from a feature, less its mean, to a scaled one
        n_images, n_features = features.shape
        self.triangle: np.ndarray | None = None  # (n, n), where there are fewer images than features
        if n_images < n_features:
            self.triangle = self._triangle()
            self.coordinates = self.triangle.astype(features.dtype, copy=False)
        else:
            all_columns = slice(0, n_features)
            self.coordinates = self._scaled_columns(all_columns)

    def weights_of(self, coefficients: np.ndarray) -> np.ndarray:
        """What makes of features, less their mean, what `coefficients (k, min(n, d))` make of coordinates: `(k, d)`.

        Coefficients of the triangle are sums over images, and so are the weights.
        """
        if self.triangle is None:
            return coefficients * self.factor
        from scipy.linalg import solve_triangular

        image_shares = solve_triangular(
            self.triangle,
            coefficients.T,
            trans="T",
            lower=True,
            check_finite=False,
        )
        of_all_images = image_shares.sum(axis=0)
        weights = -np.outer(of_all_images, self.mean)
        for rows in _chunks(*self.features.shape):
            of_images = image_shares[rows].T
            features = self.features[rows].astype(np.float64)
            weights += of_images @ features
        return weights * self.factor**2

    def coordinates_of(self, features: np.ndarray) -> np.ndarray:
        """Coordinates `(m, min(n, d))` of other images, whose features `(m, d)` are given.

        Coefficients make the same of them as `weights_of` makes of the features.
        """
        n_features = len(self.mean)
        if self.triangle is None:
            return self._scaled_columns(slice(0, n_features), features)
        from scipy.linalg import solve_triangular

        products = np.zeros((len(self.features), len(features)))
        for columns in _chunks(n_features, len(products)):
            scaled = self._scaled_columns(columns)
            scaled_others = self._scaled_columns(columns, features)
            products += scaled @ scaled_others.T
        coordinates = solve_triangular(self.triangle, products, lower=True, check_finite=False)
        return coordinates.T.astype(self.coordinates.dtype)

    def _triangle(self) -> np.ndarray:
        """The lower triangle L `(n, n)` with L @ L.T = products.

        Products of centred features have a direction without extent. A jitter, far below what any regularisation
        leaves, keeps rounding from making that negative.
        """
        from scipy.linalg import LinAlgError, cholesky

        has_many_images = len(self.features) > _MANY_IMAGES
        dtype = np.float32 if has_many_images else np.float64
        jitters = _JITTERS_OF_SINGLE if has_many_images else _JITTERS_OF_DOUBLE
        for jitter in jitters:
            products = self._products(dtype)
            diagonal = products.diagonal()
            raised_diagonal = diagonal + jitter * diagonal.mean()
            np.fill_diagonal(products, raised_diagonal)
            with suppress(LinAlgError):
                upper_triangle = cholesky(products, overwrite_a=True, check_finite=False)
                return upper_triangle.T
        raise ValueError("features are too much alike, or too large, to be told apart: are their weights damaged?")

    def _scaled_columns(self, columns: slice, features: np.ndarray | None = None) -> np.ndarray:
        """Some columns of features, by default those of all images, scaled; in the precision of the features."""
        features = self.features if features is None else features
        of_columns = features[:, columns]
        mean = self.mean[columns].astype(features.dtype)
        scaled = of_columns - mean
        scaled *= self.factor[columns]
        return scaled

    def _products(self, dtype: type) -> np.ndarray:
        """The products of all images, `(n, n)`, of which the upper triangle is filled."""
        from scipy.linalg.blas import dsyrk, ssyrk

        n_images, n_features = self.features.shape
        add_products = ssyrk if dtype is np.float32 else dsyrk
        shape = (n_images, n_images)
        products: np.ndarray = np.zeros(shape, dtype=dtype, order="F")
        for columns in _chunks(n_features, n_images):
            scaled: np.ndarray = self._scaled_columns(columns)
            scaled = np.asfortranarray(scaled, dtype=dtype)
            products = add_products(
                1.0,
                scaled,
                beta=1.0,
                c=products,
                overwrite_c=True,
            )
        return products


def products_with(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """`features (n, d) @ weights.T (d, k)` in float64, of which memory never holds a copy of all features."""
    shape = (len(features), len(weights))
    products = np.empty(shape)
    for rows in _chunks(*features.shape):
        part = features[rows].astype(np.float64)
        products[rows] = part @ weights.T
    return products


def _chunks(length: int, numbers: int) -> Iterator[slice]:
    """Parts of `length` rows, or columns, of so many numbers each that a part of them stays within `_CHUNK_BYTES`."""
    bytes_of_one = 8 * numbers
    step = max(1, _CHUNK_BYTES // bytes_of_one)
    for start in range(0, length, step):
        end = min(start + step, length)
        yield slice(start, end)


def _column_statistics(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of every feature, `(d,)` float64; a deviation of 1 where a feature is constant.

    Raises ValueError for features that are not numbers.
    """
    n_images, n_features = features.shape
    mean = np.empty(n_features)
    deviation = np.empty(n_features)
    for columns in _chunks(n_features, n_images):
        numbers = features[:, columns].astype(np.float64)
        mean[columns] = numbers.mean(axis=0)
        deviation[columns] = numbers.std(axis=0)
    if not np.isfinite(deviation).all():
        raise ValueError("features contain NaN or infinity: the weights of the body are damaged, or not made for it")
    rounding = _LEAST_DEVIATION * np.abs(mean)
    deviation[deviation <= rounding] = 1.0
    return mean, deviation
