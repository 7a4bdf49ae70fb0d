"""Plants: rooted at their places."""

import numpy as np
import pytest

from styleclf.data.practice.motifs.plants import flower, poplar, tree
from styleclf.data.practice.motifs.shapes import Place
from styleclf.data.practice.motifs.view import View

PLACE = Place((0.5, 0.8), 0.3, 0.2)


def test_trees_grow_from_their_place():
    view = View(np.random.default_rng(0), 1.0)
    for grow in (tree, poplar):
        trunk, *crown = grow(view, PLACE, "mid")
        assert trunk.high[1] == pytest.approx(0.8, abs=0.01)
        assert min(lump.low[1] for lump in crown) < trunk.low[1], "the crown is above"
        assert {lump.tone for lump in crown} == {"mid"}


def test_five_petals_stand_around_the_eye_at_one_distance():
    *petals, eye = flower(View(np.random.default_rng(0), 1.0), PLACE, "warm")
    distances = [np.hypot(*(petal.middle - eye.middle)) for petal in petals]
    assert distances == pytest.approx([0.6 * PLACE.size] * 5, rel=0.05)
