"""training.discriminants: scikit-learn's where nothing is shrunk, the same by images and by dimensions."""

import numpy as np
import pandas as pd
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from styleclf.training import discriminants as module
from styleclf.training.discriminants import ABSENT_BIAS, best_temperature, discriminants
from styleclf.training.linear_probe import balanced_log_loss


def drawn(n=60, k=5, n_styles=3):
    """Coordinates of images in styles by turns, and their positions."""
    rng = np.random.default_rng(0)
    targs = np.arange(n) % n_styles
    centres = rng.normal(size=(n_styles, k))
    distances = rng.normal(size=(n, k))
    return centres[targs] + distances, targs


def centred(logits):
    return logits - logits.mean(axis=1, keepdims=True)


def test_without_shrinkage_they_are_scikit_learns():
    coordinates, targs = drawn()
    result = discriminants(coordinates, targs, n_styles=3, shrinkage=1e-9)
    analysis = LinearDiscriminantAnalysis(solver="lsqr", priors=[1 / 3, 1 / 3, 1 / 3])
    expected = analysis.fit(coordinates, targs).decision_function(coordinates)
    logits = result.logits(coordinates)
    assert centred(logits) == pytest.approx(centred(expected), abs=1e-3)


@pytest.mark.parametrize("k", [10, 50])
def test_the_inverse_is_that_of_the_shrunken_covariance(k):
    """Whether there are more images than dimensions or fewer."""
    coordinates, targs = drawn(n=30, k=k)
    means = pd.DataFrame(coordinates).groupby(targs).mean().to_numpy()
    residuals = coordinates - means[targs]
    covariance = residuals.T @ residuals / 30
    mean_variance = np.trace(covariance) / 30
    shrunken = 0.5 * covariance + 0.5 * mean_variance * np.eye(k)
    weight = means @ np.linalg.inv(shrunken)
    bias = -0.5 * (weight * means).sum(axis=1)
    result = discriminants(coordinates, targs, n_styles=3, shrinkage=0.5)
    assert result.weight == pytest.approx(weight)
    assert result.bias == pytest.approx(bias)


def test_every_style_counts_alike():
    """Images that stand twice change nothing about their style's share in the covariance."""
    coordinates, targs = drawn()
    again = np.flatnonzero(targs == 0)
    twice = np.concatenate([coordinates, coordinates[again]])
    twice_targs = np.concatenate([targs, targs[again]])
    plain = discriminants(coordinates, targs, n_styles=3, shrinkage=1e-9)
    doubled = discriminants(twice, twice_targs, n_styles=3, shrinkage=1e-9)
    assert doubled.weight == pytest.approx(plain.weight, rel=1e-4)


def test_a_style_without_images_is_never_the_likeliest():
    coordinates, targs = drawn()
    result = discriminants(coordinates, targs, n_styles=5)
    assert result.bias[3:].tolist() == [ABSENT_BIAS, ABSENT_BIAS]
    assert result.logits(coordinates).argmax(axis=1).max() <= 2


def test_nothing_is_made_of_styles_that_do_not_vary_or_of_what_memory_does_not_hold(monkeypatch):
    assert discriminants(np.eye(3), np.arange(3), n_styles=3) is None
    monkeypatch.setattr(module, "_MOST_DIMENSIONS", 4)
    coordinates, targs = drawn()
    assert discriminants(coordinates, targs, n_styles=3) is None
    assert discriminants(coordinates[:, :4], targs, n_styles=3) is not None


def test_the_temperature_undoes_a_factor():
    coordinates, targs = drawn(n=300, k=2)
    result = discriminants(coordinates, targs, n_styles=3)
    logits = result.logits(coordinates)
    temperature = best_temperature(logits, targs, balanced_log_loss)
    of_tenfold = best_temperature(10 * logits, targs, balanced_log_loss)
    assert of_tenfold == pytest.approx(10 * temperature, rel=0.2)
    cooled = result.cooled(temperature)
    assert cooled.logits(coordinates) == pytest.approx(logits / temperature)
