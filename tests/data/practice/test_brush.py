"""Brush marks: where they lie, in which colours."""

import numpy as np

from styleclf.data.practice.brush import Brush, lay_dabs
from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import WHITE

SIZE = (60, 40)
BRUSH = Brush(0.1, 0.05, jitter=0.0)


def dabbed(**options):
    """A white board with black marks."""
    board = Board(SIZE, WHITE)
    level = np.zeros((SIZE[1], SIZE[0]))
    source = np.zeros((SIZE[1], SIZE[0], 3))
    lay_dabs(board, np.random.default_rng(0), BRUSH, directions=level, source=source, **options)
    return board.pixels


def test_more_marks_cover_more():
    assert dabbed(count=0).min() == 1
    assert dabbed(count=2000).mean() < dabbed(count=200).mean() < 1


def test_marks_lie_where_their_chance_is():
    chance = np.zeros((SIZE[1], SIZE[0]))
    chance[:, :20] = 1
    pixels = dabbed(count=2000, chance=chance)
    assert pixels[:, :20].mean() < 0.6
    assert (pixels[:, 30:] == 1).all()
