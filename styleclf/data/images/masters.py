"""Masters of more pixels than a machine should hold: read reduced, with memory that does not grow with them.

A JPEG is decoded at a half, a quarter or an eighth of its size, JPEG 2000 at one of its resolutions, a TIFF from a
smaller page of its pyramid, or else strip by strip or tile by tile. What can only be decoded whole is refused.
"""

import math
import os
from typing import Any, BinaryIO

from PIL import Image, Jpeg2KImagePlugin, JpegImagePlugin, TiffImagePlugin

from styleclf.data.images.tiff_pages import page_sizes, picture_page, smaller_page
from styleclf.data.images.tiff_pieces import reduced_by_pieces

KEPT_PIXELS = 40e6  # of a reduced master at most: far more than any network looks at
FULL_SIZE = "full_size"  # in an image's info: width and height of the master that it was reduced from
_MAX_PIXELS = 8e9
_MAX_PIXELS_PER_BYTE = 200  # a picture takes more: only what was made to fill memories is flatter
_MAX_PROGRESSIVE_PIXELS = 300e6  # its coefficients are all held at once, 2 bytes each
_JPEG_STARTS = (b"\xff\xd8",)
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_JPEG_2000_STARTS = (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")
_JPEG_FACTORS = (2, 4, 8)
_MAX_HALVINGS = 32
_LONGEST_START = 8  # bytes


class TooLargeError(ValueError):
    """A picture that cannot be read within bounded memory; the message says why in a few words."""


def open_master(stream: BinaryIO) -> Image.Image:
    """A picture of more pixels than Pillow opens, decoded with at most `KEPT_PIXELS` of them.

    Its `info[FULL_SIZE]` is the size that it has in the file. Raises `TooLargeError` for what cannot be read within
    bounded memory, and what Pillow raises for a damaged file.
    """
    stream.seek(0)
    start = stream.read(_LONGEST_START)
    stream.seek(0)
    if start.startswith(_JPEG_STARTS):
        return _reduced_jpeg(stream)
    if start.startswith(_TIFF_STARTS):
        return _reduced_tiff(stream)
    if start.startswith(_JPEG_2000_STARTS):
        return _reduced_jpeg_2000(stream)
    advice = "of this format only smaller pictures are read: save it as TIFF or JPEG"
    raise TooLargeError(f"too large (over {_pillow_limit() / 1e6:.0f} million pixels); {advice}")


def full_size(image: Image.Image) -> tuple[int, int]:
    """Width and height in the file of an image that may have been reduced."""
    return image.info.get(FULL_SIZE, image.size)


def is_beyond_pillow(size: tuple[int, int]) -> bool:
    """Whether an image of that width and height has more pixels than Pillow opens."""
    return size[0] * size[1] > _pillow_limit()


def _pillow_limit() -> float:
    """The most pixels that Pillow opens; infinite where somebody has set it so."""
    if Image.MAX_IMAGE_PIXELS is None:
        return math.inf
    return 2 * Image.MAX_IMAGE_PIXELS


def _reduced_jpeg(stream: BinaryIO) -> Image.Image:
    """A JPEG at a half, a quarter or an eighth of its size."""
    image = JpegImagePlugin.JpegImageFile(stream)
    size = image.size
    n_pixels = _checked_pixels(size, stream)
    if image.info.get("progressive") and n_pixels > _MAX_PROGRESSIVE_PIXELS:
        limit = f"over {_MAX_PROGRESSIVE_PIXELS / 1e6:.0f} million pixels"
        raise TooLargeError(f"too large (a progressive JPEG of {limit}); save it as baseline JPEG")
    factor = _JPEG_FACTORS[-1]
    for smaller_factor in reversed(_JPEG_FACTORS):
        if n_pixels / smaller_factor**2 <= KEPT_PIXELS:
            factor = smaller_factor
    image.draft(image.mode, (size[0] // factor, size[1] // factor))
    image.load()
    image.info[FULL_SIZE] = size
    return image


def _reduced_jpeg_2000(stream: BinaryIO) -> Image.Image:
    """A JPEG 2000 picture at one of its lower resolutions."""
    image = Jpeg2KImagePlugin.Jpeg2KImageFile(stream)
    size = image.size
    n_pixels = _checked_pixels(size, stream)
    n_halvings = 0
    while n_pixels / 4**n_halvings > KEPT_PIXELS and n_halvings < _MAX_HALVINGS:
        n_halvings += 1
    _set_halvings(image, n_halvings)
    try:
        image.load()
    except OSError as error:
        raise TooLargeError("too large (JPEG 2000 without small resolutions, or damaged)") from error
    image.info[FULL_SIZE] = size
    return image


def _set_halvings(image: Jpeg2KImagePlugin.Jpeg2KImageFile, n_halvings: int) -> None:
    """Let a picture be decoded at one of its lower resolutions.

    Pillow's own `reduce` rounds sides to the nearest pixel, where the format rounds up, and then decodes nothing.
    """
    power = 2**n_halvings
    image._size = (math.ceil(image.width / power), math.ceil(image.height / power))
    tile = image.tile[0]
    arguments: Any = tile.args
    codec, _, *further_arguments = arguments
    extents = (0, 0, *image.size)
    reduced_arguments = (codec, n_halvings, *further_arguments)
    image.tile = [tile._replace(extents=extents, args=reduced_arguments)]


def _reduced_tiff(stream: BinaryIO) -> Image.Image:
    """The picture of a TIFF from a smaller page of the same picture, or else from its strips or tiles."""
    image = TiffImagePlugin.TiffImageFile(stream)
    pages = page_sizes(image)
    page = picture_page(pages)
    image.seek(page)
    size = image.size
    n_pixels = _checked_pixels(size, stream)
    smaller = smaller_page(pages, page, KEPT_PIXELS)
    if smaller is not None:
        image.seek(smaller)
        image.load()
        image.info[FULL_SIZE] = size
        return image
    factor = 2
    while n_pixels / factor**2 > KEPT_PIXELS:
        factor += 1
    try:
        reduced = reduced_by_pieces(image, stream, factor)
    except NotImplementedError as error:
        raise TooLargeError(f"too large ({error})") from error
    reduced.info[FULL_SIZE] = size
    return reduced


def _checked_pixels(size: tuple[int, int], stream: BinaryIO) -> int:
    """The number of pixels. Raises `TooLargeError` where the file is too small to hold a picture of so many."""
    n_pixels = size[0] * size[1]
    place = stream.tell()
    n_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(place)
    if n_pixels > _MAX_PIXELS:
        raise TooLargeError(f"too large ({n_pixels / 1e6:,.0f} million pixels)")
    if n_pixels > n_bytes * _MAX_PIXELS_PER_BYTE:
        raise TooLargeError(
            f"too large (a decompression bomb: {n_pixels / 1e6:,.0f} million pixels in {n_bytes} bytes)"
        )
    return n_pixels
