"""Borrowings: nothing from a painter who borrows little, lines from printmakers."""

import numpy as np
import pytest

from styleclf.data.practice.styles.borrowing import with_borrowings
from tests.data.practice.styles.scenes import SIZE, make_scene

PIXELS = np.full((SIZE[1], SIZE[0], 3), 0.5, dtype=np.float32)


def test_who_borrows_little_changes_nothing():
    assert with_borrowings(make_scene("rococo", guest="japonism", influence=0.1), PIXELS) is PIXELS


@pytest.mark.parametrize("guest", ["artdeco", "cartoon", "cubism", "impressionism", "japonism", "photo", "rococo"])
def test_every_guest_leaves_a_trace_in_proportion_to_its_influence(guest):
    textured = PIXELS + 0.2 * np.random.default_rng(0).random(PIXELS.shape, dtype=np.float32)
    changes = []
    for influence in (0.11, 0.9):
        scene = make_scene("naturalism", guest=guest, influence=influence)
        changes.append(np.abs(with_borrowings(scene, textured) - textured).mean())
    assert changes[1] > changes[0] * 0.99
    assert changes[1] > 0.002
