"""Precision and recall of one style against all others as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import Estimate, bounds_text, check_columns
from styleclf.plots.theme import (
    PALETTE,
    REFERENCE_LINE,
    WIDTH,
    Look,
    draw_titled_legend,
    mute_axes,
    new_figure,
    set_note,
)
from styleclf.plots.words import label_x, label_y

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SCORE_COLUMNS = ("model", "value", "lo", "hi", "chance", "n_style", "n_images", "n_authors")
_CURVE_COLUMNS = ("model", "recall", "precision", "lo", "hi")
_DIFFERENCE = "difference"
_BAND_LOOK: Look = {"alpha": 0.15, "linewidth": 0}


def plot_precision_recall(
    scores: pd.DataFrame,
    curves: pd.DataFrame,
    style: str,
) -> Figure:
    """Precision along recall for every model, with 95 % bands, average precision, and the chance level.

    `scores` and `curves` are those of `evaluation.precision_recall`: `model, value, lo, hi, chance, n_style, n_images,
    n_authors` and `model, recall, precision, lo, hi`, all rates in 0..1. Raises ValueError if columns are missing.
    """
    check_columns(scores, _SCORE_COLUMNS, "scores")
    check_columns(curves, _CURVE_COLUMNS, "curves")
    by_model = scores.set_index("model")
    chance = scores["chance"].iloc[0]
    fig = new_figure(WIDTH, 5.2)
    axes = mute_axes(fig.subplots(), "y")
    by_colour = zip(PALETTE, curves.groupby("model", sort=False), strict=False)
    for colour, (model, curve) in by_colour:
        row = by_model.loc[model]
        recall = curve["recall"]
        average = Estimate(row["value"], row["lo"], row["hi"])
        label = f"{model}: average precision {average}"
        axes.fill_between(recall, curve["lo"], curve["hi"], color=colour, **_BAND_LOOK)
        axes.plot(recall, curve["precision"], color=colour, linewidth=1.8, label=label)
    axes.axhline(chance, label=f"chance {chance:.2f}", **REFERENCE_LINE)
    if _DIFFERENCE in by_model.index:
        row = by_model.loc[_DIFFERENCE]
        interval = bounds_text(row["lo"], row["hi"], "+.2f")
        label = f"difference: {row['value']:+.2f} ({interval})"
        axes.plot([], [], " ", label=label)
    label_x(axes, "recall: share of the style that is found")
    label_y(axes, "precision: share of the found that is of the style")
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    draw_titled_legend(fig, f"{style} against the rest", fontsize=9)
    sizes = _sizes(scores.iloc[0], style)
    set_note(fig, f"{sizes}. Bands and brackets: 95 % intervals from resampling authors.")
    return fig


def _sizes(row: pd.Series, style: str) -> str:
    """How many images are of the style, and by how many authors."""
    n_of_style = row["n_style"]
    n_images = count_of(row["n_images"], "image")
    sizes = f"{n_of_style:,} of {n_images} are {style}"
    if row["n_authors"]:
        sizes += f", by {count_of(row['n_authors'], 'named author')}"
    return sizes
