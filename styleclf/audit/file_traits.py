"""What deliberately stupid models see of an image: its file, its edge, its grain, and colours without shapes.

A trait of the file or of the scan says nothing about style, yet measurements of it also catch some of the picture: a
busy picture takes more bytes. Each of those has a control, the same measurement made where the file has been made to
look like every other, so that only what it tells beyond its control counts against the set.
"""

import io
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, JpegImagePlugin

from styleclf.data import open_rgb
from styleclf.output import tracked

FILE = ("size and aspect", "JPEG settings", "file size", "sharpness", "border")
PICTURE = ("mean colour", "colour histogram", "8x8 thumbnail")
CONTROLS = {  # of the traits that are partly the picture's
    "file size": "file size, all saved alike",
    "sharpness": "sharpness at half the size",
    "border": "border further inside",
}
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP")
_N_TABLE = 64  # entries of a JPEG quantisation table
_SAME_QUALITY = 75  # at which the control of the file size saves all images
_BORDER, _INSIDE = 0.02, 0.1  # width of the border and how far inside its control lies, in shares of a side
_BLOCK = 8  # pixels a side of the blocks that JPEG compresses one by one


def traits_of(paths: Sequence[str | Path], progress: bool = True) -> dict[str, np.ndarray]:
    """All traits and controls of the image files: name -> `(n, d)` float32, d the same for all images.

    Raises OSError for a file that cannot be read.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = list(tracked(pool.map(_traits, paths), len(paths), "images measured", progress))
    return {name: np.array([each[name] for each in found], dtype=np.float32) for name in found[0]}


def _traits(path: str | Path) -> dict[str, Sequence[float]]:
    with Image.open(path) as file:
        settings = _coding_settings(file)
    image = open_rgb(path)
    pixels = np.asarray(image)
    return {
        "size and aspect": (*image.size, image.width / image.height, image.width * image.height),
        "JPEG settings": settings,
        "file size": _bytes_per_pixel(os.path.getsize(path), image),
        "sharpness": _sharpness(image),
        "border": _border(pixels),
        "mean colour": pixels.mean(axis=(0, 1)),
        "colour histogram": _colour_histogram(image),
        "8x8 thumbnail": np.asarray(image.resize((8, 8), Image.Resampling.BOX)).ravel(),
        "file size, all saved alike": _bytes_per_pixel(_size_saved_alike(image), image),
        "sharpness at half the size": _sharpness(image.reduce(2)),
        "border further inside": _border(_inside(pixels)),
    }


def _coding_settings(file: Image.Image) -> list[float]:
    """How an opened file is coded: format, bands, subsampling, progressive, what is attached, and JPEG's two tables."""
    jpeg = file.format == "JPEG"
    tables = list(getattr(file, "quantization", {}).values()) if jpeg else []
    entries = np.zeros((2, _N_TABLE))
    for row, table in zip(entries, tables, strict=False):  # a JPEG may have more than the usual two
        row[:] = table
    attached = [float(name in file.info) for name in ("progressive", "exif", "icc_profile", "comment")]
    dpi = float(np.ravel(file.info.get("dpi", 0))[0])
    sampling = JpegImagePlugin.get_sampling(file) if jpeg else -1
    kind = [float(file.format == name) for name in _FORMATS]
    return [*kind, len(file.getbands()), sampling, *attached, dpi, *entries.ravel()]


def _bytes_per_pixel(n_bytes: int, image: Image.Image) -> tuple[float, float]:
    """Bytes and bytes a pixel, as logarithms."""
    return np.log(n_bytes), np.log(n_bytes / (image.width * image.height))


def _size_saved_alike(image: Image.Image) -> int:
    """The bytes that the image takes as JPEG of one fixed quality."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_SAME_QUALITY)
    return buffer.tell()


def _sharpness(image: Image.Image) -> list[float]:
    """How strong edges and grain are: logarithms of quantiles of the Laplacian and of steps, and JPEG's blocks.

    The last number is the mean step across the borders of 8 x 8 blocks over the mean step elsewhere.
    """
    grey = np.pad(np.asarray(image.convert("L"), dtype=np.float32), 1, mode="edge")
    centre = grey[1:-1, 1:-1]
    laplacian = np.abs(4 * centre - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:])
    steps = np.abs(np.diff(centre, axis=1, append=centre[:, -1:]))
    quantiles = [*np.quantile(laplacian, (0.25, 0.5, 0.9, 0.99)), laplacian.std(), steps.mean(), steps.std()]
    across = steps[:, _BLOCK - 1 : -1 : _BLOCK]
    blocks = across.mean() / (steps.mean() + 1) if across.size else 0.0
    return [*np.log1p(quantiles), blocks]


def _border(pixels: np.ndarray) -> np.ndarray:
    """Mean colour and deviation of the four outermost strips of pixels `(h, w, 3)`: `(16,)`."""
    width = max(1, round(_BORDER * min(pixels.shape[:2])))
    strips = (pixels[:width], pixels[-width:], pixels[:, :width], pixels[:, -width:])
    return np.concatenate([[*strip.mean(axis=(0, 1)), strip.mean(axis=2).std()] for strip in strips])


def _inside(pixels: np.ndarray) -> np.ndarray:
    """The pixels `(h, w, 3)` without a margin of a tenth of each side."""
    top, left = (int(_INSIDE * side) for side in pixels.shape[:2])
    return pixels[top : len(pixels) - top, left : pixels.shape[1] - left]


def _colour_histogram(image: Image.Image) -> np.ndarray:
    """Roots of the shares of 64 colours, four levels of red, green and blue each: `(64,)`."""
    levels = np.asarray(image).reshape(-1, 3) // 64
    counts = np.bincount(levels @ np.array([16, 4, 1]), minlength=64)
    return np.sqrt(counts / counts.sum())
