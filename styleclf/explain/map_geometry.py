"""A map of the square that the network saw, put back onto the picture, whatever the fit."""

import numpy as np

from styleclf.common import check_one_of
from styleclf.data import FITS, Fit


def map_on_picture(
    attr: np.ndarray,
    width: int,
    height: int,
    *,
    fit: Fit = "squash",
) -> np.ndarray:
    """A map `(size, size)` on a picture of `width` x `height` pixels: `(height, width)` float32.

    NaN where the network has not seen the picture, which is what 'crop' has cut off; what lies on padding is left out.
    Every pixel has the value of the nearest one in the map. Raises ValueError for another fit.
    """
    attr = np.asarray(attr)
    n_rows, n_columns = attr.shape
    left, top, right, bottom = seen_box(width, height, fit)
    rows = _positions(height, top, bottom, size=n_rows)
    columns = _positions(width, left, right, size=n_columns)
    is_row = (rows >= 0) & (rows < n_rows)
    rows_seen = np.flatnonzero(is_row)
    is_column = (columns >= 0) & (columns < n_columns)
    columns_seen = np.flatnonzero(is_column)
    picture_map = np.full((height, width), np.nan, dtype=np.float32)
    places = np.ix_(rows_seen, columns_seen)
    picture_map[places] = attr[np.ix_(rows[rows_seen], columns[columns_seen])]
    return picture_map


def seen_box(
    width: int,
    height: int,
    fit: Fit,
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom, in pixels of the picture, of what fills the square; with 'pad' that is more than it.

    Raises ValueError for another fit.
    """
    check_one_of(fit, FITS, "fit")
    if fit == "squash":
        return 0, 0, width, height
    side = min(width, height) if fit == "crop" else max(width, height)
    left = (width - side) / 2
    top = (height - side) / 2
    return left, top, left + side, top + side


def _positions(
    n: int,
    low: float,
    high: float,
    *,
    size: int,
) -> np.ndarray:
    """For each of `n` pixels its position among `size` that span `low` to `high`, `(n,)` int.

    Pixels beyond them have positions outside 0..size - 1.
    """
    centres = np.arange(n) + 0.5
    scale = size / (high - low)
    places = (centres - low) * scale
    return np.floor(places).astype(int)
