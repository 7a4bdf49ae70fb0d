"""Backdrops: what lies between which heights."""

import numpy as np

from styleclf.data.practice.motifs.backdrop import clouds, ridge, sun, water
from styleclf.data.practice.motifs.view import View


def test_a_ridge_reaches_from_side_to_side_and_never_below_its_bottom():
    for seed in range(20):
        skyline = ridge(View(np.random.default_rng(seed), 1.4), 0.9, rise=0.3, bottom=0.95)
        assert skyline[:, 0].min() < 0
        assert skyline[:, 0].max() > 1.4
        assert skyline[:, 1].max() == 0.95


def test_sun_and_clouds_stay_in_the_heights_that_they_are_given():
    view = View(np.random.default_rng(0), 1.4)
    assert 0.2 <= sun(view, 0.2, 0.3).middle[1] <= 0.3
    heights = [cloud.high[1] for cloud in clouds(view, 8, low=0.1, high=0.2)]
    assert len(heights) == 8
    assert max(heights) < 0.25
    assert water(view, 0.5).top == 0.5
