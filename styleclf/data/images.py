"""Image files -> square RGB arrays of the size a model wants, decoded once.

Every reader in the package goes through `open_rgb`, so that training, prediction and figures see the same picture.
"""

from pathlib import Path
from typing import Literal, get_args

import numpy as np
from PIL import Image, ImageOps

from styleclf.checks import check_one_of

Fit = Literal["squash", "crop", "pad"]
FITS = get_args(Fit)
_PAPER_COLOUR = (255, 255, 255)  # shows through transparent pixels
_PADDING_COLOUR = (0, 0, 0)
_DRAFT_MARGIN = 1.5  # a JPEG is decoded at least so many times larger than needed: the last step can still filter
_MAX_16_BITS = 2**16 - 1
_MIN_RANGE = 1e-12  # of greys: below it the image is flat


def open_rgb(path: str | Path, needed: int | None = None) -> Image.Image:
    """Open an image file as RGB, turned upright by its EXIF orientation; of an animation the first frame.

    `needed`: the short side in pixels that will be used; a JPEG is then decoded at a fraction of its size where that is
    enough (it may still be several times larger). Transparent pixels show white; 16-bit and floating-point greys
    are scaled to their full range.

    Raises:
        OSError: the file is missing, truncated or not an image (`PIL.UnidentifiedImageError` is one).
        PIL.Image.DecompressionBombError: more pixels than Pillow is willing to decode.
    """
    with Image.open(path) as image:
        if needed:
            side = round(needed * _DRAFT_MARGIN)
            image.draft("RGB", (side, side))
        image.load()
        return to_rgb(upright(image))


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
    if greys.dtype == np.uint16:
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
