"""Scores of several models' embeddings side by side, on trained and on withheld styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import check_columns, rows_of_metrics
from styleclf.plots.estimates import EstimateLook, draw_chance, draw_estimate, write_estimate
from styleclf.plots.theme import RIGHT, WIDTH, mute_axes, new_figure, set_note, set_title
from styleclf.plots.words import label_rows, shorten, true_minus, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STYLES = ("trained", "withheld", "both")
_FOR_ALL = {
    "silhouette": "silhouette",
    "precision_at_1": "P@1",
    "r_precision": "R-precision",
    "map_at_r": "MAP@R",
}
_FOR_NEW = {
    "accuracy_1_shot": "1-shot",
    "accuracy_5_shot": "5-shot",
    "accuracy_10_shot": "10-shot",
    "auroc_known": "AUROC known",
}
_METRICS = _FOR_ALL | _FOR_NEW
_COLUMNS = ["styles", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"]
_MIN_SPREAD = 0.05  # of the scale of a metric
_LOOK = EstimateLook(opacity=0.5, dot_size=5)
_Panel = tuple[str, str]  # styles and metric


def plot_embedding_scores(scores: Mapping[str, pd.DataFrame]) -> Figure:
    """Dots with 95 % intervals, a panel for styles and metric, one row per model; pale ticks mark chance where known.

    `scores` are what `metric_learning.embedding_scores` gives, `styles, metric, value, lo, hi, chance, n_images,
    n_authors`, by the model's name. Drawn are silhouette, P@1, R-precision, MAP@R, accuracy with 1, 5 and 10 examples,
    and AUROC known, as far as some model has them; a metric has the same scale for all styles. Raises ValueError for no
    model, missing columns or rows, and none of these scores.
    """
    table = _table_of_all(scores)
    rows_with_value = table[table["value"].notna()]
    rows = rows_of_metrics(rows_with_value, _METRICS, "the table of scores")
    lines = _panel_lines(rows)
    models = list(scores)
    line_height = 0.45 + 0.2 * len(models)
    height = 1.0 + len(lines) * line_height
    fig = new_figure(WIDTH, height)
    most_panels = max(map(len, lines))
    grid = fig.subplots(len(lines), most_panels, squeeze=False)
    for line, panels in zip(lines, grid, strict=True):
        for axes in panels[len(line) :]:
            axes.set_axis_off()
        for axes, panel in zip(panels, line, strict=False):
            _draw_panel(axes, table, panel, models=models)
            label_rows(axes, [""] * len(models))
        names = [shorten(model, 30) for model in models]
        label_rows(panels[0], names)
    set_title(fig, "Embeddings on trained and withheld styles")
    has_chance = table["chance"].notna().any()
    chance = "; grey: chance" if has_chance else ""
    intervals = f"Lines: 95 % intervals from resampling authors (few shots: examples, too){chance}. Right is better."
    sizes = _sizes(table)
    set_note(fig, f"{sizes}\n{intervals}")
    return fig


def _table_of_all(scores: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """All models' scores as one table, with a column `model`."""
    if not scores:
        raise ValueError("there is no model's table of scores to draw")
    tables = []
    for model, table in scores.items():
        check_columns(table, _COLUMNS, f"scores of {model}")
        tables.append(table[_COLUMNS].assign(model=model))
    return pd.concat(tables, ignore_index=True)


def _panel_lines(rows: pd.DataFrame) -> list[list[_Panel]]:
    """The panels, line by line: what all styles have, one line for each group, then what new ones have."""
    present = set(zip(rows["styles"], rows["metric"], strict=True))
    lines = []
    for styles in _STYLES:
        lines.append([(styles, metric) for metric in _FOR_ALL])
    lines.append([(styles, metric) for metric in _FOR_NEW for styles in _STYLES])
    present_lines = []
    for line in lines:
        panels = [panel for panel in line if panel in present]
        if panels:
            present_lines.append(panels)
    return present_lines


def _draw_panel(
    axes: Axes,
    table: pd.DataFrame,
    panel: _Panel,
    *,
    models: Sequence[str],  # from top to bottom
) -> None:
    """Draw one metric on one group of styles, for all models."""
    styles, metric = panel
    of_metric = table[table["metric"] == metric]
    of_panel = of_metric[of_metric["styles"] == styles]
    _draw_rows(axes, of_panel.set_index("model").reindex(models))
    axes.set_xlim(_limits(of_metric))
    name = _METRICS[metric]
    write_heading(axes, f"{styles}: {name}")


def _draw_rows(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw one metric of every model, from top to bottom."""
    mute_axes(axes, "x").tick_params(axis="x", labelsize=8)
    axes.locator_params(axis="x", nbins=4)
    for y, row in enumerate(rows.itertuples()):
        draw_chance(axes, y, row.chance, half_height=0.35)
        draw_estimate(axes, y, row, colour=RIGHT, look=_LOOK)
        if np.isfinite(row.value):
            value = round(row.value, 2) + 0.0  # + 0.0 makes -0.0 a plain 0
            text = true_minus(f"{value:.2f}")
            write_estimate(axes, y, row, colour=RIGHT, text=text, size=7.5)


def _limits(rows: pd.DataFrame) -> tuple[float, float]:
    """From the least to the greatest that is drawn of a metric, with room for a number at the right."""
    numbers = rows[["value", "lo", "hi", "chance"]]
    places = numbers.to_numpy(dtype=float)
    low = np.nanmin(places)
    high = np.nanmax(places)
    spread = max(high - low, _MIN_SPREAD)
    return low - 0.06 * spread, high + 0.35 * spread


def _sizes(table: pd.DataFrame) -> str:
    """How many images and authors the scores are of."""
    sizes = []
    for styles in _STYLES:
        of_styles = table[table["styles"] == styles]
        n_images, n_authors = of_styles[["n_images", "n_authors"]].max()
        if n_images > 0:
            images = count_of(int(n_images), "image")
            authors = count_of(int(n_authors), "author")
            sizes.append(f"{styles}: {images} by {authors}")
    sentence = "; ".join(sizes)
    return f"{sentence}.".capitalize()
