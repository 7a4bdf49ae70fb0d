"""Arrays and tensors of pixels, as people hand them to `learn.predict` -> opened images."""

import numpy as np
import torch
from fastai.vision.core import TensorImage
from PIL import Image

WHAT_IS_TAKEN = (
    "give a path, the bytes of an image file, such a file or image opened, or pixels: an array (h, w), (h, w, 1), "
    "(h, w, 3) or (h, w, 4), or a tensor of these or with channels first, of bytes or of numbers from 0 to 1"
)
_CHANNELS = (1, 3, 4)
_DEEP_WHITE = 65535.0  # of 16 bits
_NUMBERS = "buif"  # numpy's kinds: bool, unsigned, signed, floating


def image_of_pixels(pixels: np.ndarray | torch.Tensor) -> Image.Image:
    """An array or a tensor of pixels as an image; of a tensor `(c, h, w)` channels may come first.

    Numbers are bytes, or from 0 to 1 where none is larger. Raises ValueError for other shapes and numbers.
    """
    array = _array_of(pixels)
    if not _is_picture(array):
        shape = tuple(pixels.shape)
        kind = f"shape {shape} and type {pixels.dtype}"
        raise ValueError(f"pixels of {kind} are not an image: {WHAT_IS_TAKEN}")
    levels = _bytes_of(array)
    return Image.fromarray(levels)


def _array_of(pixels: np.ndarray | torch.Tensor) -> np.ndarray:
    """The pixels as an array, channels last; a single channel is dropped."""
    array = _channels_last(pixels) if isinstance(pixels, torch.Tensor) else np.asarray(pixels)
    is_grey = array.ndim == 3 and array.shape[2] == 1
    return array[..., 0] if is_grey else array


def _is_picture(array: np.ndarray) -> bool:
    """Whether shape and type are those of pixels."""
    has_channels = array.ndim == 3 and array.shape[2] in _CHANNELS
    has_shape = has_channels or array.ndim == 2
    has_numbers = array.size > 0 and array.dtype.kind in _NUMBERS
    return has_shape and has_numbers


def _channels_last(pixels: torch.Tensor) -> np.ndarray:
    """A tensor as an array `(h, w, c)` or `(h, w)`: channels come first where they can, unless only the last can be."""
    array = _numbers_of(pixels.detach())
    if array.ndim != 3:
        return array
    comes_first = isinstance(pixels, TensorImage) or array.shape[0] in _CHANNELS
    return array.transpose(1, 2, 0) if comes_first else array


def _numbers_of(tensor: torch.Tensor) -> np.ndarray:
    """A tensor of any precision and layout as an array. Raises ValueError for one without numbers."""
    try:
        dense = tensor.dequantize() if tensor.is_quantized else tensor.to_dense()
        on_cpu = dense.cpu().as_subclass(torch.Tensor)
        is_number = on_cpu.is_floating_point()
        return (on_cpu.double() if is_number else on_cpu).numpy()
    except (RuntimeError, TypeError) as error:  # on the device "meta", for one
        kind = f"type {tensor.dtype} on the device {tensor.device}"
        raise ValueError(f"a tensor of {kind} has no pixels: {WHAT_IS_TAKEN}") from error


def _bytes_of(array: np.ndarray) -> np.ndarray:
    """Numbers as uint8, but greys of 16 bits as they are. Raises ValueError for numbers that are not brightnesses."""
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    numbers = array.astype(np.float64)
    low = numbers.min()
    high = numbers.max()
    white = _white_of(array, high)
    if white == _DEEP_WHITE and array.ndim == 2:
        return np.ascontiguousarray(array, dtype=np.uint16)
    is_brightness = low >= 0 and high <= white  # not a number is neither
    if not is_brightness:
        levels = f"from {low:g} to {high:g}"
        raise ValueError(f"pixels {levels} are not an image: {WHAT_IS_TAKEN}")
    scale = 255 / white
    scaled = numbers * scale
    rounded = scaled.round()
    return rounded.astype(np.uint8)


def _white_of(array: np.ndarray, high: float) -> float:
    """The number that stands for white: 1, 255, or 65535 where any number of 16 bits is larger than 255."""
    dtype = array.dtype
    is_share = dtype.kind == "f" and high <= 1
    if is_share or dtype.kind == "b":
        return 1.0
    if dtype.kind == "u" and dtype.itemsize == 2 and high > 255:
        return _DEEP_WHITE
    return 255.0
