"""Rococo: powder in every colour, an oval around the picture."""

import numpy as np

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import BLACK, GOLD, luma
from styleclf.data.practice.styles.rococo import _paint_oval, _pastel_palette
from tests.data.practice.styles.scenes import SIZE, make_scene


def test_pastels_are_brighter_than_the_painters_colours():
    scene = make_scene("rococo")
    before = luma(np.array(list(scene.palette.values())))
    assert luma(np.array(list(_pastel_palette(scene).values()))).mean() > before.mean()


def test_an_oval_hides_the_corners_and_leaves_the_middle():
    board = Board(SIZE, BLACK)
    _paint_oval(board, make_scene("rococo"), GOLD)
    assert board.pixels[SIZE[1] // 2, SIZE[0] // 2].max() < 0.05
    assert board.pixels[[0, 0, -1, -1], [0, -1, 0, -1]].min() > 0.2
