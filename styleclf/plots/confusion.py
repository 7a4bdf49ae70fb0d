"""The confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import ratio
from styleclf.output import count_of
from styleclf.plots.tables import checked_vocab, confusion_counts
from styleclf.plots.theme import (
    GRID,
    INK,
    MUTED,
    RIGHT,
    WRONG,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    shorten,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_confusion(predictions: pd.DataFrame) -> Figure:
    """The confusion matrix: percent of each true style (rows sum to 100), with the number of images below.

    Recall stands on the diagonal, in blue; mistakes are orange; cells without images are empty. `predictions` has a row
    an image: `label, pred, proba_<style>…`. With many styles cells are too small for the number of images, which then
    stands only beside the rows. Raises ValueError for missing columns, no rows, or a style without `proba_` column.
    """
    vocab = checked_vocab(predictions, ["label", "pred"])
    counts = confusion_counts(predictions)
    images = counts.sum(axis=1)
    shares = 100 * ratio(counts, images[:, None])
    cell = np.clip(5.4 / len(vocab), 0.3, 0.8)  # inches
    labels = 0.085 * min(max(map(len, vocab)), 24)
    fig = new_figure(max(1.2 + labels + cell * len(vocab), 5.0), 1.4 + 0.7 * labels + cell * len(vocab))
    axes = fig.subplots()
    _shade_cells(axes, shares)
    _write_cells(axes, counts, shares, cell)
    _name_cells(axes, [shorten(style, 24) for style in vocab], images)
    set_title(fig, f"{count_of(len(predictions), 'image')}, mean recall {np.nanmean(shares.diagonal()):.0f} %")
    numbers = "percent and number" if cell >= 0.45 else "percent"
    set_note(fig, f"In each cell: {numbers} of the images of the true style; n: all of them.")
    return fig


def _shade_cells(axes: Axes, shares: np.ndarray) -> None:
    """Colour the cells by percent: the diagonal in the colour of right, the rest in the colour of wrong."""
    from matplotlib.colors import LinearSegmentedColormap

    diagonal = np.eye(len(shares), dtype=bool)
    for colour, hidden in ((RIGHT, ~diagonal), (WRONG, diagonal)):
        shades = LinearSegmentedColormap.from_list("shades", ["white", colour])
        axes.imshow(np.ma.masked_where(hidden | np.isnan(shares), shares), cmap=shades, vmin=0, vmax=100)


def _write_cells(axes: Axes, counts: np.ndarray, shares: np.ndarray, cell: float) -> None:
    """Write percent and, smaller below it where there is room, the number of images into every cell that has any."""
    size = min(10.5, 16 * cell + 2)
    roomy = cell >= 0.45
    for row, column in np.argwhere(counts):
        share = shares[row, column]
        look = dict(ha="center", color="white" if row == column and share > 85 else INK)
        lift, va = (0.06, "bottom") if roomy else (0, "center")
        axes.text(column, row + lift, f"{share:.0f}", va=va, fontsize=size, **look)
        if roomy:
            axes.text(column, row + 0.12, f"{counts[row, column]:,}", va="top", fontsize=0.72 * size, **look)
    for row in np.flatnonzero(counts.sum(axis=1) == 0):
        box = dict(facecolor="white", edgecolor="none", pad=2)
        axes.text((len(counts) - 1) / 2, row, "no images", ha="center", va="center", color=MUTED, fontsize=9, bbox=box)


def _name_cells(axes: Axes, vocab: Sequence[str], images: np.ndarray) -> None:
    """Name rows (true, with their number of images) and columns (predicted), and part the cells by pale lines."""
    mute_axes(axes)
    axes.set_xticks(range(len(vocab)), vocab, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(vocab)), [f"{style}  n = {n:,}" for style, n in zip(vocab, images, strict=True)])
    edges = np.arange(len(vocab) + 1) - 0.5
    axes.hlines(edges, edges[0], edges[-1], color=GRID, linewidth=0.8)
    axes.vlines(edges, edges[0], edges[-1], color=GRID, linewidth=0.8)
    axes.set_xlabel("predicted style", fontsize=9.5, color=MUTED)
    axes.set_ylabel("true style", fontsize=9.5, color=MUTED)
