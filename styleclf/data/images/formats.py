"""Which formats of image files are opened: those in which paintings come, and none that would start a program.

Pillow by itself would hand PostScript to Ghostscript, whatever the file is called; so it is always given the formats.
"""

import importlib
from functools import cache
from pathlib import Path

_PILLOW_PLUGINS = {  # format -> module of Pillow; TGA comes last, because its files have no mark to know them by
    "JPEG": "JpegImagePlugin",
    "PNG": "PngImagePlugin",
    "TIFF": "TiffImagePlugin",
    "WEBP": "WebPImagePlugin",
    "GIF": "GifImagePlugin",
    "AVIF": "AvifImagePlugin",
    "JPEG2000": "Jpeg2KImagePlugin",
    "BMP": "BmpImagePlugin",
    "DIB": "BmpImagePlugin",
    "PPM": "PpmImagePlugin",
    "TGA": "TgaImagePlugin",
}
_USUAL_SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff")
_RARE_SUFFIXES = (".avif", ".jp2", ".j2k", ".jpf", ".jpx", ".tga", ".ppm", ".pgm", ".pbm", ".heic", ".heif", ".jxl")
IMAGE_SUFFIXES = frozenset(_USUAL_SUFFIXES + _RARE_SUFFIXES)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_JPEG_XL_STARTS = (b"\xff\x0a", b"\0\0\0\x0cJXL ")
HEAD_SIZE = 16  # bytes at the beginning of a file that tell its format


def looks_like_image(path: Path) -> bool:
    """Whether the file's suffix is one of an image."""
    return path.suffix.lower() in IMAGE_SUFFIXES


@cache
def readable_formats() -> tuple[str, ...]:
    """The names of the formats to hand to `PIL.Image.open`; HEIF and JXL are among them if their packages are there."""
    formats = []
    for name, plugin in _PILLOW_PLUGINS.items():
        if _can_import(f"PIL.{plugin}"):
            formats.append(name)
    if _can_import("pillow_heif"):
        importlib.import_module("pillow_heif").register_heif_opener()
        formats.insert(0, "HEIF")
    if _can_import("pillow_jxl"):
        formats.insert(0, "JXL")
    return tuple(formats)


def _can_import(module: str) -> bool:
    """Whether a module can be imported; a plugin makes itself known to Pillow by that."""
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def missing_package(head: bytes) -> str:
    """What to install for a file that cannot be read and begins with `head` (16 bytes); '' if it would not help.

    >>> missing_package(b"%PDF-1.7")
    ''
    """
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    formats = readable_formats()
    if brand in _HEIC_BRANDS and "HEIF" not in formats:
        return "HEIC image: pip install pillow-heif"
    if brand in _AVIF_BRANDS and "AVIF" not in formats:
        return "AVIF image: pip install --upgrade pillow"
    if head.startswith(_JPEG_XL_STARTS) and "JXL" not in formats:
        return "JPEG XL image: pip install pillow-jxl-plugin"
    return ""
