"""evaluation.calibration_error: a calibrated model is told to be one, however few its images are."""

import numpy as np
import pytest

from styleclf.evaluation.calibration_error import N_BINS, calibration_error, confidence_bins
from styleclf.evaluation.intervals import AuthorBootstrap


def judged(n, excess, seed=0):
    """Confidences, `excess` higher than they should be, hits, and a bootstrap of images by as many authors."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0.4, 0.85, n)
    is_right = rng.random(n) < truth
    bootstrap = AuthorBootstrap(np.arange(n), np.zeros(n, dtype=int), n_resamples=200)
    return truth + excess, is_right, bootstrap


@pytest.mark.parametrize("excess", [0, 0.03, 0.12])
@pytest.mark.parametrize("n", [60, 400])
def test_the_error_is_hardly_biased_however_few_the_images(n, excess):
    values = []
    held = []
    for seed in range(30):
        estimate = calibration_error(*judged(n, excess, seed))
        values.append(estimate.value)
        held.append(estimate.lo <= excess <= estimate.hi)
    assert np.median(values) == pytest.approx(excess, abs=0.035)
    assert np.mean(held) >= 0.85


def test_fewer_than_two_images_a_bin_are_too_few_to_tell():
    for n, has_interval in ((2 * N_BINS - 1, False), (2 * N_BINS, True)):
        estimate = calibration_error(*judged(n, 0.1))
        assert np.isfinite(estimate.value)
        assert np.isfinite([estimate.lo, estimate.hi]).all() == has_interval


def test_the_error_is_below_that_of_bins():
    n = 60
    confidence, is_right, bootstrap = judged(n, 0.03)
    bins = confidence_bins(confidence, N_BINS)
    gaps = np.bincount(bins, confidence - is_right)
    of_bins = np.abs(gaps).sum() / n
    assert calibration_error(confidence, is_right, bootstrap).value <= of_bins


def test_a_style_with_a_lone_author_leaves_no_interval():
    confidence, is_right, _ = judged(40, 0)
    styles = np.repeat([0, 1], 20)
    units = np.where(styles == 0, np.arange(40), 99)
    estimate = calibration_error(confidence, is_right, AuthorBootstrap(units, styles))
    assert estimate.value >= 0
    assert np.isnan([estimate.lo, estimate.hi]).all()
