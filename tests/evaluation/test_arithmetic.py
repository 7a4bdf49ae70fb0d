"""Quotients and means: recomputed value by value, and defined where nothing can be divided."""

import numpy as np

from styleclf.evaluation.arithmetic import ratio, weighted_means

HITS = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def test_a_ratio_is_the_quotient_where_there_is_one():
    quotients = ratio(HITS, np.array([2.0, 0.0, -1.0]))
    divisible, *others = quotients.T
    np.testing.assert_array_equal(divisible, [0.5, 2.0])
    assert np.isnan(others).all()


def test_a_ratio_is_the_default_elsewhere():
    quotients = ratio(HITS, np.zeros(3), default=7)
    assert (quotients == 7).all()


def test_weighted_means_are_numpys_averages():
    rng = np.random.default_rng(0)
    values = rng.normal(size=5)
    counts = rng.integers(1, 4, size=(3, 5))
    expected = [np.average(values, weights=row) for row in counts]
    np.testing.assert_allclose(weighted_means(values, counts), expected)
