"""Image files -> square RGB arrays of the size a model wants, decoded once.

Every reader in the package goes through `open_image`, so that training, prediction and figures see the same picture, a
stranger's file starts no program, and whatever is wrong with a file raises one exception.
"""

import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import numpy as np
from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError

from styleclf.common import check_one_of, check_path
from styleclf.data.images.colours import colour_mode, conversion_of, in_srgb
from styleclf.data.images.formats import HEAD_SIZE, looks_like_image, missing_package, readable_formats
from styleclf.data.images.greys import in_8_bits, is_deep_grey, true_greys
from styleclf.data.images.jpeg2000 import jpeg_2000_profile
from styleclf.data.images.masters import TooLargeError, is_beyond_pillow, open_master
from styleclf.data.images.spellings import spelled_as_on_disk
from styleclf.data.images.tiff_pages import DeepPlanesError, check_planes, page_sizes, picture_page

Fit = Literal["squash", "crop", "pad"]
FITS = get_args(Fit)
_PAPER_COLOUR = (255, 255, 255)  # shows through transparent pixels
_MULTIPLIED_MODES = ("La", "RGBa")  # colours that are multiplied by their opacity
_PADDING_COLOUR = (0, 0, 0)
_DRAFT_MARGIN = 1.5  # a JPEG is decoded at least so many times larger than needed: the last step can still filter
_ADDRESS = re.compile(r"(https?|ftp|file|s3|gs|data):", re.IGNORECASE)
_TOO_LONG_TEXT = "MAX_TEXT_CHUNK"  # in what Pillow says of a PNG whose profile would fill the memory


class UnreadableImageError(OSError):
    """A file that is not there, is not an image, or is a damaged one: `path`, and in a few words the `reason`."""

    def __init__(self, path: str | Path, reason: str) -> None:
        super().__init__(f"{path} cannot be read as an image: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type, tuple[str | Path, str]]:
        """How it is pickled, so that another process can raise it."""
        return type(self), (self.path, self.reason)


@contextmanager
def open_image(path: str | Path, content: bytes | None = None) -> Iterator[Image.Image]:
    """An image file that is opened but not yet decoded, for the block; of a TIFF's pages it is the largest.

    One of more than 179 million pixels has been decoded and reduced (see `masters`): `masters.full_size` tells its
    size. `content` are the bytes of the file if they have been read.

    Raises `UnreadableImageError`, which is an OSError, for whatever is wrong: also in place of what a decoder raises
    inside the block, which can be almost anything.
    """
    try:
        stream = io.BytesIO(content) if content is not None else open_regular_file(path)
        with stream, _picture_in(stream) as image:
            yield image
    except UnreadableImageError:
        raise
    except Exception as error:  # 82,000 damaged files of 18 formats raised six kinds
        raise UnreadableImageError(path, _decoding_reason(error, path, content)) from error


def open_regular_file(path: str | Path) -> BinaryIO:
    """A file opened for reading, once it is known to be one that has an end: no pipe, device, socket or folder.

    Accents in its name may be composed otherwise than on disk. Raises `UnreadableImageError`.
    """
    try:
        path = spelled_as_on_disk(path)
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            reason = "folder named like an image" if looks_like_image(Path(path)) else "folder"
        elif not stat.S_ISREG(mode):
            reason = "not a regular file"
        else:
            return open(path, "rb")
    except (OSError, ValueError) as error:
        raise UnreadableImageError(path, missing_reason(path, error)) from error
    raise UnreadableImageError(path, reason)


def missing_reason(path: str | Path, error: Exception) -> str:
    """Why a file could not be read, in a few words: also where an address was given in place of a file."""
    if _ADDRESS.match(str(path)):
        return "an address and no file: load it first"
    return reading_reason(error)


def reading_reason(error: Exception) -> str:
    """Why a file or folder could not be read, in a few words."""
    if isinstance(error, PermissionError):
        return "no permission to read"
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):  # ValueError: a name no file can have
        return "file not found"
    if isinstance(error, MemoryError):
        return "too large for the memory"
    return "cannot be read from disk"


def _decoding_reason(error: Exception, path: str | Path, content: bytes | None) -> str:
    """Why a file could not be decoded, in a few words."""
    if isinstance(error, TooLargeError | DeepPlanesError):
        return str(error)
    if isinstance(error, Image.DecompressionBombError):
        millions = 2 * (Image.MAX_IMAGE_PIXELS or 0) / 1e6
        return f"too large (over {millions:.0f} million pixels)"
    if _TOO_LONG_TEXT in str(error):
        return "its colour profile or a text in it is too large"
    if isinstance(error, UnidentifiedImageError):
        return _format_reason(path, content)
    if isinstance(error, MemoryError) or getattr(error, "errno", None) is not None:  # Pillow's own errors have none
        return reading_reason(error)
    return "truncated image" if "truncated" in str(error) else "damaged image"


def _format_reason(path: str | Path, content: bytes | None) -> str:
    """Why none of the formats fits a file."""
    head = content
    if head is None:
        with open_regular_file(path) as stream:
            head = stream.read(HEAD_SIZE)
    if not head:
        return "empty file"
    otherwise = "not a readable image" if looks_like_image(Path(path)) else "not an image"
    return missing_package(head[:HEAD_SIZE]) or otherwise


def _picture_in(stream: BinaryIO) -> Image.Image:
    """The picture in an image file, with the profile that the file has for it."""
    try:
        image: Image.Image = Image.open(stream, formats=readable_formats())
        if isinstance(image, TiffImagePlugin.TiffImageFile):
            image.seek(_picture_page(stream))
            check_planes(image)
            if is_beyond_pillow(image.size):
                image = open_master(stream)
    except Image.DecompressionBombError:
        image = open_master(stream)
    if image.format == "JPEG2000":
        image.info["icc_profile"] = jpeg_2000_profile(stream)
    return image


def _picture_page(stream: BinaryIO) -> int:
    """The page of a TIFF that is the picture, from 0, because scanners like to put a thumbnail first.

    The stream stays where it is.
    """
    place = stream.tell()
    stream.seek(0)
    pages = page_sizes(TiffImagePlugin.TiffImageFile(stream))
    stream.seek(place)
    return picture_page(pages)


def is_image_file(path: Path) -> bool:
    """Whether a file passes for an image: by its suffix, or else by its first bytes, as `x.jpg!Large` does.

    Its pixels may still turn out to be damaged. A file that cannot be opened does not pass.
    """
    if looks_like_image(path):
        return True
    try:
        with open_regular_file(path) as stream:
            head = stream.read(HEAD_SIZE)
        if missing_package(head):
            return True
        with open_image(path):
            return True
    except OSError:
        return False


def open_rgb(
    path: str | Path,
    short_side: int | None = None,  # pixels of the shorter side
    content: bytes | None = None,  # of the file, where it was read already
) -> Image.Image:
    """Open an image file as RGB, turned upright by its EXIF orientation; of an animation the first frame.

    `short_side`: as many pixels of it will be used; a JPEG is then decoded at a fraction of its size where that is
    enough (it may still be several times larger). Transparent pixels show white; 16-bit and floating-point greys
    are scaled to their full range. Colours are turned into sRGB as the file's profile says; one that is damaged or of
    another kind of picture is ignored. Of a TIFF's pages it is the largest; of more than 179 million pixels, the
    picture is read reduced. `content` are the bytes of the file if they have been read.

    Raises `UnreadableImageError`, which is an OSError, whatever is wrong with the file.

    >>> open_rgb(pictures[0]).mode
    'RGB'
    """
    check_path(path, "an image file")
    with open_image(path, content) as image:
        if short_side:
            side = round(short_side * _DRAFT_MARGIN)
            image.draft("RGB", (side, side))
        image.load()
        return to_rgb(true_greys(upright(image), image))


def upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF orientation says; unchanged if the EXIF block cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # damaged metadata is no reason to lose a sound picture
        return image


def to_rgb(image: Image.Image) -> Image.Image:
    """The image in mode RGB and in sRGB, whatever its mode and the profile that it carries."""
    if is_deep_grey(image):
        image = in_8_bits(image)
    if image.mode in _MULTIPLIED_MODES:
        image = image.convert(image.mode.upper())
    if "A" in image.getbands() or "transparency" in image.info:
        return _on_paper(image)
    return in_srgb(image)


def _on_paper(image: Image.Image) -> Image.Image:
    """An image with transparency in RGB, its colours in sRGB, as it shows on paper."""
    profile = image.info.get("icc_profile")
    picture = image.convert("RGBA")
    mode = colour_mode(image)
    if mode in ("RGB", "L") and conversion_of(profile, mode).transform is not None:
        colours = in_srgb(picture.convert(mode), profile)
        colours.putalpha(picture.getchannel("A"))
        picture = colours
    paper = Image.new("RGBA", picture.size, _PAPER_COLOUR)
    return Image.alpha_composite(paper, picture).convert("RGB")


def fit_to_square(image: Image.Image, size: int, fit: Fit = "squash") -> Image.Image:
    """The image as `size` x `size` pixels: squashed, cropped around its centre, or padded with black.

    Raises ValueError for an unknown `fit` or a size below 1.
    """
    check_one_of(fit, FITS, "fit")
    if size < 1:
        raise ValueError(f"size must be 1 pixel or more, not {size}")
    if fit == "crop":
        return ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)
    if fit == "pad":
        return ImageOps.pad(image, (size, size), Image.Resampling.BICUBIC, _PADDING_COLOUR)
    return image.resize((size, size), Image.Resampling.BICUBIC, reducing_gap=_DRAFT_MARGIN)


def decode(path: str | Path, size: int, fit: Fit = "squash") -> np.ndarray:
    """One image file as `(size, size, 3)` uint8. Raises what `open_rgb` and `fit_to_square` raise.

    >>> decode(pictures[0], 32).shape
    (32, 32, 3)
    """
    image = open_rgb(path, size)
    return np.asarray(fit_to_square(image, size, fit))
