"""Motifs: shapes that every style can paint."""

import numpy as np
import pytest

from styleclf.data.practice.motifs.repertoire import MOTIFS, compose
from styleclf.data.practice.palettes import TONES


@pytest.mark.parametrize("motif", MOTIFS)
@pytest.mark.parametrize("aspect", [0.7, 1.6])
def test_a_motif_fills_the_picture_with_shapes_of_known_tones(motif, aspect):
    shapes = compose(motif, np.random.default_rng(0), aspect)
    assert len(shapes) > 5
    assert {shape.tone for shape in shapes} <= set(TONES)
    assert all(0 <= shape.depth <= 1 and shape.points.shape[1:] == (2,) for shape in shapes)
    background = shapes[0]
    assert (background.low < 0).all()
    assert (background.high > (aspect, 1)).all()
