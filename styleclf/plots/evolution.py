"""The evolution of embeddings: one map, one column per epoch, above the images trained on and below those tested on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from styleclf.plots.maps import draw_map, frame_map, move_names_apart
from styleclf.plots.theme import INK, WIDTH, new_figure, set_note, set_title, style_colours
from styleclf.plots.words import write_heading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PARTS = {"train": "training", "test": "test"}
_PANEL_RANGE = (1.9, 3.2)  # inches a side: with less the names of the styles have no room, and more shows nothing new
_NOTE = (
    "One map, made of the training images in the last column; all others are placed on it. In epochs with a number, "
    "training\nimages are as they were trained on: changed at random. Names stand above most of a style."
)


def plot_evolution(
    points: np.ndarray,  # (n_epochs, n, 2) positions on one map, NaN where unknown
    epochs: Sequence[str],  # (n_epochs,) '0', '1', '5 (best)', 'last'
    parts: Sequence[str],  # (n,) 'train' or 'test'
    *,
    styles: Sequence[str],  # (n,)
) -> Figure:
    """Maps of all images: rows train and test, one column per epoch, one colour per style.

    Names stand above the place where most of their style is, moved up or down off one another. All panels show the same
    part of the map. Raises ValueError for other lengths, or if no image has a position.
    """
    points = np.asarray(points)
    part_of = np.asarray(parts)
    style_of = np.asarray(styles)
    _check(points, epochs, part_of, n=len(style_of))
    present = [part for part in _PARTS if part in part_of]
    colours = style_colours(sorted(set(styles)))

    n_epochs = len(epochs)
    side = np.clip(WIDTH / n_epochs, *_PANEL_RANGE)
    width = max(WIDTH, side * n_epochs)
    height = side * len(present) + 0.9
    fig = new_figure(width, height)
    grid = fig.subplots(len(present), n_epochs, squeeze=False)
    names = {}
    for part, row in zip(present, grid, strict=True):
        row[0].set_ylabel(part, fontsize=10, color=INK)
        for axes, positions in zip(row, points, strict=True):
            frame_map(axes, points)
            has_place = np.isfinite(positions).all(axis=1)
            is_of_part = (part_of == part) & has_place
            names[axes] = draw_map(axes, positions[is_of_part], style_of[is_of_part], colours=colours)
    for axes, epoch in zip(grid[0], epochs, strict=True):
        write_heading(axes, spoken_epoch(epoch), loc="center")
    sizes = []
    for part in present:
        n_images = np.sum(part_of == part)
        sizes.append(f"{n_images:,} {_PARTS[part]}")
    images = " and ".join(sizes)
    set_title(fig, f"Where the network puts {images} images")
    set_note(fig, _NOTE)
    move_names_apart(fig, names)
    return fig


def spoken_epoch(epoch: str) -> str:
    """An epoch as a reader would say it: '0' is after the probe, '5 (best)' epoch 5, best on test."""
    number, _, best = epoch.partition(" ")
    special = {"0": "after the probe", "last": "in the end"}
    spoken = special.get(number, f"epoch {number}")
    return f"{spoken}, best on test" if best else spoken


def _check(
    points: np.ndarray,
    epochs: Sequence[str],
    parts: np.ndarray,
    *,
    n: int,  # styles
) -> None:
    n_epochs = len(epochs)
    if points.shape != (n_epochs, n, 2) or len(parts) != n:
        sizes = f"{n_epochs} epochs, {len(parts)} parts and {n} styles"
        raise ValueError(f"there are positions {points.shape} for {sizes}")
    has_place = np.isfinite(points).all(axis=2)
    if not has_place.any():
        raise ValueError("no image has a position in any epoch, so there is nothing to draw")
