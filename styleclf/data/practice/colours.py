"""Colours, and what can be mixed from them."""

from typing import TypeAlias

import numpy as np

Colour: TypeAlias = np.ndarray  # float (3,) or, for many colours at once, (..., 3); red, green, blue in 0..1
Pixels: TypeAlias = np.ndarray  # float (h, w, 3) or, for one channel, (h, w); in 0..1

WHITE = np.ones(3)
BLACK = np.zeros(3)
GOLD = np.array([0.83, 0.66, 0.33])
PAPER = np.array([0.95, 0.9, 0.78])
_BRIGHTNESS_SHARES = np.array([0.3, 0.59, 0.11])


def _byte(level: float) -> int:
    """A level in 0..1 as an integer in 0..255; what lies outside is clipped."""
    legal_level = min(max(level, 0.0), 1.0)
    return int(255 * legal_level + 0.5)


def ink(colour: Colour) -> tuple[int, int, int]:
    """The colour as Pillow expects it."""
    red, green, blue = colour
    return _byte(red), _byte(green), _byte(blue)


def mix(
    start: np.ndarray,
    end: np.ndarray,
    share: float | np.ndarray,  # 0 for the start, 1 for the end
) -> np.ndarray:
    """From `start` (share 0) to `end` (share 1)."""
    return start + (end - start) * share


def levels(values: np.ndarray) -> np.ndarray:
    """The values as levels of colour: clipped to 0..1."""
    return np.clip(values, 0, 1)


def per_channel(values: np.ndarray) -> np.ndarray:
    """One number per pixel, `(h, w)`, as `(h, w, 1)`: so that it acts on all three channels of an image."""
    return values[..., None]


def luma(pixels: Pixels) -> np.ndarray:
    """Brightness over the last axis."""
    return pixels @ _BRIGHTNESS_SHARES.astype(pixels.dtype)


def saturate(colour: Colour, amount: float) -> Colour:
    """A stronger (amount above 1) or greyer (below 1) colour of the same brightness."""
    grey = per_channel(luma(colour))
    difference = colour - grey
    return levels(grey + difference * amount)
