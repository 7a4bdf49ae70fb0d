"""The design as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import check_columns
from styleclf.plots.theme import (
    BAR,
    BAR_HEIGHT,
    INK,
    VAL_BAR,
    WIDTH,
    WRONG,
    mute_axes,
    new_figure,
    set_note,
    set_title,
)
from styleclf.plots.words import label_rows, shorten, write_beside_bar, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_VALIDATION = "val"


def plot_design(table: pd.DataFrame, noun: str = "style") -> Figure:
    """Images per style and fold as bars, numbers of named authors in brackets.

    `table` is what `data.design_table` gives: one row per style, columns ('images' | 'authors', fold). `noun` is what
    rows are called. All bars share one scale. A tick marks an even share of the style over the cross-validation folds
    ('val' apart).
    Raises ValueError for other columns or no rows.

    >>> columns = pd.MultiIndex.from_product([["images", "authors"], ["0", "1"]])
    >>> table = pd.DataFrame([[12, 9, 4, 3]], index=["cubism"], columns=columns)
    >>> plot_design(table).get_suptitle()
    'Images and (authors) of 1 style, by fold'
    """
    images = _design_part(table, "images")
    authors = _design_part(table, "authors")
    to_train_on = images.drop(columns=_VALIDATION, errors="ignore")
    even_shares = to_train_on.mean(axis=1)
    n_styles, n_folds = images.shape

    width = max(WIDTH, 1.8 + 1.3 * n_folds)
    height = 1.5 + 0.3 * n_styles
    fig = new_figure(width, height)
    panels = fig.subplots(1, n_folds, sharex=True, sharey=True, squeeze=False)[0]
    largest = max(images.to_numpy().max(), 1)
    for axes, fold in zip(panels, images, strict=True):
        is_validation = fold == _VALIDATION
        n_images = count_of(images[fold].sum(), "image")
        name = "validation" if is_validation else f"fold {fold}"
        write_heading(axes, f"{name}\n{n_images}")
        _draw_fold(axes, images[fold], authors[fold], even_shares=None if is_validation else even_shares)
        axes.set_xlim(0, 1.75 * largest)
    labels = []
    for style, n_images in images.sum(axis=1).items():
        name = shorten(str(style), 26)
        labels.append(f"{name}  {n_images:,}")
    label_rows(panels[0], labels)
    styles = count_of(n_styles, noun)
    set_title(fig, f"Images and (authors) of {styles}, by fold")
    set_note(fig, "Bar and number: images; in brackets: named authors; tick: an even share of the folds.")
    return fig


def _design_part(table: pd.DataFrame, part: str) -> pd.DataFrame:
    """The columns of a design table that count `part`, one per fold."""
    columns = table.columns
    if columns.nlevels != 2 or part not in columns.get_level_values(0):
        raise ValueError(f"the design table needs columns ({part!r}, fold), but has {list(columns)}")
    check_columns(table, [], "the design table")
    counts = table[part].fillna(0)
    return counts.astype(int)


def _draw_fold(
    axes: Axes,
    images: pd.Series,  # by style
    authors: pd.Series,  # by style
    *,
    even_shares: pd.Series | None,  # none of a validation set
) -> None:
    """Draw one fold's bars, one row per style, with their numbers and the even share."""
    mute_axes(axes).set_xticks([])
    rows = np.arange(len(images))
    ends = images
    if even_shares is None:
        axes.barh(rows, images, height=BAR_HEIGHT, color=VAL_BAR)
    else:
        axes.barh(rows, images, height=BAR_HEIGHT, color=BAR)
        axes.vlines(even_shares, rows - 0.4, rows + 0.4, color=INK, linewidth=1.1)
        ends = np.maximum(images, even_shares)
    by_style = zip(images, authors, ends, strict=True)
    for row, (n_images, n_authors, end) in enumerate(by_style):
        brackets = f" ({n_authors:,})" if n_authors else ""
        colour = INK if n_images else WRONG
        write_beside_bar(axes, end, row, text=f"{n_images:,}{brackets}", colour=colour)
