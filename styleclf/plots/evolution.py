"""The evolution of embeddings: one map, a column an epoch, above the images trained on and below those tested on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from styleclf.plots.look import (
    GRID,
    INK,
    WIDTH,
    darker,
    folded,
    head,
    new_figure,
    quiet,
    set_note,
    set_title,
    style_colours,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

PARTS = {"train": "training", "test": "test"}
PANEL = (1.9, 3.2)  # inches a side: with less the names of the styles have no room, and more shows nothing new
BORDER = 0.09  # of the map, around the outermost points
LONG = 14  # letters of a name on one line
RADIUS = 0.05  # of the map: a heap of points
ENOUGH = 500  # points that tell where a style is
MOVES = 300  # get names off one another


def plot_evolution(
    points: np.ndarray,  # (n_epochs, n, 2) positions on one map, NaN where unknown
    epochs: Sequence[str],  # (n_epochs,) '0', '1', '5 (best)', 'last'
    parts: Sequence[str],  # (n,) 'train' or 'test'
    styles: Sequence[str],  # (n,)
) -> Figure:
    """Maps of all images: rows train and test, a column an epoch, one colour a style.

    Names stand above the place where most of their style is, moved up or down off one another. All panels show the same
    part of the map. Raises ValueError for other lengths, or if no image has a position.
    """
    points, parts, styles = np.asarray(points), np.asarray(parts), np.asarray(styles)
    _check(points, epochs, parts, styles)
    shown, colours = [part for part in PARTS if part in parts], style_colours(sorted(set(styles)))
    panel = np.clip(WIDTH / len(epochs), *PANEL)
    fig = new_figure(max(WIDTH, panel * len(epochs)), panel * len(shown) + 0.9)
    grid = fig.subplots(len(shown), len(epochs), squeeze=False)
    names = {}
    for part, row in zip(shown, grid, strict=True):
        row[0].set_ylabel(part, fontsize=10, color=INK)
        for axes, positions in zip(row, points, strict=True):
            _frame(axes, points)
            known = (parts == part) & np.isfinite(positions).all(axis=1)
            names[axes] = _draw_map(axes, positions[known], styles[known], colours)
    for axes, epoch in zip(grid[0], epochs, strict=True):
        head(axes, spoken_epoch(epoch), loc="center")
    counts = " and ".join(f"{(parts == part).sum():,} {PARTS[part]}" for part in shown)
    set_title(fig, f"Where the network puts {counts} images")
    set_note(
        fig,
        "One map, made of the training images in the last column; all others are placed on it. In epochs with a "
        "number, training\nimages are as they were trained on: changed at random. Names stand above most of a style.",
    )
    fig.draw_without_rendering()  # names know their size from now on
    for axes, texts in names.items():
        _part(axes, texts)
    return fig


def spoken_epoch(epoch: str) -> str:
    """An epoch as a reader would say it: '0' is after the probe, '5 (best)' epoch 5, best on test."""
    number, _, best = epoch.partition(" ")
    spoken = {"0": "after the probe", "last": "in the end"}.get(number, f"epoch {number}")
    return f"{spoken}, best on test" if best else spoken


def _check(points: np.ndarray, epochs: Sequence[str], parts: np.ndarray, styles: np.ndarray) -> None:
    if points.shape != (len(epochs), len(styles), 2) or len(parts) != len(styles):
        raise ValueError(
            f"there are positions {points.shape} for {len(epochs)} epochs, {len(parts)} parts and {len(styles)} styles"
        )
    if not np.isfinite(points).all(axis=2).any():
        raise ValueError("no image has a position in any epoch, so there is nothing to draw")


def _frame(axes: Axes, points: np.ndarray) -> None:
    """Show a square of the map that has room for all points."""
    quiet(axes).set(xticks=[], yticks=[], box_aspect=1)
    axes.spines[:].set(visible=True, color=GRID)
    low, high = np.nanmin(points, axis=(0, 1)), np.nanmax(points, axis=(0, 1))
    half = (0.5 + BORDER) * max((high - low).max(), 1e-9)
    (left, right), (bottom, top) = zip((low + high) / 2 - half, (low + high) / 2 + half, strict=True)
    axes.set(xlim=(left, right), ylim=(bottom, top))


def _draw_map(axes: Axes, points: np.ndarray, styles: np.ndarray, colours: Mapping[str, str]) -> list[Annotation]:
    """Draw the points, mixed so that no style covers another, and name the styles; returns the names."""
    from matplotlib.patheffects import withStroke

    mixed = np.random.default_rng(0).permutation(len(points))
    axes.scatter(*points[mixed].T, s=9, c=[colours[style] for style in styles[mixed]], alpha=0.6, linewidth=0)
    halo = [withStroke(linewidth=2, foreground="white", alpha=0.85)]
    look = dict(xytext=(0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=7.5, path_effects=halo)
    names, radius = [], RADIUS * np.ptp(axes.get_xlim())
    for style in sorted(set(styles)):
        own = heap(points[styles == style], radius)
        place = own[:, 0].mean(), own[:, 1].max()
        names.append(axes.annotate(folded(style, LONG), place, color=darker(colours[style], 0.7), **look))
    return names


def heap(points: np.ndarray, radius: float) -> np.ndarray:
    """Those of the points `(n, 2)` within a radius of one of them where there are most: a median can lie between heaps.

    Of many points, some hundred stand for all.
    """
    some = points[:: 1 + len(points) // ENOUGH]
    near = np.linalg.norm(some[:, None] - some, axis=2) < radius
    return some[near[near.sum(axis=1).argmax()]]


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
    for _ in range(MOVES):
        lacking = np.maximum(wanted - above * (y[:, None] - y), 0)
        y = np.clip(y + 0.25 * (above * lacking).sum(axis=1), frame.y0 + height / 2, frame.y1 - height / 2)
    for name, moved in zip(names, np.stack([x, y], axis=1) - before, strict=True):
        name.xyann = np.array(name.xyann) + moved * 72 / axes.figure.dpi
