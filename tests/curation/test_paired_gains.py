"""Gains of one way of predicting on another, on the same images."""

import numpy as np
import pytest

from styleclf.curation.paired_gains import accuracy_of, hits_of, paired_gain


def test_a_gain_is_the_difference_of_the_accuracies_in_which_every_style_counts_alike():
    rng = np.random.default_rng(0)
    targs = np.array([0] * 30 + [1] * 10)
    units = np.arange(40) // 2
    first = (rng.random(40) < 0.5).astype(float)
    second = (rng.random(40) < 0.8).astype(float)
    assert accuracy_of(first, targs) == pytest.approx((first[:30].mean() + first[30:].mean()) / 2)
    gain = paired_gain(second - first, targs, units)
    assert gain.value == pytest.approx(accuracy_of(second, targs) - accuracy_of(first, targs))
    assert gain.lo < gain.value < gain.hi
    assert paired_gain(np.zeros(40), targs, units).value == 0


def test_hits_are_where_the_likeliest_style_is_the_label():
    probas = np.array([[0.7, 0.3], [0.4, 0.6], [0.2, 0.8]])
    assert hits_of(probas, np.array([0, 0, 1])).tolist() == [1, 0, 1]
