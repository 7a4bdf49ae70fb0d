"""The figure of what more painters, or more works by the same painters, are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import Estimate, check_columns
from styleclf.plots.estimates import EstimateLook, draw_difference
from styleclf.plots.theme import MUTED, RIGHT, WIDTH, darken, mute_axes, new_figure, set_note, set_title
from styleclf.plots.words import label_rows, label_x, true_minus, write_beside_bar

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLUMNS = ("kind", "style", "unit", "n", "more", "gain", "lo", "hi")
_LOOK = EstimateLook(line_width=3, opacity=1)
_NOTE = (
    "Told from what the last doubling was worth, with 90 % intervals; grey: 0 is inside. Nothing is said beyond twice "
    "the data.\nOf a style its recall, otherwise the mean of all. More works are by the same painters."
)


def plot_gains(table: pd.DataFrame) -> Figure:
    """Points of a hundred that more painters, or works, are worth, with 90 % intervals.

    `table` is that of `curation.steps_table`; rows without a gain stay empty. Raises ValueError for missing columns.
    """
    check_columns(table, _COLUMNS, "gains")
    fig = new_figure(WIDTH, 1.4 + 0.3 * len(table))
    axes = fig.subplots()
    mute_axes(axes, "x")
    axes.axvline(0, color=MUTED, linewidth=1.2)
    for y, row in enumerate(table.to_dict("records")):
        points = [100 * row[column] for column in ("gain", "lo", "hi")]
        gain = Estimate(*points)
        draw_difference(axes, y, gain, colour=RIGHT, look=_LOOK)
        if gain.value == gain.value:
            text = true_minus(f"{gain.value:+.1f}")
            write_beside_bar(axes, gain.hi, y, text=text, colour=darken(RIGHT), size=8)
    names = [_name_of(row) for row in table.to_dict("records")]
    label_rows(axes, names)
    label_x(axes, "points of a hundred", size=8.5, colour=MUTED)
    axes.margins(x=0.12)
    set_title(fig, "What more of it is worth")
    set_note(fig, _NOTE)
    return fig


def _name_of(row: dict) -> str:
    """What a row asks for, such as `8 more cubism painters`."""
    nouns = row["kind"]
    if row["style"] or row["unit"] != "work":
        unit = row["unit"].replace(" and ", "s and ")
        nouns = f"{unit}s"
    words = [f"{row['more']:,}", "more", *row["style"].split(), nouns]
    return " ".join(words)
