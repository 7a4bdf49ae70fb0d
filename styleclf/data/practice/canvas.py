"""What every painter finds in the studio: a board, colours, noise, soft light and grain.

Geometry is given in picture heights: `y` runs from 0 (top) to 1, `x` from 0 to the aspect ratio. Colours are float
arrays `(3,)` in 0..1. A `Board` is painted at twice its final size and reduced at the end, which smooths every edge.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SUPERSAMPLE = 2


def ink(colour: np.ndarray) -> tuple[int, int, int]:
    """The colour as Pillow wants it."""
    return tuple(int(255 * min(max(c, 0.0), 1.0) + 0.5) for c in colour)


def mix(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """From `a` (t=0) to `b` (t=1)."""
    return a + (b - a) * t


def luma(pixels: np.ndarray) -> np.ndarray:
    """Brightness of the last axis."""
    return pixels @ np.array([0.3, 0.59, 0.11], dtype=pixels.dtype)


def saturate(colour: np.ndarray, amount: float) -> np.ndarray:
    """Stronger (amount > 1) or greyer (< 1) colour of the same brightness."""
    grey = luma(colour)[..., None]
    return np.clip(grey + (colour - grey) * amount, 0, 1)


def noise(rng: np.random.Generator, size: tuple[int, int], cells: float = 4, octaves: int = 4, stretch: float = 1.0):
    """Fractal noise `(h, w)` in 0..1; `cells` bumps over the height, `stretch` > 1 lengthens them sideways."""
    w, h = size
    total = np.zeros((h, w), dtype=np.float32)
    for octave in range(octaves):
        n = cells * 2**octave
        if octave and n > h:
            break
        grid = rng.random((max(2, round(n)), max(2, round(n * w / h / stretch))), dtype=np.float32)
        total += np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC)) * 0.55**octave
    total -= total.min()
    return total / max(float(total.max()), 1e-6)


def blur(pixels: np.ndarray, radius: float) -> np.ndarray:
    """The same float array `(h, w, 3)` or `(h, w)`, out of focus by `radius` pixels."""
    image = Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32) / 255


class Board:
    """A picture in the making, held at `SUPERSAMPLE` times its final size."""

    def __init__(self, size: tuple[int, int], colour: np.ndarray):
        """An empty board of `size` pixels, primed with `colour`."""
        self.size = (size[0] * SUPERSAMPLE, size[1] * SUPERSAMPLE)
        self.unit = self.size[1]
        self.aspect = size[0] / size[1]
        self.image = Image.new("RGB", self.size, ink(colour))
        self.draw = ImageDraw.Draw(self.image)

    def at(self, points) -> list[tuple[float, float]]:
        """The points in pixels of the board."""
        return [(float(x) * self.unit, float(y) * self.unit) for x, y in points]

    def fill(self, points, colour: np.ndarray) -> None:
        """A polygon of one colour."""
        self.draw.polygon(self.at(points), fill=ink(colour))

    def line(self, points, colour: np.ndarray, width: float) -> None:
        """An open line of `width` picture heights with round joints."""
        thick = max(1, round(width * self.unit))
        self.draw.line(self.at(points), fill=ink(colour), width=thick, joint="curve" if thick > 3 else None)

    def outline(self, points, colour: np.ndarray, width: float) -> None:
        """A closed line."""
        closed = np.concatenate([points, points[:2]])
        self.line(closed, colour, width)

    def disc(self, x: float, y: float, r: float, colour: np.ndarray, squash: float = 1.0) -> None:
        """A circle or, with `squash`, an ellipse."""
        u = self.unit
        self.draw.ellipse([(x - r) * u, (y - r * squash) * u, (x + r) * u, (y + r * squash) * u], fill=ink(colour))

    def crop(self, points) -> tuple[Image.Image, tuple[int, int, int, int]] | None:
        """The shape's mask inside its bounding box, and that box; None when nothing of it is on the board."""
        corners = np.asarray(points) * self.unit
        left, top = np.maximum(np.floor(corners.min(0)).astype(int), 0)
        right, bottom = np.minimum(np.ceil(corners.max(0)).astype(int) + 1, self.size)
        if right - left < 2 or bottom - top < 2:
            return None
        mask = Image.new("L", (int(right - left), int(bottom - top)))
        ImageDraw.Draw(mask).polygon([(float(x) - left, float(y) - top) for x, y in corners], fill=255)
        return mask, (int(left), int(top), int(right), int(bottom))

    def wash(self, points, top: np.ndarray, bottom: np.ndarray, span: tuple[float, float] | None = None) -> None:
        """Fill with a vertical gradient over the shape's height, or over `span` in picture heights."""
        cropped = self.crop(points)
        if cropped is None:
            return
        mask, box = cropped
        if span is None:
            t = np.linspace(0, 1, mask.height)
        else:
            t = np.clip((np.arange(box[1], box[3]) / self.unit - span[0]) / (span[1] - span[0]), 0, 1)
        column = mix(top[None], bottom[None], t[:, None])[:, None]
        tile = Image.fromarray((np.clip(column, 0, 1) * 255).astype(np.uint8)).resize(
            mask.size, Image.Resampling.NEAREST
        )
        self.image.paste(tile, box, mask)

    def model(
        self, points, colour: np.ndarray, light: tuple[float, float], depth: float = 0.5, swell: float = 0.3
    ) -> None:
        """Fill as a rounded body lit from `light` (a vector to the lamp); `swell` is its rim over its smaller side."""
        cropped = self.crop(points)
        if cropped is None:
            return
        mask, box = cropped
        radius = max(1.0, swell * min(mask.size))
        height = mask.filter(ImageFilter.BoxBlur(radius / 2)).filter(ImageFilter.BoxBlur(radius / 2))
        relief = np.asarray(height, dtype=np.float32) / 255
        rise_y, rise_x = np.gradient(relief)
        lit = -(rise_x * light[0] + rise_y * light[1]) * radius
        shade = np.clip(1 + depth * (1.2 * lit - 0.12), 0.15, 1.9)[..., None]
        tile = np.clip(colour * np.minimum(shade, 1) + (1 - colour) * np.clip(shade - 1, 0, 0.8) * 0.6, 0, 1)
        self.image.paste(Image.fromarray((tile * 255).astype(np.uint8)), box, mask)

    def ball(self, x: float, y: float, r: float, colour: np.ndarray, light: tuple[float, float], gloss: float) -> None:
        """A sphere with its terminator, bounce light and highlight."""
        d = max(4, round(2 * r * self.unit))
        v, u = np.mgrid[-1 : 1 : d * 1j, -1 : 1 : d * 1j].astype(np.float32)
        z = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
        lamp = np.array([light[0], light[1], 0.75])
        lamp = lamp / np.linalg.norm(lamp)
        facing = u * lamp[0] + v * lamp[1] + z * lamp[2]
        lambert = np.clip(facing, 0, 1) ** 0.9
        bounce = 0.22 * np.clip(v, 0, 1) + 0.16
        mirror = np.clip(2 * facing * z - lamp[2], 0, 1)
        tile = colour * (lambert + bounce)[..., None] + gloss * (mirror**24 + 0.12 * mirror**5)[..., None]
        mask = Image.fromarray((np.clip((1 - np.hypot(u, v)) * d / 2, 0, 1) * 255).astype(np.uint8))
        corner = (round((x - r) * self.unit), round((y - r) * self.unit))
        self.image.paste(Image.fromarray((np.clip(tile, 0, 1) * 255).astype(np.uint8)), corner, mask)

    def soften(self, radius: float) -> None:
        """Blur everything painted so far by `radius` picture heights."""
        halved = self.image.reduce(2).filter(ImageFilter.GaussianBlur(radius * self.unit / 2))
        self.replace(halved.resize(self.size, Image.Resampling.BILINEAR))

    def replace(self, image: Image.Image) -> None:
        """Go on with another image of the same size."""
        self.image = image
        self.draw = ImageDraw.Draw(image)

    @property
    def pixels(self) -> np.ndarray:
        """The picture at its final size, float32 `(h, w, 3)` in 0..1."""
        return np.asarray(self.image.reduce(SUPERSAMPLE), dtype=np.float32) / 255

    @pixels.setter
    def pixels(self, values: np.ndarray) -> None:
        image = Image.fromarray((np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8))
        self.replace(image.resize(self.size, Image.Resampling.BILINEAR))


def grid(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """`x` and `y` of every pixel in picture heights, each `(h, w)` float32."""
    w, h = size
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    return x / h, y / h


def warp(pixels: np.ndarray, dx: np.ndarray, dy: np.ndarray) -> np.ndarray:
    """Every pixel fetched from `(dx, dy)` pixels away, clamped at the border."""
    h, w = pixels.shape[:2]
    rows, columns = np.mgrid[0:h, 0:w]
    return pixels[np.clip(rows + dy, 0, h - 1).astype(int), np.clip(columns + dx, 0, w - 1).astype(int)]


def impasto(pixels: np.ndarray, amount: float) -> np.ndarray:
    """Thick paint: ridges catch light from the upper left."""
    height = luma(pixels)
    ridge = height - blur(height, max(1.0, len(height) / 60))
    rise_y, rise_x = np.gradient(ridge)
    return pixels * (1 + amount * np.clip(rise_x + rise_y, -0.12, 0.12))[..., None]


def dabs(
    board: Board, rng, count: int, length: float, width: float, angle, jitter: float, source=None, keep=None
) -> None:
    """Lay `count` brush marks in the colours of `source` (default: the board as it is).

    `angle` is an `(h, w)` field of directions in radians; `keep`, if given, an `(h, w)` chance of each mark to be laid.
    """
    source = board.pixels if source is None else source
    h, w = source.shape[:2]
    # A small sheet shows fewer marks, and they would cost as much as on a large one.
    count = int(count * min(1.0, 0.12 + h * w / 256**2))
    row, column = rng.integers(0, h, count), rng.integers(0, w, count)
    if keep is not None:
        chosen = rng.random(count) < keep[row, column]
        row, column = row[chosen], column[chosen]
    n = len(row)
    theta = angle[row, column] + rng.normal(0, 0.25, n)
    long = length * board.unit * rng.uniform(0.6, 1.3, n) / 2
    thick = np.maximum(0.8, width * board.unit * rng.uniform(0.6, 1.3, n) / 2)
    colours = source[row, column] * (1 + jitter * rng.normal(0, 0.6, (n, 1))) + jitter * rng.normal(0, 0.45, (n, 3))
    colours = (np.clip(colours, 0, 1) * 255).astype(int)
    ux, uy = np.cos(theta) * long, np.sin(theta) * long
    vx, vy = -np.sin(theta) * thick, np.cos(theta) * thick
    x, y = (column + rng.random(n)) * SUPERSAMPLE, (row + rng.random(n)) * SUPERSAMPLE
    # Six corners: blunt head, rounded tail.
    marks = np.stack(
        [
            x - ux, y - uy, x - 0.7 * ux + vx, y - 0.7 * uy + vy, x + 0.7 * ux + 0.8 * vx, y + 0.7 * uy + 0.8 * vy,
            x + ux, y + uy, x + 0.7 * ux - 0.8 * vx, y + 0.7 * uy - 0.8 * vy, x - 0.7 * ux - vx, y - 0.7 * uy - vy,
        ],
        axis=1,
    ).tolist()  # fmt: skip
    for mark, colour in zip(marks, colours.tolist(), strict=True):
        board.draw.polygon(mark, fill=tuple(colour))


def grain(pixels: np.ndarray, rng, kind: str, amount: float) -> np.ndarray:
    """The support showing through: 'canvas' weave, 'paper' fibre, 'panel' (almost smooth)."""
    h, w = pixels.shape[:2]
    speckle = rng.normal(0, 1, (h, w)).astype(np.float32)
    if kind == "canvas":
        rows, columns = np.mgrid[0:h, 0:w]
        weave = np.sin(rows * 2.1) * np.sin(columns * 2.1 + (rows // 3 % 2) * 1.5)
        texture = 0.6 * weave + 0.5 * speckle
    elif kind == "paper":
        texture = 0.5 * speckle + 2.0 * (noise(rng, (w, h), 24, 3, 2.5) - 0.5)
    else:
        texture = 0.4 * speckle
    return pixels * (1 + amount * texture)[..., None]
