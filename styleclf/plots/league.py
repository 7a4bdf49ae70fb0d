"""A league of bodies: accuracy on painters never seen against seconds, one dot per body, licences as colours."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.plots.theme import INK, LEGEND_LOOK, WIDTH, mute_axes, new_figure, set_note, set_title, style_colours
from styleclf.plots.words import label_x, label_y

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEIGHT = 5.6  # inches
_NAMED_AT_MOST = 12  # dots; of more, only the best that cost as little have their names beside them
_ROOM = 0.12  # of the logarithm of seconds, left and right of the dots
_LONGEST_NAME = 34  # characters


def plot_league(table: pd.DataFrame) -> Figure:
    """Top-2 accuracy of every body, with its 95 % interval, against the seconds of its pass over the paintings.

    `table` as `league_table` makes it. Raises ValueError for a table without rows.
    """
    if table.empty:
        raise ValueError("the table of the league has no rows: there is nothing to draw")
    fig = new_figure(WIDTH, _HEIGHT)
    axes = fig.subplots()
    mute_axes(axes, "both")
    colours = style_colours(sorted(table["licence"].unique()))
    for licence, rows in table.groupby("licence", sort=True):
        look = {"color": colours[licence], "label": licence}
        axes.vlines(rows["seconds"], rows["top_2_lo"], rows["top_2_hi"], color=colours[licence], linewidth=2, alpha=0.4)
        axes.plot(rows["seconds"], rows["top_2"], "o", markersize=7, **look)
    _set_time_axis(axes, table["seconds"])
    for row in _rows_with_names(table).to_dict("records"):
        _write_name(axes, row)
    label_y(axes, "top-2 accuracy on painters never seen")
    axes.legend(title="licence of the weights", loc="lower right", fontsize=8.5, title_fontsize=8.5, **LEGEND_LOOK)
    set_title(fig, f"{table['body'].iloc[0]} knows most about painters it has never seen")
    n_images = f"{table['n_images'].iloc[0]:,} paintings"
    set_note(fig, f"Probes of frozen features, {n_images}; bars are 95 % intervals from resampling painters.")
    return fig


def _set_time_axis(axes: Axes, seconds: pd.Series) -> None:
    """A logarithmic axis with room for names."""
    axes.set_xscale("log")
    margin = 10 ** (_ROOM * max(1.0, log10(seconds.max() / seconds.min() + 1)))
    axes.set_xlim(seconds.min() / margin, seconds.max() * margin**2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    label_x(axes, "seconds that one pass over the paintings takes on this machine")


def _rows_with_names(table: pd.DataFrame) -> pd.DataFrame:
    """The rows whose names are written: all of few, else those that no quicker body beats."""
    if len(table) <= _NAMED_AT_MOST:
        return table
    by_time = table.sort_values("seconds")
    is_best_so_far = by_time["top_2"] >= by_time["top_2"].cummax()
    return by_time[is_best_so_far]


def _write_name(axes: Axes, row: dict) -> None:
    """The name of a body beside its dot."""
    name = row["body"]
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1]}…"
    place = (row["seconds"], row["top_2"])
    axes.annotate(name, place, (8, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK)
