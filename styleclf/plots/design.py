"""The design as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.output import count_of
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    BAR,
    INK,
    VAL_BAR,
    WIDTH,
    WRONG,
    figure_header,
    label_rows,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    shorten,
    write_beside_bar,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_design(table: pd.DataFrame) -> Figure:
    """Images per style and fold as bars, numbers of named authors in brackets.

    `table` is what `splits.design_table` gives: a row a style, columns ('images' | 'authors', fold). All bars share one
    scale. A tick marks an even share of the style over the cross-validation folds ('val' apart).
    Raises ValueError for other columns or no rows.
    """
    images, authors = (_design_part(table, part) for part in ("images", "authors"))
    shares = images.drop(columns="val", errors="ignore").mean(axis=1)
    n_folds = images.shape[1]
    fig = new_figure(max(WIDTH, 1.8 + 1.3 * n_folds), 1.5 + 0.3 * len(images))
    for axes, fold in zip(fig.subplots(1, n_folds, sharex=True, sharey=True, squeeze=False)[0], images, strict=True):
        _draw_fold(axes, images[fold], authors[fold], None if fold == "val" else shares)
        name = "validation" if fold == "val" else f"fold {fold}"
        figure_header(axes, f"{name}\n{count_of(images[fold].sum(), 'image')}")
        axes.set_xlim(0, 1.75 * max(images.to_numpy().max(), 1))
    label_rows(axes, [f"{shorten(str(style), 26)}  {n:,}" for style, n in images.sum(axis=1).items()])
    set_title(fig, f"Images and (authors) of {count_of(len(images), 'style')}, by fold")
    set_note(fig, "Bar and number: images; in brackets: named authors; tick: an even share of the folds.")
    return fig


def _design_part(table: pd.DataFrame, part: str) -> pd.DataFrame:
    """The columns of a design table that count `part`, one a fold."""
    if table.columns.nlevels != 2 or part not in table.columns.get_level_values(0):
        raise ValueError(f"the design table needs columns ({part!r}, fold), but has {list(table.columns)}")
    need_columns(table, [], "the design table")
    return table[part].fillna(0).astype(int)


def _draw_fold(axes: Axes, images: pd.Series, authors: pd.Series, shares: pd.Series | None) -> None:
    """Draw one fold's bars, a row a style, with their numbers and the even share."""
    mute_axes(axes).set_xticks([])
    rows = np.arange(len(images))
    axes.barh(rows, images, height=0.62, color=VAL_BAR if shares is None else BAR)
    if shares is not None:
        axes.vlines(shares, rows - 0.4, rows + 0.4, color=INK, linewidth=1.1)
    ends = images if shares is None else np.maximum(images, shares)
    for row, n_images, n_authors, end in zip(rows, images, authors, ends, strict=True):
        text = f"{n_images:,} ({n_authors:,})" if n_authors else f"{n_images:,}"
        write_beside_bar(axes, end, row, text, color=INK if n_images else WRONG)
