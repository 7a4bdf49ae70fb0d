"""Where PixPlot's page puts images in each of its layouts: places from -1 to 1 along the longer side, y upwards."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

_MARGIN = 2  # cells between two groups
_TINY = 1e-9  # half a side of places that are all the same
_MOST_BARS = 60  # of a time line
_NARROWEST_BAR = 3  # images
_BIN_YEARS = (1, 10, 100)
_NO_DATE = "no date"


class LabelledLayout(NamedTuple):
    """Places `(n, 2)` of images in groups, and the place and name of every group."""

    places: np.ndarray
    label_places: np.ndarray  # (n_groups, 2)
    labels: list[str]


def centred_places(places: np.ndarray) -> np.ndarray:
    """Places `(n, 2)` moved and scaled to lie around 0, the longer side of their box from -1 to 1.

    >>> centred_places(np.array([[0, 0], [2, 1]])).tolist()
    [[-1.0, -0.5], [1.0, 0.5]]
    """
    low = places.min(axis=0)
    high = places.max(axis=0)
    middle = (low + high) / 2
    reach = max(high - middle)
    return (places - middle) / max(reach, _TINY)


def grid_in_order(n: int) -> np.ndarray:
    """Places `(n, 2)` row by row in a square."""
    side = _square_side(n)
    numbers = np.arange(n)
    return centred_places(_in_rows(numbers, side))


def grid_of_map(places: np.ndarray) -> np.ndarray:
    """The places `(n, 2)` of a map moved to a square grid: the lowest fill the lowest row, from left to right."""
    n = len(places)
    side = _square_side(n)
    x, y = places.T
    by_height = np.argsort(y, kind="stable")
    row_of_rank = np.arange(n) // side
    rows = np.empty(n, dtype=int)
    rows[by_height] = row_of_rank
    row_by_row = np.lexsort((x, rows))
    grid = np.empty((n, 2))
    numbers = np.arange(n)
    grid[row_by_row] = _in_rows(numbers, side)
    return centred_places(grid)


def boxes_of_categories(categories: pd.Series) -> LabelledLayout:
    """A square of images for every category, the largest first, in rows of about even width."""
    counts = categories.value_counts()
    labels = counts.index.to_list()
    sides = np.array([_square_side(n) for n in counts])
    corners = _corners(sides)
    groups = counts.index.get_indexer(categories)
    numbers = _numbers_within(categories)
    in_box = _in_rows(numbers, sides[groups])
    above = np.array([0, _MARGIN / 2])
    return _labelled_layout(corners[groups] + in_box, corners - above, labels)


def bars_of_years(years: pd.Series) -> LabelledLayout:
    """A bar of images for every year, decade or century, of which there are at most 60; those without stand last."""
    names = _bar_names(years)
    bars = sorted(names.unique(), key=_bar_order)
    groups = pd.Index(bars).get_indexer(names)
    numbers = _numbers_within(names)
    highest = max(numbers) + 1
    width = _bar_width(highest, len(bars))
    step = width + 1
    in_bar = _in_rows(numbers, width)
    starts = np.zeros((len(bars), 2))
    starts[:, 0] = step * np.arange(len(bars))
    below = np.array([0, 1])
    return _labelled_layout(starts[groups] + in_bar, starts - below, bars)


def _square_side(n: int) -> int:
    """The side of the smallest square that has room for n."""
    return math.ceil(math.sqrt(n))


def _in_rows(
    numbers: np.ndarray,  # (n,) from 0
    width: int | np.ndarray,  # of a row, of all or of each
) -> np.ndarray:
    """`(n, 2)` column and row of each number, where rows have so many columns."""
    rows, columns = np.divmod(numbers, width)
    return np.stack([columns, rows], axis=1)


def _numbers_within(groups: pd.Series) -> np.ndarray:
    """`(n,)` the number of each row within its group, from 0."""
    numbers = groups.groupby(groups).cumcount()
    return numbers.to_numpy()


def _corners(sides: np.ndarray) -> np.ndarray:
    """`(n_groups, 2)` where squares of these sides begin, one beside another until a row is full."""
    outer_sides = sides + _MARGIN
    area = np.square(outer_sides).sum()
    width = max(math.sqrt(area), outer_sides.max())
    corners = []
    x = 0
    y = 0
    height = 0
    for side in outer_sides:
        if x + side > width:
            x = 0
            y += height
            height = 0
        corners.append((x, y))
        x += side
        height = max(height, side)
    return np.array(corners, dtype=float)


def _bar_names(years: pd.Series) -> pd.Series:
    """The name of every image's bar: of the finest bins of which there are not too many."""
    for n_years in _BIN_YEARS:
        bins = years // n_years
        if bins.nunique() <= _MOST_BARS:
            break
    first_years = bins * n_years
    names = first_years.astype("Int64").astype("string")
    return names.fillna(_NO_DATE).astype(object)


def _bar_order(name: str) -> tuple[bool, int]:
    """By year, those without one last."""
    if name == _NO_DATE:
        return True, 0
    return False, int(name)


def _bar_width(
    n_highest: int,  # images in the highest bar
    n_bars: int,
) -> int:
    """Images beside one another in a bar, so that the highest bar is no higher than all are wide."""
    width = _NARROWEST_BAR
    while n_highest > width * width * n_bars:
        width *= 2
    return width


def _labelled_layout(places: np.ndarray, anchors: np.ndarray, labels: list[str]) -> LabelledLayout:
    """Images and the names of their groups, scaled together."""
    n = len(places)
    together = np.concatenate([places, anchors])
    scaled = centred_places(together)
    return LabelledLayout(scaled[:n], scaled[n:], labels)
