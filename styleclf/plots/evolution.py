"""The evolution of embeddings: one map, a column an epoch, above the images trained on and below those tested on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from styleclf.plots.maps import draw_map, frame_map, part_names
from styleclf.plots.theme import INK, WIDTH, figure_header, new_figure, set_note, set_title, style_colours

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PARTS = {"train": "training", "test": "test"}
_PANEL = (1.9, 3.2)  # inches a side: with less the names of the styles have no room, and more shows nothing new


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
    shown, colours = [part for part in _PARTS if part in parts], style_colours(sorted(set(styles)))
    panel = np.clip(WIDTH / len(epochs), *_PANEL)
    fig = new_figure(max(WIDTH, panel * len(epochs)), panel * len(shown) + 0.9)
    grid = fig.subplots(len(shown), len(epochs), squeeze=False)
    names = {}
    for part, row in zip(shown, grid, strict=True):
        row[0].set_ylabel(part, fontsize=10, color=INK)
        for axes, positions in zip(row, points, strict=True):
            frame_map(axes, points)
            known = (parts == part) & np.isfinite(positions).all(axis=1)
            names[axes] = draw_map(axes, positions[known], styles[known], colours)
    for axes, epoch in zip(grid[0], epochs, strict=True):
        figure_header(axes, spoken_epoch(epoch), loc="center")
    counts = " and ".join(f"{(parts == part).sum():,} {_PARTS[part]}" for part in shown)
    set_title(fig, f"Where the network puts {counts} images")
    set_note(
        fig,
        "One map, made of the training images in the last column; all others are placed on it. In epochs with a "
        "number, training\nimages are as they were trained on: changed at random. Names stand above most of a style.",
    )
    part_names(fig, names)
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
