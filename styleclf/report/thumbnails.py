"""Small pictures as text that stands in a page, so that the page needs no other file."""

import base64
import io
import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from PIL import Image

from styleclf.common import with_progress
from styleclf.data import open_rgb

_SIDE = 112  # pixels
_QUALITY = 70
_MOST_BYTES = 6_500_000  # of all pictures on a page, as text
_FIGURE_SIDE = 1100
_FIGURE_COLOURS = 128


def thumbnail_uris(folder: Path, filenames: Collection[str], *, progress: bool = True) -> dict[str, str]:
    """Data URIs of pictures by their filenames; without those that are missing or damaged, or would be too many.

    The pictures that come first have precedence.
    """
    names = list(dict.fromkeys(filenames))
    uris: dict[str, str] = {}
    n_bytes = 0
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        small_pictures = pool.map(partial(_thumbnail, folder), names)
        tracked_pictures = with_progress(small_pictures, len(names), "thumbnails", progress)
        for name, uri in zip(names, tracked_pictures, strict=True):
            n_bytes += len(uri)
            if uri and n_bytes < _MOST_BYTES:
                uris[name] = uri
    return uris


def _thumbnail(folder: Path, filename: str) -> str:
    """A picture as a data URI; empty if it cannot be read."""
    try:
        picture = open_rgb(folder / filename, _SIDE)
    except OSError:  # vanished, or broken since: a report can do without
        return ""
    picture.thumbnail((_SIDE, _SIDE))
    return _data_uri(picture, "jpeg", quality=_QUALITY, optimize=True)


def figure_uri(path: Path) -> str:
    """A figure that was saved as PNG, as a smaller data URI. Raises OSError if it cannot be read."""
    with Image.open(path, formats=("PNG",)) as figure:
        picture = figure.convert("RGB")
    picture.thumbnail((_FIGURE_SIDE, 3 * _FIGURE_SIDE), Image.Resampling.LANCZOS)
    few_colours = picture.quantize(_FIGURE_COLOURS)
    return _data_uri(few_colours, "png", optimize=True)


def _data_uri(picture: Image.Image, kind: str, **options: object) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    text = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f"data:image/{kind};base64,{text}"
