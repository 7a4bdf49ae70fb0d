"""The two-by-two as a figure: neural head, forest and baseline, on embeddings and on frozen features."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    CLOSE,
    FAINT,
    MUTED,
    RIGHT,
    WIDTH,
    darken,
    figure_header,
    label_rows,
    mute_axes,
    new_figure,
    set_note,
    set_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TARGET = "top_2_accuracy"
_ERRORS = {"log_loss": "log loss: less is better", "ece": "calibration error: less is better"}
_COLOURS = (RIGHT, CLOSE)  # of features
_BOUNDS = ["value", "lo", "hi"]
_BLANK = dict(facecolor="white", edgecolor="none", pad=0.5)  # around numbers, over the grid
_DIFFERENCES = ["difference", "difference_lo", "difference_hi"]


def plot_two_by_two(table: pd.DataFrame) -> Figure:
    """Top-2 accuracy, its difference from the first model's, log loss and calibration error, with 95 % intervals.

    `table` is one part of `measured`: `model, metric, value, lo, hi, difference, difference_lo, difference_hi`, its
    models named as '<model> on <features>'. Raises ValueError for missing columns.
    """
    need_columns(table, ["model", "metric", *_BOUNDS, *_DIFFERENCES], "the table of models")
    models = list(dict.fromkeys(table["model"]))
    colours = dict(zip(dict.fromkeys(map(_features_of, models)), _COLOURS, strict=False))
    places = _row_places(models)
    fig = new_figure(WIDTH, 1.2 + 0.62 * len(places))
    panels = fig.subplots(2, 2, sharey=True).ravel()
    shown = table.assign(y=table["model"].map(places), colour=table["model"].map(_features_of).map(colours))
    target = shown[shown["metric"] == _TARGET]
    points = target.assign(**{name: 100 * target[each] for name, each in zip(_BOUNDS, _DIFFERENCES, strict=True)})
    _draw_rows(panels[0], target, "{:.3f}", "top-2 accuracy")
    _draw_rows(panels[1], points.iloc[1:], "{:+.1f}", "the same: points beyond the first row's", zero=True)
    for axes, (metric, title) in zip(panels[2:], _ERRORS.items(), strict=True):
        _draw_rows(axes, shown[shown["metric"] == metric], "{:.3f}", title)
    _name_rows(panels, places, colours)
    set_title(fig, "Neural head or forest? On painters whom no part of the model has seen")
    set_note(
        fig, "Lines: 95 % intervals from resampling authors, for differences the same ones for both; grey: 0 is inside."
    )
    return fig


def _features_of(model: str) -> str:
    """What a model such as 'forest on frozen features' is on."""
    return model.split(" on ")[-1]


def _row_places(models: Iterable[str]) -> dict[str, float]:
    """Where the rows of models stand, and those of what they are on, above their first."""
    places: dict[str, float] = {}
    y = 0.0
    for model in models:
        if _features_of(model) not in places:
            y += 0.4 * bool(places)
            places[_features_of(model)] = y
            y += 0.9
        places[model] = y
        y += 1
    return places


def _name_rows(panels: Iterable[Axes], places: dict[str, float], colours: dict[str, str]) -> None:
    """Name the rows of panels that share them; what models are on stands bold in its colour."""
    label_rows(
        panels[0], [f"on {name}" if name in colours else name.split(" on ")[0] for name in places], [*places.values()]
    )
    for axes in panels[::2]:
        for label, name in zip(axes.get_yticklabels(), places, strict=True):
            if name in colours:
                label.set(color=darken(colours[name]), fontweight="bold")


def _draw_rows(axes: Axes, rows: pd.DataFrame, text: str, title: str, zero: bool = False) -> None:
    """Draw value, interval and number of every model; with `zero`, pale where the interval holds 0."""
    figure_header(mute_axes(axes, "x"), title)
    if zero:
        axes.axvline(0, color=MUTED, linewidth=1.2)
    for row in rows.itertuples():
        colour = FAINT if zero and row.lo <= 0 <= row.hi else row.colour
        axes.hlines(row.y, row.lo, row.hi, color=colour, linewidth=2, alpha=0.7)
        axes.plot(row.value, row.y, "o", color=row.colour, markersize=5.5)
        told = dict(ha="right", va="center", fontsize=8, color=darken(row.colour), bbox=_BLANK)
        number = text.format(row.value).replace("-", "−")
        axes.text(0.99, row.y, number, transform=axes.get_yaxis_transform(), **told)
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + 0.15 * (high - low))  # room for the numbers
    axes.locator_params(axis="x", nbins=6)
