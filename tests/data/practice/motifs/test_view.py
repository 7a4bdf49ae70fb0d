"""Views: dice that keep to their limits, and stretches that reach beyond the edges."""

import numpy as np
from hypothesis import given, strategies as st

from styleclf.data.practice.motifs.view import BOTTOM, View


@given(st.integers(0, 2**32), st.floats(0.5, 2))
def test_dice_keep_to_their_limits(seed, aspect):
    view = View(np.random.default_rng(seed), aspect)
    assert 0.2 * aspect <= view.across(0.2, 0.8) <= 0.8 * aspect
    assert view.count(2, 4) in (2, 3, 4)
    assert view.any_of("warm", "cool") in ("warm", "cool")
    assert view.chance(1)
    assert not view.chance(0)


def test_a_stretch_reaches_beyond_both_sides_and_the_lower_edge():
    view = View(np.random.default_rng(0), 1.5)
    ground = view.below(0.6)
    assert ground[:, 0].min() < 0
    assert ground[:, 0].max() > 1.5
    assert ground[:, 1].min() == 0.6
    assert ground[:, 1].max() == BOTTOM > 1
