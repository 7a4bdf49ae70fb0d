"""Reliability as a figure: how often predictions are right, by how sure they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import checked_vocab, metrics_table, reliability_table
from styleclf.plots.theme import (
    BAR,
    FAINT,
    REFERENCE_LINE,
    RIGHT,
    WIDTH,
    mute_axes,
    new_figure,
    rows_for,
    set_note,
    set_title,
)
from styleclf.plots.words import label_x, label_y, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_N_COLUMNS = 2
_PANEL = 4.5  # inches high, with its title
_FEW = 5  # images: a bin of fewer says next to nothing


def plot_reliability(predictions: Mapping[str, pd.DataFrame]) -> Figure:
    """A panel for every table of predictions by name: share right along confidence, with 95 % author intervals.

    On the diagonal predictions are right as often as they say; below it they are too sure. Bars show where the images
    are. Ranges of fewer than five images are pale rings beside the line, not on it. Raises ValueError for a table
    without rows, labels or probabilities.

    >>> table = pd.DataFrame(
    ...     {
    ...         "label": ["cubism", "rococo"],
    ...         "author": ["gris", "boucher"],
    ...         "proba_cubism": [0.9, 0.6],
    ...         "proba_rococo": [0.1, 0.4],
    ...     }
    ... )
    >>> [axes.get_title("left") for axes in plot_reliability({"test": table}).axes]
    ['test: log loss 0.51, Brier 0.37, ECE 0.350']
    """
    n_rows = rows_for(len(predictions), _N_COLUMNS)
    n_columns = min(_N_COLUMNS, len(predictions))
    fig = new_figure(WIDTH, 0.8 + _PANEL * n_rows)
    panels = fig.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
    for axes, (name, table) in zip(panels.flat, predictions.items(), strict=False):
        checked_vocab(table, ["label", "author"])
        _draw_reliability(axes, reliability_table(table))
        write_heading(axes, f"{name}: {_measures(table)}")
    for axes in panels.flat[len(predictions) :]:
        axes.set_visible(False)
    for axes in panels[-1]:
        label_x(axes, "how sure: probability of the predicted style")
    for axes in panels[:, 0]:
        label_y(axes, "share of predictions that are right")
    set_title(fig, "Are predictions right as often as they say?")
    intervals = "Lines: 95 % intervals from resampling authors."
    set_note(fig, f"Below the diagonal: too sure. {intervals} Rings: fewer than {_FEW} images. Bars: share of images.")
    return fig


def _draw_reliability(axes: Axes, table: pd.DataFrame) -> None:
    """Draw diagonal, points with intervals, and where the images are; ranges of few images stay off the line."""
    confidence = table["confidence"]
    few = table[table["n_images"] < _FEW]
    several = table[table["n_images"] >= _FEW]
    images = table["n_images"]
    shares = images / images.sum()
    mute_axes(axes, "both")
    axes.plot([0, 1], [0, 1], **REFERENCE_LINE)
    axes.bar(confidence, shares, width=0.05, color=FAINT, alpha=0.6)
    sure = several["confidence"]
    axes.vlines(sure, several["lo"], several["hi"], color=BAR, linewidth=2.5)
    axes.plot(sure, several["right"], "o-", color=RIGHT, linewidth=1, markersize=5)
    axes.plot(few["confidence"], few["right"], "o", color=FAINT, markerfacecolor="none", markersize=4)
    axes.set(xlim=(0, 1), ylim=(0, 1), box_aspect=1)


def _measures(predictions: pd.DataFrame) -> str:
    """Log loss, Brier score and calibration error in words."""
    metrics = metrics_table(predictions, "")
    values = metrics.set_index("metric")["value"]
    log_loss, brier, ece = values[["log_loss", "brier", "ece"]]
    return f"log loss {log_loss:.2f}, Brier {brier:.2f}, ECE {ece:.3f}"
