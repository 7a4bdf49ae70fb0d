"""Image files -> square RGB arrays of the size a model wants, decoded once.

Every reader in the package goes through `open_image`, so that training, prediction and figures see the same picture, a
stranger's file starts no program, and whatever is wrong with a file is told by one exception.
"""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import numpy as np
from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError

from styleclf.checks import check_one_of
from styleclf.data.image_formats import HEAD_SIZE, looks_like_image, missing_package, readable_formats
from styleclf.data.spellings import spelled_as_on_disk

Fit = Literal["squash", "crop", "pad"]
FITS = get_args(Fit)
_PAPER_COLOUR = (255, 255, 255)  # shows through transparent pixels
_PADDING_COLOUR = (0, 0, 0)
_DRAFT_MARGIN = 1.5  # a JPEG is decoded at least so many times larger than needed: the last step can still filter
_MAX_16_BITS = 2**16 - 1
_WHITE_IS_ZERO = 0  # a TIFF's photometric interpretation
_MIN_RANGE = 1e-12  # of greys: below it the image is flat


class UnreadableImageError(OSError):
    """A file that is not there, is no image, or is a damaged one: `path`, and in a few words the `reason`."""

    def __init__(self, path: str | Path, reason: str) -> None:
        super().__init__(f"{path} cannot be read as an image: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type, tuple[str | Path, str]]:
        """How it is pickled, to be told by another process."""
        return type(self), (self.path, self.reason)


@contextmanager
def open_image(path: str | Path, content: bytes | None = None) -> Iterator[Image.Image]:
    """An image file that is opened but not yet decoded, for the block; of a TIFF's pages it is the largest.

    `content` are the bytes of the file if they have been read. Raises `UnreadableImageError`, which is an OSError, for
    whatever is wrong: also in place of what a decoder raises inside the block, which can be almost anything.
    """
    try:
        stream = io.BytesIO(content) if content is not None else open_regular_file(path)
        with stream, Image.open(stream, formats=readable_formats()) as image:
            if image.format == "TIFF":
                image.seek(_largest_page(stream))
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
        raise UnreadableImageError(path, reading_reason(error)) from error
    raise UnreadableImageError(path, reason)


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
    if isinstance(error, Image.DecompressionBombError):
        millions = 2 * (Image.MAX_IMAGE_PIXELS or 0) / 1e6
        return f"too large (over {millions:.0f} million pixels)"
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


def _largest_page(stream: BinaryIO) -> int:
    """The page of a TIFF that has most pixels, from 0, because scanners like to put a thumbnail first.

    The stream stays where it is. Pages after one that is damaged do not count.
    """
    place = stream.tell()
    stream.seek(0)
    sizes: list[int] = []
    with Image.open(stream, formats=["TIFF"]) as image:
        while True:
            try:
                image.seek(len(sizes))
            except Exception:  # the end, or a damaged page, which can raise almost anything
                break
            sizes.append(image.width * image.height)
    stream.seek(place)
    return int(np.argmax(sizes))


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


def open_rgb(path: str | Path, needed: int | None = None, content: bytes | None = None) -> Image.Image:
    """Open an image file as RGB, turned upright by its EXIF orientation; of an animation the first frame.

    `needed`: the short side in pixels that will be used; a JPEG is then decoded at a fraction of its size where that is
    enough (it may still be several times larger). Transparent pixels show white; 16-bit and floating-point greys
    are scaled to their full range. Of a TIFF's pages it is the largest. `content` are the bytes of the file if they
    have been read.

    Raises `UnreadableImageError`, which is an OSError, whatever is wrong with the file.
    """
    with open_image(path, content) as image:
        if needed:
            side = round(needed * _DRAFT_MARGIN)
            image.draft("RGB", (side, side))
        image.load()
        return to_rgb(_true_greys(upright(image), image))


def upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF orientation says; unchanged if the EXIF block cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # damaged metadata is no reason to lose a sound picture
        return image


def to_rgb(image: Image.Image) -> Image.Image:
    """The image in mode RGB, whatever its mode."""
    if image.mode == "RGB":
        return image
    if image.mode == "F" or image.mode.startswith("I"):
        greys = _greys_to_bytes(np.asarray(image))
        return Image.fromarray(greys).convert("RGB")
    if "A" in image.getbands() or "transparency" in image.info:
        picture = image.convert("RGBA")
        paper = Image.new("RGBA", picture.size, _PAPER_COLOUR)
        return Image.alpha_composite(paper, picture).convert("RGB")
    return image.convert("RGB")


def _true_greys(picture: Image.Image, file: Image.Image) -> Image.Image:
    """The picture of an opened file, with the greys of a scan as they are meant.

    Of a TIFF's greys of 16 and 12 bits Pillow passes on what is in the file: negatives where white is 0, and numbers
    that end at 4095.
    """
    if file.format != "TIFF" or not picture.mode.startswith("I;16"):
        return picture
    greys = np.asarray(picture).astype(np.uint16)
    tags = getattr(file, "tag_v2", {})
    if tags.get(TiffImagePlugin.BITSPERSAMPLE) == (12,):
        greys = greys * 16 + greys // 256  # 4095 becomes 65535
    if tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO:
        greys = _MAX_16_BITS - greys
    return Image.fromarray(greys)


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
    """One image file as `(size, size, 3)` uint8. Raises what `open_rgb` and `fit_to_square` raise."""
    image = open_rgb(path, size)
    return np.asarray(fit_to_square(image, size, fit))


def _greys_to_bytes(greys: np.ndarray) -> np.ndarray:
    """Greys of 16 or 32 bits as uint8: by the range of the type for 16 bits, otherwise by that of the image."""
    if _has_16_bits(greys):
        return (greys // 257).astype(np.uint8)
    greys = np.nan_to_num(greys.astype(np.float64))
    low, high = _grey_range(greys)
    scale = 255 / max(high - low, _MIN_RANGE)
    stretched = (greys - low) * scale
    return stretched.round().clip(0, 255).astype(np.uint8)


def _has_16_bits(greys: np.ndarray) -> bool:
    """Whether greys are of 16 bits, which Pillow may also hold in 32."""
    if greys.dtype.kind == "u" and greys.dtype.itemsize == 2:  # in either byte order
        return True
    if greys.dtype != np.int32 or greys.min() < 0:
        return False
    return 255 < greys.max() <= _MAX_16_BITS


def _grey_range(greys: np.ndarray) -> tuple[float, float]:
    """The values of black and white: 0 and 255 for greys that seem to use them, otherwise the least and the largest."""
    low = greys.min()
    high = greys.max()
    if low >= 0 and 1 < high <= 255:
        return 0.0, 255.0
    return low, high
