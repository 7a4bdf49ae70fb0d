"""The two-by-two as a figure: neural head, forest and baseline, on embeddings and on frozen features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import Estimate, check_columns
from styleclf.plots.estimates import EstimateLook, draw_difference, draw_estimate
from styleclf.plots.theme import (
    CLOSE,
    MUTED,
    RIGHT,
    WIDTH,
    Look,
    darken,
    mute_axes,
    new_figure,
    set_note,
    set_title,
)
from styleclf.plots.words import label_rows, true_minus, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TARGET = "top_2_accuracy"
_ERRORS = {"log_loss": "log loss: less is better", "ece": "calibration error: less is better"}
_COLOURS = (RIGHT, CLOSE)  # of features
_BOUNDS = ("value", "lo", "hi")
_DIFFERENCES = ("difference", "difference_lo", "difference_hi", "retrained_lo", "retrained_hi")
_LOOK = EstimateLook(opacity=0.7)
_TRAINED_LOOK = EstimateLook(line_width=4, opacity=0.7)
_RETRAINED_LOOK = EstimateLook(line_width=1.3, opacity=0.7, dot_size=0)
_COLUMNS = ("model", "metric", *_BOUNDS, *_DIFFERENCES)
_BLANK = {
    "facecolor": "white",
    "edgecolor": "none",
    "pad": 0.5,
}  # around numbers, over the grid
_NUMBER_LOOK: Look = {
    "ha": "right",
    "va": "center",
    "fontsize": 8,
    "bbox": _BLANK,
}
_NOTE = (
    "Lines: 95 % intervals from resampling authors. Of differences, thick: of these trained models; "
    "thin: trained anew on other painters; grey: 0 is inside."
)


def plot_two_by_two(table: pd.DataFrame) -> Figure:
    """Top-2 accuracy, its difference from the first model's, log loss and calibration error, with 95 % intervals.

    `table` is one part of what `forest` compares: `model, metric, value, lo, hi, difference, difference_lo,
    difference_hi, retrained_lo, retrained_hi`, its models named as '<model> on <features>'. Raises ValueError for
    missing columns.
    """
    check_columns(table, _COLUMNS, "the table of models")
    models = list(dict.fromkeys(table["model"]))
    places = _row_places(models)
    features = list(dict.fromkeys(map(_features_of, models)))
    colours = dict(zip(features, _COLOURS, strict=False))
    table = table.assign(
        y=table["model"].map(places),
        colour=table["model"].map(_features_of).map(colours),
    )
    target = table[table["metric"] == _TARGET]

    height = 1.2 + 0.62 * len(places)
    fig = new_figure(WIDTH, height)
    panels = fig.subplots(2, 2, sharey=True).ravel()
    _draw_rows(panels[0], target, heading="top-2 accuracy")
    _draw_differences(panels[1], _in_points(target).iloc[1:])
    panels_of_errors = zip(panels[2:], _ERRORS.items(), strict=True)
    for axes, (metric, heading) in panels_of_errors:
        rows = table[table["metric"] == metric]
        _draw_rows(axes, rows, heading=heading)
    for axes in panels:
        _make_room_for_numbers(axes)
    _name_rows(panels, places, colours)
    set_title(fig, "Neural head or forest? On painters whom no part of the model has seen")
    set_note(fig, _NOTE)
    return fig


def _in_points(target: pd.DataFrame) -> pd.DataFrame:
    """The rows with their differences, in points of a hundred, as values."""
    points = target.copy()
    differences = target[list(_DIFFERENCES)].to_numpy()
    points[[*_BOUNDS, "retrained_lo", "retrained_hi"]] = 100 * differences
    return points


def _features_of(model: str) -> str:
    """What a model such as 'forest on frozen features' is on."""
    return model.split(" on ")[-1]


def _row_places(models: Iterable[str]) -> dict[str, float]:
    """Where the rows of models stand, and those of what they are on, above their first."""
    places: dict[str, float] = {}
    y = 0.0
    for model in models:
        features = _features_of(model)
        if features not in places:
            if places:
                y += 0.4
            places[features] = y
            y += 0.9
        places[model] = y
        y += 1
    return places


def _name_rows(panels: Sequence[Axes], places: Mapping[str, float], colours: Mapping[str, str]) -> None:
    """Name the rows of panels that share them; what models are on stands bold in its colour."""
    labels = []
    for name in places:
        model, _, _ = name.partition(" on ")
        labels.append(f"on {name}" if name in colours else model)
    label_rows(panels[0], labels, list(places.values()))
    for axes in panels[::2]:
        for label, name in zip(axes.get_yticklabels(), places, strict=True):
            if name in colours:
                label.set(color=darken(colours[name]), fontweight="bold")


def _draw_rows(axes: Axes, rows: pd.DataFrame, *, heading: str) -> None:
    """Draw value, interval and number of every model."""
    write_heading(mute_axes(axes, "x"), heading)
    for row in rows.itertuples():
        draw_estimate(axes, row.y, row, colour=row.colour, look=_LOOK)
        _write_number(axes, row.y, f"{row.value:.3f}", colour=row.colour)


def _draw_differences(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the difference of every model on its two intervals, pale where they hold 0."""
    write_heading(mute_axes(axes, "x"), "the same: points beyond the first row's")
    axes.axvline(0, color=MUTED, linewidth=1.2)
    for row in rows.itertuples():
        retrained_estimate = Estimate(row.value, row.retrained_lo, row.retrained_hi)
        draw_difference(axes, row.y, retrained_estimate, colour=row.colour, look=_RETRAINED_LOOK)
        draw_difference(axes, row.y, row, colour=row.colour, look=_TRAINED_LOOK)
        _write_number(axes, row.y, f"{row.value:+.1f}", colour=row.colour)


def _write_number(
    axes: Axes,
    y: float,
    number: str,
    *,
    colour: str,
) -> None:
    """Write a number at the right end of its row."""
    across = axes.get_yaxis_transform()
    text = true_minus(number)
    axes.text(0.99, y, text, transform=across, color=darken(colour), **_NUMBER_LOOK)


def _make_room_for_numbers(axes: Axes) -> None:
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + 0.15 * (high - low))
    axes.locator_params(axis="x", nbins=6)
