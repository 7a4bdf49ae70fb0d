"""Maps of embeddings: points in the colours of their groups, and the groups' names, which never cover one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from styleclf.plots.theme import GRID, darken, mute_axes, wrap_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

_BORDER = 0.09  # of the map, around the outermost points
_LONG = 14  # letters of a name on one line
_RADIUS = 0.05  # of the map: a heap of points
_ENOUGH = 500  # points that tell where a group is
_MOVES = 300  # get names off one another


def frame_map(axes: Axes, points: np.ndarray) -> None:
    """Frame a square of the map that has room for all points `(…, n, 2)`; NaN takes none."""
    mute_axes(axes).set(xticks=[], yticks=[], box_aspect=1)
    axes.spines[:].set(visible=True, color=GRID)
    low, high = np.nanmin(points.reshape(-1, 2), axis=0), np.nanmax(points.reshape(-1, 2), axis=0)
    half = (0.5 + _BORDER) * max((high - low).max(), 1e-9)
    (left, right), (bottom, top) = zip((low + high) / 2 - half, (low + high) / 2 + half, strict=True)
    axes.set(xlim=(left, right), ylim=(bottom, top))


def draw_map(axes: Axes, points: np.ndarray, groups: np.ndarray, colours: Mapping[str, str]) -> list[Annotation]:
    """Draw points `(n, 2)`, mixed so that no group `(n,)` covers another, and name the groups; returns the names.

    A name stands above the place where most of its group is; `part_names` then moves names off one another.
    """
    from matplotlib.patheffects import withStroke

    mixed = np.random.default_rng(0).permutation(len(points))
    axes.scatter(*points[mixed].T, s=9, c=[colours[group] for group in groups[mixed]], alpha=0.6, linewidth=0)
    halo = [withStroke(linewidth=2, foreground="white", alpha=0.85)]
    look = dict(xytext=(0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=7.5, path_effects=halo)
    names, radius = [], _RADIUS * np.ptp(axes.get_xlim())
    for group in sorted(set(groups)):
        own = _heap(points[groups == group], radius)
        place = own[:, 0].mean(), own[:, 1].max()
        names.append(axes.annotate(wrap_words(group, _LONG), place, color=darken(colours[group], 0.7), **look))
    return names


def _heap(points: np.ndarray, radius: float) -> np.ndarray:
    """Those of the points `(n, 2)` within a radius of one of them where there are most: a median can lie between heaps.

    Of many points, some hundred stand for all.
    """
    some = points[:: 1 + len(points) // _ENOUGH]
    near = np.linalg.norm(some[:, None] - some, axis=2) < radius
    return some[near[near.sum(axis=1).argmax()]]


def part_names(fig: Figure, names: Mapping[Axes, Sequence[Annotation]]) -> None:
    """Move the names that `draw_map` gave each axes off one another. Last of all: it needs the figure's layout."""
    fig.draw_without_rendering()  # names know their size from now on
    for axes, own in names.items():
        _part(axes, own)


def _part(axes: Axes, names: Sequence[Annotation]) -> None:
    """Move names up and down until none lies on another, and into the axes from all sides."""
    if not names:
        return
    frame, boxes = axes.bbox, [name.get_window_extent() for name in names]
    before = np.array([((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in boxes])
    width, height = np.array([(box.width, box.height) for box in boxes]).T
    x, y = np.clip(before[:, 0], frame.x0 + width / 2, frame.x1 - width / 2), before[:, 1]
    rank = np.argsort(np.argsort(y, kind="stable"))
    above = np.sign(rank[:, None] - rank)  # stays so, even where both are at the border
    beside = np.abs(x[:, None] - x) >= (width[:, None] + width) / 2
    wanted = np.where(beside, -np.inf, (height[:, None] + height) / 2)
    for _ in range(_MOVES):
        lacking = np.maximum(wanted - above * (y[:, None] - y), 0)
        y = np.clip(y + 0.25 * (above * lacking).sum(axis=1), frame.y0 + height / 2, frame.y1 - height / 2)
    for name, moved in zip(names, np.stack([x, y], axis=1) - before, strict=True):
        name.xyann = np.array(name.xyann) + moved * 72 / axes.figure.dpi
