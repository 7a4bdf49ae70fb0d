"""How much is known at each level of a hierarchy, and where answers stop, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import ANY_STYLE, check_columns
from styleclf.plots.estimates import draw_chance, draw_estimate, write_estimate
from styleclf.plots.theme import BAR, BAR_HEIGHT, INK, RIGHT, WIDTH, mute_axes, new_figure, set_note, set_title
from styleclf.plots.words import label_rows, write_beside_bar, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEVEL_COLUMNS = [
    *("level", "n_classes", "metric"),
    *("value", "lo", "hi", "chance"),
]
_RATE_COLUMNS = ["level", "metric", "value"]
_TITLE = "How much is certain at each level?"
_NOTE = (
    "Left: the likeliest class of each level, ticks mark chance. Right: the narrowest answer that is still right for\n"
    "9 of 10 works by painters not seen. Lines: 95 % intervals from resampling authors."
)


def plot_levels(
    levels: pd.DataFrame,
    rates: pd.DataFrame,
) -> Figure:
    """Top-1 accuracy at each level, and the share of answers that stop there with how many of them are right.

    `levels` as `level_table` and `rates` as `answer_rates` returns them. Raises ValueError if columns are missing.
    """
    check_columns(levels, _LEVEL_COLUMNS, "levels")
    check_columns(rates, _RATE_COLUMNS, "rates")
    accuracy = levels[levels["metric"] == "top_1_accuracy"]
    shares = rates[rates["metric"] == "share"]
    right = rates[rates["metric"] == "right"]
    n_rows = max(len(accuracy), len(shares))
    height = 1.8 + 0.5 * n_rows
    fig = new_figure(WIDTH, height)
    left_panel, right_panel = fig.subplots(1, 2)
    _draw_accuracy(left_panel, accuracy)
    _draw_answers(right_panel, shares, right)
    set_title(fig, _TITLE)
    set_note(fig, _NOTE)
    return fig


def _draw_accuracy(
    axes: Axes,
    accuracy: pd.DataFrame,
) -> None:
    """One row per level: its accuracy with interval, and chance."""
    mute_axes(axes, "x")
    names = []
    for y, row in enumerate(accuracy.itertuples()):
        draw_chance(axes, y, row.chance, half_height=0.2)
        draw_estimate(axes, y, row, colour=RIGHT)
        write_estimate(
            axes,
            y,
            row,
            colour=RIGHT,
            dot_radius=0.01,
        )
        names.append(f"level {row.level}: {row.n_classes} classes")
    label_rows(axes, names)
    axes.set_xlim(0, 1.12)
    write_heading(axes, "top-1 accuracy")


def _draw_answers(
    axes: Axes,
    shares: pd.DataFrame,
    right: pd.DataFrame,
) -> None:
    """One row per level that has answers: how many, and the share of them that is right."""
    mute_axes(axes, "x")
    by_level = right.set_index("level")
    names = []
    for y, row in enumerate(shares.itertuples()):
        axes.barh(y, row.value, height=BAR_HEIGHT, color=BAR)
        share_right = by_level.loc[row.level, "value"]
        words = f"{row.value:.0%}, {share_right:.0%} of them right"
        write_beside_bar(
            axes,
            row.value,
            y,
            text=words,
            colour=INK,
        )
        name = f"level {row.level}"
        if row.level == "0":
            name = repr(ANY_STYLE)
        names.append(name)
    label_rows(axes, names)
    axes.set_xlim(0, 1.5)
    axes.set_xticks([0, 0.5, 1])
    write_heading(axes, "answers")
