"""Image files -> square RGB arrays of the size a model wants, decoded once.

Every reader in the package goes through `open_rgb`, so that training, prediction and figures see the same picture.
"""

from pathlib import Path
from typing import Literal, get_args

import numpy as np
from PIL import Image, ImageOps

Fit = Literal["squash", "crop", "pad"]
FITS = get_args(Fit)
_PAPER = (255, 255, 255)  # shows through transparent pixels
_PADDING = (0, 0, 0)
_DRAFT_MARGIN = (
    1.5  # JPEG is decoded at least this many times larger than needed, so that the last step can still filter
)


def open_rgb(path: str | Path, needed: int | None = None) -> Image.Image:
    """Open an image file as RGB, turned upright by its EXIF orientation; of an animation the first frame.

    `needed`: the short side in pixels that will be used; a JPEG is then decoded at a fraction of its size where that is
    enough (it may still be several times larger). Transparent pixels show white; 16-bit and floating-point greys
    are scaled to their full range.

    Raises:
        OSError: the file is missing, truncated or no image (`PIL.UnidentifiedImageError` is one).
        PIL.Image.DecompressionBombError: more pixels than Pillow is willing to decode.
    """
    with Image.open(path) as image:
        if needed:
            side = round(needed * _DRAFT_MARGIN)
            image.draft("RGB", (side, side))
        image.load()
        return to_rgb(upright(image))


def upright(image: Image.Image) -> Image.Image:
    """The image as its EXIF orientation wants it seen; as it is, where the EXIF block cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # damaged metadata is no reason to lose a sound picture
        return image


def to_rgb(image: Image.Image) -> Image.Image:
    """The image in mode RGB, whatever its mode."""
    if image.mode == "RGB":
        return image
    if image.mode == "F" or image.mode.startswith("I"):
        return Image.fromarray(_greys_to_bytes(np.asarray(image))).convert("RGB")
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, _PAPER), image).convert("RGB")
    return image.convert("RGB")


def fit_to_square(image: Image.Image, size: int, fit: Fit = "squash") -> Image.Image:
    """The image as `size` x `size` pixels: squashed, cropped around its centre, or padded with black.

    Raises ValueError for another `fit` or a size below 1.
    """
    if size < 1:
        raise ValueError(f"size must be 1 pixel or more, not {size}")
    if fit == "squash":
        return image.resize((size, size), Image.Resampling.BICUBIC, reducing_gap=_DRAFT_MARGIN)
    if fit == "crop":
        return ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)
    if fit == "pad":
        return ImageOps.pad(image, (size, size), Image.Resampling.BICUBIC, _PADDING)
    raise ValueError(f"fit must be one of {', '.join(FITS)}, not {fit!r}")


def decode(path: str | Path, size: int, fit: Fit = "squash") -> np.ndarray:
    """One image file as `(size, size, 3)` uint8. Raises what `open_rgb` and `fit_to_square` raise."""
    return np.asarray(fit_to_square(open_rgb(path, size), size, fit))


def _greys_to_bytes(greys: np.ndarray) -> np.ndarray:
    """Greys of 16 or 32 bits as uint8: by the range of the type for 16 bits, by the image's own for the others."""
    if greys.dtype == np.uint16 or (greys.dtype == np.int32 and greys.min() >= 0 and 255 < greys.max() < 65536):
        return (greys // 257).astype(np.uint8)
    greys = np.nan_to_num(greys.astype(np.float64))
    low, high = (0.0, 255.0) if greys.min() >= 0 and 1 < greys.max() <= 255 else (greys.min(), greys.max())
    return ((greys - low) * (255 / max(high - low, 1e-12))).round().clip(0, 255).astype(np.uint8)
