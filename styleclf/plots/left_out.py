"""Collections left out: accuracy on each by models that know it and by models that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import check_columns
from styleclf.plots.estimates import draw_estimate, write_estimate
from styleclf.plots.theme import (
    GRID,
    INK,
    LEGEND_LOOK,
    MUTED,
    RIGHT,
    WIDTH,
    WRONG,
    Look,
    mute_axes,
    new_figure,
    set_note,
    set_title,
)
from styleclf.plots.words import add_to_legend, label_rows, label_x

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = ("collection", "value", "lo", "hi", "by_painter", "by_painter_lo", "by_painter_hi", "as_few", "n_images")
_SHIFT = 0.17  # of both accuracies from the middle of their row
_ROOM = 1.12  # for the numbers right of 1
_TICK: Look = {"color": INK, "markersize": 9, "markeredgewidth": 1.6}


def plot_left_out(table: pd.DataFrame, column: str) -> Figure:
    """Two dots with intervals for every collection: by painter, and with the collection left out.

    `table` as `left_out_audit` makes it. Raises ValueError for missing columns or no rows.
    """
    check_columns(table, _COLUMNS, "the table of collections")
    height = 1.7 + 0.62 * len(table)
    fig = new_figure(WIDTH, height)
    axes = mute_axes(fig.subplots(), "x")
    by_painter = table[["by_painter", "by_painter_lo", "by_painter_hi"]].set_axis(["value", "lo", "hi"], axis=1)
    left_out = table[["value", "lo", "hi"]]
    _draw_accuracies(axes, by_painter, shift=-_SHIFT, colour=RIGHT)
    _draw_accuracies(axes, left_out, shift=_SHIFT, colour=WRONG)
    heights = np.arange(len(table)) - _SHIFT
    axes.plot(table["as_few"], heights, "|", **_TICK)
    add_to_legend(axes, f"painters never seen, {column} known", RIGHT)
    add_to_legend(axes, f"{column} never seen", WRONG)
    add_to_legend(axes, "by painter, from as few training images", INK, marker="|", markersize=9, markeredgewidth=1.6)
    label_rows(axes, [f"{row.collection} ({row.n_images})" for row in table.itertuples()])
    axes.set_xlim(0, _ROOM)
    axes.grid(True, axis="x", color=GRID, linewidth=0.8)
    label_x(axes, "top-1 accuracy, every style counting alike", size=8.5, colour=MUTED)
    axes.legend(ncols=3, **LEGEND_LOOK | {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "fontsize": 8.5})
    set_title(fig, f"Does it hold for a {column} that the model has never seen?")
    _part_from_total(axes, table)
    of_rows = "In brackets: images that are asked about, the same for both."
    set_note(fig, f"{of_rows} Lines: 95 % intervals from resampling painters.")
    return fig


def _part_from_total(axes: Axes, table: pd.DataFrame) -> None:
    """A line between the collections and the last row, which has all of them."""
    if len(table) > 1:
        axes.axhline(len(table) - 1.5, color=GRID, linewidth=0.8)


def _draw_accuracies(
    axes: Axes,
    estimates: pd.DataFrame,  # `value, lo, hi`
    *,
    shift: float,  # from the middle of the row
    colour: str,
) -> None:
    """Draw an accuracy on every row, with its value."""
    for y, estimate in enumerate(estimates.itertuples(index=False)):
        draw_estimate(axes, y + shift, estimate, colour=colour)
        write_estimate(axes, y + shift, estimate, colour=colour)
