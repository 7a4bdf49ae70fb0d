"""training.few_dimensions: the same products in fewer numbers, and the way back to the features."""

import tracemalloc

import numpy as np
import pytest

from styleclf.training import few_dimensions
from styleclf.training.few_dimensions import FewDimensions, products_with


def features_of(n, d=20, seed=0):
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(n, d))
    scales = rng.uniform(0.1, 3, size=d)
    return scales * numbers + 5


def scaled_by_hand(features, shares):
    return (features - features.mean(0)) / features.std(0) * shares


@pytest.mark.parametrize("n", [15, 300])  # fewer images than features, and more
def test_coordinates_keep_all_products_and_lead_back_to_the_features(n):
    features = features_of(n)
    shares = np.linspace(0.2, 2, features.shape[1])
    reduced = FewDimensions(features, shares)
    scaled = scaled_by_hand(features, shares)
    coordinates = reduced.coordinates
    assert coordinates.shape[1] == min(features.shape)
    assert coordinates @ coordinates.T == pytest.approx(scaled @ scaled.T, abs=1e-8)
    axes = reduced.weights_of(np.eye(coordinates.shape[1]))
    assert (features - reduced.mean) @ axes.T == pytest.approx(coordinates, abs=1e-4)


@pytest.mark.parametrize("n", [15, 300])
def test_other_images_have_coordinates_too(n):
    features = features_of(n)
    others = features_of(7, seed=1)
    reduced = FewDimensions(features, 0.5)
    assert reduced.coordinates_of(features) == pytest.approx(reduced.coordinates, abs=1e-4)
    some = np.random.default_rng(2).normal(size=(3, n))
    coefficients = some @ reduced.coordinates  # as a regression makes them, sums over images
    of_features = (others - reduced.mean) @ reduced.weights_of(coefficients).T
    of_coordinates = reduced.coordinates_of(others) @ coefficients.T
    assert of_coordinates == pytest.approx(of_features, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("chunk_bytes", [1, 500, 2**27])
def test_parts_of_any_size_add_up(monkeypatch, chunk_bytes):
    features = features_of(12).astype(np.float32)
    coefficients = np.random.default_rng(1).normal(size=(3, 12))
    reduced = FewDimensions(features)
    coefficients = coefficients @ reduced.triangle  # as a regression makes them, sums over images
    expected = reduced.weights_of(coefficients)
    monkeypatch.setattr(few_dimensions, "_CHUNK_BYTES", chunk_bytes)
    again = FewDimensions(features)
    assert again.weights_of(coefficients) == pytest.approx(expected, rel=1e-3, abs=1e-5)
    assert products_with(features, expected) == pytest.approx(features.astype(float) @ expected.T)


def test_many_images_have_products_of_half_the_size_and_next_to_the_same_weights(monkeypatch):
    features = features_of(60, d=200).astype(np.float32)
    targets = np.random.default_rng(1).normal(size=(2, 60))
    exact = FewDimensions(features)
    monkeypatch.setattr(few_dimensions, "_MANY_IMAGES", 59)
    reduced = FewDimensions(features)
    assert reduced.triangle.dtype == np.float32
    assert exact.triangle.dtype == np.float64
    expected = ridge_weights(exact, targets)
    largest = np.abs(expected).max()
    assert ridge_weights(reduced, targets) == pytest.approx(expected, abs=2e-3 * largest)


def ridge_weights(dimensions, targets):
    """The weights of features of a ridge regression in few dimensions."""
    coordinates = dimensions.coordinates.astype(float)
    products = coordinates.T @ coordinates
    penalty = 100 * np.eye(len(products))
    coefficients = np.linalg.solve(products + penalty, coordinates.T @ targets.T)
    return dimensions.weights_of(coefficients.T)


def test_constant_features_and_copies_of_images_say_nothing():
    features = np.tile(features_of(5), (3, 1))
    features[:, :2] = [7, 0]
    reduced = FewDimensions(features.astype(np.float32))
    weights = reduced.weights_of(np.ones((1, 15)) @ reduced.triangle)
    assert np.isfinite(weights).all()
    assert weights[0, :2] == pytest.approx([0, 0], abs=1e-6)


@pytest.mark.parametrize("n", [15, 300])
def test_features_that_are_no_numbers_are_told(n):
    features = features_of(n)
    features[3, 4] = np.nan
    with pytest.raises(ValueError, match="features contain NaN or infinity: the weights"):
        FewDimensions(features)


def test_rounding_that_asks_for_more_jitter_gets_it(monkeypatch):
    features = features_of(10).astype(np.float32)
    monkeypatch.setattr(few_dimensions, "_JITTERS_OF_DOUBLE", (-1e-2, 1e-9))
    assert np.isfinite(FewDimensions(features).coordinates).all()
    monkeypatch.setattr(few_dimensions, "_JITTERS_OF_DOUBLE", (-1e-2,))
    with pytest.raises(ValueError, match="too much alike"):
        FewDimensions(features)


def test_memory_holds_no_further_copy_of_the_features(monkeypatch):
    features = np.random.default_rng(0).normal(size=(200, 20_000)).astype(np.float32)
    monkeypatch.setattr(few_dimensions, "_CHUNK_BYTES", features.nbytes // 20)
    tracemalloc.start()
    reduced = FewDimensions(features)
    weights = reduced.weights_of(np.ones((3, 200)))
    products_with(features, weights)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < features.nbytes / 4
