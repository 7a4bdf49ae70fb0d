"""Kernels: products of scaled features, which add up where bodies stand side by side."""

import numpy as np
import pytest

from styleclf.benchmark.league.kernels import joined_kernel, kernel_of
from styleclf.training import layer_shares


@pytest.fixture(scope="module")
def features():
    """Two bodies' features of 20 images, on scales of their own."""
    rng = np.random.default_rng(0)
    first = rng.normal(3, 5, (20, 30))
    second = rng.normal(0, 0.1, (20, 12))
    return first.astype(np.float32), second.astype(np.float32)


def test_products_are_those_of_features_scaled_by_their_layers_shares(features):
    first, _ = features
    deviations = (first - first.mean(axis=0)) / first.std(axis=0)
    scaled = deviations * layer_shares([20, 10])
    assert kernel_of(first, [20, 10]).products == pytest.approx(scaled @ scaled.T, rel=1e-4, abs=1e-4)


def test_coordinates_have_these_products(features):
    kernel = kernel_of(features[0], [30])
    coordinates = kernel.coordinates()
    assert coordinates @ coordinates.T == pytest.approx(kernel.products, rel=1e-3, abs=1e-2)
    assert coordinates.shape[1] == 19, "centred features of 20 images have a dimension less"


def test_side_by_side_is_the_kernel_of_features_side_by_side(features):
    first, second = features
    joined = joined_kernel([kernel_of(first, [20, 10]), kernel_of(second, [12])])
    whole = kernel_of(np.concatenate([first, second], axis=1), [20, 10, 12])
    assert joined.products == pytest.approx(whole.products, rel=1e-4, abs=1e-4)
    assert joined.widths == whole.widths


def test_a_constant_feature_says_nothing():
    features = np.zeros((5, 3), dtype=np.float32)
    assert not kernel_of(features, [3]).products.any()
