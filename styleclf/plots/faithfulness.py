"""How far explanations can be believed, as a figure: probabilities as parts go and come, and shuffled networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import Estimate, check_columns
from styleclf.plots.estimates import EstimateLook, draw_estimate
from styleclf.plots.theme import (
    FAINT,
    INK,
    LEGEND_LOOK,
    MUTED,
    RIGHT,
    WIDTH,
    WRONG,
    Look,
    darken,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    style_colours,
)
from styleclf.plots.words import label_rows, label_x, label_y, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DASHES = {  # of the orders that no method gives
    "random": (0, (1, 1.5)),
    "centre": (0, (5, 2)),
}
_GAIN_COLUMNS = (
    "over_random",
    "over_random_lo",
    "over_random_hi",
    "over_centre",
    "over_centre_lo",
    "over_centre_hi",
)
_CURVE_COLUMNS = ("method", "share", "deletion", "insertion")
_GAIN_LOOK = EstimateLook(line_width=1.6, opacity=1, dot_size=5)
_LINE_WIDTH = 1.6
_AFTER = "after_"
_SHUFFLE_LOOK: Look = {
    "markeredgecolor": INK,
    "markersize": 6,
    "linestyle": "none",
}
_SHUFFLES = ("head shuffled", "late body too", "early body too")
_BELOW: Look = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.12)}  # a legend below its panel
_NOTE = "Cells of the image go or come in the order of each map; the predicted style's probability is followed."


def plot_faithfulness(table: pd.DataFrame, curves: pd.DataFrame) -> Figure:
    """Curves of deletion and insertion above, what methods gain and how they pass shuffling below.

    `table` and `curves` are those of `explain.faithfulness.Faithfulness`. Raises ValueError for missing columns or no
    rows.
    """
    check_columns(table, ["method", "gain", *_GAIN_COLUMNS], "table")
    check_columns(curves, _CURVE_COLUMNS, "curves")
    methods = table[~table["method"].isin(_DASHES)]
    methods = methods.sort_values("gain", ascending=False, kind="stable")
    colours = style_colours(methods["method"])
    lower_height = 1.2 + 0.3 * len(methods)
    fig = new_figure(WIDTH, 3.6 + lower_height)
    halves = fig.subfigures(2, 1, squeeze=False, height_ratios=(3.6, lower_height), hspace=0.05)
    above, below = halves.ravel()
    panels = above.subplots(1, 2, sharey=True)
    _draw_curves(panels, curves, colours)
    left, right = below.subplots(1, 2, sharey=True, width_ratios=(1.3, 1))
    _draw_gains(left, methods)
    _draw_correlations(right, methods)
    _colour_rows((left, right), colours)
    set_title(fig, "Which explanations hold")
    set_note(fig, _NOTE)
    return fig


def _draw_curves(
    panels: Sequence[Axes],
    curves: pd.DataFrame,
    colours: Mapping[str, str],  # by method
) -> None:
    """Draw the probability as cells go, and as they come."""
    deletion, insertion = panels
    write_heading(deletion, "Deletion: the most important cells go first")
    label_x(deletion, "cells that are gone, %")
    label_y(deletion, "probability, %")
    write_heading(insertion, "Insertion: the most important cells come first")
    label_x(insertion, "cells that have come, %")
    for axes, column in ((deletion, "deletion"), (insertion, "insertion")):
        mute_axes(axes, "y")
        for method, rows in curves.groupby("method", sort=False):
            percent_cells = 100 * rows["share"]
            percent_proba = 100 * rows[column]
            look = _line_look(method, colours)
            axes.plot(percent_cells, percent_proba, label=_spoken(method), **look)
        axes.set_xlim(0, 100)
    dashed_lines = [line for line in deletion.lines if line.get_linestyle() != "-"]  # methods are named below
    deletion.legend(handles=dashed_lines, fontsize=8.5, loc="upper right", **LEGEND_LOOK)


def _line_look(method: str, colours: Mapping[str, str]) -> Look:
    """A method's line in its colour, that of an order which no method gives in grey dashes."""
    if method in _DASHES:
        return {
            "color": MUTED,
            "linestyle": _DASHES[method],
            "linewidth": _LINE_WIDTH,
        }
    return {"color": colours[method], "linewidth": _LINE_WIDTH}


def _draw_gains(axes: Axes, methods: pd.DataFrame) -> None:
    """Draw dots with intervals: the gain over random and over centre."""
    mute_axes(axes, "x")
    write_heading(axes, "Insertion less deletion, points over an order of cells")
    axes.axvline(0, color=FAINT, linewidth=1)
    rows = np.arange(len(methods))
    for order, shift, colour in (("random", -0.13, RIGHT), ("centre", 0.13, WRONG)):
        over = f"over_{order}"
        columns = [over, f"{over}_lo", f"{over}_hi"]
        points = 100 * methods[columns].to_numpy().T
        gain = Estimate(*points)
        draw_estimate(axes, rows + shift, gain, colour=colour, look=_GAIN_LOOK, label=f"over {order}")
    axes.legend(fontsize=8.5, ncols=2, **_BELOW, **LEGEND_LOOK)


def _draw_correlations(axes: Axes, methods: pd.DataFrame) -> None:
    """Draw how alike maps are to those of shuffled networks: the paler, the more is shuffled."""
    mute_axes(axes, "x")
    write_heading(axes, "Likeness to maps of a shuffled network")
    axes.axvline(0, color=FAINT, linewidth=1)
    likeness = methods.filter(regex=f"^{_AFTER}")
    likeness = likeness.dropna(axis="columns", how="all")
    rows = np.arange(len(methods))
    for column, label, fill in zip(likeness, _SHUFFLES, (INK, FAINT, "white"), strict=False):
        axes.plot(likeness[column], rows, "o", label=label, markerfacecolor=fill, **_SHUFFLE_LOOK)
    lowest, _ = axes.get_xlim()
    axes.set_xlim(min(-0.3, lowest), 1.03)
    n_shuffles = likeness.shape[1]
    if n_shuffles:
        axes.legend(fontsize=8.5, ncols=n_shuffles, columnspacing=1, handletextpad=0.3, **_BELOW, **LEGEND_LOOK)


def _colour_rows(panels: Sequence[Axes], colours: Mapping[str, str]) -> None:
    """Name the methods' rows, and lay a pale band of each method's colour over its row."""
    first = panels[0]
    label_rows(first, [_spoken(method) for method in colours])
    for axes in panels:
        for row, colour in enumerate(colours.values()):
            axes.axhspan(row - 0.28, row + 0.28, color=colour, alpha=0.07, linewidth=0)
    names = first.get_yticklabels()
    for label, colour in zip(names, colours.values(), strict=True):
        label.set(color=darken(colour), fontweight="bold")


def _spoken(method: str) -> str:
    return f"{method} order" if method in _DASHES else method.replace("_", " ")
