"""Reliability as a figure: how often predictions are right, by how sure they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import metrics_table, reliability_table
from styleclf.plots.tables import checked_vocab
from styleclf.plots.theme import (
    BAR,
    FAINT,
    INK,
    MUTED,
    RIGHT,
    WIDTH,
    figure_header,
    mute_axes,
    new_figure,
    set_note,
    set_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_N_COLUMNS = 2
_PANEL = 4.5  # inches high, with its title


def plot_reliability(predictions: Mapping[str, pd.DataFrame]) -> Figure:
    """A panel for every table of predictions by name: share right along confidence, with 95 % author intervals.

    On the diagonal predictions are right as often as they say; below it they are too sure. Bars show where the images
    are. Raises ValueError for a table without rows, labels or probabilities.
    """
    n_rows = -(-len(predictions) // _N_COLUMNS)
    fig = new_figure(WIDTH, 0.8 + _PANEL * n_rows)
    panels = fig.subplots(n_rows, min(_N_COLUMNS, len(predictions)), sharex=True, sharey=True, squeeze=False)
    for axes, (name, table) in zip(panels.flat, predictions.items(), strict=False):
        checked_vocab(table, ["label", "author"])
        _draw_reliability(axes, table)
        figure_header(axes, f"{name}: {_measures(table)}")
    for axes in panels.flat[len(predictions) :]:
        axes.set_visible(False)
    for axes in panels[-1]:
        axes.set_xlabel("how sure: probability of the predicted style", fontsize=9, color=INK)
    for axes in panels[:, 0]:
        axes.set_ylabel("share of predictions that are right", fontsize=9, color=INK)
    set_title(fig, "Are predictions right as often as they say?")
    set_note(fig, "Below the diagonal: too sure. Lines: 95 % intervals from resampling authors. Bars: share of images.")
    return fig


def _draw_reliability(axes: Axes, predictions: pd.DataFrame) -> None:
    """Draw diagonal, points with intervals, and where the images are."""
    table = reliability_table(predictions)
    mute_axes(axes, "both")
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.bar(table["confidence"], table["n_images"] / table["n_images"].sum(), width=0.05, color=FAINT, alpha=0.6)
    axes.vlines(table["confidence"], table["lo"], table["hi"], color=BAR, linewidth=2.5)
    axes.plot(table["confidence"], table["right"], "o-", color=RIGHT, linewidth=1, markersize=5)
    axes.set(xlim=(0, 1), ylim=(0, 1), box_aspect=1)


def _measures(predictions: pd.DataFrame) -> str:
    values = metrics_table(predictions, "", n_resamples=1).set_index("metric")["value"]
    return f"log loss {values['log_loss']:.2f}, Brier {values['brier']:.2f}, ECE {values['ece']:.3f}"
