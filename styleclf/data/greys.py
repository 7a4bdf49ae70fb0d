"""Greys of scans as they are meant: of 12, 16 and 32 bits, floating-point numbers, and negatives."""

import numpy as np
from PIL import Image, TiffImagePlugin

_MAX_16_BITS = 2**16 - 1
_WHITE_IS_ZERO = 0  # a TIFF's photometric interpretation
_MIN_RANGE = 1e-12  # of greys: below it the image is flat


def is_deep_grey(image: Image.Image) -> bool:
    """Whether an image is of greys that a byte cannot hold."""
    return image.mode == "F" or image.mode.startswith("I")


def true_greys(picture: Image.Image, file: Image.Image) -> Image.Image:
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
    return _with_info_of(picture, Image.fromarray(greys))


def in_8_bits(image: Image.Image) -> Image.Image:
    """An image of deep greys in mode L: by the range of the type for 16 bits, otherwise by that of the image."""
    greys = _greys_to_bytes(np.asarray(image))
    return _with_info_of(image, Image.fromarray(greys))


def _with_info_of(source: Image.Image, image: Image.Image) -> Image.Image:
    """The image with what its source carries, such as a profile."""
    image.info = source.info.copy()
    return image


def _greys_to_bytes(greys: np.ndarray) -> np.ndarray:
    """Greys of 16 or 32 bits as uint8."""
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
