"""The board that pictures are painted on.

A `Board` is painted at twice its final size and reduced at the end, which smooths every edge. Lengths are picture
heights, as in `outlines`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw, ImageFilter

from styleclf.data.practice.colours import Colour, Pixels, ink, levels, mix, per_channel
from styleclf.data.practice.textures import bytes_image

SUPERSAMPLE = 2


class _Cutout(NamedTuple):
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
        corners = self._in_pixels(points)
        self.draw.polygon(corners, fill=ink(colour))

    def line(
        self,
        points: ArrayLike,
        colour: Colour,
        width: float,
    ) -> None:
        """Draw an open line, `width` picture heights thick, with round joints."""
        pixels = max(1, round(width * self.unit))
        joint = "curve" if pixels > 3 else None
        corners = self._in_pixels(points)
        self.draw.line(corners, ink(colour), width=pixels, joint=joint)

    def outline(
        self,
        points: np.ndarray,
        colour: Colour,
        width: float,
    ) -> None:
        """Draw a closed line."""
        closed = np.concatenate([points, points[:2]])
        self.line(closed, colour, width)

    def disc(
        self,
        centre: ArrayLike,
        radius: float,
        colour: Colour,
        *,
        squash: float = 1.0,
    ) -> None:
        """Paint a circle or, with `squash`, an ellipse."""
        reach = np.array([radius, radius * squash])
        top_left = np.subtract(centre, reach)
        bottom_right = np.add(centre, reach)
        corners = self._in_pixels([top_left, bottom_right])
        self.draw.ellipse(corners, fill=ink(colour))

    def cutout(self, points: ArrayLike) -> _Cutout | None:
        """The part of the board that the polygon covers; None when that is less than two pixels wide or high."""
        corners = np.asarray(points) * self.unit
        lowest = corners.min(axis=0)
        highest = corners.max(axis=0)
        top_left = np.floor(lowest).astype(int)
        bottom_right = np.ceil(highest).astype(int) + 1
        left, top = np.maximum(top_left, 0).tolist()
        right, bottom = np.minimum(bottom_right, self.size).tolist()
        width = right - left
        height = bottom - top
        if width < 2 or height < 2:
            return None
        mask = Image.new("L", (width, height))
        polygon = corners - (left, top)
        draw = ImageDraw.Draw(mask)
        draw.polygon(polygon.ravel().tolist(), fill=255)
        return _Cutout(mask, (left, top, right, bottom))

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
            _, first_row, _, end_row = region
            heights = np.arange(first_row, end_row) / self.unit
            shares = levels((heights - start) / (end - start))
        colours = mix(top, bottom, shares[:, None])
        column = colours[:, None]
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
        soft_mask = mask.filter(soften).filter(soften)
        relief = np.asarray(soft_mask, dtype=np.float32) / 255
        rise_y, rise_x = np.gradient(relief)
        light_x, light_y = light
        facing = -(rise_x * light_x + rise_y * light_y) * radius
        brightness = 1 + depth * (1.2 * facing - 0.12)
        brightness = per_channel(np.clip(brightness, 0.15, 1.9))
        shadow = colour * np.minimum(brightness, 1)
        excess = np.clip(brightness - 1, 0, 0.8)
        highlight = (1 - colour) * excess * 0.6
        body = bytes_image(shadow + highlight)
        self.image.paste(body, region, mask)

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
        diameter = 2 * radius * self.unit
        side = max(4, round(diameter))
        steps = side * 1j
        grid = np.mgrid[-1:1:steps, -1:1:steps]
        y, x = grid.astype(np.float32)
        height = 1 - x * x - y * y
        z = np.sqrt(levels(height))
        lamp = np.array([*light, 0.75])
        lamp_x, lamp_y, lamp_z = lamp / np.linalg.norm(lamp)
        facing = x * lamp_x + y * lamp_y + z * lamp_z
        direct_level = levels(facing) ** 0.9
        bounce = 0.22 * levels(y) + 0.16
        mirror = levels(2 * facing * z - lamp_z)
        highlight = mirror**24 + 0.12 * mirror**5
        direct_light = colour * per_channel(direct_level + bounce)
        tile = direct_light + gloss * per_channel(highlight)
        distance_from_rim = 1 - np.hypot(x, y)
        mask = bytes_image(distance_from_rim * side / 2)
        corner = np.subtract(centre, radius) * self.unit
        left, top = corner.tolist()
        position = (round(left), round(top))
        self.image.paste(bytes_image(tile), position, mask)

    def soften(self, radius: float) -> None:
        """Blur everything painted so far by `radius` picture heights."""
        half_size = self.image.reduce(2)
        blur = ImageFilter.GaussianBlur(radius * self.unit / 2)
        soft = half_size.filter(blur)
        self._replace(soft.resize(self.size, Image.Resampling.BILINEAR))

    def _replace(self, image: Image.Image) -> None:
        """Go on with another image of the same size."""
        self.image = image
        self.draw = ImageDraw.Draw(image)

    @property
    def pixels(self) -> Pixels:
        """The picture at its final size, float32 `(h, w, 3)` in 0..1."""
        final_image = self.image.reduce(SUPERSAMPLE)
        return np.asarray(final_image, dtype=np.float32) / 255

    @pixels.setter
    def pixels(self, values: Pixels) -> None:
        """Replace the picture by one of its final size; levels are clipped to 0..1 and rounded."""
        rounded_bytes = levels(values) * 255 + 0.5
        image = Image.fromarray(rounded_bytes.astype(np.uint8))
        self._replace(image.resize(self.size, Image.Resampling.BILINEAR))
