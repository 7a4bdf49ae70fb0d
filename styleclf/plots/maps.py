"""Maps of embeddings: points in the colours of their groups, and the groups' names, which never cover one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from styleclf.plots.theme import GRID, Look, darken, mute_axes
from styleclf.plots.words import wrap_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

_BORDER = 0.09  # of the map, around the outermost points
_MAX_LETTERS = 14  # of a name on one line
_NAME_LOOK: Look = {
    "xytext": (0, 3),
    "textcoords": "offset points",
    "ha": "center",
    "va": "bottom",
    "fontsize": 7.5,
}
_RADIUS = 0.05  # of the map: a heap of points
_SAMPLE = 500  # points that tell where a group is
_N_MOVES = 300  # get names off one another
_MOVE_SHARE = 0.25  # of the overlap, at each move
_POINTS_PER_INCH = 72


def frame_map(axes: Axes, points: np.ndarray) -> None:
    """Frame a square of the map that has room for all points `(…, n, 2)`; NaN takes none."""
    mute_axes(axes).set(xticks=[], yticks=[], box_aspect=1)
    axes.spines[:].set(visible=True, color=GRID)
    flat_points = points.reshape(-1, 2)
    low = np.nanmin(flat_points, axis=0)
    high = np.nanmax(flat_points, axis=0)
    widest = max((high - low).max(), 1e-9)
    half = (0.5 + _BORDER) * widest
    middle = (low + high) / 2
    left, bottom = middle - half
    right, top = middle + half
    axes.set(xlim=(left, right), ylim=(bottom, top))


def draw_map(
    axes: Axes,
    points: np.ndarray,  # (n, 2)
    groups: np.ndarray,  # (n,)
    *,
    colours: Mapping[str, str],  # by group
) -> list[Annotation]:
    """Draw points `(n, 2)`, mixed so that no group `(n,)` covers another, and name the groups; returns the names.

    A name stands above the place where most of its group is; `move_names_apart` then moves names off one another.
    """
    from matplotlib.patheffects import withStroke

    rng = np.random.default_rng(0)
    order = rng.permutation(len(points))
    shades = [colours[group] for group in groups[order]]
    x, y = points[order].T
    axes.scatter(x, y, s=9, c=shades, alpha=0.6, linewidth=0)
    halo = withStroke(linewidth=2, foreground="white", alpha=0.85)
    radius = _RADIUS * np.ptp(axes.get_xlim())
    names = []
    for group in sorted(set(groups)):
        heap = _heap(points[groups == group], radius)
        middle = heap[:, 0].mean()
        top = heap[:, 1].max()
        colour = darken(colours[group], 0.7)
        text = wrap_words(group, _MAX_LETTERS)
        name = axes.annotate(text, (middle, top), color=colour, path_effects=[halo], **_NAME_LOOK)
        names.append(name)
    return names


def _heap(points: np.ndarray, radius: float) -> np.ndarray:
    """Those of the points `(n, 2)` within a radius of one of them where there are most: a median can lie between heaps.

    Of many points, some hundred stand for all.
    """
    step = 1 + len(points) // _SAMPLE
    sample = points[::step]
    differences = sample[:, None] - sample
    distances = np.linalg.norm(differences, axis=2)
    near = distances < radius
    most_crowded = near.sum(axis=1).argmax()
    return sample[near[most_crowded]]


def move_names_apart(fig: Figure, names: Mapping[Axes, Sequence[Annotation]]) -> None:
    """Move the names that `draw_map` gave each axes off one another. Last of all: it needs the figure's layout."""
    fig.draw_without_rendering()  # names know their size from now on
    for axes, names_on_map in names.items():
        if names_on_map:
            _move_apart(axes, names_on_map)


def _move_apart(axes: Axes, names: Sequence[Annotation]) -> None:
    """Move names up and down until none lies on another, and into the axes from all sides."""
    boxes = [name.get_window_extent() for name in names]
    corners = np.array([box.get_points() for box in boxes])
    lower_left = corners[:, 0]
    upper_right = corners[:, 1]
    before = (lower_left + upper_right) / 2
    half = (upper_right - lower_left) / 2
    least = axes.bbox.min + half
    most = axes.bbox.max - half
    x, y = before.T
    left, lowest = least.T
    right, highest = most.T
    x = np.clip(x, left, right)
    gaps = _gaps(x, half)
    directions = _directions(y)
    for _ in range(_N_MOVES):
        distances = directions * (y[:, None] - y)
        overlaps = np.maximum(gaps - distances, 0)
        moves = (directions * overlaps).sum(axis=1)
        y = np.clip(y + _MOVE_SHARE * moves, lowest, highest)
    pixels = np.stack([x, y], axis=1) - before
    moves = pixels * _POINTS_PER_INCH / axes.figure.dpi
    for name, move in zip(names, moves, strict=True):
        name.xyann = np.array(name.xyann) + move


def _directions(y: np.ndarray) -> np.ndarray:
    """`(n, n)` 1 where the row's name stands above the column's, -1 where below: so it stays, even at the border."""
    ranks = np.argsort(np.argsort(y, kind="stable"))
    return np.sign(ranks[:, None] - ranks)


def _gaps(x: np.ndarray, half: np.ndarray) -> np.ndarray:
    """`(n, n)` how far apart in height the middles of two names have to be: names side by side may be level."""
    gaps = half[:, None] + half
    wide = gaps[..., 0]
    tall = gaps[..., 1]
    distances = np.abs(x[:, None] - x)
    side_by_side = distances >= wide
    return np.where(side_by_side, -np.inf, tall)
