"""Outlines: polygons and lines as arrays of points.

Coordinates are picture heights: `y` runs from 0 (top) to 1, `x` from 0 to the aspect ratio. Angles are radians.
"""

from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

MIRROR = np.array([-1, 1])  # a factor that exchanges left and right
Points: TypeAlias = np.ndarray  # float (n, 2): x and y


def angles_around(n: int) -> np.ndarray:
    """`n` angles at equal distances, once around."""
    return np.linspace(0, 2 * np.pi, n, endpoint=False)


def unit_vectors(angles: ArrayLike) -> np.ndarray:
    """Vectors of length 1 in these directions, `(..., 2)`."""
    x = np.cos(angles)
    y = np.sin(angles)
    return np.stack([x, y], axis=-1)


def perpendicular(vectors: np.ndarray) -> np.ndarray:
    """The vectors, `(..., 2)`, after a quarter turn."""
    x = vectors[..., 0]
    y = vectors[..., 1]
    return np.stack([-y, x], axis=-1)


def trace(path: str) -> Points:
    """The points of a path.

    >>> trace("0.1,-0.2 0.3,0.4").tolist()
    [[0.1, -0.2], [0.3, 0.4]]
    """
    numbers = path.replace(",", " ").split()
    return np.array(numbers, dtype=float).reshape(-1, 2)


def vessel(path: str) -> Points:
    """A path and its mirror image back to the start: the outline of a vessel that stands on `x` = 0."""
    side = trace(path)
    opposite = side[::-1] * MIRROR
    return np.concatenate([side, opposite])


def box(top_left: ArrayLike, bottom_right: ArrayLike) -> Points:
    """An upright rectangle between two corners."""
    left, top = np.asarray(top_left)
    right, bottom = np.asarray(bottom_right)
    corners = [
        (left, top),
        (right, top),
        (right, bottom),
        (left, bottom),
    ]
    return np.array(corners, dtype=float)


def frame_edges(aspect: float, width: float) -> list[Points]:
    """Four bars of equal width along the top, bottom, left and right of the picture."""
    inner_right = aspect - width
    inner_bottom = 1 - width
    return [
        box((0, 0), (aspect, width)),
        box((0, inner_bottom), (aspect, 1)),
        box((0, 0), (width, 1)),
        box((inner_right, 0), (aspect, 1)),
    ]


def inner_box(aspect: float, inset: float) -> Points:
    """A rectangle that keeps the same distance from all four edges of the picture."""
    right = aspect - inset
    bottom = 1 - inset
    return box((inset, inset), (right, bottom))


def disc(
    centre: ArrayLike,
    radius: float,
    *,
    squash: float = 1.0,
    corners: int = 40,
) -> Points:
    """A circle or, with `squash`, an ellipse; the first half of its points is the lower one."""
    angles = angles_around(corners)
    rim = unit_vectors(angles) * (radius, radius * squash)
    return np.add(centre, rim)


def blob(
    rng: Generator,
    centre: ArrayLike,
    radius: float,
    *,
    rough: float = 0.2,
    squash: float = 1.0,
    corners: int = 36,
) -> Points:
    """A disc whose rim wanders by about `rough` of its radius."""
    angles = angles_around(corners)
    waves = np.zeros(corners)
    for frequency in range(2, 7):
        height = rng.normal()
        phase = rng.uniform(0, 6.3)
        wave = np.sin(frequency * angles + phase)
        waves += height * wave / frequency
    radii = radius * (1 + rough * waves)
    reach = np.column_stack([radii, radii * squash])
    rim = reach * unit_vectors(angles)
    return np.add(centre, rim)


def lobed_shape(rng: Generator, centre: ArrayLike, radius: float) -> Points:
    """The bulging outline of a crown of leaves."""
    corners = 60
    angles = angles_around(corners)
    n_bulges = rng.integers(6, 10)
    turn = rng.uniform(0, 3)
    waves = np.sin(n_bulges * angles / 2 + turn)
    bulges = 0.82 + 0.2 * np.abs(waves)
    rim = blob(
        rng,
        (0, 0),
        radius,
        rough=0.1,
        squash=0.88,
        corners=corners,
    )
    lobed_rim = rim * bulges[:, None]
    return np.add(lobed_rim, centre)


def smooth(points: ArrayLike, *, closed: bool = False, steps: int = 8) -> Points:
    """A Catmull-Rom curve through the points, with `steps` points for each stretch between two of them."""
    knots = np.asarray(points, dtype=float)
    first_neighbour = knots[-1:] if closed else knots[:1]
    last_neighbours = knots[:2] if closed else knots[-1:]
    knots = np.concatenate([first_neighbour, knots, last_neighbours])
    before = knots[:-3, None]
    start = knots[1:-2, None]
    end = knots[2:-1, None]
    after = knots[3:, None]
    slope = end - before
    bend = 2 * before - 5 * start + 4 * end - after
    twist = 3 * start - before - 3 * end + after
    shares = np.linspace(0, 1, steps, endpoint=False)
    t = shares[:, None]
    straight = 2 * start + slope * t
    double_curve = straight + bend * t**2 + twist * t**3
    curve = 0.5 * double_curve
    return curve.reshape(-1, 2)


def ribbon(line: ArrayLike, start: float, end: float | None = None) -> Points:
    """A band along a line, `start` wide at its beginning and `end` (default: the same) at its end."""
    spine = np.asarray(line, dtype=float)
    along = np.gradient(spine, axis=0)
    lengths = np.hypot(*along.T)
    lengths = np.maximum(lengths, 1e-9)
    across = perpendicular(along) / lengths[:, None]
    if end is None:
        end = start
    half_widths = np.linspace(start, end, len(spine)) / 2
    offsets = across * half_widths[:, None]
    return _both_sides(spine, offsets)


def leaf(
    stalk: ArrayLike,
    angle: float,
    *,
    length: float,
    width: float,
) -> Points:
    """A pointed leaf that grows from its stalk in the direction `angle`; `width` is half its greatest width."""
    t = np.linspace(0, 1, 9)
    along = unit_vectors(angle)
    distances = length * t
    reach = distances[:, None] * along
    spine = np.asarray(stalk) + reach
    half_widths = width * np.sin(np.pi * t)
    offsets = half_widths[:, None] * perpendicular(along)
    return _both_sides(spine, offsets)


def _both_sides(spine: Points, offsets: np.ndarray) -> Points:
    """The outline that runs along a line on one side, and back on the other."""
    left = spine + offsets
    right = spine - offsets
    return np.concatenate([left, right[::-1]])
