"""What a painter is given: shapes, a hand, a size; and the colours that follow from the hand's palette."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from styleclf.data.practice.colours import Colour, levels, mix
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.painters import Hand
from styleclf.data.practice.palettes import Palette
from styleclf.data.practice.textures import noise


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

    def random_colour(self, *tones: str) -> Colour:
        """The palette's colour for one of the tones, all equally likely."""
        return self.palette[self.rng.choice(tones)]

    def noise(
        self,
        cells: float,
        *,
        octaves: int,
        stretch: float = 1.0,
    ) -> np.ndarray:
        """Noise as `textures.noise` makes it for this picture, `(h, w)`, but in -0.5..0.5."""
        values = noise(
            self.rng,
            self.size,
            cells,
            octaves=octaves,
            stretch=stretch,
        )
        return values - 0.5

    def with_palette(self, palette: Palette) -> "Scene":
        """The same scene in other colours."""
        return self._replace(hand=self.hand._replace(palette=palette))


def tint(
    scene: Scene,
    shape: Shape,
    *,
    haze: float = 0.0,
    spread: float = 0.03,
) -> Colour:
    """The shape's colour from the painter's palette, paler with distance by `haze`, never twice quite the same."""
    if shape.is_skin:
        spread = 0.3 * spread
    hue = scene.rng.normal(0, spread, 3)
    brightness = scene.rng.normal(0, spread)
    colour = scene.palette[shape.tone] + hue + brightness
    share = haze * shape.depth
    hazy_colour = mix(colour, scene.palette["glow"], share)
    return levels(hazy_colour)
