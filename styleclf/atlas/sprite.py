"""All thumbnails in one picture: a page of 20,000 images must not load 20,000 files."""

import base64
import io
import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from styleclf.data import open_rgb
from styleclf.output import tracked

_PIXELS = 24e6  # of the whole sprite: some MB as JPEG, and a square that every browser can show
_BLOCK = 16  # pixels a side that JPEG compresses together: boxes of whole blocks do not stain one another
_MOST, _LEAST = 6, 1  # blocks a side of a box
_QUALITY = 75
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

    Boxes are 96 pixels a side, less for more than 2,604 images, 32 for 20,000. Raises OSError for a file that cannot be
    read.
    """
    box, columns = _box_side(len(paths)), math.ceil(math.sqrt(len(paths)))
    sheet = Image.new("RGB", (columns * box, math.ceil(len(paths) / columns) * box), _MAT)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        made = pool.map(partial(_thumbnail, box=box), paths)
        for i, picture in enumerate(tracked(made, len(paths), "thumbnails", progress)):
            row, column = divmod(i, columns)
            sheet.paste(picture, (column * box + (box - picture.width) // 2, row * box + (box - picture.height) // 2))
    buffer = io.BytesIO()
    sheet.save(buffer, "jpeg", quality=_QUALITY, optimize=True)
    return Sprite(buffer.getvalue(), box, columns)


def _box_side(n: int) -> int:
    """Pixels a side of the boxes of `n` thumbnails. Raises ValueError for none."""
    if n < 1:
        raise ValueError("there are no images to make thumbnails of")
    return _BLOCK * min(_MOST, max(_LEAST, int(math.sqrt(_PIXELS / n) / _BLOCK)))


def _thumbnail(path: str | Path, box: int) -> Image.Image:
    """An image file in RGB, upright, at most `box` pixels a side. Raises OSError if it cannot be read."""
    try:
        picture = open_rgb(path, box)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow's ways to give up
        raise OSError(f"{path} cannot be read: {error}; make the design anew, it leaves such files out") from error
    picture.thumbnail((box, box))
    return picture
