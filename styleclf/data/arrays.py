"""Arrays and tensors of pixels, as people hand them to `learn.predict` -> opened images."""

import numpy as np
import torch
from fastai.vision.core import TensorImage
from PIL import Image

WHAT_IS_TAKEN = (
    "give a path, the bytes of an image file, an opened image, or pixels: an array (h, w), (h, w, 1), (h, w, 3) or "
    "(h, w, 4), or a tensor of these or with channels first, of bytes or of numbers from 0 to 1"
)
_CHANNELS = (1, 3, 4)


def image_of_pixels(pixels: np.ndarray | torch.Tensor) -> Image.Image:
    """An array or a tensor of pixels as an image; of a tensor `(c, h, w)` channels may come first.

    Numbers are bytes, or from 0 to 1 where none is larger. Raises ValueError for other shapes and numbers.
    """
    array = _channels_last(pixels) if isinstance(pixels, torch.Tensor) else np.asarray(pixels)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    has_channels = array.ndim == 3 and array.shape[2] in _CHANNELS
    is_picture = array.ndim == 2 or has_channels
    if not is_picture or array.size == 0 or array.dtype.kind not in "buif":
        kind = f"shape {tuple(pixels.shape)} and type {pixels.dtype}"
        raise ValueError(f"pixels of {kind} are no image: {WHAT_IS_TAKEN}")
    return Image.fromarray(_bytes_of(array))


def _channels_last(pixels: torch.Tensor) -> np.ndarray:
    """A tensor as an array `(h, w, c)` or `(h, w)`: channels come first where they can, unless only the last can be."""
    on_cpu = pixels.detach().cpu()
    array = on_cpu.as_subclass(torch.Tensor).numpy()
    if array.ndim != 3:
        return array
    comes_first = isinstance(pixels, TensorImage) or array.shape[0] in _CHANNELS
    return array.transpose(1, 2, 0) if comes_first else array


def _bytes_of(array: np.ndarray) -> np.ndarray:
    """Numbers as uint8, but greys of 16 bits as they are. Raises ValueError for numbers that are no brightness."""
    is_deep_grey = array.dtype == np.uint16 and array.ndim == 2
    if array.dtype == np.uint8 or is_deep_grey:
        return np.ascontiguousarray(array)
    numbers = array.astype(np.float64)
    low = numbers.min()
    high = numbers.max()
    white = _white_of(array, high)
    if not (low >= 0 and high <= white):  # not a number is neither
        levels = f"from {low:g} to {high:g}"
        raise ValueError(f"pixels {levels} are no image: {WHAT_IS_TAKEN}")
    scaled = numbers * (255 / white)
    return scaled.round().astype(np.uint8)


def _white_of(array: np.ndarray, high: float) -> float:
    """The number that stands for white: 1, 255 or 65535."""
    is_share = array.dtype.kind == "f" and high <= 1
    if array.dtype == bool or is_share:
        return 1.0
    return 65535.0 if array.dtype == np.uint16 else 255.0
