"""Cubism: less colour, and more edges, than in the sketch it starts from."""

import numpy as np

from styleclf.data.practice.styles.cubism import cubism
from styleclf.data.practice.styles.sketch import paint_sketch
from tests.data.practice.styles.scenes import make_scene


def test_planes_have_edges_where_the_sketch_has_none():
    habits = {"contrast": 0.0, "edge": 1.0}
    sketch = paint_sketch(make_scene("cubism", **habits), haze=0.1, depth=0.8).pixels
    picture = cubism(make_scene("cubism", **habits))
    assert np.abs(np.diff(picture, axis=1)).mean() > 1.2 * np.abs(np.diff(sketch, axis=1)).mean()
    assert np.ptp(picture, axis=2).mean() < np.ptp(sketch, axis=2).mean(), "colours are greyer"
