"""Figures of the audits: what is recognising painters, shortcuts, degraded images, sources, near-copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.common import count_of, written_painter, written_title
from styleclf.evaluation import bounds_text, check_columns
from styleclf.plots.estimates import EstimateLook, HasInterval, draw_chance, draw_estimate, write_estimate
from styleclf.plots.picture_cells import PictureCell, draw_picture, open_picture
from styleclf.plots.picture_grid import Column, picture_grid
from styleclf.plots.theme import (
    CLOSE,
    FAINT,
    GRID,
    INK,
    LEGEND_LOOK,
    MUTED,
    RIGHT,
    WIDTH,
    WRONG,
    Look,
    darken,
    mute_axes,
    new_figure,
    rows_for,
    set_note,
    set_title,
)
from styleclf.plots.words import (
    add_to_legend,
    label_rows,
    label_x,
    readable_name,
    shorten,
    true_minus,
    write_beside_bar,
    write_heading,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

_KINDS = {
    "probe": RIGHT,
    "file": MUTED,
    "picture": FAINT,
}
_KIND_NAMES = {
    "probe": "the probe",
    "file": "traits of file and scan",
    "picture": "the picture without its shapes",
}
_FOLDS = {  # how folds were drawn: colour and name
    "grouped": (RIGHT, "painters kept apart"),
    "random": (WRONG, "random folds"),
}
_QUESTIONS = {  # about sources: colour and heading
    "which source": (WRONG, "Balanced accuracy of telling the sources of a style's images; ticks: chance"),
    "unseen source": (
        RIGHT,
        "Top-1 accuracy on images of a source not trained on; ticks: with all sources trained on",
    ),
}
_TICK: Look = {
    "markersize": 11,
    "markeredgewidth": 1.8,
    "color": INK,
    "zorder": 4,
}
_LOOK = EstimateLook(line_width=2.5, dot_size=6)
_LEGEND_LOOK: Look = LEGEND_LOOK | {
    "loc": "lower left",
    "bbox_to_anchor": (0, 1),
    "borderaxespad": 0.3,
    "fontsize": 9,
    "handletextpad": 0.6,
    "columnspacing": 1.8,
}
_MAX_NAME = 60  # letters of a model's name
_ROOM_FOR_WORDS = 1.5  # times the largest share
_LEAST_SHARE = 0.05  # that the axis of shares reaches
_MAX_PAIRS = 12
_PAIR_COLUMNS = 3  # pairs side by side

_LEAK_COLUMNS = ("metric", "random", "grouped", "gap", "lo", "hi", "chance")
_SEED_COLUMNS = ("seed", "metric", "random", "grouped")
_SHORTCUT_COLUMNS = ("model", "kind", "value", "lo", "hi", "control", "chance", "near")
_DEGRADED_COLUMNS = ("images", "metric", "value", "lo", "hi", "drop", "drop_lo", "drop_hi")
_SOURCE_COLUMNS = ("question", "label", "source", "value", "lo", "hi", "reference")
_GUESS_COLUMNS = ("model", "label", "value", "reference", "difference", "lo", "hi", "is_certain", "n_images")
_PAIR_TABLE_COLUMNS = ("distance", "filename", "filename_2", "author", "author_2", "fold", "fold_2")


def audit_figures(tables: dict[str, pd.DataFrame], images: str | Path) -> dict[str, Figure]:
    """The figure of every table of `audit_design`, and of `duplicates`, that has rows; `images` is their folder."""
    figures = {
        "leak": _plot_leak(tables["leak"], tables["leak_seeds"]),
        "shortcuts": _plot_shortcuts(tables["shortcuts"]),
    }
    if _has_rows(tables, "degraded"):
        figures["degraded"] = _plot_degraded(tables["degraded"])
    if _has_rows(tables, "sources"):
        figures["sources"] = _plot_sources(tables["sources"])
    if _has_rows(tables, "source_guesses"):
        figures["source_guesses"] = _plot_source_guesses(tables["source_guesses"])
    if _has_rows(tables, "duplicates"):
        figures["duplicates"] = _plot_duplicates(tables["duplicates"], images)
    return figures


def _has_rows(tables: dict[str, pd.DataFrame], name: str) -> bool:
    return name in tables and len(tables[name]) > 0


def _plot_leak(table: pd.DataFrame, seeds: pd.DataFrame) -> Figure:
    """Accuracies over random and over author-grouped folds, every draw a pale point, and the gap between the means.

    `table` and `seeds` are those of `audit_design`. Raises ValueError for missing columns or no rows.
    """
    check_columns(table, _LEAK_COLUMNS, "the leak's table")
    check_columns(seeds, _SEED_COLUMNS, "the leak's draws")
    fig = new_figure(WIDTH, 1.5 + 0.5 * len(table))
    axes = mute_axes(fig.subplots(), "x")
    for y, row in enumerate(table.itertuples()):
        draws = seeds[seeds["metric"] == row.metric]
        _draw_gap(axes, y, row, draws=draws)
    for colour, name in _FOLDS.values():
        add_to_legend(axes, name, colour, marker="o", markersize=7)
    add_to_legend(axes, "chance", FAINT, marker="|", markersize=10, markeredgewidth=2)
    label_rows(axes, [readable_name(metric) for metric in table["metric"]])
    _set_rate_axis(axes, 1.2)
    _draw_legend(axes)
    set_title(fig, "How much is recognising painters")
    set_note(fig, "Pale: single draws of folds. Brackets: 95 % interval of the gap, from resampling authors and draws.")
    return fig


def _draw_gap(
    axes: Axes,
    y: int,
    row: Any,
    *,
    draws: pd.DataFrame,
) -> None:
    """Draw one metric's means, the draws behind them, and the gap in words."""
    draw_chance(axes, y, row.chance, half_height=0.2)
    axes.hlines(y, row.grouped, row.random, color=WRONG, linewidth=6, alpha=0.25)
    for column, (colour, _) in _FOLDS.items():
        heights = np.full(len(draws), y)
        axes.plot(draws[column], heights, "o", color=colour, markersize=4, alpha=0.3)
        axes.plot(getattr(row, column), y, "o", color=colour, markersize=7)
    interval = bounds_text(100 * row.lo, 100 * row.hi, ".1f")
    text = f"{100 * row.gap:.1f} points ({interval})"
    rightmost = max(row.random, draws["random"].max())
    write_beside_bar(axes, rightmost + 0.005, y, text=text, colour=darken(WRONG))


def _plot_shortcuts(table: pd.DataFrame) -> Figure:
    """Top-1 accuracy of the probe and the simple models with 95 % intervals; controls as ticks, what comes near orange.

    `table` is that of `audit_design`. Raises ValueError for missing columns or no rows.
    """
    check_columns(table, _SHORTCUT_COLUMNS, "the shortcuts' table")
    chance = table["chance"].iloc[0]
    fig = new_figure(WIDTH, 1.7 + 0.3 * len(table))
    axes = mute_axes(fig.subplots(), "x")
    axes.axvline(chance, color=FAINT, linewidth=1.5, linestyle=(0, (4, 2)), label="chance")
    for y, row in enumerate(table.itertuples()):
        if row.control != row.chance:
            axes.plot(row.control, y, "|", **_TICK)
        colour = WRONG if row.near else _KINDS[row.kind]
        _draw_with_value(axes, y, row, colour=colour)
    add_to_legend(axes, "control: the same, scans made alike", INK, marker="|", markersize=10, markeredgewidth=1.8)
    for kind, name in _KIND_NAMES.items():
        add_to_legend(axes, name, _KINDS[kind])
    if table["near"].any():
        add_to_legend(axes, "comes near", WRONG)
    label_rows(axes, list(table["model"]))
    _set_rate_axis(axes, 1.05)
    _draw_legend(axes)
    set_title(fig, "Shortcuts: top-1 accuracy of deliberately simple models")
    set_note(
        fig,
        "Lines: 95 % intervals from resampling authors. Comes near: certainly a tenth of the probe's lead over chance.",
    )
    return fig


def plot_markers(table: pd.DataFrame, cut: Callable[[pd.Series], Image.Image]) -> Figure:
    """The part of an image that gives each style away most, and by how much it multiplies its odds in other images.

    `table` is the one of markers that `audit_design` gives; `cut` gives a row's part. Raises ValueError for missing
    columns or no rows.
    """
    check_columns(table, ["style", "raised", "near", "filename"], "the markers")
    title = "What gives a style away when it is pasted into other images"
    note = "The most telling part of some images, and by how much it multiplies the odds; orange: a stamp, a watermark?"
    columns = [Column(style, 1) for style in table["style"]]
    fig, cells = picture_grid(columns, n_lines=1, title=title, note=note)
    for _, row in table.iterrows():
        (cell,) = cells[row["style"]]
        draw_picture(cell, cut(row), WRONG if row["near"] else None)
        factor = np.exp(row["raised"])
        text = f"×{factor:,.1f}"
        cell.write(0.5, -cell.box / 2, text, ha="center", va="center_baseline", color=INK)
    return fig


def _plot_degraded(table: pd.DataFrame) -> Figure:
    """Accuracies on the images as they are and on degraded copies, with 95 % intervals and drops.

    `table` is that of `audit_design`. Raises ValueError for missing columns or no rows.
    """
    check_columns(table, _DEGRADED_COLUMNS, "the degraded table")
    names = list(dict.fromkeys(table["images"]))
    metrics = list(dict.fromkeys(table["metric"]))
    fig = new_figure(WIDTH, 1.4 + 0.5 * len(names))
    axes = mute_axes(fig.subplots(), "x")
    for metric, colour, shift in zip(metrics, (RIGHT, CLOSE), (-0.16, 0.16), strict=False):
        for row in table[table["metric"] == metric].itertuples():
            y = names.index(row.images) + shift
            _draw_with_value(axes, y, row, colour=colour, text=_value_and_drop(row))
        add_to_legend(axes, readable_name(metric), colour)
    label_rows(axes, names)
    _set_rate_axis(axes, 1.3)
    _draw_legend(axes)
    set_title(fig, "Trained on clean images, tested on degraded ones")
    set_note(fig, "Lines: 95 % intervals from resampling authors; brackets: those of the paired difference.")
    return fig


def _value_and_drop(row: Any) -> str:
    """A value, and by how many points it is below that of clean images, with the interval of the difference."""
    value = f"{row.value:.2f}"
    if np.isnan(row.drop):
        return value
    points = -100 * row.drop
    interval = bounds_text(-100 * row.drop_hi, -100 * row.drop_lo, "+.1f")
    return f"{value}   {points:+.1f} points ({interval})"


def _plot_sources(table: pd.DataFrame) -> Figure:
    """How well the source is recognised within each style, and accuracies on unseen sources, beside their references.

    `table` is that of `audit_design`. Raises ValueError for missing columns or no rows.
    """
    check_columns(table, _SOURCE_COLUMNS, "the sources' table")
    by_question = table.groupby("question", sort=False)
    fig, panels = _panels_of(by_question.size(), height=1.2, row_height=0.3)
    for axes, (question, rows) in zip(panels, by_question, strict=True):
        colour, heading = _QUESTIONS[question]
        mute_axes(axes, "x")
        write_heading(axes, heading)
        for y, row in enumerate(rows.itertuples()):
            axes.plot(row.reference, y, "|", **_TICK)
            _draw_with_value(axes, y, row, colour=colour)
        label_rows(axes, [_source_name(row) for row in rows.itertuples()])
        _set_rate_axis(axes, 1.05)
    set_note(fig, "Lines: 95 % intervals from resampling authors. Brackets: images.")
    return fig


def _panels_of(
    n_rows: pd.Series,  # of every panel
    *,
    height: float,  # inches of all but the panels
    row_height: float,  # inches
    has_one_axis: bool = False,  # whether x is the same for all panels
) -> tuple[Figure, np.ndarray]:
    """A figure, and its panels one below another, each as high as its rows need."""
    panel_height = 0.45 * len(n_rows) + row_height * n_rows.sum()
    fig = new_figure(WIDTH, height + panel_height)
    ratios = n_rows + 0.5
    grid = fig.subplots(len(n_rows), squeeze=False, sharex=has_one_axis, height_ratios=ratios.to_list())
    return fig, grid[:, 0]


def _source_name(row: Any) -> str:
    """The style or the source of a row, with its number of images."""
    name = row.label or getattr(row, "source", "") or "all"
    return f"{name} ({row.n_images})"


def _plot_source_guesses(table: pd.DataFrame) -> Figure:
    """How often each model takes pictures of other styles for a style, from its sources and from elsewhere.

    `table` is that of `audit_design`. Raises ValueError for missing columns or no rows.
    """
    check_columns(table, _GUESS_COLUMNS, "the source guesses' table")
    by_model = table.groupby("model", sort=False)
    fig, panels = _panels_of(by_model.size(), height=1.7, row_height=0.34, has_one_axis=True)
    furthest = table[["value", "reference"]].max(axis=None)
    for axes, (model, rows) in zip(panels, by_model, strict=True):
        mute_axes(axes, "x")
        write_heading(axes, shorten(str(model), _MAX_NAME))
        for y, row in enumerate(rows.itertuples()):
            _draw_guess(axes, y, row)
        label_rows(axes, [_source_name(row) for row in rows.itertuples()])
        axes.set_xlim(0, _ROOM_FOR_WORDS * max(furthest, _LEAST_SHARE))
        axes.grid(True, axis="x", color=GRID, linewidth=0.8)
    add_to_legend(panels[0], "from the style's sources: surely more", WRONG)
    add_to_legend(panels[0], "not surely more", RIGHT)
    add_to_legend(panels[0], "from elsewhere", INK, marker="|", markersize=10, markeredgewidth=1.8)
    panels[0].legend(ncols=3, **_LEGEND_LOOK | {"bbox_to_anchor": (0, 1.15)})
    label_x(panels[-1], "share of other styles' pictures that is taken for the style", size=8.5, colour=MUTED)
    set_title(fig, "Is a style guessed by its source?")
    set_note(
        fig, "Points of difference with 95 % intervals from resampling authors. Brackets: pictures of other styles."
    )
    return fig


def _draw_guess(axes: Axes, y: float, row: Any) -> None:
    """Draw both shares of a style, what lies between them, and their difference in words."""
    colour = WRONG if row.is_certain else RIGHT
    axes.hlines(y, row.reference, row.value, color=colour, linewidth=4, alpha=0.3)
    axes.plot(row.reference, y, "|", **_TICK)
    axes.plot(row.value, y, "o", color=colour, markersize=_LOOK.dot_size)
    interval = bounds_text(100 * row.lo, 100 * row.hi, "+.1f")
    text = true_minus(f"{100 * row.difference:+.1f} ({interval})")
    right_end = max(row.value, row.reference)
    write_beside_bar(axes, right_end, y, text=text, colour=darken(colour), size=8)


def _plot_duplicates(duplicates: pd.DataFrame, images: str | Path) -> Figure:
    """The nearest pairs of near-copies, side by side, with who is said to have made them.

    `images` is the folder that `filename` is relative to; a file that cannot be opened is drawn grey. Raises ValueError
    for missing columns or no rows.
    """
    check_columns(duplicates, _PAIR_TABLE_COLUMNS, "the duplicates")
    nearest = duplicates.head(_MAX_PAIRS)
    n_columns = min(_PAIR_COLUMNS, len(nearest))
    n_rows = rows_for(len(nearest), n_columns)
    width = WIDTH * max(n_columns, 2) / _PAIR_COLUMNS
    fig = new_figure(width, 0.7 + 1.95 * n_rows)
    frames = fig.subfigures(n_rows, n_columns, squeeze=False).ravel()
    for frame, row in zip(frames, nearest.itertuples(), strict=False):
        _draw_pair(frame, row, Path(images))
    set_title(fig, f"{count_of(len(duplicates), 'pair')} of near-copies under different names")
    if len(duplicates) > len(nearest):
        set_note(fig, f"Shown: the {len(nearest)} nearest.")
    return fig


def _draw_pair(frame: SubFigure, row: Any, images: Path) -> None:
    """Draw two images side by side, with their distance above."""
    frame.suptitle(f"{row.distance} of 256 bits apart", fontsize=8, color=MUTED)
    left, right = frame.subplots(1, 2)
    caption = _caption(row.filename, row.author, row.fold)
    caption_2 = _caption(row.filename_2, row.author_2, row.fold_2)
    _draw_copy(left, images, row.filename, caption=caption)
    _draw_copy(right, images, row.filename_2, caption=caption_2)


def _caption(filename: str, author: str, fold: str) -> str:
    """Painter, style and fold of an image."""
    path = Path(filename)
    painter = shorten(written_painter(author) or written_title(path.stem), 22)
    return f"{painter}\n{path.parts[0]}, fold {fold}"


def _draw_copy(
    axes: Axes,
    images: Path,
    filename: str,
    *,
    caption: str,
) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    draw_picture(PictureCell(axes), open_picture(images / filename))
    axes.set_xlabel(caption, fontsize=7.5, color=INK)


def _draw_with_value(
    axes: Axes,
    y: float,
    estimate: HasInterval,
    *,
    colour: str,
    text: str | None = None,
) -> None:
    """Draw a value with its interval at height `y`, and write it, or `text`, beside."""
    draw_estimate(axes, y, estimate, colour=colour, look=_LOOK)
    write_estimate(axes, y, estimate, colour=colour, text=text, dot_radius=0.005)


def _set_rate_axis(axes: Axes, right: float) -> None:
    """Make x an axis of rates from 0 to 1, with room for words up to `right`."""
    axes.set_xlim(0, right)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.grid(True, axis="x", color=GRID, linewidth=0.8)


def _draw_legend(axes: Axes) -> None:
    """Name what was labelled, between the title of the figure and `axes`."""
    axes.legend(ncols=3, **_LEGEND_LOOK)
