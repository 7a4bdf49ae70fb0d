"""How much is known at each level of a hierarchy, and where answers stop, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import ANY_STYLE, check_columns
from styleclf.plots.estimates import draw_chance, draw_estimate, write_estimate
from styleclf.plots.theme import BAR, BAR_HEIGHT, INK, RIGHT, WIDTH, mute_axes, new_figure, set_note
from styleclf.plots.words import label_rows, write_beside_bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NOTE = (
    "Left: the likeliest class of each level, ticks mark chance. Right: the narrowest answer that is still right for\n"
    "9 of 10 works by painters not seen. Lines: 95 % intervals from resampling authors."
)


def plot_levels(levels: pd.DataFrame, rates: pd.DataFrame) -> Figure:
    """Top-1 accuracy at each level, and the share of answers that stop there with how many of them are right.

    `levels` as `level_table` and `rates` as `answer_rates` returns them. Raises ValueError if columns are missing.
    """
    check_columns(levels, ["level", "n_classes", "metric", "value", "lo", "hi", "chance"], "levels")
    check_columns(rates, ["level", "metric", "value", "lo", "hi"], "rates")
    accuracy = levels[levels["metric"] == "top_1_accuracy"]
    shares = rates[rates["metric"] == "share"]
    n_rows = max(len(accuracy), len(shares))
    fig = new_figure(WIDTH, 1.6 + 0.5 * n_rows)
    left, right = fig.subplots(1, 2)
    _draw_accuracy(mute_axes(left, "x"), accuracy)
    _draw_answers(mute_axes(right, "x"), shares, rates[rates["metric"] == "right"])
    set_note(fig, _NOTE)
    return fig


def _draw_accuracy(axes: Axes, accuracy: pd.DataFrame) -> None:
    """One row per level: its accuracy with interval, and chance."""
    names = []
    for y, row in enumerate(accuracy.itertuples()):
        draw_chance(axes, y, row.chance, half_height=0.2)
        draw_estimate(axes, y, row, colour=RIGHT)
        write_estimate(axes, y, row, colour=RIGHT, dot_radius=0.01)
        names.append(f"level {row.level}: {row.n_classes} classes")
    label_rows(axes, names)
    axes.set_xlim(0, 1.12)
    axes.set_title("top-1 accuracy", loc="left", fontsize=10, color=INK)


def _draw_answers(axes: Axes, shares: pd.DataFrame, right: pd.DataFrame) -> None:
    """One row per level that has answers: how many, and the share of them that is right."""
    right_by_level = right.set_index("level")["value"]
    names = []
    for y, row in enumerate(shares.itertuples()):
        axes.barh(y, row.value, height=BAR_HEIGHT, color=BAR)
        words = f"{row.value:.0%}, {right_by_level[row.level]:.0%} of them right"
        write_beside_bar(axes, row.value, y, text=words, colour=INK, size=8.5)
        names.append(repr(ANY_STYLE) if row.level == "0" else f"level {row.level}")
    label_rows(axes, names)
    axes.set_xlim(0, 1.5)
    axes.set_xticks([0, 0.5, 1])
    axes.set_title("answers", loc="left", fontsize=10, color=INK)
