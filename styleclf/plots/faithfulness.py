"""How far explanations can be believed, as a figure: probabilities as parts go and come, and shuffled networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    FAINT,
    INK,
    MUTED,
    RIGHT,
    WIDTH,
    WRONG,
    darken,
    figure_header,
    label_rows,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    style_colours,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ORDERS = {"random": (0, (1, 1.5)), "centre": (0, (5, 2))}  # their dashes
_AFTER = "after_"


def plot_faithfulness(table: pd.DataFrame, curves: pd.DataFrame, title: str = "Which explanations hold") -> Figure:
    """Curves of deletion and insertion above, what methods gain and how they pass shuffling below.

    `table` and `curves` are those of `explain.faithfulness.Faithfulness`. Raises ValueError for missing columns or no
    rows.
    """
    need_columns(
        table, ["method", "gain", *(f"over_{order}{end}" for order in _ORDERS for end in ("", "_lo", "_hi"))], "table"
    )
    need_columns(curves, ["method", "share", "deletion", "insertion"], "curves")
    methods = table[~table["method"].isin(_ORDERS)].sort_values("gain", ascending=False, kind="stable")
    colours = style_colours(methods["method"])
    fig = new_figure(WIDTH, 4.0 + 0.8 + 0.3 * len(methods))
    above, below = fig.subfigures(2, 1, height_ratios=(3.6, 1.2 + 0.3 * len(methods)), hspace=0.05)
    _draw_curves(above.subplots(1, 2, sharey=True), curves, colours)
    left, right = below.subplots(1, 2, sharey=True, width_ratios=(1.3, 1))
    _draw_gains(left, methods)
    _draw_correlations(right, methods)
    label_rows(left, [_spoken(name) for name in methods["method"]])
    for axes in (left, right):
        for row, colour in enumerate(colours.values()):
            axes.axhspan(row - 0.28, row + 0.28, color=colour, alpha=0.07, linewidth=0)
    for label, colour in zip(left.get_yticklabels(), colours.values(), strict=True):
        label.set(color=darken(colour), fontweight="bold")
    set_title(fig, title)
    set_note(
        fig, "Cells of the image go or come in the order of each map; the predicted style's probability is followed."
    )
    return fig


def _draw_curves(both: Sequence[Axes], curves: pd.DataFrame, colours: Mapping[str, str]) -> None:
    heads = ("Deletion: the most important cells go first", "Insertion: the most important cells come first")
    for axes, name, words in zip(both, ("deletion", "insertion"), heads, strict=True):
        mute_axes(axes, "y")
        figure_header(axes, words)
        for method, rows in curves.groupby("method", sort=False):
            look = dict(color=MUTED, linestyle=_ORDERS[method]) if method in _ORDERS else dict(color=colours[method])
            axes.plot(100 * rows["share"], 100 * rows[name], linewidth=1.6, label=_spoken(method), **look)
        axes.set_xlabel(f"cells that {'are gone' if name == 'deletion' else 'have come'}, %", fontsize=9, color=INK)
        axes.set_xlim(0, 100)
    both[0].set_ylabel("probability, %", fontsize=9, color=INK)
    orders = [line for line in both[0].lines if line.get_linestyle() != "-"]  # methods are named below, in colour
    both[0].legend(handles=orders, frameon=False, fontsize=8.5, loc="upper right", labelcolor=INK)


def _draw_gains(axes: Axes, methods: pd.DataFrame) -> None:
    """Draw dots with intervals: the gain over random and over centre."""
    mute_axes(axes, "x")
    figure_header(axes, "Insertion less deletion, points over an order of cells")
    axes.axvline(0, color=FAINT, linewidth=1)
    for order, shift, colour in (("random", -0.13, RIGHT), ("centre", 0.13, WRONG)):
        y = np.arange(len(methods)) + shift
        value, lo, hi = (100 * methods[f"over_{order}{end}"] for end in ("", "_lo", "_hi"))
        axes.hlines(y, lo, hi, color=colour, linewidth=1.6)
        axes.plot(value, y, "o", color=colour, markersize=5, label=f"over {order}")
    axes.legend(frameon=False, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, labelcolor=INK)


def _draw_correlations(axes: Axes, methods: pd.DataFrame) -> None:
    """Draw how alike maps are to those of shuffled networks: the paler, the more is shuffled."""
    mute_axes(axes, "x")
    figure_header(axes, "Likeness to maps of a shuffled network")
    axes.axvline(0, color=FAINT, linewidth=1)
    parts = [name for name in methods.columns if name.startswith(_AFTER) and methods[name].notna().any()]
    words = ("head shuffled", "late body too", "early body too")
    for part, label, fill in zip(parts, words, (INK, FAINT, "white"), strict=False):
        y = np.arange(len(methods))
        look = dict(markerfacecolor=fill, markeredgecolor=INK, markersize=6, linestyle="none")
        axes.plot(methods[part], y, "o", label=label, **look)
    axes.set_xlim(min(-0.3, axes.get_xlim()[0]), 1.03)
    if parts:
        place = dict(
            loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=len(parts), columnspacing=1, handletextpad=0.3
        )
        axes.legend(frameon=False, fontsize=8.5, labelcolor=INK, **place)


def _spoken(method: str) -> str:
    return f"{method} order" if method in _ORDERS else method.replace("_", " ")
