"""Inspecting image files: is each a sound image, how large is it as shown, and what are its bytes."""

import hashlib
import io
import os
import stat
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import ExifTags, Image, UnidentifiedImageError

from styleclf.output import tracked

IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".avif"}
    | {".jp2", ".j2k", ".jpf", ".tga", ".ppm", ".pgm", ".pbm"}
)
_QUARTER_TURNS = (5, 6, 7, 8)  # the EXIF orientations that exchange width and height

Sound = tuple[int, int, str]  # width, height, digest
Finding = Sound | str  # a sound image, or why it is none


def _looks_like_image(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES


# Inspecting: is each file a sound image, how large, and has it been seen before


def _inspect_all(paths: list[Path], reasons: list[str], progress: bool) -> list[Finding]:
    """What `_inspect` finds for each path; a reason that is known already stands."""
    Image.init()  # here, because threads should not race to load the plugins
    # filters are global to the process, so they are set once around all the threads
    with warnings.catch_warnings(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        warnings.simplefilter("ignore")  # a big scan or an untidy EXIF block is fine: no line for each
        return list(tracked(pool.map(_inspect, paths, reasons), len(paths), "images read", progress))


def _inspect(path: Path, reason: str = "") -> Finding:
    """`(width, height, digest)` of a sound image, or the reason why it is none."""
    if reason:
        return reason
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            return "folder named like an image" if stat.S_ISDIR(mode) else "not a regular file"
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        return _reading_reason(error)
    if not content:
        return "empty file"
    try:
        width, height = _decoded_size(content)
    except Exception as error:  # a broken file can make a decoder raise almost anything
        return _decoding_reason(error, path)
    return width, height, hashlib.blake2b(content, digest_size=16).hexdigest()


def _decoded_size(content: bytes) -> tuple[int, int]:
    """Width and height as shown, once every pixel has been decoded."""
    with Image.open(io.BytesIO(content)) as image:
        size = image.size
        drafted = image.draft(None, (1, 1))  # JPEG only: reads the whole stream but makes few pixels of it
        image.load()
        width, height = size if drafted else image.size
        return (height, width) if _orientation(image) in _QUARTER_TURNS else (width, height)


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # an unreadable EXIF block is no reason to lose a sound image
        return 1


def _reading_reason(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read"
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):  # ValueError: a name no file can have
        return "file not found"
    return "cannot be read from disk"


def _decoding_reason(error: Exception, path: Path) -> str:
    if isinstance(error, Image.DecompressionBombError):
        return f"too large (over {2 * Image.MAX_IMAGE_PIXELS / 1e6:.0f} million pixels)"
    if isinstance(error, MemoryError):
        return "too large for the memory"
    if isinstance(error, UnidentifiedImageError):
        return "not a readable image" if _looks_like_image(path) else "not an image"
    return "truncated image" if "truncated" in str(error) else "damaged image"
