"""Embeddings of two or three numbers as they are, and on the unit circle or sphere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from styleclf.output import count_of
from styleclf.plots.theme import (
    FAINT,
    GRID,
    INK,
    MUTED,
    WIDTH,
    figure_header,
    mute_axes,
    new_figure,
    set_note,
    style_colours,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DOT, _MARK = "o", "D"  # of trained and of withheld styles
_VIEW = {"elev": 20, "azim": 35}  # degrees
_TURNS = np.linspace(0, 2 * np.pi, 121)  # around a circle
_STEPS = 12  # circles of latitude and of longitude


def plot_sphere(
    points: np.ndarray,  # (n, 2 or 3) embeddings
    labels: Sequence[str],  # (n,) styles
    withheld: Collection[str] = (),  # styles that the training has not seen
) -> Figure:
    """Embeddings in their own space, and at length 1 on the unit circle or sphere, in the colours of their styles.

    Diamonds stand for withheld styles. An embedding of length 0 stays in the centre. Raises ValueError for points of
    another shape or that are no numbers, and for other than one label each.
    """
    points, labels = np.asarray(points, dtype=float), np.asarray(labels)
    _check(points, labels)
    in_space = points.shape[1] == 3
    units = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    colours = style_colours(sorted(set(labels)))
    fig = new_figure(WIDTH, 5.1)
    native, unit = fig.subplots(1, 2, subplot_kw={"projection": "3d"} if in_space else {})
    _frame(native, points)
    _draw_wire(unit, in_space)
    for axes, places in ((native, points), (unit, units)):
        _draw_styles(axes, places, labels, colours, withheld)
    figure_header(native, "as they are")
    figure_header(unit, f"on the unit {'sphere' if in_space else 'circle'}")
    _name_styles(fig, colours, withheld, f"{count_of(len(points), 'embedding')} of {points.shape[1]} numbers")
    note = "Left: the plus is the origin. Right: every embedding at length 1."
    marked = not colours.keys().isdisjoint(withheld)
    set_note(fig, f"{note} Diamonds: styles that the training has not seen." if marked else note)
    return fig


def plot_space(
    points: np.ndarray,  # (n, 3) places on a map of embeddings that have more numbers
    labels: Sequence[str],  # (n,) styles
    withheld: Collection[str] = (),  # styles that the training has not seen
) -> Figure:
    """Embeddings on a map in space, as `plot_sphere` draws them; lengths and angles mean nothing there."""
    points, labels = np.asarray(points, dtype=float), np.asarray(labels)
    _check(points, labels)
    colours = style_colours(sorted(set(labels)))
    fig = new_figure(WIDTH, 6)
    axes = fig.subplots(subplot_kw={"projection": "3d"} if points.shape[1] == 3 else {})
    _frame(axes, points - points.mean(axis=0))
    _draw_styles(axes, points - points.mean(axis=0), labels, colours, withheld)
    axes.tick_params(labelbottom=False, labelleft=False)
    _name_styles(fig, colours, withheld, f"{count_of(len(points), 'embedding')} on a map")
    set_note(fig, "Near points are alike; distances between groups tell little. Diamonds: styles not trained on.")
    return fig


def _check(points: np.ndarray, labels: np.ndarray) -> None:
    if points.ndim != 2 or points.shape[1] not in (2, 3) or len(points) == 0:
        raise ValueError(f"embeddings are {points.shape}: only (n, 2) or (n, 3) can be drawn as they are")
    if len(labels) != len(points):
        raise ValueError(f"there are {len(labels)} labels for {len(points)} embeddings: one each is needed")
    lost = ~np.isfinite(points).all(axis=1)
    if lost.any():
        raise ValueError(f"{lost.sum()} of {len(lost)} embeddings are no numbers, the first in row {lost.argmax()}")


def _frame(axes: Axes, points: np.ndarray) -> None:
    """Frame a square or cube that holds all points and the origin, which gets a plus."""
    low, high = np.minimum(points.min(axis=0), 0), np.maximum(points.max(axis=0), 0)
    half = 0.55 * max((high - low).max(), 1e-9)
    mute_axes(axes).tick_params(labelsize=8, labelcolor=MUTED)
    for axis, centre in zip("xyz", (low + high) / 2, strict=False):
        axes.set(**{f"{axis}lim": (centre - half, centre + half)})
        axes.locator_params(axis=axis, nbins=5)
    axes.plot(*np.zeros((points.shape[1], 1)), "+", color=MUTED)
    if points.shape[1] == 2:
        axes.grid(True, color=GRID, linewidth=0.6)
        axes.set(box_aspect=1, axisbelow=True)
        return
    axes.set_box_aspect((1, 1, 1), zoom=1.1)
    axes.view_init(**_VIEW)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.pane.set(facecolor="white", edgecolor=GRID)
        axis.line.set_color(GRID)
        axis._axinfo["grid"].update(color=GRID, linewidth=0.6)  # matplotlib has no public way
        axis._axinfo["tick"].update(inward_factor=0, outward_factor=0)


def _draw_wire(axes: Axes, in_space: bool) -> None:
    """Draw the unit circle, or circles of latitude and longitude of the unit sphere, and nothing else."""
    axes.set_axis_off()
    circle, level = np.stack([np.cos(_TURNS), np.sin(_TURNS)]), np.ones(len(_TURNS))
    if in_space:
        axes.set(xlim=(-1, 1), ylim=(-1, 1), zlim=(-1, 1))
        axes.set_box_aspect((1, 1, 1), zoom=1.5)
        axes.view_init(**_VIEW)
        angles = np.arange(_STEPS) * np.pi / _STEPS
        lines = [(*np.sin(angle) * circle, np.cos(angle) * level) for angle in angles[1:]]
        lines += [(np.cos(angle) * circle[1], np.sin(angle) * circle[1], circle[0]) for angle in angles]
    else:
        axes.set(box_aspect=1, xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
        lines = [circle]
    for line in lines:
        axes.plot(*line, color=FAINT, linewidth=0.5, alpha=0.6, zorder=0)


def _draw_styles(
    axes: Axes, places: np.ndarray, labels: np.ndarray, colours: Mapping[str, str], withheld: Collection[str]
) -> None:
    """Draw points, mixed so that no style covers another: dots of trained styles, then diamonds of withheld ones."""
    mixed = np.random.default_rng(0).permutation(len(places))
    marked = np.isin(labels[mixed], list(withheld))
    for rows, marker, size in ((mixed[~marked], _DOT, 12), (mixed[marked], _MARK, 22)):
        shades = [colours[label] for label in labels[rows]]
        axes.scatter(*places[rows].T, s=size, c=shades, marker=marker, alpha=0.75, linewidth=0)


def _name_styles(fig: Figure, colours: Mapping[str, str], withheld: Collection[str], title: str) -> None:
    """Name the styles below the title, trained ones first."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="", marker=_MARK, color=colours[style], markersize=5.5, label=f"{style} (withheld)")
        if style in withheld
        else Line2D([], [], linestyle="", marker=_DOT, color=colours[style], markersize=5.5, label=style)
        for style in sorted(colours, key=lambda style: (style in withheld, style))
    ]
    look = dict(ncols=5, frameon=False, fontsize=8.5, labelcolor=INK, alignment="left", handletextpad=0.2)
    legend = fig.legend(handles=handles, loc="outside upper left", title=title, **look)
    legend.get_title().set(size=12, weight="bold", color=INK)
