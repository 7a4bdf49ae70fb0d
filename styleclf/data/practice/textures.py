"""Textures over a whole picture: noise, soft focus, shifted pixels, thick paint, and the support that shows through."""

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageFilter

from styleclf.data.practice.colours import Pixels, levels, luma, per_channel


def noise(
    rng: Generator,
    size: tuple[int, int],
    cells: float,
    *,
    octaves: int = 4,
    stretch: float = 1.0,
) -> Pixels:
    """Fractal noise `(h, w)` in 0..1; `cells` bumps over the height, `stretch` > 1 lengthens them sideways."""
    width, height = size
    total = np.zeros((height, width), dtype=np.float32)
    for octave in range(octaves):
        rows = cells * 2**octave
        if octave and rows > height:
            break
        columns = rows * width / height / stretch
        n_rows = max(2, round(rows))
        n_columns = max(2, round(columns))
        grid = rng.random((n_rows, n_columns), dtype=np.float32)
        coarse = Image.fromarray(grid)
        bumps = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC))
        total += bumps * 0.55**octave
    total -= total.min()
    highest = max(float(total.max()), 1e-6)
    return total / highest


def bytes_image(pixels: Pixels) -> Image.Image:
    """The float array as an image of 8 bits per channel; levels are clipped to 0..1 and rounded down."""
    bytes_per_channel = levels(pixels) * 255
    return Image.fromarray(bytes_per_channel.astype(np.uint8))


def blur(pixels: Pixels, radius: float) -> Pixels:
    """The same float array `(h, w, 3)` or `(h, w)`, out of focus by `radius` pixels."""
    soft = bytes_image(pixels).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(soft, dtype=np.float32) / 255


def screen(pixels: Pixels, light: Pixels) -> Pixels:
    """The pixels with light added as two projectors would add it: never beyond white."""
    return 1 - (1 - pixels) * (1 - light)


def pixel_positions(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """`x` and `y` of every pixel in picture heights, each `(h, w)` float32."""
    width, height = size
    grid = np.mgrid[0:height, 0:width]
    rows, columns = grid.astype(np.float32)
    return columns / height, rows / height


def warp(pixels: Pixels, dx: np.ndarray, dy: np.ndarray) -> Pixels:
    """Every pixel taken from `(dx, dy)` pixels away, clamped at the border."""
    height, width = pixels.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width]
    source_rows = np.clip(rows + dy, 0, height - 1).astype(int)
    source_columns = np.clip(columns + dx, 0, width - 1).astype(int)
    return pixels[source_rows, source_columns]


def impasto(pixels: Pixels, amount: float) -> Pixels:
    """Thick paint: ridges catch light from the upper left."""
    height = luma(pixels)
    radius = max(1.0, len(height) / 60)
    ridges = height - blur(height, radius)
    rise_y, rise_x = np.gradient(ridges)
    shine = np.clip(rise_x + rise_y, -0.12, 0.12)
    return pixels * per_channel(1 + amount * shine)


def _weave(height: int, width: int) -> np.ndarray:
    """Threads of a canvas, `(h, w)` in -1..1."""
    rows, columns = np.mgrid[0:height, 0:width]
    offsets = (rows // 3 % 2) * 1.5
    weft = np.sin(rows * 2.1)
    warp_threads = np.sin(columns * 2.1 + offsets)
    return weft * warp_threads


def grain(
    pixels: Pixels,
    rng: Generator,
    kind: str,
    *,
    amount: float,
) -> Pixels:
    """The support showing through: 'canvas' weave, 'paper' fibre, 'panel' (almost smooth)."""
    height, width = pixels.shape[:2]
    speckle = rng.normal(0, 1, (height, width))
    speckle = speckle.astype(np.float32)
    if kind == "canvas":
        threads = _weave(height, width)
        texture = 0.6 * threads + 0.5 * speckle
    elif kind == "paper":
        fibres = noise(
            rng,
            (width, height),
            24,
            octaves=3,
            stretch=2.5,
        )
        texture = 0.5 * speckle + 2.0 * (fibres - 0.5)
    else:
        texture = 0.4 * speckle
    return pixels * per_channel(1 + amount * texture)
