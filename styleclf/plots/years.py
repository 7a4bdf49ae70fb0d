"""Predicted years against true ones, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import check_columns
from styleclf.plots.theme import REFERENCE_LINE, WIDTH, mute_axes, new_figure, set_note, set_title, style_colours
from styleclf.plots.words import add_to_legend, label_x, label_y

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEIGHT = 6.6  # inches
_MOST_STYLES = 20  # in the legend
_DOT_SIZE = 14
_NOTE = "Each image is dated by a model that never saw its painter. Line: right to the year. Band: the range given."


def plot_years(predictions: pd.DataFrame, metrics: pd.DataFrame) -> Figure:
    """Every image's predicted year along its true one, coloured by style, with the mean error as title.

    `predictions` has `label, year, pred, pred_lo, pred_hi`, `metrics` is what `year_table` returns. Raises ValueError
    for missing columns or no rows.
    """
    check_columns(predictions, ["label", "year", "pred", "pred_lo", "pred_hi"], "predictions")
    fig = new_figure(WIDTH, _HEIGHT)
    axes = mute_axes(fig.subplots(), "both")
    earliest = predictions[["year", "pred"]].min().min()
    latest = predictions[["year", "pred"]].max().max()
    _draw_range(axes, predictions, np.array([earliest, latest]))
    _draw_images(axes, predictions)
    label_x(axes, "year of the work")
    label_y(axes, "year predicted")
    axes.set_ylim(earliest - 10, latest + 10)
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=8.5, handletextpad=0.3)
    set_title(fig, _title(metrics))
    set_note(fig, _NOTE)
    return fig


def _draw_range(axes: Axes, predictions: pd.DataFrame, ends: np.ndarray) -> None:
    """Draw the diagonal, and the band in which a prediction's range holds the true year."""
    half_widths = predictions["pred_hi"] - predictions["pred"]
    half_width = half_widths.median()
    axes.plot(ends, ends, **REFERENCE_LINE)
    if np.isfinite(half_width):
        axes.fill_between(ends, ends - half_width, ends + half_width, color="#F4F4F4", zorder=0)


def _draw_images(axes: Axes, predictions: pd.DataFrame) -> None:
    """Draw one dot per image, and name its style in the legend."""
    colours = style_colours(sorted(predictions["label"].unique()))
    for number, (style, colour) in enumerate(colours.items()):
        of_style = predictions[predictions["label"] == style]
        axes.scatter(of_style["year"], of_style["pred"], s=_DOT_SIZE, color=colour, alpha=0.6, linewidths=0)
        if number < _MOST_STYLES:
            add_to_legend(axes, style, colour, marker="o", markersize=5)


def _title(metrics: pd.DataFrame) -> str:
    """The mean error, beside those of the mean years of styles."""
    values = metrics.set_index("metric")["value"]
    error = values["mean_absolute_error"]
    of_style = values["of_style_means"]
    of_guess = values["of_guessed_style"]
    return f"{error:.0f} years off on average (the style's mean year: {of_style:.0f}, if it is guessed {of_guess:.0f})"
