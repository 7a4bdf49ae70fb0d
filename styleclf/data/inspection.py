"""Inspecting image files: is each one a sound image, how large is it as shown, and what are its bytes."""

import hashlib
import io
import os
import stat
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from PIL import ExifTags, Image, UnidentifiedImageError

from styleclf.output import tracked

_USUAL_SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff")
_RARE_SUFFIXES = (".avif", ".jp2", ".j2k", ".jpf", ".tga", ".ppm", ".pgm", ".pbm")
IMAGE_SUFFIXES = frozenset(_USUAL_SUFFIXES + _RARE_SUFFIXES)
_QUARTER_TURNS = (5, 6, 7, 8)  # the EXIF orientations that exchange width and height
_MAX_THREADS = 8


class Inspection(NamedTuple):
    """Size in pixels as shown, and a digest of the bytes, of a sound image; otherwise the reason why it is not one."""

    width: int = 0
    height: int = 0
    digest: str = ""
    reason: str = ""


def looks_like_image(path: Path) -> bool:
    """Whether the file's suffix is one of an image."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def inspect_files(
    paths: Sequence[Path],
    reasons: Sequence[str],  # why a file is left out without being opened, or ''
    progress: bool = True,
) -> pd.DataFrame:
    """Read and decode every file: one row per path with the columns of `Inspection`."""
    Image.init()  # here, because threads should not race to load the plugins
    n_threads = min(_MAX_THREADS, os.cpu_count() or 1)
    # filters are global to the process, so they are set once around all the threads
    with warnings.catch_warnings(), ThreadPoolExecutor(n_threads) as pool:
        warnings.simplefilter("ignore")  # a big scan or an untidy EXIF block is fine: no line for each
        inspections = pool.map(_inspect, paths, reasons)
        rows = list(tracked(inspections, len(paths), "images read", progress))
    return pd.DataFrame(rows, columns=Inspection._fields)


def _inspect(path: Path, reason: str = "") -> Inspection:
    """Read and decode one file, unless it already has a reason to be left out."""
    if reason:
        return Inspection(reason=reason)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            return Inspection(reason="folder named like an image" if stat.S_ISDIR(mode) else "not a regular file")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        return Inspection(reason=reading_reason(error))
    if not content:
        return Inspection(reason="empty file")
    try:
        width, height = _decoded_size(content)
    except Exception as error:  # a broken file can make a decoder raise almost anything
        return Inspection(reason=_decoding_reason(error, path))
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    return Inspection(width, height, digest)


def _decoded_size(content: bytes) -> tuple[int, int]:
    """Width and height as shown, once every pixel has been decoded."""
    with Image.open(io.BytesIO(content)) as image:
        size = image.size
        is_drafted = image.draft(None, (1, 1))  # JPEG only: reads the whole stream but makes few pixels of it
        image.load()
        width, height = size if is_drafted else image.size
        if _orientation(image) in _QUARTER_TURNS:
            return height, width
        return width, height


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # an unreadable EXIF block is no reason to lose a sound image
        return 1


def reading_reason(error: Exception) -> str:
    """Why a file or folder could not be read, in a few words."""
    if isinstance(error, PermissionError):
        return "no permission to read"
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):  # ValueError: a name no file can have
        return "file not found"
    return "cannot be read from disk"


def _decoding_reason(error: Exception, path: Path) -> str:
    if isinstance(error, Image.DecompressionBombError):
        millions = 2 * (Image.MAX_IMAGE_PIXELS or 0) / 1e6
        return f"too large (over {millions:.0f} million pixels)"
    if isinstance(error, MemoryError):
        return "too large for the memory"
    if isinstance(error, UnidentifiedImageError):
        return "not a readable image" if looks_like_image(path) else "not an image"
    return "truncated image" if "truncated" in str(error) else "damaged image"
