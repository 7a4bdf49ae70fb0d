"""Colours: what mixing keeps."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from styleclf.data.practice.colours import BLACK, GOLD, PAPER, WHITE, ink, luma, mix, saturate

LEVELS = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(np.array)


def test_mixing_goes_from_the_first_to_the_second():
    assert mix(GOLD, PAPER, 0) == pytest.approx(GOLD)
    assert mix(GOLD, PAPER, 1) == pytest.approx(PAPER)
    assert ink(mix(BLACK, WHITE, 0.5)) == (128, 128, 128)


@given(LEVELS)
def test_ink_is_a_colour_of_pillow_whatever_the_levels(colour):
    assert all(0 <= level <= 255 for level in ink(3 * colour - 1))


@given(LEVELS, st.floats(0, 1))
def test_greyer_colours_keep_their_brightness(colour, amount):
    assert luma(saturate(colour, amount)) == pytest.approx(luma(colour))
    assert np.ptp(saturate(colour, amount)) <= np.ptp(colour) + 1e-9
