"""The board: what is painted where."""

import numpy as np

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import BLACK, WHITE
from styleclf.data.practice.outlines import box, disc


def test_a_polygon_covers_its_part_of_the_board():
    board = Board((40, 20), WHITE)
    board.fill(box((0, 0), (1, 1)), BLACK)
    assert board.pixels.shape == (20, 40, 3)
    assert (board.pixels[:, :19] == 0).all()
    assert (board.pixels[:, 22:] == 1).all()


def test_a_wash_runs_from_the_upper_colour_to_the_lower():
    board = Board((10, 10), WHITE)
    board.wash(box((0, 0), (1, 1)), BLACK, WHITE)
    column = board.pixels[:, 5, 0]
    assert (np.diff(column) >= 0).all()
    assert column[0] < 0.1
    assert column[-1] > 0.9


def test_a_body_is_lighter_towards_the_lamp():
    board = Board((60, 60), WHITE)
    board.model(disc((0.5, 0.5), 0.4), np.full(3, 0.5), (-1.0, 0.0), depth=0.9)
    assert board.pixels[30, 15].mean() > board.pixels[30, 45].mean()


def test_outside_the_board_nothing_is_painted():
    board = Board((20, 20), WHITE)
    assert board.cutout(box((2, 2), (3, 3))) is None
    board.wash(box((2, 2), (3, 3)), BLACK, BLACK)
    assert (board.pixels == 1).all()
