"""The classification report as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import REPORT_RATES, report_averages, report_table
from styleclf.plots.theme import (
    BAR,
    BAR_HEIGHT,
    FAINT,
    MEAN_BAR,
    PALE,
    WIDTH,
    mute_axes,
    new_figure,
    set_title,
)
from styleclf.plots.words import label_rows, readable_name, shorten, write_beside_bar, write_counts, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH_RATIOS = (1, 1, 1, 1, 0.38, 0.42)
_AVERAGES_GAP = 0.6  # of a row, between the styles and their means


def plot_report(predictions: pd.DataFrame) -> Figure:
    """The classification report: one row per style with precision, recall, F1, top-2 accuracy, images, named authors.

    Two means stand below: of styles (each counts the same) and of images. `predictions` has `label, author, pred,
    proba_<style>…`. Raises ValueError as `plot_confusion` does.

    >>> predictions = pd.DataFrame(
    ...     {
    ...         "label": ["cubism", "rococo"],
    ...         "author": ["gris", "boucher"],
    ...         "pred": ["cubism", "cubism"],
    ...         "proba_cubism": [0.9, 0.6],
    ...         "proba_rococo": [0.1, 0.4],
    ...     }
    ... )
    >>> plot_report(predictions).get_suptitle()
    'Scores by style of 2 images: top-1 0.50, top-2 1.00, styles weighing the same'
    """
    report = report_table(predictions)
    averages = report_averages(report)
    style_rows = np.arange(len(report))
    first_average = len(report) + _AVERAGES_GAP
    average_rows = first_average + np.arange(len(averages))
    rows = np.concatenate([style_rows, average_rows])

    n_rows = rows[-1] + 1
    fig = new_figure(WIDTH, 1.0 + 0.3 * n_rows)
    panels = fig.subplots(1, 6, sharey=True, width_ratios=_WIDTH_RATIOS)
    *rates, images, authors = panels
    for axes, metric in zip(rates, REPORT_RATES, strict=True):
        _start_rates(axes, readable_name(metric))
        _draw_rates(axes, style_rows, report[metric], colour=BAR)
        _draw_rates(axes, average_rows, averages[metric], colour=MEAN_BAR)
    write_counts(images, "images", report["images"])
    write_counts(authors, "authors", report["authors"])
    names = [*report.index, *averages.index]
    labels = [shorten(str(name), 26) for name in names]
    label_rows(rates[0], labels, rows.tolist())
    mean_rates = averages.loc["mean of styles"]
    top_1, top_2 = mean_rates[["recall", "top_2_accuracy"]]
    n_images = count_of(len(predictions), "image")
    set_title(fig, f"Scores by style of {n_images}: top-1 {top_1:.2f}, top-2 {top_2:.2f}, styles weighing the same")
    return fig


def _start_rates(axes: Axes, heading: str) -> None:
    """Make `axes` a column of rates in 0..1 with room for their numbers."""
    mute_axes(axes).set_xticks([])
    axes.set_xlim(0, 1.38)
    write_heading(axes, heading)


def _draw_rates(
    axes: Axes,
    rows: np.ndarray,  # heights
    rates: pd.Series,
    *,
    colour: str,
) -> None:
    """Draw rates in 0..1 as bars with their numbers; NaN becomes a dash."""
    axes.barh(rows, 1, height=BAR_HEIGHT, color=PALE)
    axes.barh(rows, rates.fillna(0), height=BAR_HEIGHT, color=colour)
    for row, rate in zip(rows, rates, strict=True):
        if np.isnan(rate):
            write_beside_bar(axes, 1, row, text="–", colour=FAINT)
        else:
            write_beside_bar(axes, 1, row, text=f"{rate:.2f}")
