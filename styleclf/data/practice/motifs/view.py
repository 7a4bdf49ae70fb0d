"""A motif in the making."""

import numpy as np
from numpy.random import Generator

from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.outlines import Points, box

OVERLAP = 0.02  # how far backgrounds reach beyond the edges of the picture
BOTTOM = 1 + OVERLAP


class View:
    """The shapes of a motif from back to front, and the dice that decide what it shows and where."""

    def __init__(self, rng: Generator, aspect: float) -> None:
        """An empty view, `aspect` times as wide as it is high."""
        self.rng = rng
        self.aspect = aspect
        self.shapes: list[Shape] = []

    def add(self, *shapes: Shape) -> None:
        """Put shapes in front of those that are there."""
        self.shapes += shapes

    def draw(
        self,
        points: Points,
        tone: str,
        form: str,
        *,
        depth: float,
    ) -> None:
        """Put one new shape in front."""
        self.add(Shape(points, tone, form, depth))

    def across(self, low: float = 0.0, high: float = 1.0) -> float:
        """A random `x` between two shares of the width."""
        return self.aspect * self.rng.uniform(low, high)

    def between(self, low: float, high: float) -> float:
        """A random number between two."""
        return self.rng.uniform(low, high)

    def stray(self, spread: float) -> float:
        """A random number around 0, with this standard deviation."""
        return self.rng.normal(0, spread)

    def count(self, least: int, most: int) -> int:
        """A random number of things, from `least` to `most`."""
        return int(self.rng.integers(least, most + 1))

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability

    def any_of(self, *names: str) -> str:
        """One of the names, all equally likely."""
        return str(self.rng.choice(names))

    def width_points(self, n: int) -> np.ndarray:
        """`n` values of `x` at equal distances, over the width and a little beyond."""
        return np.linspace(-OVERLAP, self.aspect + OVERLAP, n)

    def below(self, top: float, bottom: float = BOTTOM) -> Points:
        """Everything between two heights, over the whole width."""
        right = self.aspect + OVERLAP
        return box((-OVERLAP, top), (right, bottom))

    def under(self, skyline: Points, bottom: float = BOTTOM) -> Points:
        """Everything between a line from left to right and the height `bottom`."""
        right = self.aspect + OVERLAP
        corners = [(right, bottom), (-OVERLAP, bottom)]
        return np.concatenate([skyline, corners])
