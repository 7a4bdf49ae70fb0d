"""Naturalism: sober colours, wandering edges."""

import numpy as np

from styleclf.data.practice.styles.naturalism import _sober_palette, _with_wandering_edges
from tests.data.practice.styles.scenes import SIZE, make_scene


def test_a_sober_palette_is_less_colourful():
    scene = make_scene("naturalism", contrast=0.0)
    sober = _sober_palette(scene)
    assert sober.keys() == scene.palette.keys()
    assert np.ptp(list(sober.values()), axis=1).mean() < np.ptp(list(scene.palette.values()), axis=1).mean()


def test_a_ruled_line_wanders_and_keeps_its_colours():
    pixels = np.zeros((SIZE[1], SIZE[0], 3), dtype=np.float32)
    pixels[:, SIZE[0] // 2 :] = 1
    wandering = _with_wandering_edges(make_scene("naturalism", edge=1.0), pixels)
    assert set(np.unique(wandering)) <= {0.0, 1.0}
    assert wandering.shape == pixels.shape
    assert (wandering != pixels).any()
