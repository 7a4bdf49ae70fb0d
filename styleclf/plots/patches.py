"""Patches of paintings, a row a style: what the style looks like to a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from PIL import Image

from styleclf.plots.pictures import draw_picture
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import INK, MUTED, WIDTH, new_figure, shorten, wrap_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NAMES = 1.25  # inches for the styles' names


def plot_patches(
    patches: pd.DataFrame,
    cut: Callable[[pd.Series], Image.Image],  # a row's patch
    title: str = "What each style looks like to the model",
    note: str = "Patches that multiply a style's odds most, of images that are taken for it, one a painter.",
) -> Figure:
    """A row a style: its patches, and below each its painter and what is `told` of it.

    `patches` has `style, rank, filename, label, author, told`. A patch from an image of another style says so. Raises
    ValueError for missing columns or no rows.
    """
    need_columns(patches, ["style", "rank", "filename", "label", "author", "told"], "the patches")
    styles, n_columns = list(dict.fromkeys(patches["style"])), int(patches["rank"].max())
    cell = min((WIDTH - _NAMES) / n_columns, 1.6)
    height = 0.65 + len(styles) * (cell + 0.3)
    fig = new_figure(WIDTH, height, layout=None)
    fig.text(0.01, 1 - 0.08 / height, title, va="top", fontsize=12, fontweight="bold", color=INK)
    fig.text(0.01, 1 - 0.33 / height, note, va="top", fontsize=8.5, color=MUTED)
    for line, style in enumerate(styles):
        top = 0.65 + line * (cell + 0.3)
        middle = 1 - (top + cell / 2) / height
        fig.text(0.01, middle, wrap_words(style, 13), va="center", fontsize=9, fontweight="bold", color=INK)
        for _, row in patches[patches["style"] == style].iterrows():
            left, side = _NAMES + (row["rank"] - 1) * cell, cell - 0.08
            axes = fig.add_axes((left / WIDTH, 1 - (top + side) / height, side / WIDTH, side / height))
            axes.set(xlim=(0, 1), ylim=(0, 1))
            axes.set_axis_off()
            draw_picture(axes, cut(row))
            who, elsewhere = row["author"] or Path(row["filename"]).stem, row["label"] != row["style"]
            look = dict(ha="left", va="top", fontsize=6.5)
            axes.text(0, -0.03, shorten(who, int(17 * cell)), color=INK, **look)
            told = row["told"] + (f", {row['label']}" if elsewhere else "")
            axes.text(0, -0.03 - 0.11 / side, shorten(told, int(18 * cell)), color=MUTED, **look)
    return fig
