"""Embeddings of two or three numbers as they are, and on the unit circle or sphere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from styleclf.common import count_of
from styleclf.plots.theme import (
    FAINT,
    GRID,
    MUTED,
    WIDTH,
    Look,
    draw_titled_legend,
    mute_axes,
    new_figure,
    set_note,
    style_colours,
)
from styleclf.plots.words import write_heading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Axes = Any  # matplotlib's types do not know that its projections add z

_DOT = "o"  # of a trained style
_DIAMOND = "D"  # of a withheld style
_DOTS: Look = {"marker": _DOT, "s": 12}
_DIAMONDS: Look = {"marker": _DIAMOND, "s": 22}
_VIEW = {"elev": 20, "azim": 35}  # degrees
_TURNS = np.linspace(0, 2 * np.pi, 121)  # around a circle
_N_CIRCLES = 12  # of latitude and of longitude
_WIRE_LOOK: Look = {
    "color": FAINT,
    "linewidth": 0.5,
    "alpha": 0.6,
    "zorder": 0,
}
_IN_SPACE = {"projection": "3d"}


def plot_sphere(
    points: np.ndarray,  # (n, 2 or 3) embeddings
    labels: Sequence[str],  # (n,) styles
    withheld: Collection[str] = (),  # styles that the training has not seen
) -> Figure:
    """Embeddings in their own space, and at length 1 on the unit circle or sphere, in the colours of their styles.

    Diamonds stand for withheld styles. An embedding of length 0 stays in the centre. Raises ValueError for points of
    another shape or with NaN or infinity, and for other than one label each.
    """
    points, styles = _checked_points(points, labels)
    n_numbers = points.shape[1]
    in_space = n_numbers == 3
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    units = points / np.maximum(lengths, 1e-12)
    colours = style_colours(sorted(set(styles)))

    fig = new_figure(WIDTH, 5.1)
    native, unit = fig.subplots(1, 2, subplot_kw=_IN_SPACE if in_space else {})
    _frame(native, points)
    _draw_styles(native, points, styles, colours=colours, withheld=withheld)
    write_heading(native, "as they are")
    _draw_wire(unit, in_space)
    _draw_styles(unit, units, styles, colours=colours, withheld=withheld)
    write_heading(unit, "on the unit sphere" if in_space else "on the unit circle")
    n_embeddings = count_of(len(points), "embedding")
    _name_styles(fig, colours, withheld, title=f"{n_embeddings} of {n_numbers} numbers")
    note = "Left: the plus is the origin. Right: every embedding at length 1."
    if not colours.keys().isdisjoint(withheld):
        note += " Diamonds: styles that the training has not seen."
    set_note(fig, note)
    return fig


def plot_space(
    points: np.ndarray,  # (n, 3) places on a map of embeddings that have more numbers
    labels: Sequence[str],  # (n,) styles
    withheld: Collection[str] = (),  # styles that the training has not seen
) -> Figure:
    """Embeddings on a map in space, as `plot_sphere` draws them; lengths and angles mean nothing there."""
    points, styles = _checked_points(points, labels)
    centred = points - points.mean(axis=0)
    colours = style_colours(sorted(set(styles)))
    fig = new_figure(WIDTH, 6)
    axes = fig.subplots(subplot_kw=_IN_SPACE if points.shape[1] == 3 else {})
    _frame(axes, centred)
    _draw_styles(axes, centred, styles, colours=colours, withheld=withheld)
    axes.tick_params(labelbottom=False, labelleft=False)
    n_embeddings = count_of(len(points), "embedding")
    _name_styles(fig, colours, withheld, title=f"{n_embeddings} on a map")
    set_note(fig, "Near points are alike; distances between groups tell little. Diamonds: styles not trained on.")
    return fig


def _checked_points(
    points: np.ndarray,
    labels: Sequence[str],
) -> tuple[np.ndarray, np.ndarray]:
    """Points and labels as arrays; ValueError where they cannot be drawn."""
    points = np.asarray(points, dtype=float)
    is_drawable = points.ndim == 2 and points.shape[1] in (2, 3)
    if not is_drawable or len(points) == 0:
        raise ValueError(f"embeddings are {points.shape}: only (n, 2) or (n, 3) can be drawn as they are")
    if len(labels) != len(points):
        numbers = f"{len(labels)} labels for {len(points)} embeddings"
        raise ValueError(f"there are {numbers}: one each is needed")
    broken = ~np.isfinite(points).all(axis=1)
    if broken.any():
        n_broken = f"{broken.sum()} of {len(points)} embeddings"
        raise ValueError(f"{n_broken} contain NaN or infinity, the first in row {broken.argmax()}")
    return points, np.asarray(labels)


def _frame(axes: Axes, points: np.ndarray) -> None:
    """Frame a square or cube that holds all points and the origin, which gets a plus."""
    low = np.minimum(points.min(axis=0), 0)
    high = np.maximum(points.max(axis=0), 0)
    centres = (low + high) / 2
    widest = max((high - low).max(), 1e-9)
    half = 0.55 * widest
    mute_axes(axes).tick_params(labelsize=8, labelcolor=MUTED)
    for axis, centre in zip("xyz", centres, strict=False):
        limits = (centre - half, centre + half)
        axes.set(**{f"{axis}lim": limits})
        axes.locator_params(axis=axis, nbins=5)
    origin = np.zeros((points.shape[1], 1))
    axes.plot(*origin, "+", color=MUTED)
    if points.shape[1] == 2:
        axes.grid(True, color=GRID, linewidth=0.6)
        axes.set(box_aspect=1, axisbelow=True)
    else:
        _frame_cube(axes)


def _frame_cube(axes: Axes) -> None:
    """Make the walls of a cube white, with pale grids."""
    axes.set_box_aspect((1, 1, 1), zoom=1.1)
    axes.view_init(**_VIEW)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.pane.set(facecolor="white", edgecolor=GRID)
        axis.line.set_color(GRID)
        private_look = axis._axinfo  # matplotlib has no public way
        private_look["grid"].update(color=GRID, linewidth=0.6)
        private_look["tick"].update(inward_factor=0, outward_factor=0)


def _draw_wire(axes: Axes, in_space: bool) -> None:
    """Draw the unit circle, or circles of latitude and longitude of the unit sphere, and nothing else."""
    axes.set_axis_off()
    if in_space:
        ends = (-1, 1)
        axes.set(xlim=ends, ylim=ends, zlim=ends)
        axes.set_box_aspect((1, 1, 1), zoom=1.5)
        axes.view_init(**_VIEW)
        lines = _sphere_circles()
    else:
        axes.set(box_aspect=1, xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
        circle = np.stack([np.cos(_TURNS), np.sin(_TURNS)])
        lines = [circle]
    for line in lines:
        axes.plot(*line, **_WIRE_LOOK)


def _sphere_circles() -> list[np.ndarray]:
    """Circles of latitude, then of longitude, of the unit sphere, each `(3, n)`."""
    cosine = np.cos(_TURNS)
    sine = np.sin(_TURNS)
    level = np.ones(len(_TURNS))
    angles = np.arange(_N_CIRCLES) * np.pi / _N_CIRCLES
    circles = []
    for angle in angles[1:]:
        radius = np.sin(angle)
        height = np.cos(angle)
        latitude = [radius * cosine, radius * sine, height * level]
        circles.append(np.stack(latitude))
    for angle in angles:
        longitude = [np.cos(angle) * sine, np.sin(angle) * sine, cosine]
        circles.append(np.stack(longitude))
    return circles


def _draw_styles(
    axes: Axes,
    points: np.ndarray,
    styles: np.ndarray,
    *,
    colours: Mapping[str, str],
    withheld: Collection[str],
) -> None:
    """Draw points, mixed so that no style covers another: dots of trained styles, then diamonds of withheld ones."""
    rng = np.random.default_rng(0)
    order = rng.permutation(len(points))
    is_withheld = np.isin(styles[order], list(withheld))
    dots = order[~is_withheld]
    diamonds = order[is_withheld]
    for rows, marks in ((dots, _DOTS), (diamonds, _DIAMONDS)):
        shades = [colours[style] for style in styles[rows]]
        axes.scatter(*points[rows].T, c=shades, alpha=0.75, linewidth=0, **marks)


def _name_styles(
    fig: Figure,
    colours: Mapping[str, str],  # by style
    withheld: Collection[str],
    *,
    title: str,
) -> None:
    """Name the styles below the title, trained ones first."""
    from matplotlib.lines import Line2D

    handles = []
    for style in sorted(colours, key=lambda style: (style in withheld, style)):
        marker = _DIAMOND if style in withheld else _DOT
        label = f"{style} (withheld)" if style in withheld else style
        mark: Look = {
            "linestyle": "",
            "marker": marker,
            "markersize": 5.5,
        }
        handle = Line2D([], [], color=colours[style], label=label, **mark)
        handles.append(handle)
    draw_titled_legend(fig, title, handles=handles, ncols=5, fontsize=8.5, handletextpad=0.2)
