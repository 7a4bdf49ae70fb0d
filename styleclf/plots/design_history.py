"""The figure of all cross-validations of a design and its successors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import Estimate, check_columns, judged_kind
from styleclf.plots.estimates import draw_estimate, write_estimate
from styleclf.plots.theme import MUTED, RIGHT, WIDTH, mute_axes, new_figure, set_note, set_title
from styleclf.plots.words import label_rows, label_x, shorten

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLUMNS = ("run", "top_1", "top_1_lo", "top_1_hi", "top_2", "top_2_lo", "top_2_hi", "n_authors")
_MAX_NAME = 40  # letters of a run
_OFFSETS = {"top_1": -0.15, "top_2": 0.15}
_NOTE = "Blue: top-1 accuracy; grey: top-2. Lines are 95 % intervals from resampling painters."


def plot_design_history(table: pd.DataFrame) -> Figure:
    """Top-1 and top-2 accuracy of every cross-validation with intervals, the earliest on top.

    Raises ValueError for missing columns.
    """
    check_columns(table, _COLUMNS, "history")
    height = 1.3 + 0.5 * len(table)
    fig = new_figure(WIDTH, height)
    axes = fig.subplots()
    mute_axes(axes, "x")
    colours = {"top_1": RIGHT, "top_2": MUTED}
    for metric, offset in _OFFSETS.items():
        for y, row in enumerate(table.to_dict("records")):
            low = row[f"{metric}_lo"]
            high = row[f"{metric}_hi"]
            estimate = Estimate(row[metric], low, high)
            draw_estimate(axes, y + offset, estimate, colour=colours[metric])
            write_estimate(axes, y + offset, estimate, colour=colours[metric])
    names = [shorten(str(run), _MAX_NAME) for run in table["run"]]
    label_rows(axes, names)
    kind = judged_kind(table["n_authors"].min())
    label_x(axes, f"class-weighted accuracy on {kind} never seen", size=8.5, colour=MUTED)
    axes.set_ylim(len(table) - 0.5, -0.5)
    ends = table[["top_1_hi", "top_2_hi", "top_2"]].to_numpy()
    furthest = float(np.nanmax(ends))
    axes.set_xlim(right=furthest + 0.05)
    set_title(fig, "Cross-validations of this design and of those made from it")
    set_note(fig, _NOTE)
    return fig
