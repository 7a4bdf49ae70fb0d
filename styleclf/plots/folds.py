"""Figures of a cross-validation: the folds beside the whole, recall by style, and the hardest painters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import count_of, written_painter
from styleclf.evaluation import (
    MIN_PAINTER_IMAGES,
    Estimate,
    check_columns,
    mean_recall,
    painters_table,
    recall_table,
    rows_of_metrics,
    vocab_of,
)
from styleclf.plots.estimates import draw_estimate, write_estimate
from styleclf.plots.theme import (
    BAR,
    BAR_HEIGHT,
    FAINT,
    INK,
    MUTED,
    PALE,
    PARTS,
    RIGHT,
    WIDTH,
    Look,
    mute_axes,
    new_figure,
    rows_for,
    set_note,
    set_title,
)
from styleclf.plots.words import (
    label_rows,
    readable_name,
    shorten,
    write_beside_bar,
    write_column,
    write_counts,
    write_heading,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FOLD_METRICS = ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "f1")
_FOLD_COLUMNS = ("part", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors")
_N_COLUMNS = 2
_PAINTER_LETTERS = 48
_USUAL_LETTERS = 60  # of the longest painter, style and mistakes together, for which a figure has room
_NAME_LETTER = 0.085  # inches
_POOLED = "cv"
_POOLED_GAP = 0.4  # of a row, above the row of all folds together
_CHANCE_LINE: Look = {
    "color": MUTED,
    "linewidth": 1,
    "linestyle": (0, (3, 3)),
}


def plot_folds(metrics: pd.DataFrame) -> Figure:
    """Top-1, top-2, top-3 and F1 of every fold and of all together (part 'cv'), with 95 % intervals and chance.

    `metrics` has `part, metric, value, lo, hi, chance, n_images, n_authors`, its parts such as 'fold 0', …, 'cv'; other
    metrics are left out. Raises ValueError if columns or all of those metrics are missing.
    """
    check_columns(metrics, _FOLD_COLUMNS, "metrics")
    of_folds = rows_of_metrics(metrics, _FOLD_METRICS, "metrics")
    present = set(of_folds["metric"])
    names = [name for name in _FOLD_METRICS if name in present]
    sizes = of_folds.drop_duplicates("part").set_index("part")
    heights = _row_heights(list(sizes.index))

    n_rows = rows_for(len(names), _N_COLUMNS)
    panel_height = 0.6 + 0.36 * len(heights)
    fig = new_figure(WIDTH, 1.0 + n_rows * panel_height)
    panels = fig.subplots(n_rows, _N_COLUMNS, sharey=True, sharex=True, squeeze=False)
    for axes, name in zip(panels.flat, names, strict=False):
        of_metric = of_folds[of_folds["metric"] == name]
        _draw_folds(axes, of_metric, heights)
        write_heading(axes, readable_name(name))
    for axes in panels.flat[len(names) :]:
        axes.set_visible(False)
    first = panels[0, 0]
    first.set_xlim(0, 1.12)
    first.set_xticks(np.linspace(0, 1, 6))
    labels = [_part_with_sizes(part, sizes.loc[part]) for part in heights]
    label_rows(first, labels, list(heights.values()))
    set_title(fig, "Each fold, judged by a model that never saw its authors, and all together")
    set_note(fig, "Lines: 95 % intervals from resampling authors. Dashed: chance.")
    return fig


def _row_heights(parts: list[str]) -> dict[str, float]:
    """Where the row of each part stands: the folds in their order, a gap, and all together last."""
    folds = [part for part in parts if part != _POOLED]
    heights = {}
    for row, fold in enumerate(folds):
        heights[fold] = float(row)
    if _POOLED in parts:
        heights[_POOLED] = len(folds) + _POOLED_GAP
    return heights


def _draw_folds(
    axes: Axes,
    of_metric: pd.DataFrame,
    heights: Mapping[str, float],  # by part
) -> None:
    """Draw one metric of all folds, and what chance would reach."""
    mute_axes(axes, "x")
    if of_metric["chance"].notna().any():
        axes.axvline(of_metric["chance"].max(), **_CHANCE_LINE)
    for row in of_metric.itertuples():
        y = heights[row.part]
        colour = PARTS["cv"] if row.part == _POOLED else RIGHT
        draw_estimate(axes, y, row, colour=colour)
        write_estimate(axes, y, row, colour=colour)


def _part_with_sizes(part: str, sizes: pd.Series) -> str:
    name = f"all ({_POOLED})" if part == _POOLED else part
    n_images = count_of(int(sizes["n_images"]), "image")
    n_authors = count_of(int(sizes["n_authors"]), "author")
    return f"{name}\n{n_images}, {n_authors}"


def plot_recall(predictions: pd.DataFrame) -> Figure:
    """Recall of every style with its 95 % interval, best first, beside its numbers of images and named authors.

    `predictions` has `label, author, pred, proba_<style>…`. Raises ValueError as `recall_table` does.
    """
    table = recall_table(predictions)
    chance = 1 / len(vocab_of(predictions))
    mean = mean_recall(table["recall"])

    height = 1.4 + 0.32 * len(table)
    fig = new_figure(WIDTH, height)
    axes, images, authors = fig.subplots(1, 3, sharey=True, width_ratios=[1, 0.1, 0.1])
    mute_axes(axes, "x")
    axes.axvline(chance, **_CHANCE_LINE)
    axes.axvline(mean, color=FAINT, linewidth=1.5)
    for y, row in enumerate(table.itertuples()):
        recall = Estimate(row.recall, row.lo, row.hi)
        draw_estimate(axes, y, recall, colour=RIGHT)
        write_estimate(axes, y, recall, colour=RIGHT)
    axes.set_xlim(0, 1.08)
    write_counts(images, "images", table["n_images"])
    write_counts(authors, "authors", table["n_authors"])
    names = [shorten(label, 26) for label in table["label"]]
    label_rows(axes, names)
    n_styles = count_of(len(table), "style")
    set_title(fig, f"Recall by style; top-1 accuracy, their mean over {n_styles}: {mean:.2f}")
    set_note(fig, "Lines: 95 % intervals from resampling authors (images, where none). Grey: mean. Dashed: chance.")
    return fig


def plot_painters(predictions: pd.DataFrame, n: int = 20) -> Figure:
    """The `n` painters whose style is found least: top-2 share as a bar, top-1 as a tick, and what they were taken for.

    `predictions` has `label, author, pred, proba_<style>…`. Raises ValueError as `painters_table` does.
    """
    table = painters_table(predictions)
    hardest = table.head(n)
    painter_names = [shorten(written_painter(author), _PAINTER_LETTERS) for author in hardest["author"]]
    style_names = [shorten(label, 26) for label in hardest["label"]]
    mistake_names = [shorten(text, 44) for text in hardest["taken_for"]]
    height = 1.1 + 0.27 * len(hardest)
    fig = new_figure(WIDTH + _further_width(painter_names, style_names, mistake_names), height)
    panels = fig.subplots(1, 4, sharey=True, width_ratios=[1, 0.17, 0.5, 0.9])
    axes, images, styles, mistakes = panels
    _draw_shares(axes, hardest)
    n_images = hardest["n_images"].map("{:,}".format)
    write_column(images, "images", n_images, align="right")
    write_column(styles, "style", style_names)
    write_column(mistakes, "taken for", mistake_names)
    label_rows(axes, painter_names)
    painters = count_of(len(table), "painter")
    set_title(fig, f"The {len(hardest)} hardest of {painters} with {MIN_PAINTER_IMAGES} images or more")
    set_note(fig, "Judged by models that never saw the painter. Of painters with few images some are here by bad luck.")
    return fig


def _further_width(*columns: Sequence[str]) -> float:
    """Inches that a figure needs beyond its width for columns of long names."""
    n_letters = 0
    for names in columns:
        n_letters += max(map(len, names))
    return _NAME_LETTER * max(0, n_letters - _USUAL_LETTERS)


def _draw_shares(axes: Axes, painters: pd.DataFrame) -> None:
    """Draw the shares of images that are right, one row per painter."""
    mute_axes(axes).set_xticks([])
    write_heading(axes, "top-2 (bar) and top-1 (tick)")
    axes.set_xlim(0, 1.2)
    rows = np.arange(len(painters))
    axes.barh(rows, 1, height=BAR_HEIGHT, color=PALE)
    axes.barh(rows, painters["top_2"], height=BAR_HEIGHT, color=BAR)
    tick = BAR_HEIGHT / 2
    axes.vlines(painters["top_1"], rows - tick, rows + tick, color=INK, linewidth=2)
    for y, share in enumerate(painters["top_2"]):
        write_beside_bar(axes, 1, y, text=f"{share:.2f}")
