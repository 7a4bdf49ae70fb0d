"""How well untaught styles are recognised as new, style by style, and how often taught ones are called new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import check_columns
from styleclf.plots.estimates import draw_chance, draw_estimate, write_estimate
from styleclf.plots.theme import RIGHT, WIDTH, WRONG, mute_axes, new_figure, set_note, set_title
from styleclf.plots.words import label_rows, shorten, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANELS = {
    "auroc": ("AUROC when left out", 0.5, RIGHT),
    "called_new": ("called new when left out", np.nan, RIGHT),
    "false_alarms": ("called new although taught", 0.05, WRONG),
}
_COLUMNS = ["metric", "style", "value", "lo", "hi"]


def plot_novelty(table: pd.DataFrame) -> Figure:
    """Dots with 95 % intervals, one row per style, of what `evaluation.novelty_table` returns.

    Raises ValueError for missing columns or no rows.
    """
    check_columns(table, _COLUMNS, "the table of novelty")
    metrics = [metric for metric in _PANELS if metric in set(table["metric"])]
    styles = list(dict.fromkeys(table["style"]))
    fig = new_figure(WIDTH, 1.3 + 0.28 * len(styles))
    panels = fig.subplots(1, len(metrics), squeeze=False)[0]
    for axes, metric in zip(panels, metrics, strict=True):
        rows = table[table["metric"] == metric].set_index("style").reindex(styles)
        _draw_panel(axes, rows, metric)
        label_rows(axes, [""] * len(styles))
    label_rows(panels[0], [shorten(style, 24) for style in styles])
    set_title(fig, "None of these: styles that were never taught")
    set_note(fig, "Lines: 95 % intervals from resampling authors. Grey: chance, and the 5 % that false alarms may be.")
    return fig


def _draw_panel(axes: Axes, rows: pd.DataFrame, metric: str) -> None:
    """Draw one metric of all styles, from top to bottom."""
    heading, mark, colour = _PANELS[metric]
    mute_axes(axes, "x").tick_params(axis="x", labelsize=8)
    for y, row in enumerate(rows.itertuples()):
        if np.isnan(row.value):
            continue
        draw_chance(axes, y, mark, half_height=0.35)
        draw_estimate(axes, y, row, colour=colour)
        write_estimate(axes, y, row, colour=colour, size=7.5)
    axes.set_xlim(0, 1.25)
    axes.set_xticks([0, 0.5, 1])
    write_heading(axes, heading)
