"""Parts of a batch: as many images as a device holds, and on a processor as few as it works through quickly."""

import ctypes
import platform
from collections.abc import Callable
from functools import cache
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from styleclf.common import count_of, say_once

_SIGNS = ("out of memory", "CUBLAS_STATUS_ALLOC_FAILED")  # in errors of Apple's MPS and of CUDA's libraries
_PIXELS_OF_A_THREAD = 2**19  # of images that a processor sees at once: 10 of 224 a side
_TRIM_THRESHOLD = -1  # of glibc's mallopt: M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD
_TOP_PAD = -2
_MMAP_THRESHOLD = -3
_Shape = tuple[int, ...]
_FITTING: WeakKeyDictionary[nn.Module, dict[_Shape, int]] = WeakKeyDictionary()  # images of a shape that fit at once


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error says that a device has no memory left."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    message = str(error)
    says_so = any(sign in message for sign in _SIGNS)
    return isinstance(error, RuntimeError) and says_so


def free_memory() -> None:
    """Give back what the allocators of the devices keep for later."""
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def in_parts(
    network: nn.Module,
    function: Callable[[Tensor], Tensor],
    x: Tensor,
    *,
    at_once: int | None = None,  # images of a part, if they fit; default: as `most_at_once` says
) -> Tensor:
    """What a function makes of a batch `(n, …)`, part by part where the device cannot hold all of it: `(n, …)`.

    A processor gets a few images at a time, see `most_at_once`. How many images fit is found by halving, said once, and
    remembered for the network that the function uses. Raises ValueError where not even one fits.
    """
    if x.device.type == "cpu":
        keep_freed_memory()
    fitting = _FITTING.setdefault(network, {})
    shape = tuple(x.shape[1:])
    while True:
        n_images = fitting.get(shape, at_once or most_at_once(x))
        try:
            return _joined_parts(function, x, n_images)
        except RuntimeError as error:  # which an OutOfMemoryError is, too
            if not is_out_of_memory(error):
                raise
            n_refused = min(n_images, len(x))
            smaller = smaller_part(n_refused, x, error)
        free_memory()  # not before the error has gone, which holds on to the tensors of the failed pass
        fitting[shape] = smaller


@cache
def keep_freed_memory() -> None:
    """Have the C library keep the memory of one layer for the next, in place of asking the system for it again.

    glibc gives every block of more than 32 MB back at once, and the system clears every page that it hands out. Blocks
    of up to 1 GB are kept from now on, at most 2 GB of them. EfficientNet-Lite0, which sees 20 images of 224 pixels at
    once, then passed 1.8 times as many of them in a second of processor time, in bf16 as in float32. Other C libraries
    are left as they are.
    """
    library, _ = platform.libc_ver()
    if library != "glibc":
        return
    set_option = ctypes.CDLL(None).mallopt
    set_option(_MMAP_THRESHOLD, 2**30)
    set_option(_TRIM_THRESHOLD, 2**31 - 1)
    set_option(_TOP_PAD, 2**26)


def most_at_once(x: Tensor) -> int:
    """How many images of a batch `(n, 3, h, w)` a network should see at once: a few per thread of a processor.

    Maps of few images need little memory and stay in the processor's cache; the features are the same to the bit.
    Threads wait for one another in every layer, so several get more images.
    """
    if x.device.type != "cpu" or x.ndim != 4:
        return len(x)
    height, width = x.shape[2:]
    n_pixels = _PIXELS_OF_A_THREAD * torch.get_num_threads()
    return max(1, n_pixels // (height * width))


def _joined_parts(function: Callable[[Tensor], Tensor], x: Tensor, n_images: int) -> Tensor:
    """What the function makes of `n_images` at a time."""
    if n_images >= len(x):
        return function(x)
    results = [function(part) for part in x.split(n_images)]
    return torch.cat(results)


def smaller_part(n_images: int, x: Tensor, error: Exception) -> int:
    """Half the number of images of a batch `x` that do not fit, with a line that is said once.

    Raises ValueError where only one is left.
    """
    device = x.device
    side = x.shape[-1]
    if n_images <= 1:
        problem = f"the memory of {device} does not hold one image of {side} pixels a side"
        raise ValueError(f"{problem}: choose a smaller size or another arch") from error
    smaller = n_images // 2
    number = count_of(n_images, "image")
    problem = f"{number} of {side} pixels a side at once do not fit into the memory of {device}"
    say_once(f"{problem}: the network sees {smaller} at a time")
    return smaller
