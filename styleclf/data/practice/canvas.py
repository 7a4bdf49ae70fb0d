"""The board that pictures are painted on.

A `Board` is painted at twice its final size and reduced at the end, which smooths every edge. Lengths are picture
heights, as in `outlines`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw, ImageFilter

from styleclf.data.practice.colours import Colour, Pixels, ink, mix
from styleclf.data.practice.textures import bytes_image

SUPERSAMPLE = 2


class Cutout(NamedTuple):
    """The part of a board that a polygon covers: its mask, and the mask's box in pixels of the board."""

    mask: Image.Image
    region: tuple[int, int, int, int]  # left, top, right, bottom


class Board:
    """A picture in the making, held at `SUPERSAMPLE` times its final size."""

    def __init__(self, size: tuple[int, int], colour: Colour) -> None:
        """An empty board of `size` pixels, primed with `colour`."""
        width, height = size
        self.size = (width * SUPERSAMPLE, height * SUPERSAMPLE)
        self.unit = self.size[1]  # pixels per picture height
        self.aspect = width / height
        self.image = Image.new("RGB", self.size, ink(colour))
        self.draw = ImageDraw.Draw(self.image)

    def _in_pixels(self, points: ArrayLike) -> list[float]:
        """The points in pixels of the board, as Pillow expects them: x and y in turn."""
        corners = np.asarray(points, dtype=float) * self.unit
        return corners.ravel().tolist()

    def fill(self, points: ArrayLike, colour: Colour) -> None:
        """Paint a polygon in one colour."""
        self.draw.polygon(self._in_pixels(points), fill=ink(colour))

    def line(self, points: ArrayLike, colour: Colour, width: float) -> None:
        """Draw an open line, `width` picture heights thick, with round joints."""
        pixels = max(1, round(width * self.unit))
        joint = "curve" if pixels > 3 else None
        self.draw.line(self._in_pixels(points), fill=ink(colour), width=pixels, joint=joint)

    def outline(self, points: np.ndarray, colour: Colour, width: float) -> None:
        """Draw a closed line."""
        closed = np.concatenate([points, points[:2]])
        self.line(closed, colour, width)

    def disc(self, centre: ArrayLike, radius: float, colour: Colour, *, squash: float = 1.0) -> None:
        """Paint a circle or, with `squash`, an ellipse."""
        reach = np.array([radius, radius * squash])
        corners = [np.subtract(centre, reach), np.add(centre, reach)]
        self.draw.ellipse(self._in_pixels(corners), fill=ink(colour))

    def cutout(self, points: ArrayLike) -> Cutout | None:
        """The part of the board that the polygon covers; None when that is less than two pixels wide or high."""
        corners = np.asarray(points) * self.unit
        first = np.floor(corners.min(axis=0)).astype(int)
        last = np.ceil(corners.max(axis=0)).astype(int) + 1
        left, top = np.maximum(first, 0).tolist()
        right, bottom = np.minimum(last, self.size).tolist()
        width = right - left
        height = bottom - top
        if width < 2 or height < 2:
            return None
        mask = Image.new("L", (width, height))
        polygon = corners - (left, top)
        ImageDraw.Draw(mask).polygon(polygon.ravel().tolist(), fill=255)
        return Cutout(mask, (left, top, right, bottom))

    def wash(
        self,
        points: ArrayLike,
        top: Colour,
        bottom: Colour,
        *,
        span: tuple[float, float] | None = None,
    ) -> None:
        """Fill with a vertical gradient over the shape's height, or over `span` in picture heights."""
        cutout = self.cutout(points)
        if cutout is None:
            return
        mask, region = cutout
        if span is None:
            shares = np.linspace(0, 1, mask.height)
        else:
            start, end = span
            heights = np.arange(region[1], region[3]) / self.unit
            shares = np.clip((heights - start) / (end - start), 0, 1)
        column = mix(top, bottom, shares[:, None])[:, None]
        gradient = bytes_image(column).resize(mask.size, Image.Resampling.NEAREST)
        self.image.paste(gradient, region, mask)

    def model(
        self,
        points: ArrayLike,
        colour: Colour,
        light: tuple[float, float],
        *,
        depth: float = 0.5,
        swell: float = 0.3,
    ) -> None:
        """Fill as a rounded body lit from `light` (a vector to the lamp); `swell` is its rim over its smaller side."""
        cutout = self.cutout(points)
        if cutout is None:
            return
        mask, region = cutout
        radius = max(1.0, swell * min(mask.size))
        soften = ImageFilter.BoxBlur(radius / 2)
        relief = np.asarray(mask.filter(soften).filter(soften), dtype=np.float32) / 255
        rise_y, rise_x = np.gradient(relief)
        facing = -(rise_x * light[0] + rise_y * light[1]) * radius
        brightness = np.clip(1 + depth * (1.2 * facing - 0.12), 0.15, 1.9)[..., None]
        shaded = colour * np.minimum(brightness, 1)
        highlight = (1 - colour) * np.clip(brightness - 1, 0, 0.8) * 0.6
        self.image.paste(bytes_image(shaded + highlight), region, mask)

    def ball(
        self,
        centre: ArrayLike,
        radius: float,
        colour: Colour,
        *,
        light: tuple[float, float],
        gloss: float,
    ) -> None:
        """Paint a sphere with its terminator, bounce light and highlight."""
        side = max(4, round(2 * radius * self.unit))
        y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j].astype(np.float32)
        z = np.sqrt(np.clip(1 - x * x - y * y, 0, 1))
        lamp = np.array([*light, 0.75])
        lamp = lamp / np.linalg.norm(lamp)
        facing = x * lamp[0] + y * lamp[1] + z * lamp[2]
        direct = np.clip(facing, 0, 1) ** 0.9
        bounce = 0.22 * np.clip(y, 0, 1) + 0.16
        mirror = np.clip(2 * facing * z - lamp[2], 0, 1)
        highlight = mirror**24 + 0.12 * mirror**5
        tile = colour * (direct + bounce)[..., None] + gloss * highlight[..., None]
        mask = bytes_image((1 - np.hypot(x, y)) * side / 2)
        left, top = (np.subtract(centre, radius) * self.unit).tolist()
        self.image.paste(bytes_image(tile), (round(left), round(top)), mask)

    def soften(self, radius: float) -> None:
        """Blur everything painted so far by `radius` picture heights."""
        half_size = self.image.reduce(2)
        soft = half_size.filter(ImageFilter.GaussianBlur(radius * self.unit / 2))
        self._replace(soft.resize(self.size, Image.Resampling.BILINEAR))

    def _replace(self, image: Image.Image) -> None:
        """Go on with another image of the same size."""
        self.image = image
        self.draw = ImageDraw.Draw(image)

    @property
    def pixels(self) -> Pixels:
        """The picture at its final size, float32 `(h, w, 3)` in 0..1."""
        return np.asarray(self.image.reduce(SUPERSAMPLE), dtype=np.float32) / 255

    @pixels.setter
    def pixels(self, values: Pixels) -> None:
        """Replace the picture by one of its final size; levels are clipped to 0..1 and rounded."""
        levels = np.clip(values, 0, 1) * 255 + 0.5
        image = Image.fromarray(levels.astype(np.uint8))
        self._replace(image.resize(self.size, Image.Resampling.BILINEAR))
