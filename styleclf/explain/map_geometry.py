"""A map of the square that the network saw, put back onto the whole picture."""

import numpy as np

from styleclf.data import FITS, Fit


def map_on_picture(attr: np.ndarray, width: int, height: int, fit: Fit = "squash") -> np.ndarray:
    """A map `(size, size)` on a picture of `width` x `height` pixels: `(height, width)` float32.

    NaN where the network has not seen the picture, which is what 'crop' has cut off; what lies on padding is left out.
    Every pixel has the value of the nearest one in the map. Raises ValueError for another fit.
    """
    left, top, right, bottom = seen_box(width, height, fit)
    rows = _positions(height, top, bottom, attr.shape[0])
    columns = _positions(width, left, right, attr.shape[1])
    seen = np.ix_((rows >= 0) & (rows < attr.shape[0]), (columns >= 0) & (columns < attr.shape[1]))
    found = np.full((height, width), np.nan, dtype=np.float32)
    found[seen] = np.asarray(attr)[np.ix_(rows[seen[0].ravel()], columns[seen[1].ravel()])]
    return found


def seen_box(width: int, height: int, fit: Fit) -> tuple[float, float, float, float]:
    """Left, top, right and bottom, in pixels of the picture, of what fills the square; with 'pad' that is more than it.

    Raises ValueError for another fit.
    """
    if fit not in FITS:
        raise ValueError(f"fit must be one of {', '.join(FITS)}, not {fit!r}")
    if fit == "squash":
        return 0, 0, width, height
    side = min(width, height) if fit == "crop" else max(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side


def _positions(n: int, low: float, high: float, size: int) -> np.ndarray:
    """Of `n` pixels the place among `size` that span `low` to `high`, `(n,)` int; outside 0..size - 1 beyond them."""
    return np.floor((np.arange(n) + 0.5 - low) * (size / (high - low))).astype(int)
