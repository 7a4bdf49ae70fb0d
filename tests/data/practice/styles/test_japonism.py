"""Japonism: a red seal in an upper corner."""

import numpy as np

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import WHITE
from styleclf.data.practice.styles.japonism import _stamp_seal
from tests.data.practice.styles.scenes import SIZE, make_scene


def test_a_seal_is_red_and_in_the_corner_away_from_the_light():
    width, height = 3 * np.array(SIZE)
    for light in ((-0.5, -0.5), (0.5, -0.5)):
        board = Board((width, height), WHITE)
        _stamp_seal(board, make_scene("japonism", light=light))
        rows, columns = np.nonzero(board.pixels[..., 0] - board.pixels[..., 1] > 0.3)
        assert len(rows) > 20
        assert rows.max() < height / 3
        assert (columns.mean() > width / 2) == (light[0] >= 0)
