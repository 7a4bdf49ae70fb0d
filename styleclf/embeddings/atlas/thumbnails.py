"""Small pictures for other programs: as files of their own, as bytes, and on sheets; few wait in memory at a time."""

import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median

from PIL import Image, ImageOps

from styleclf.common import with_progress, write_image
from styleclf.data import full_size, open_image
from styleclf.embeddings.atlas.sprite import thumbnail

_AT_ONCE = 64  # pictures that may wait in memory
_QUALITY = 75


def thumbnail_pictures(
    paths: Sequence[Path],
    side: int,  # pixels, at most; smaller pictures stay as they are
    *,
    progress: bool = True,
) -> Iterator[Image.Image]:
    """The image files in RGB, upright, in their order. Raises OSError for one that cannot be read."""
    shrink = partial(thumbnail, box=side)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from with_progress(_in_batches(pool, shrink, paths), len(paths), "pictures made small", progress)


def _in_batches(pool: ThreadPoolExecutor, shrink: partial, paths: Sequence[Path]) -> Iterator[Image.Image]:
    for start in range(0, len(paths), _AT_ONCE):
        yield from pool.map(shrink, paths[start : start + _AT_ONCE])


def middle_side(paths: Sequence[Path]) -> int:
    """The longer side of image files in pixels, the median of all. Raises OSError for one that cannot be read."""
    sides = []
    for path in paths:
        with open_image(path) as image:
            sides.append(max(full_size(image)))
    return round(median(sides))


def scaled_picture(picture: Image.Image, side: int) -> Image.Image:
    """The picture, smaller or larger, so that its longer side has so many pixels."""
    return ImageOps.contain(picture, (side, side))


def jpeg_of(picture: Image.Image) -> bytes:
    """The picture as the bytes of a JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def write_picture(picture: Image.Image, path: Path) -> None:
    """Write a picture, in the format that its name says; it appears whole."""
    write_image(picture, path, quality=_QUALITY)
