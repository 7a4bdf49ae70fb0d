"""How well each of several labels per image is recognised, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import ALL_LABELS, check_columns
from styleclf.plots.estimates import draw_chance, draw_estimate, write_estimate
from styleclf.plots.theme import INK, RIGHT, WIDTH, mute_axes, new_figure, set_note, set_title
from styleclf.plots.words import label_rows, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = [
    *("label", "metric"),
    *("value", "lo", "hi", "chance"),
]
_PANELS = {
    "average_precision": "average precision",
    "f1": "F1 of the labels given",
}
_TITLE = "Which labels are recognised well?"
_NOTE = (
    "Average precision: are images with the label ranked before the others? Ticks: the label's share of the images.\n"
    "Lines: 95 % intervals from resampling authors."
)


def plot_labels(scores: pd.DataFrame) -> Figure:
    """Average precision and F1 of each label with 95 % intervals, and of all labels below, as `label_table` has them.

    Raises ValueError for missing columns or no rows.
    """
    check_columns(scores, _COLUMNS, "scores")
    labels = _labels_in_order(scores)
    height = 1.6 + 0.3 * len(labels)
    fig = new_figure(WIDTH, height)
    panels = fig.subplots(1, len(_PANELS), sharey=True)
    for axes, metric in zip(panels, _PANELS, strict=True):
        rows = scores[scores["metric"] == metric]
        by_label = rows.set_index("label")
        _draw_scores(axes, by_label.loc[labels])
        heading = _PANELS[metric]
        write_heading(axes, heading)
    label_rows(panels[0], labels)
    set_title(fig, _TITLE)
    set_note(fig, _NOTE)
    return fig


def _labels_in_order(scores: pd.DataFrame) -> list[str]:
    """The labels from the best recognised to the worst, and all together last."""
    averages = scores[scores["metric"] == "average_precision"]
    best_first = averages.sort_values("value", ascending=False, kind="stable")
    labels = list(best_first["label"])
    labels.remove(ALL_LABELS)
    return [*labels, ALL_LABELS]


def _draw_scores(
    axes: Axes,
    rows: pd.DataFrame,  # by label
) -> None:
    """One row per label: its value with interval, and chance."""
    mute_axes(axes, "x")
    for y, row in enumerate(rows.itertuples()):
        colour = RIGHT
        if row.Index == ALL_LABELS:
            colour = INK
        draw_chance(axes, y, row.chance, half_height=0.25)
        draw_estimate(axes, y, row, colour=colour)
        write_estimate(
            axes,
            y,
            row,
            colour=colour,
            dot_radius=0.01,
        )
    axes.set_xlim(0, 1.12)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
