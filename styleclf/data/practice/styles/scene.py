"""What a painter is given: shapes, a hand, a size; and the colours that follow from the hand's palette."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from styleclf.data.practice.colours import Colour, mix
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.painters import Hand
from styleclf.data.practice.palettes import Palette


class Scene(NamedTuple):
    """One picture to paint: the shapes, the painter's hand, the size in pixels and its own generator."""

    shapes: list[Shape]
    hand: Hand
    size: tuple[int, int]
    rng: Generator

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.size[0] / self.size[1]

    @property
    def height(self) -> int:
        """The height in pixels."""
        return self.size[1]

    @property
    def palette(self) -> Palette:
        """The painter's palette."""
        return self.hand.palette

    def with_palette(self, palette: Palette) -> "Scene":
        """The same scene in other colours."""
        return self._replace(hand=self.hand._replace(palette=palette))


def tint(scene: Scene, shape: Shape, *, haze: float = 0.0, spread: float = 0.03) -> Colour:
    """The shape's colour from the painter's palette, paler with distance by `haze`, never twice quite the same."""
    if shape.is_skin:
        spread = 0.3 * spread
    hue = scene.rng.normal(0, spread, 3)
    brightness = scene.rng.normal(0, spread)
    colour = scene.palette[shape.tone] + hue + brightness
    return np.clip(mix(colour, scene.palette["glow"], haze * shape.depth), 0, 1)
