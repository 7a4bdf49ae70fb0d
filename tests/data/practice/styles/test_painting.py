"""Handlings: every style paints every scene, the same one from the same seed."""

import numpy as np
import pytest

from styleclf.data.practice.painters import STYLES
from styleclf.data.practice.styles.painting import HANDLINGS, paint_picture
from tests.data.practice.styles.scenes import SIZE, make_scene


@pytest.mark.parametrize("style", STYLES)
def test_a_picture_depends_on_its_seed_and_on_nothing_else(style):
    pictures = [np.asarray(paint_picture(style, make_scene(style, seed=seed))) for seed in (0, 0, 1)]
    assert pictures[0].shape == (SIZE[1], SIZE[0], 3)
    assert pictures[0].std() > 5
    assert (pictures[0] == pictures[1]).all()
    assert (pictures[0] != pictures[2]).any()


def test_there_is_a_handling_for_every_style():
    assert sorted(HANDLINGS) == STYLES
