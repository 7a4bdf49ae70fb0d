"""What deliberately simple models see of an image: its file, its edge, its grain, and colours without shapes.

A trait of the file or of the scan says nothing about style, yet measurements of it also catch some of the picture: a
busy picture takes more bytes. Each of those has a control, the same measurement made where the file has been made to
look like every other, so that only what it says beyond its control counts against the set.
"""

import io
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, JpegImagePlugin

from styleclf.common import with_progress
from styleclf.data import open_image, open_rgb

FILE = ("size and aspect", "JPEG settings", "file size", "sharpness", "border")
PICTURE_TRAITS = ("mean colour", "colour histogram", "8x8 thumbnail")
CONTROLS = {  # of the traits that are partly the picture's
    "file size": "file size, all saved alike",
    "sharpness": "sharpness at half the size",
    "border": "border further inside",
}
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP")
_ATTACHMENTS = ("progressive", "exif", "icc_profile", "comment")
_N_TABLE_ENTRIES = 64  # of a JPEG quantisation table
_CONTROL_QUALITY = 75  # at which the control of the file size saves all images
_BORDER_SHARE = 0.02  # width of the border, as a share of the shorter side
_INSIDE_SHARE = 0.1  # how far inside the control of the border lies
_JPEG_BLOCK = 8  # pixels a side of the blocks that JPEG compresses one by one


def traits_of(paths: Sequence[str | Path], *, progress: bool = True) -> dict[str, np.ndarray]:
    """All traits and controls of the image files: name -> `(n, d)` float32, d the same for all images.

    Raises OSError for a file that cannot be read.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = pool.map(_traits, paths)
        by_image = list(with_progress(results, len(paths), "images measured", progress))
    traits = {}
    for name in by_image[0]:
        numbers = [traits_of_image[name] for traits_of_image in by_image]
        traits[name] = np.array(numbers, dtype=np.float32)
    return traits


def _traits(path: str | Path) -> dict[str, Sequence[float]]:
    """All traits and controls of an image file by name."""
    with open_image(path) as file:
        settings = _coding_settings(file)
    image = open_rgb(path)
    pixels = np.asarray(image)
    width, height = image.size
    half = image.reduce(2)
    thumbnail = image.resize((8, 8), Image.Resampling.BOX)
    file_size = os.path.getsize(path)
    control_size = _control_size(image)
    return {
        "size and aspect": (width, height, width / height, width * height),
        "JPEG settings": settings,
        "file size": _bytes_per_pixel(file_size, image),
        "sharpness": _sharpness(image),
        "border": _border(pixels),
        "mean colour": pixels.mean(axis=(0, 1)),
        "colour histogram": _colour_histogram(image),
        "8x8 thumbnail": np.asarray(thumbnail).ravel(),
        "file size, all saved alike": _bytes_per_pixel(control_size, image),
        "sharpness at half the size": _sharpness(half),
        "border further inside": _border(_inside(pixels)),
    }


def _coding_settings(file: Image.Image) -> list[float]:
    """How an opened file is coded: format, bands, subsampling, progressive, what is attached, and JPEG's two tables."""
    kind = [float(file.format == name) for name in _FORMATS]
    n_bands = len(file.getbands())
    attachments = [float(name in file.info) for name in _ATTACHMENTS]
    horizontal_dpi, *_ = np.ravel(file.info.get("dpi", 0))
    subsampling = -1
    entries = np.zeros((2, _N_TABLE_ENTRIES))
    if file.format == "JPEG":
        subsampling = JpegImagePlugin.get_sampling(file)
        tables = getattr(file, "quantization", {}).values()
        for row, table in zip(entries, tables, strict=False):  # a JPEG may have more than the usual two
            row[:] = table
    return [*kind, n_bands, subsampling, *attachments, float(horizontal_dpi), *entries.ravel()]


def _bytes_per_pixel(n_bytes: int, image: Image.Image) -> tuple[float, float]:
    """Bytes and bytes per pixel, as logarithms."""
    n_pixels = image.width * image.height
    bytes_per_pixel = n_bytes / n_pixels
    return np.log(n_bytes), np.log(bytes_per_pixel)


def _control_size(image: Image.Image) -> int:
    """The bytes that the image takes as JPEG of one quality for all."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_CONTROL_QUALITY)
    return buffer.tell()


def _sharpness(image: Image.Image) -> list[float]:
    """How strong edges and grain are: logarithms of quantiles of the Laplacian and of steps, and JPEG's blocks.

    The last number is the mean step across the borders of 8 x 8 blocks over the mean step elsewhere.
    """
    brightness = np.asarray(image.convert("L"), dtype=np.float32)
    grey = np.pad(brightness, 1, mode="edge")
    centre = grey[1:-1, 1:-1]
    above = grey[:-2, 1:-1]
    below = grey[2:, 1:-1]
    left = grey[1:-1, :-2]
    right = grey[1:-1, 2:]
    laplacian = 4 * centre - above - below - left - right
    edges = np.abs(laplacian)
    last_column = centre[:, -1:]
    differences = np.diff(centre, axis=1, append=last_column)
    steps = np.abs(differences)
    quantiles = np.quantile(edges, (0.25, 0.5, 0.9, 0.99))
    strengths = [*quantiles, edges.std(), steps.mean(), steps.std()]
    border_steps = steps[:, _JPEG_BLOCK - 1 : -1 : _JPEG_BLOCK]
    blockiness = 0.0
    if border_steps.size:
        blockiness = border_steps.mean() / (steps.mean() + 1)
    return [*np.log1p(strengths), blockiness]


def _border(pixels: np.ndarray) -> np.ndarray:
    """Mean colour and deviation of the four outermost strips of pixels `(h, w, 3)`: `(16,)`."""
    short_side = min(pixels.shape[:2])
    width = max(1, round(_BORDER_SHARE * short_side))
    top = pixels[:width]
    bottom = pixels[-width:]
    left = pixels[:, :width]
    right = pixels[:, -width:]
    numbers = []
    for strip in (top, bottom, left, right):
        mean_colour = strip.mean(axis=(0, 1))
        brightness = strip.mean(axis=2)
        numbers += [*mean_colour, brightness.std()]
    return np.array(numbers)


def _inside(pixels: np.ndarray) -> np.ndarray:
    """The pixels `(h, w, 3)` without a margin of a tenth of each side."""
    height, width = pixels.shape[:2]
    top = int(_INSIDE_SHARE * height)
    left = int(_INSIDE_SHARE * width)
    return pixels[top : height - top, left : width - left]


def _colour_histogram(image: Image.Image) -> np.ndarray:
    """Roots of the shares of 64 colours, four levels of red, green and blue each: `(64,)`."""
    colours = np.asarray(image).reshape(-1, 3)
    levels = colours // 64
    numbers_of_colours = levels @ np.array([16, 4, 1])
    counts = np.bincount(numbers_of_colours, minlength=64)
    return np.sqrt(counts / counts.sum())
