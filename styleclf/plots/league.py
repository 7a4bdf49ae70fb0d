"""A league of bodies: accuracy on painters never seen against seconds, one dot per body, licences as colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import judged_kind
from styleclf.plots.theme import (
    INK,
    LEGEND_LOOK,
    WIDTH,
    Look,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    style_colours,
)
from styleclf.plots.words import label_x, label_y

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEIGHT = 5.6  # inches
_BAR: Look = {"linewidth": 2, "alpha": 0.4}
_NAME: Look = {
    "xytext": (8, 0),
    "textcoords": "offset points",
    "va": "center",
    "fontsize": 8.5,
    "color": INK,
}
_LEGEND: Look = {
    **LEGEND_LOOK,
    "loc": "outside lower right",
    "title": "licence of the weights",
    "fontsize": 8.5,
    "title_fontsize": 8.5,
}
_ROUND = (2, 5)  # seconds between powers of ten that are written as well
_NAMED_AT_MOST = 12  # dots; of more, only the best that cost as little have their names beside them
_ROOM = 0.08  # of the logarithm of seconds, left of the dots; three times as much right of them, for names
_LEAST_ROOM = 1.15  # times the seconds
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
    licences = sorted(table["licence"].unique())
    for licence, colour in style_colours(licences).items():
        rows = table[table["licence"] == licence]
        _draw_bodies(axes, rows, colour, label=licence)
    _set_time_axis(axes, table["seconds"])
    for row in _rows_with_names(table).itertuples():
        _write_name(axes, row.body, place=(row.seconds, row.top_2))
    best = table.iloc[0]
    kind = judged_kind(best["n_authors"])
    label_y(axes, f"top-2 accuracy on {kind} never seen")
    fig.legend(ncols=len(licences), **_LEGEND)
    set_title(fig, f"{best['body']} scores highest on {kind} it has never seen")
    basis = f"Probes of frozen features, {best['n_images']:,} paintings"
    set_note(fig, f"{basis}; bars are 95 % intervals from resampling painters.")
    return fig


def _draw_bodies(
    axes: Axes,
    rows: pd.DataFrame,
    colour: str,
    *,
    label: str,
) -> None:
    """A dot for each body of one licence, on the bar of its interval."""
    seconds = rows["seconds"]
    axes.vlines(seconds, rows["top_2_lo"], rows["top_2_hi"], color=colour, **_BAR)
    axes.plot(seconds, rows["top_2"], "o", color=colour, label=label, markersize=7)


def _set_time_axis(axes: Axes, seconds: pd.Series) -> None:
    """A logarithmic axis with round numbers, and room for names."""
    shortest = seconds.min()
    longest = seconds.max()
    room = max(_LEAST_ROOM, (longest / shortest) ** _ROOM)
    axes.set_xscale("log", subs=_ROUND)
    axes.set_xlim(shortest / room, longest * room**3)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("{x:g}")
    label_x(axes, "seconds that one pass over the paintings takes on this machine")


def _rows_with_names(table: pd.DataFrame) -> pd.DataFrame:
    """The rows whose names are written: all of few, else those that no quicker body beats."""
    if len(table) <= _NAMED_AT_MOST:
        return table
    by_time = table.sort_values("seconds")
    best_so_far = by_time["top_2"].cummax()
    return by_time[by_time["top_2"] >= best_so_far]


def _write_name(axes: Axes, name: str, *, place: tuple[float, float]) -> None:
    """The name of a body beside its dot."""
    if len(name) > _LONGEST_NAME:
        beginning = name[: _LONGEST_NAME - 1]
        name = f"{beginning}…"
    axes.annotate(name, place, **_NAME)
