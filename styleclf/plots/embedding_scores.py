"""Scores of several models' embeddings side by side, on trained and on withheld styles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.output import count_of
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    FAINT,
    RIGHT,
    WIDTH,
    darken,
    figure_header,
    label_rows,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    shorten,
    write_beside_bar,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STYLES = ("trained", "withheld", "both")
_FOR_ALL = {"silhouette": "silhouette", "precision_at_1": "P@1", "r_precision": "R-precision", "map_at_r": "MAP@R"}
_FOR_NEW = {f"accuracy_{k}_shot": f"{k}-shot" for k in (1, 5, 10)} | {"auroc_known": "AUROC known"}
_COLUMNS = ["styles", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"]


def plot_embedding_scores(scores: Mapping[str, pd.DataFrame]) -> Figure:
    """Dots with 95 % intervals, a panel for styles and metric, a row a model; pale ticks mark chance where known.

    `scores` are what `retrieval.embedding_scores` gives, `styles, metric, value, lo, hi, chance, n_images, n_authors`,
    by the model's name. Drawn are silhouette, P@1, R-precision, MAP@R, accuracy with 1, 5 and 10 examples, and AUROC
    known, as far as some model has them; a metric has the same scale for all styles. Raises ValueError for no model,
    missing columns or rows, and none of these scores.
    """
    table = _joined(scores)
    lines = _lines({(row.styles, row.metric) for row in table[table["value"].notna()].itertuples()})
    if not lines:
        raise ValueError(f"scores hold none of {', '.join(_FOR_ALL | _FOR_NEW)}, but {sorted(set(table['metric']))}")
    models = list(scores)
    fig = new_figure(WIDTH, 1.0 + len(lines) * (0.45 + 0.2 * len(models)))
    grid = fig.subplots(len(lines), max(map(len, lines)), squeeze=False)
    for line, panels in zip(lines, grid, strict=True):
        for axes in panels[len(line) :]:
            axes.set_axis_off()
        for axes, (styles, metric) in zip(panels, line, strict=False):
            of_metric = table[table["metric"] == metric]
            _draw(axes, of_metric[of_metric["styles"] == styles].set_index("model").reindex(models))
            axes.set_xlim(_limits(of_metric))
            figure_header(axes, f"{styles}: {(_FOR_ALL | _FOR_NEW)[metric]}")
            label_rows(axes, [shorten(model, 30) for model in models] if axes is panels[0] else [""] * len(models))
    set_title(fig, "Embeddings on trained and withheld styles")
    chance = "; grey: chance" if table["chance"].notna().any() else ""
    lines = f"Lines: 95 % intervals from resampling authors (few shots: examples, too){chance}. Right is better."
    set_note(fig, f"{_sizes(table)}\n{lines}")
    return fig


def _joined(scores: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """All models' scores as one table, with a column `model`."""
    if not scores:
        raise ValueError("there is no model's table of scores to draw")
    for model, table in scores.items():
        need_columns(table, _COLUMNS, f"scores of {model}")
    return pd.concat([table[_COLUMNS].assign(model=model) for model, table in scores.items()], ignore_index=True)


def _lines(known: set[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Styles and metric of the panels, line by line: what all styles have, a line each, then what new ones have."""
    lines = [[(styles, metric) for metric in _FOR_ALL] for styles in _STYLES]
    lines.append([(styles, metric) for metric in _FOR_NEW for styles in _STYLES])
    kept = [[panel for panel in line if panel in known] for line in lines]
    return [line for line in kept if line]


def _draw(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw one metric of every model, from top to bottom."""
    mute_axes(axes, "x").tick_params(axis="x", labelsize=8)
    axes.locator_params(axis="x", nbins=4)
    for y, row in enumerate(rows.itertuples()):
        axes.vlines(row.chance, y - 0.35, y + 0.35, color=FAINT, linewidth=2)
        axes.hlines(y, row.lo, row.hi, color=RIGHT, linewidth=2, alpha=0.5)
        axes.plot(row.value, y, "o", color=RIGHT, markersize=5)
        if np.isfinite(row.value):
            text = f"{round(row.value, 2) + 0.0:.2f}".replace("-", "−")  # + 0.0 makes -0.0 a plain 0
            write_beside_bar(axes, np.nanmax([row.value, row.hi]), y, text, darken(RIGHT), 7.5)


def _limits(rows: pd.DataFrame) -> tuple[float, float]:
    """From the least to the greatest that is drawn of a metric, with room for a number at the right."""
    drawn = rows[["value", "lo", "hi", "chance"]].to_numpy(dtype=float)
    low, high = np.nanmin(drawn), np.nanmax(drawn)
    spread = max(high - low, 0.05)
    return low - 0.06 * spread, high + 0.35 * spread


def _sizes(table: pd.DataFrame) -> str:
    """How many images and authors the scores are of."""
    parts = []
    for styles in _STYLES:
        sizes = table[table["styles"] == styles][["n_images", "n_authors"]].max()
        if sizes["n_images"] > 0:
            parts.append(
                f"{styles}: {count_of(int(sizes.iloc[0]), 'image')} by {count_of(int(sizes.iloc[1]), 'author')}"
            )
    return f"{'; '.join(parts)}.".capitalize()
