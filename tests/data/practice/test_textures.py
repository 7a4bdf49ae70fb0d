"""Textures: noise that fills its range, pixels that stay in the picture."""

import numpy as np
from hypothesis import given, strategies as st

from styleclf.data.practice.textures import noise, warp


@given(st.integers(0, 2**32), st.integers(2, 60), st.integers(2, 60), st.floats(1, 60))
def test_noise_fills_the_range(seed, w, h, cells):
    values = noise(np.random.default_rng(seed), (w, h), cells)
    assert values.shape == (h, w)
    assert values.min() == 0
    assert values.max() <= 1 + 1e-6


def test_warp_takes_pixels_from_elsewhere_and_stops_at_the_border():
    pixels = np.arange(12).reshape(3, 4)
    assert (warp(pixels, np.zeros((3, 4)), np.zeros((3, 4))) == pixels).all()
    assert warp(pixels, np.full((3, 4), 1), np.zeros((3, 4))).tolist()[0] == [1, 2, 3, 3]
