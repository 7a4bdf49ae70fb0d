"""Directions of brush marks: along edges."""

import numpy as np

from styleclf.data.practice.styles.flow import flow_field
from tests.data.practice.styles.scenes import SIZE, make_scene


def test_marks_follow_an_edge():
    pixels = np.zeros((SIZE[1], SIZE[0], 3), dtype=np.float32)
    pixels[:, SIZE[0] // 2 :] = 1
    at_edge = flow_field(make_scene("impressionism"), pixels)[:, SIZE[0] // 2]
    assert np.abs(np.sin(at_edge)).min() > 0.95, "the edge is upright, and so are the marks"
    level = flow_field(make_scene("impressionism"), pixels.transpose(0, 1, 2)[:, ::-1])
    assert level.shape == (SIZE[1], SIZE[0])
