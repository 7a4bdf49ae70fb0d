"""The expected calibration error: how far confidence and share right are apart, less what chance alone would show.

Images are sorted into equal bins of confidence; the error is the mean distance, over images, of a bin's confidence from
its share right (Guo et al. 2017). Distances have no sign, so that a perfect model of few images has an error as well.
Here the gaps of all bins are taken to be the observed ones times one factor. The value belongs to the factor at which
half of all sets of authors would show more than was observed, and the interval to the factors that do not make what
was observed a rare case. `tests/evaluation/simulate_coverage.py` shows how near that comes to the truth.
"""

import numpy as np

from styleclf.evaluation.arithmetic import one_hot
from styleclf.evaluation.estimates import Estimate
from styleclf.evaluation.intervals import AuthorBootstrap, centred_draws

N_BINS = 15
_FACTORS = np.linspace(0, 4, 81)  # of the observed gaps, that are tried


def calibration_error(
    confidence: np.ndarray,  # (n,) highest probabilities
    right: np.ndarray,  # (n,) bool
    bootstrap: AuthorBootstrap,  # of the same images
) -> Estimate:
    """The error, 0..1, with a 95 % interval, which is NaN where it would not hold what it promises.

    That is where a style has a lone author, so that gaps are one hand's, and below two independent images of a bin.
    """
    n_images = len(confidence)
    bins = confidence_bins(confidence, N_BINS)
    is_in_bin = one_hot(bins, N_BINS)
    gap = confidence - right
    gaps_of_images = is_in_bin * gap[:, None]
    gaps = gaps_of_images.sum(axis=0) / n_images
    total = bootstrap.counts.sum(axis=1, keepdims=True)
    drawn_gaps = bootstrap.counts @ gaps_of_images / total
    shown_error = np.abs(gaps).sum()
    shown_by_factor = _shown_errors(gaps, drawn_gaps)
    median = np.median(shown_by_factor, axis=1)
    value = shown_error * _factor_at(shown_error, median)
    every_image = np.ones(n_images)
    has_too_few = bootstrap.independent_number(every_image) < 2 * N_BINS
    if has_too_few or bootstrap.has_lone_author:
        return Estimate(float(value), np.nan, np.nan)
    ends = (bootstrap.tail, 100 - bootstrap.tail)
    unusual_lo, unusual_hi = np.percentile(shown_by_factor, ends, axis=1)
    lowest = shown_error * _factor_at(shown_error, unusual_hi)
    highest = shown_error * _factor_at(shown_error, unusual_lo)
    draws = np.abs(drawn_gaps).sum(axis=1)
    lo, hi = bootstrap.bounds(centred_draws(draws, value))
    lo = max(0.0, min(lo, lowest))
    return Estimate(float(value), lo, max(hi, highest))


def _shown_errors(
    gaps: np.ndarray,  # (n_bins,)
    drawn_gaps: np.ndarray,  # (n_resamples, n_bins)
) -> np.ndarray:
    """`(n_factors, n_resamples)` errors that draws would show if the true gaps were a factor times those found."""
    deviations = []
    for factor in _FACTORS:
        gaps_of_draws = np.abs(factor * gaps + drawn_gaps - gaps)
        deviations.append(gaps_of_draws.sum(axis=1))
    return np.array(deviations)


def _factor_at(shown_error: float, shown_by_factor: np.ndarray) -> float:
    """The factor at which `shown_by_factor`, growing with it, reaches `shown_error`; 0 where it does from the start."""
    if shown_error <= shown_by_factor[0]:
        return 0.0
    rising = np.maximum.accumulate(shown_by_factor)
    return float(np.interp(shown_error, rising, _FACTORS))


def confidence_bins(confidence: np.ndarray, n_bins: int) -> np.ndarray:
    """`(n,)` which of `n_bins` equal ranges of 0..1 each confidence lies in, from 0; 1 is in the last.

    >>> confidence_bins(np.array([0.05, 0.5, 1.0]), 10).tolist()
    [0, 5, 9]
    """
    bins = (confidence * n_bins).astype(int)
    return np.minimum(bins, n_bins - 1)
