"""Borders: paper around the picture."""

import numpy as np

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import BLACK, PAPER, WHITE
from styleclf.data.practice.styles.borders import paint_margin


def test_a_margin_is_paper_at_the_edges_and_leaves_the_middle():
    board = Board((60, 40), WHITE)
    paint_margin(board, 0.1, BLACK)
    edges = np.concatenate([board.pixels[0], board.pixels[-1], board.pixels[:, 0], board.pixels[:, -1]])
    assert np.abs(edges - PAPER).max() < 0.01
    assert (board.pixels[10:30, 10:50] == 1).all()
    assert board.pixels.min() < 0.3, "a line at its inner edge"
