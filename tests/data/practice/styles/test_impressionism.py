"""Impressionism: shadows are blue."""

import numpy as np

from styleclf.data.practice.styles.impressionism import _broken_colours
from tests.data.practice.styles.scenes import SIZE, make_scene


def test_dabs_in_the_shadow_are_bluer_than_dabs_in_the_light():
    def blueness(level):
        pixels = np.full((SIZE[1], SIZE[0], 3), level, dtype=np.float32)
        colours = _broken_colours(make_scene("impressionism"), pixels)
        assert colours.min() >= 0
        assert colours.max() <= 1
        return (colours[..., 2] - colours[..., 0]).mean()

    assert blueness(0.1) > blueness(0.7) + 0.03
