"""Greys of scans as they are meant: of 12, 16 and 32 bits, floating-point numbers, and negatives."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, TiffImagePlugin

_MAX_16_BITS = 2**16 - 1
_WHITE_IS_ZERO = 0  # a TIFF's photometric interpretation
_FROM_ZERO = 1  # a TIFF's sample format: whole numbers without sign
_MIN_RANGE = 1e-12  # of greys: below it the image is flat


def is_deep_grey(image: Image.Image) -> bool:
    """Whether an image is of greys that a byte cannot hold."""
    return image.mode == "F" or image.mode.startswith("I")


def true_greys(picture: Image.Image, file: Image.Image) -> Image.Image:
    """The picture of an opened file, with the greys of a scan as they are meant.

    Of a TIFF's deep greys Pillow passes on what is in the file: negatives where white is 0, numbers that end at 4095,
    and the upper half of 32 bits as negative numbers.
    """
    if file.format != "TIFF":
        return picture
    tags = getattr(file, "tag_v2", {})
    if picture.mode.startswith("I;16"):
        return _true_16_bits(picture, tags)
    if picture.mode == "I" and _counts_from_zero(tags):
        numbers = np.asarray(picture).view(np.uint32)
        return _with_info_of(picture, Image.fromarray(numbers.astype(np.float32)))
    return picture


def _counts_from_zero(tags: Mapping[int, Any]) -> bool:
    """Whether a TIFF's greys are 32-bit whole numbers from 0."""
    bits = tags.get(TiffImagePlugin.BITSPERSAMPLE)
    return bits == (32,) and tags.get(TiffImagePlugin.SAMPLEFORMAT, (1,)) == (_FROM_ZERO,)


def _true_16_bits(picture: Image.Image, tags: Mapping[int, Any]) -> Image.Image:
    """The picture of a TIFF of 12 or 16 bits, in which 65535 is white."""
    pixels = np.asarray(picture)
    greys = pixels.astype(np.uint16)
    bits = tags.get(TiffImagePlugin.BITSPERSAMPLE)
    if bits == (12,):
        greys = greys * 16 + greys // 256  # 4095 becomes 65535
    meaning = tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION)
    if meaning == _WHITE_IS_ZERO:
        greys = _MAX_16_BITS - greys
    grey_image = Image.fromarray(greys)
    return _with_info_of(picture, grey_image)


def in_8_bits(image: Image.Image) -> Image.Image:
    """An image of deep greys in mode L: by the range of the type for 16 bits, otherwise by that of the image."""
    pixels = np.asarray(image)
    greys = _greys_to_bytes(pixels)
    grey_image = Image.fromarray(greys)
    return _with_info_of(image, grey_image)


def _with_info_of(source: Image.Image, image: Image.Image) -> Image.Image:
    """The image with what its source carries, such as a profile."""
    image.info = source.info.copy()
    return image


def _greys_to_bytes(greys: np.ndarray) -> np.ndarray:
    """Greys of 16 or 32 bits as uint8."""
    if _has_16_bits(greys):
        levels = greys // 257
        return levels.astype(np.uint8)
    levels = _finite(greys.astype(np.float64))
    low, high = _grey_range(levels)
    spread = max(high - low, _MIN_RANGE)
    scale = 255 / spread
    stretched = (levels - low) * scale
    rounded = stretched.round()
    return rounded.clip(0, 255).astype(np.uint8)


def _finite(numbers: np.ndarray) -> np.ndarray:
    """The numbers, with the least and the largest finite ones in place of infinities, and 0 in place of NaN."""
    is_finite = np.isfinite(numbers)
    if is_finite.any() and not is_finite.all():
        finite = numbers[is_finite]
        numbers = numbers.clip(finite.min(), finite.max())
    return np.nan_to_num(numbers)


def _has_16_bits(greys: np.ndarray) -> bool:
    """Whether greys are of 16 bits, which Pillow may also hold in 32."""
    dtype = greys.dtype
    if dtype.kind == "u" and dtype.itemsize == 2:  # in either byte order
        return True
    if dtype != np.int32:
        return False
    low = greys.min()
    high = greys.max()
    return low >= 0 and 255 < high <= _MAX_16_BITS


def _grey_range(greys: np.ndarray) -> tuple[float, float]:
    """The values of black and white: 0 and 255 for greys that seem to use them, otherwise the least and the largest."""
    low = greys.min()
    high = greys.max()
    if low >= 0 and 1 < high <= 255:
        return 0.0, 255.0
    return low, high
