"""Pictures as text in a page: so no file of one browser lies where another could ask for it."""

import base64
import io
from pathlib import Path

from PIL import Image

from styleclf.data import UnreadableImageError, open_rgb

_SMALL_SIDE = 200  # pixels of the longer side
_LARGE_SIDE = 900
_QUALITY = 82


def small_picture(path: Path) -> str:
    """An image file as a small data URI; '' where it cannot be read."""
    return _picture(path, _SMALL_SIDE)


def large_picture(path: Path) -> str:
    """An image file as a data URI to look at; '' where it cannot be read."""
    return _picture(path, _LARGE_SIDE)


def data_uri(picture: Image.Image) -> str:
    """A picture as the data URI of a JPEG."""
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=_QUALITY)
    text = base64.b64encode(content.getvalue()).decode()
    return f"data:image/jpeg;base64,{text}"


def _picture(path: Path, side: int) -> str:
    """An image file as a data URI of at most `side` pixels a side."""
    try:
        picture = open_rgb(path, side)
    except UnreadableImageError:
        return ""
    picture.thumbnail((side, side))
    return data_uri(picture)
