"""Predicted years against true ones, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import check_columns
from styleclf.plots.theme import (
    PALE,
    REFERENCE_LINE,
    WIDTH,
    Look,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    style_colours,
)
from styleclf.plots.words import add_to_legend, label_x, label_y

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEIGHT = 6.6  # inches
_MOST_STYLES = 20  # in the legend
_MARGIN = 10  # years above and below
_COLUMNS = ["label", "year", "pred", "pred_hi"]
_DOT_LOOK: Look = {"s": 14, "alpha": 0.6, "linewidths": 0}
_LEGEND: Look = {
    "loc": "upper left",
    "bbox_to_anchor": (1.01, 1),
    "frameon": False,
    "fontsize": 8.5,
    "handletextpad": 0.3,
}
_NOTE = "Each image is dated by a model that never saw its painter. Line: right to the year. Band: the range given."


def plot_years(
    predictions: pd.DataFrame,
    metrics: pd.DataFrame,
) -> Figure:
    """Every image's predicted year along its true one, coloured by style, with the mean error as title.

    `predictions` has `label, year, pred, pred_hi`, `metrics` is what `year_table` returns. Raises ValueError
    for missing columns or no rows.
    """
    check_columns(predictions, _COLUMNS, "predictions")
    fig = new_figure(WIDTH, _HEIGHT)
    axes = fig.subplots()
    mute_axes(axes, "both")
    years = predictions[["year", "pred"]].to_numpy()
    earliest = years.min()
    latest = years.max()
    _draw_range(axes, predictions, np.array([earliest, latest]))
    _draw_images(axes, predictions)
    label_x(axes, "year of the work")
    label_y(axes, "year predicted")
    axes.set_ylim(earliest - _MARGIN, latest + _MARGIN)
    axes.legend(**_LEGEND)
    set_title(fig, _title(metrics))
    set_note(fig, _NOTE)
    return fig


def _draw_range(
    axes: Axes,
    predictions: pd.DataFrame,
    ends: np.ndarray,  # (2,) years
) -> None:
    """Draw the diagonal, and the band in which a prediction's range holds the true year."""
    axes.plot(ends, ends, **REFERENCE_LINE)
    half_widths = predictions["pred_hi"] - predictions["pred"]
    half_width = half_widths.median()
    if np.isfinite(half_width):
        lowest = ends - half_width
        highest = ends + half_width
        axes.fill_between(ends, lowest, highest, color=PALE, zorder=0)


def _draw_images(
    axes: Axes,
    predictions: pd.DataFrame,
) -> None:
    """Draw one dot per image, and name its style in the legend."""
    styles = sorted(predictions["label"].unique())
    colours = style_colours(styles)
    for style, colour in colours.items():
        of_style = predictions[predictions["label"] == style]
        axes.scatter(
            of_style["year"],
            of_style["pred"],
            color=colour,
            **_DOT_LOOK,
        )
        if style in styles[:_MOST_STYLES]:
            add_to_legend(axes, style, colour, marker="o", markersize=5)


def _title(metrics: pd.DataFrame) -> str:
    """The mean error, beside those of the mean years of styles."""
    by_metric = metrics.set_index("metric")
    values = by_metric["value"]
    error = values["mean_absolute_error"]
    of_style = values["of_style_means"]
    of_guess = values["of_guessed_style"]
    return f"{error:.0f} years off on average (the style's mean year: {of_style:.0f}, if it is guessed {of_guess:.0f})"
