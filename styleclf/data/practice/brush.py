"""Brush marks: many short strokes that follow a field of directions."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from styleclf.data.practice.canvas import SUPERSAMPLE, Board
from styleclf.data.practice.colours import Pixels, levels
from styleclf.data.practice.outlines import perpendicular, unit_vectors


class Brush(NamedTuple):
    """The size of a mark in picture heights, and how far its colour strays (0: not at all)."""

    length: float
    width: float
    jitter: float


def _half_axes(
    rng: Generator,
    angles: np.ndarray,
    brush: Brush,
    *,
    unit: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Half the length and half the width of marks in these directions, as vectors `(n, 2)` in pixels of the board."""
    n = len(angles)
    length_factors = rng.uniform(0.6, 1.3, n)
    width_factors = rng.uniform(0.6, 1.3, n)
    lengths = brush.length * unit * length_factors
    widths = brush.width * unit * width_factors
    half_lengths = lengths / 2
    half_widths = np.maximum(0.8, widths / 2)
    directions = unit_vectors(angles)
    along = directions * half_lengths[:, None]
    across = perpendicular(directions) * half_widths[:, None]
    return along, across


def _stray_colours(rng: Generator, colours: np.ndarray, jitter: float) -> np.ndarray:
    """The colours, `(n, 3)`, each a little brighter or darker and of another hue, as integers in 0..255."""
    n = len(colours)
    lightening = rng.normal(0, 0.6, (n, 1))
    tinting = rng.normal(0, 0.45, (n, 3))
    brightness = 1 + jitter * lightening
    hue = jitter * tinting
    stray_colours = levels(colours * brightness + hue) * 255
    return stray_colours.astype(int)


def _mark_outlines(centres: np.ndarray, along: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Hexagons with a blunt head and a rounded tail, `(n, 12)`: x and y of each corner in turn."""
    corners = [
        centres - along,
        centres - 0.7 * along + across,
        centres + 0.7 * along + 0.8 * across,
        centres + along,
        centres + 0.7 * along - 0.8 * across,
        centres - 0.7 * along - across,
    ]
    return np.concatenate(corners, axis=1)


def lay_dabs(
    board: Board,
    rng: Generator,
    brush: Brush,
    *,
    count: int,
    directions: np.ndarray,
    source: Pixels | None = None,
    chance: np.ndarray | None = None,
) -> None:
    """Lay `count` marks on the board in the colours of `source` (default: the board as it is).

    `directions` is an `(h, w)` field of angles in radians; `chance` an `(h, w)` field of probabilities that a mark is
    laid there (default: always). Boards below 256 x 256 pixels get fewer marks.
    """
    if source is None:
        source = board.pixels
    height, width = source.shape[:2]
    # A small sheet shows fewer marks, and they would cost as much as on a large one.
    share = 0.12 + height * width / 256**2
    count = int(count * min(1.0, share))
    rows = rng.integers(0, height, count)
    columns = rng.integers(0, width, count)
    if chance is not None:
        is_laid = rng.random(count) < chance[rows, columns]
        rows = rows[is_laid]
        columns = columns[is_laid]
    wobble = rng.normal(0, 0.25, len(rows))
    angles = directions[rows, columns] + wobble
    along, across = _half_axes(rng, angles, brush, unit=board.unit)
    colours = _stray_colours(rng, source[rows, columns], brush.jitter)
    x = columns + rng.random(len(rows))
    y = rows + rng.random(len(rows))
    centres = np.column_stack([x, y]) * SUPERSAMPLE
    marks = _mark_outlines(centres, along, across)
    for mark, colour in zip(marks.tolist(), colours.tolist(), strict=True):
        board.draw.polygon(mark, fill=tuple(colour))
