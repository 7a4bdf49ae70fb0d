"""evaluation.calibration_error: a calibrated model is told to be one, however few its images are."""

import numpy as np
import pytest

from styleclf.evaluation.calibration_error import N_BINS, calibration_error, confidence_bins
from styleclf.evaluation.intervals import AuthorBootstrap


def judged(n, off, seed=0):
    """Confidences and hits of a model that says `off` too much, and a bootstrap of images by as many authors."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0.4, 0.85, n)
    return truth + off, rng.random(n) < truth, AuthorBootstrap(np.arange(n), np.zeros(n, dtype=int), n_resamples=200)


@pytest.mark.parametrize("off", [0, 0.03, 0.12])
@pytest.mark.parametrize("n", [60, 400])
def test_the_error_is_hardly_biased_however_few_the_images(n, off):
    estimates = [calibration_error(*judged(n, off, seed)) for seed in range(30)]
    values = np.array([estimate.value for estimate in estimates])
    assert np.median(values) == pytest.approx(off, abs=0.035)
    assert np.mean([estimate.lo <= off <= estimate.hi for estimate in estimates]) >= 0.85
    confidence, right, _ = judged(n, off)
    bins = np.eye(N_BINS)[confidence_bins(confidence, N_BINS)]
    assert values[0] <= np.abs((confidence - right) @ bins).sum() / n


def test_a_style_with_a_lone_author_leaves_no_interval():
    confidence, right, _ = judged(40, 0)
    alone = AuthorBootstrap(np.r_[np.arange(20), np.full(20, 99)], np.repeat([0, 1], 20))
    estimate = calibration_error(confidence, right, alone)
    assert estimate.value >= 0
    assert np.isnan(estimate.lo)
    assert np.isnan(estimate.hi)
