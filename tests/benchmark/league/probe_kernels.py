"""Ways to treat a body's features, each as coordinates of all paintings, for `compare_probes`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from styleclf.benchmark.league.kernels import FeatureKernel

_SMALLEST_DEVIATION = 1e-6
_CLIPPED_AT = 3.0  # deviations
_BALANCE = 0.25  # of a training's probe: see `layer_shares`

Change = Callable[[np.ndarray], np.ndarray]


class Features(NamedTuple):
    """A body's style features of all paintings."""

    numbers: np.ndarray  # (n, d)
    widths: list[int]  # numbers of each layer: pooled features, stages, hidden layers
    n_stages: int  # whose numbers are as many means as deviations


ToCoordinates = Callable[[Features], np.ndarray]


def plain_coordinates(features: Features) -> np.ndarray:
    """Coordinates `(n, rank)` with the products of scaled features, as a training's probe has them."""
    scaled = scaled_numbers(features)
    return _coordinates(scaled @ scaled.T)


def scaled_numbers(features: Features, balance: float = _BALANCE) -> np.ndarray:
    """The features with deviation 1, times the shares of their layers."""
    numbers = features.numbers
    centred = numbers - numbers.mean(axis=0)
    deviation = numbers.std(axis=0)
    divisor = np.maximum(deviation, _SMALLEST_DEVIATION)
    shares = balanced_shares(features.widths, balance)
    return centred / divisor * shares


def balanced_shares(widths: Sequence[int], balance: float) -> np.ndarray:
    """The shares of `layer_shares`, for any balance."""
    numbers = np.array(widths)
    shares = np.repeat(numbers**-balance, numbers)
    mean_square = np.square(shares).mean()
    return shares / np.sqrt(mean_square)


def _coordinates(products: np.ndarray) -> np.ndarray:
    """Coordinates `(n, rank)` with these products `(n, n)`."""
    kernel = FeatureKernel(products, ())
    return kernel.coordinates()


# Changes of the features before they are scaled


def with_deviations(features: Features, change: Change) -> np.ndarray:
    """Coordinates of features whose deviations are changed before they are scaled."""
    numbers = changed_deviations(features, change)
    changed_features = features._replace(numbers=numbers)
    return plain_coordinates(changed_features)


def changed_deviations(features: Features, change: Change) -> np.ndarray:
    """The features with every deviation changed: half of each stage's numbers, and all of the hidden layers'."""
    pooled, *layers = by_layer(features.numbers, features.widths)
    parts = [pooled]
    for position, layer in enumerate(layers):
        is_stage = position < features.n_stages
        _, width = layer.shape
        n_means = width // 2 if is_stage else 0
        means, deviations = np.split(layer, [n_means], axis=1)
        parts.append(means)
        parts.append(change(deviations))
    return np.concatenate(parts, axis=1)


def by_layer(numbers: np.ndarray, widths: Sequence[int]) -> list[np.ndarray]:
    """The numbers of each layer."""
    ends = np.cumsum(widths)
    return np.split(numbers, ends[:-1], axis=1)


def square_roots(deviations: np.ndarray) -> np.ndarray:
    """Square roots of deviations."""
    positive = np.maximum(deviations, 0)
    return np.sqrt(positive)


def logarithms(deviations: np.ndarray) -> np.ndarray:
    """Logarithms of deviations."""
    positive = np.maximum(deviations, _SMALLEST_DEVIATION)
    return np.log(positive)


# Changes of the scaled features


def with_scaled(features: Features, change: Change) -> np.ndarray:
    """Coordinates of features that are changed after they have been scaled."""
    scaled = scaled_numbers(features)
    changed = change(scaled)
    return _coordinates(changed @ changed.T)


def with_layers(features: Features, change: Change) -> np.ndarray:
    """Coordinates of features that are changed layer by layer after they have been scaled."""
    scaled = scaled_numbers(features)
    layers = by_layer(scaled, features.widths)
    changed_layers = [change(layer) for layer in layers]
    changed = np.concatenate(changed_layers, axis=1)
    return _coordinates(changed @ changed.T)


def with_balance(features: Features, balance: float) -> np.ndarray:
    """Coordinates of features whose layers count by another balance."""
    scaled = scaled_numbers(features, balance)
    return _coordinates(scaled @ scaled.T)


def clipped(scaled: np.ndarray) -> np.ndarray:
    """Nothing beyond three deviations."""
    return scaled.clip(-_CLIPPED_AT, _CLIPPED_AT)


def signed_roots(scaled: np.ndarray) -> np.ndarray:
    """Square roots with the sign of the number."""
    roots = np.sqrt(np.abs(scaled))
    return np.sign(scaled) * roots


def of_length_one(scaled: np.ndarray) -> np.ndarray:
    """Every image's features of the same length."""
    lengths = np.linalg.norm(scaled, axis=1, keepdims=True)
    return scaled / lengths * lengths.mean()


# Changes of the products of images


def with_products(features: Features, change: Change) -> np.ndarray:
    """Coordinates whose products are those of the scaled features, changed."""
    scaled = scaled_numbers(features)
    products = scaled @ scaled.T
    changed = change(products)
    return _coordinates(changed)


def gaussian(products: np.ndarray, factor: float) -> np.ndarray:
    """The kernel exp(-factor d² / median of d²) of squared distances d², as large as the products on the mean."""
    squares = products.diagonal()
    distances = squares[:, None] + squares - 2 * products
    relative_distances = distances / np.median(distances)
    kernel = np.exp(-factor * relative_distances)
    scale = products.trace() / kernel.trace()
    return scale * kernel


def spectral_power(products: np.ndarray, power: float) -> np.ndarray:
    """Products whose eigenvalues have been raised to a power: above 1 main directions count for more."""
    eigenvalues, eigenvectors = np.linalg.eigh(products)
    positive = np.maximum(eigenvalues, 0)
    raised = positive**power
    scale = products.trace() / raised.sum()
    return scale * (eigenvectors * raised) @ eigenvectors.T


def _coordinates_by_name() -> dict[str, ToCoordinates]:
    """All ways, by their names on the command line."""
    ways: dict[str, ToCoordinates] = {
        "root-deviations": partial(with_deviations, change=square_roots),
        "log-deviations": partial(with_deviations, change=logarithms),
        "signed-roots": partial(with_scaled, change=signed_roots),
        "clipped": partial(with_scaled, change=clipped),
        "length-1": partial(with_scaled, change=of_length_one),
        "layers-of-length-1": partial(with_layers, change=of_length_one),
    }
    for balance in (0.0, 0.1, 0.35):
        ways[f"balance-{balance}"] = partial(with_balance, balance=balance)
    for factor in (0.5, 1.0, 2.0):
        kernel = partial(gaussian, factor=factor)
        ways[f"gaussian-{factor}"] = partial(with_products, change=kernel)
    for power in (0.75, 1.25):
        raised = partial(spectral_power, power=power)
        ways[f"power-{power}"] = partial(with_products, change=raised)
    return ways


COORDINATES = _coordinates_by_name()
