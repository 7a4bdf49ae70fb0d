"""Shapes, of which every motif is made, and the places where things stand.

Coordinates are picture heights: `y` runs from 0 (top) to 1, `x` from 0 to the aspect ratio.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from styleclf.data.practice.outlines import MIRROR, Points, disc, ribbon, smooth, trace

_SMALL_FORMS = ("detail", "window", "foam", "petal", "eye", "gore", "glint", "shadow")


@dataclass(frozen=True)
class Shape:
    """A polygon with a role in the palette, its form, which is a hint to painters, and its depth (1 far, 0 near)."""

    points: Points
    tone: str
    form: str
    depth: float

    @property
    def is_small(self) -> bool:
        """Whether it is a detail rather than a body."""
        return self.form in _SMALL_FORMS

    @property
    def is_skin(self) -> bool:
        """Whether it is a part of somebody."""
        return self.tone == "skin"

    @property
    def is_land(self) -> bool:
        """Whether it is a hill, a stretch of land or of water, and no body."""
        return self.form in ("hill", "land", "water")

    @property
    def is_open_water(self) -> bool:
        """Whether it is a lake or the sea, and no single wave."""
        return self.form == "water" and self.depth > 0.5

    @property
    def low(self) -> np.ndarray:
        """The smallest `x` and `y`."""
        return self.points.min(axis=0)

    @property
    def high(self) -> np.ndarray:
        """The largest `x` and `y`."""
        return self.points.max(axis=0)

    @property
    def middle(self) -> np.ndarray:
        """The centre of the bounding box."""
        return (self.low + self.high) / 2

    @property
    def extent(self) -> np.ndarray:
        """Width and height."""
        return self.high - self.low

    @property
    def top(self) -> float:
        """The height at which it begins, inside the picture."""
        return max(0.0, self.points[:, 1].min())


def mirror_images(shapes: Iterable[Shape], aspect: float) -> list[Shape]:
    """The same shapes with left and right exchanged."""
    images = []
    for shape in shapes:
        points = shape.points * MIRROR + (aspect, 0)
        images.append(replace(shape, points=points))
    return images


class Place(NamedTuple):
    """Where a thing stands: a point of the picture, the thing's size in picture heights, its depth (1 far, 0 near).

    Methods take the thing's own coordinates: the point is (0, 0), and a length of 1 is its size.
    """

    point: tuple[float, float]
    size: float
    depth: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point of the thing as a point of the picture."""
        origin_x, origin_y = self.point
        right = x * self.size
        down = y * self.size
        return origin_x + right, origin_y + down

    def shifted(self, x: float, y: float) -> "Place":
        """A place as large that lies `(x, y)` away."""
        return self._replace(point=self.at(x, y))

    def resized(self, factor: float) -> "Place":
        """The same place with another size."""
        return self._replace(size=self.size * factor)

    def points(self, points: ArrayLike) -> Points:
        """Points of the thing as points of the picture."""
        return np.asarray(points) * self.size + self.point

    def trace(self, path: str) -> Points:
        """A path such as `0.1,-0.2 0.3,0.4`."""
        return self.points(trace(path))

    def curve(self, path: str, *, closed: bool = False) -> Points:
        """A smooth curve through the points of a path."""
        return smooth(self.trace(path), closed=closed)

    def band(
        self,
        path: str,
        start: float,
        end: float | None = None,
        *,
        curved: bool = False,
    ) -> Points:
        """A band along a path or a smooth curve, that narrows from `start` to `end` (default: the same width)."""
        if end is None:
            end = start
        line = self.curve(path) if curved else self.trace(path)
        return ribbon(line, start * self.size, end * self.size)

    def disc(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        squash: float = 1.0,
        corners: int = 40,
    ) -> Points:
        """A circle or, with `squash`, an ellipse."""
        centre = self.at(x, y)
        return disc(centre, radius * self.size, squash=squash, corners=corners)

    def shape(
        self,
        points: Points,
        tone: str,
        form: str,
    ) -> Shape:
        """A shape at the depth of this place."""
        return Shape(points, tone, form, self.depth)
