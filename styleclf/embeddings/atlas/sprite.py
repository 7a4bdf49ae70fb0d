"""All thumbnails in one picture: a page of 20,000 images must not load 20,000 files."""

import base64
import io
import math
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from styleclf.common import with_progress
from styleclf.data import UnreadableImageError, open_rgb

_PIXELS = 24e6  # of the whole sprite: some MB as JPEG, and a square that every browser can show
_BLOCK = 16  # pixels a side that JPEG compresses together: boxes of whole blocks do not stain one another
_MAX_BLOCKS = 6  # a side of a box
_JPEG_QUALITY = 75
_MAT = "white"  # as the card that shows it


class Sprite(NamedTuple):
    """Thumbnails in boxes of `box` pixels a side, row by row, `columns` in a row; `jpeg` is the file."""

    jpeg: bytes
    box: int
    columns: int

    @property
    def url(self) -> str:
        """The picture as text that stands in a page."""
        return f"data:image/jpeg;base64,{base64.b64encode(self.jpeg).decode('ascii')}"


def make_sprite(paths: Sequence[str | Path], progress: bool = True) -> Sprite:
    """Thumbnails of image files in their order, upright, in their own proportions, in the middle of their boxes.

    Boxes are 96 pixels a side, less for more than 2,604 images, 32 for 20,000. Raises ValueError for no files, and
    OSError for a file that cannot be read.
    """
    n_images = len(paths)
    box = _box_side(n_images)
    columns = math.ceil(math.sqrt(n_images))
    rows = math.ceil(n_images / columns)
    size = (columns * box, rows * box)
    sheet = Image.new("RGB", size, _MAT)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        thumbnails = pool.map(partial(thumbnail, box=box), paths)
        _paste(sheet, with_progress(thumbnails, n_images, "thumbnails", progress), box)
    buffer = io.BytesIO()
    sheet.save(buffer, "jpeg", quality=_JPEG_QUALITY, optimize=True)
    return Sprite(buffer.getvalue(), box, columns)


def _box_side(n_images: int) -> int:
    """Pixels a side of the boxes of so many thumbnails. Raises ValueError for none."""
    if n_images < 1:
        raise ValueError("there are no images to make thumbnails of")
    n_blocks = int(math.sqrt(_PIXELS / n_images) / _BLOCK)
    return _BLOCK * min(_MAX_BLOCKS, max(1, n_blocks))


def _paste(sheet: Image.Image, thumbnails: Iterable[Image.Image], box: int) -> None:
    """Paste thumbnails into the boxes of the sheet, row by row, each in the middle of its box."""
    columns = sheet.width // box
    for position, thumbnail in enumerate(thumbnails):
        row, column = divmod(position, columns)
        left = column * box + (box - thumbnail.width) // 2
        top = row * box + (box - thumbnail.height) // 2
        sheet.paste(thumbnail, (left, top))


def thumbnail(path: str | Path, box: int) -> Image.Image:
    """An image file in RGB, upright, at most `box` pixels a side. Raises OSError if it cannot be read."""
    try:
        picture = open_rgb(path, box)
    except UnreadableImageError as error:
        advice = "make the design again, which leaves such files out"
        raise OSError(f"{error}; {advice}") from error
    picture.thumbnail((box, box))
    return picture
