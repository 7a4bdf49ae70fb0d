"""Photographs: light falls off, discs of light stay in the upper part."""

import numpy as np

from styleclf.data.practice.styles.photo import _bokeh, _falloff
from tests.data.practice.styles.scenes import SIZE, make_scene


def test_corners_are_darker_and_the_side_of_the_light_brighter():
    light = _falloff(make_scene("photo", light=(0.6, -0.5), frame=1.0))
    corners = light[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.max() < light[SIZE[1] // 2, SIZE[0] // 2]
    assert light[:, -1].mean() > light[:, 0].mean()


def test_discs_of_light_are_larger_through_an_open_lens():
    areas = [np.count_nonzero(_bokeh(make_scene("photo"), aperture)) for aperture in (0.02, 0.06)]
    assert 0 < areas[0] < areas[1]
