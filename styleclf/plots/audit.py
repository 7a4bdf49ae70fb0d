"""Figures of the audits: what is recognising painters, shortcuts, degraded images, sources, near-copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.output import count_of
from styleclf.plots.pictures import draw_picture, open_picture, picture_grid
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    CLOSE,
    FAINT,
    GRID,
    INK,
    MUTED,
    RIGHT,
    WIDTH,
    WRONG,
    darken,
    label_rows,
    mute_axes,
    new_figure,
    readable_name,
    set_note,
    set_title,
    shorten,
    write_beside_bar,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_KINDS = {"real": RIGHT, "file": MUTED, "picture": FAINT}
_MAX_PAIRS = 12
_PAIR_COLUMNS = 3  # pairs side by side


def audit_figures(tables: dict[str, pd.DataFrame], images: str | Path) -> dict[str, Figure]:
    """The figure of every table of `audit_design`, and of `duplicates`, that has rows; `images` is their folder."""
    figures = {
        "leak": _plot_leak(tables["leak"], tables["leak_seeds"]),
        "shortcuts": _plot_shortcuts(tables["shortcuts"]),
    }
    drawn = {
        "degraded": _plot_degraded,
        "sources": _plot_sources,
        "duplicates": partial(_plot_duplicates, images=images),
    }
    return figures | {name: draw(tables[name]) for name, draw in drawn.items() if len(tables.get(name, ()))}


def _plot_leak(table: pd.DataFrame, seeds: pd.DataFrame) -> Figure:
    """Accuracies over random and over author-grouped folds, every draw a pale point, and the gap between the means.

    `table` and `seeds` as `leak_audit` returns them. Raises ValueError for missing columns or no rows.
    """
    need_columns(table, ["metric", "random", "grouped", "gap", "lo", "hi", "chance"], "the leak's table")
    need_columns(seeds, ["seed", "metric", "random", "grouped"], "the leak's draws")
    fig = new_figure(WIDTH, 1.5 + 0.5 * len(table))
    axes = mute_axes(fig.subplots(), "x")
    for y, row in enumerate(table.itertuples()):
        axes.vlines(row.chance, y - 0.2, y + 0.2, color=FAINT, linewidth=2)
        axes.hlines(y, row.grouped, row.random, color=WRONG, linewidth=6, alpha=0.25)
        drawn = seeds[seeds["metric"] == row.metric]
        for side, words, colour in (("grouped", "painters kept apart", RIGHT), ("random", "random folds", WRONG)):
            axes.plot(drawn[side], [y] * len(drawn), "o", color=colour, markersize=4, alpha=0.3)
            axes.plot(getattr(row, side), y, "o", color=colour, markersize=7, label="" if y else words)
        words = f"{100 * row.gap:.1f} points ({100 * row.lo:.1f} to {100 * row.hi:.1f})"
        write_beside_bar(axes, max(row.random, drawn["random"].max()) + 0.005, y, words, darken(WRONG))
    axes.plot([], [], "|", color=FAINT, markersize=10, markeredgewidth=2, label="chance")
    label_rows(axes, [readable_name(metric) for metric in table["metric"]])
    _rates(axes, 1.2)
    _legend(axes)
    set_title(fig, "How much is recognising painters")
    set_note(fig, "Pale: single draws of folds. Brackets: 95 % interval of the gap, from resampling authors and draws.")
    return fig


def _plot_shortcuts(table: pd.DataFrame) -> Figure:
    """Top-1 accuracy of the real and the stupid models with 95 % intervals; controls as ticks, what comes near orange.

    `table` as `shortcut_audit` returns it. Raises ValueError for missing columns or no rows.
    """
    need_columns(table, ["model", "kind", "value", "lo", "hi", "control", "chance", "near"], "the shortcuts' table")
    fig = new_figure(WIDTH, 1.7 + 0.3 * len(table))
    axes = mute_axes(fig.subplots(), "x")
    axes.axvline(table["chance"].iat[0], color=FAINT, linewidth=1.5, linestyle=(0, (4, 2)), label="chance")
    for y, row in enumerate(table.itertuples()):
        colour = WRONG if row.near else _KINDS[row.kind]
        if row.control != row.chance:
            axes.plot(row.control, y, "|", color=INK, markersize=11, markeredgewidth=1.8, zorder=4)
        _interval(axes, row, y, colour)
    axes.plot([], [], "|", color=INK, markersize=10, markeredgewidth=1.8, label="control: the same, scans made alike")
    words = {"real": "real model", "file": "traits of file and scan", "picture": "the picture without its shapes"}
    for kind, name in words.items():
        axes.plot([], [], "o-", color=_KINDS[kind], label=name)
    if table["near"].any():
        axes.plot([], [], "o-", color=WRONG, label="comes near")
    label_rows(axes, list(table["model"]))
    _rates(axes, 1.05)
    _legend(axes)
    set_title(fig, "Shortcuts: top-1 accuracy of deliberately stupid models")
    set_note(fig, "Lines: 95 % intervals from resampling authors. Near: surely a tenth of the real lead over chance.")
    return fig


def plot_markers(table: pd.DataFrame, cut: Callable[[pd.Series], Image.Image]) -> Figure:
    """The part of an image that gives each style away most, and by how much it multiplies its odds in other images.

    `table` as `marker_audit` returns it; `cut` gives a row's part. Raises ValueError for missing columns or no rows.
    """
    need_columns(table, ["style", "raised", "near", "filename"], "the markers")
    title = "What gives a style away when it is pasted into other images"
    note = "The most telling part of some images, and by how much it multiplies the odds; orange: a stamp, a watermark?"
    fig, cells = picture_grid({style: [""] for style in table["style"]}, 1, title, note)
    for _, row in table.iterrows():
        (axes,) = cells[row["style"]]
        draw_picture(axes, cut(row), frame=WRONG if row["near"] else None)
        axes.text(
            0.5, axes.get_ylim()[0] / 2, f"×{np.exp(row['raised']):,.1f}", ha="center", va="center_baseline", color=INK
        )
    return fig


def _plot_degraded(table: pd.DataFrame) -> Figure:
    """Accuracies on the images as they are and on degraded copies, with 95 % intervals and drops.

    `table` as `degraded_audit` returns it. Raises ValueError for missing columns or no rows.
    """
    need_columns(table, ["images", "metric", "value", "lo", "hi", "drop", "drop_lo", "drop_hi"], "the degraded table")
    names = list(dict.fromkeys(table["images"]))
    fig = new_figure(WIDTH, 1.4 + 0.5 * len(names))
    axes = mute_axes(fig.subplots(), "x")
    colours = dict(zip(dict.fromkeys(table["metric"]), (RIGHT, CLOSE), strict=False))
    for metric, colour in colours.items():
        for row in table[table["metric"] == metric].itertuples():
            y = names.index(row.images) + 0.16 * (-1 if colour == RIGHT else 1)
            drop = f"{row.value:.2f}" if not row.drop else f"{row.value:.2f}   {-100 * row.drop:+.1f} points"
            lost = "" if not row.drop else f" ({-100 * row.drop_hi:+.1f} to {-100 * row.drop_lo:+.1f})"
            _interval(axes, row, y, colour, drop + lost)
        axes.plot([], [], "o-", color=colour, label=readable_name(metric))
    label_rows(axes, names)
    _rates(axes, 1.3)
    _legend(axes)
    set_title(fig, "Trained on clean images, tested on degraded ones")
    set_note(fig, "Lines: 95 % intervals from resampling authors; brackets: those of the paired difference.")
    return fig


def _plot_sources(table: pd.DataFrame) -> Figure:
    """How well the source is told within each style, and accuracies on unseen sources, beside their references.

    `table` as `source_audit` returns it. Raises ValueError for missing columns or no rows.
    """
    need_columns(table, ["question", "label", "source", "value", "lo", "hi", "reference"], "the sources' table")
    panels = [(question, rows) for question, rows in table.groupby("question", sort=False)]
    fig = new_figure(WIDTH, 1.2 + 0.45 * len(panels) + 0.3 * len(table))
    titles = {"which source": "Balanced accuracy of telling the sources of a style's images; ticks: chance"}
    titles["unseen source"] = "Top-1 accuracy on images of a source not trained on; ticks: with all sources trained on"
    grid = fig.subplots(len(panels), squeeze=False, height_ratios=[len(rows) + 0.5 for _, rows in panels])
    for axes, (question, rows) in zip(grid[:, 0], panels, strict=True):
        mute_axes(axes, "x").set_title(titles[question], loc="left", fontsize=9.5, color=INK)
        for y, row in enumerate(rows.itertuples()):
            axes.plot(row.reference, y, "|", color=INK, markersize=11, markeredgewidth=1.8, zorder=4)
            _interval(axes, row, y, WRONG if question == "which source" else RIGHT)
        names = [f"{row.label or row.source or 'all'} ({row.n_images})" for row in rows.itertuples()]
        label_rows(axes, names)
        _rates(axes, 1.05)
    set_note(fig, "Lines: 95 % intervals from resampling authors. Brackets: images.")
    return fig


def _plot_duplicates(duplicates: pd.DataFrame, images: str | Path) -> Figure:
    """The nearest pairs of `near_duplicates`, side by side, with who is said to have made them.

    `images` is the folder that `filename` is relative to; a file that cannot be opened is drawn grey. Raises ValueError
    for missing columns or no rows.
    """
    need_columns(duplicates, ["distance", *_named("filename"), *_named("author"), *_named("fold")], "the duplicates")
    shown = duplicates.head(_MAX_PAIRS)
    n_columns = min(_PAIR_COLUMNS, len(shown))
    n_rows = -(-len(shown) // n_columns)
    fig = new_figure(WIDTH * max(n_columns, 2) / _PAIR_COLUMNS, 0.7 + 1.95 * n_rows)
    for frame, row in zip(fig.subfigures(n_rows, n_columns, squeeze=False).ravel(), shown.itertuples(), strict=False):
        frame.suptitle(f"{row.distance} of 256 bits apart", fontsize=8, color=MUTED)
        pair = ((row.filename, row.author, row.fold), (row.filename_2, row.author_2, row.fold_2))
        for axes, (filename, author, fold) in zip(frame.subplots(1, 2), pair, strict=True):
            axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
            draw_picture(axes, open_picture(Path(images) / filename))
            words = shorten(author or Path(filename).stem, 22)
            axes.set_xlabel(f"{words}\n{Path(filename).parts[0]}, fold {fold}", fontsize=7.5, color=INK)
    set_title(fig, f"{count_of(len(duplicates), 'pair')} of near-copies under different names")
    if len(duplicates) > len(shown):
        set_note(fig, f"Shown: the {len(shown)} nearest.")
    return fig


def _interval(axes: Axes, row: tuple, y: float, colour: str, words: str | None = None) -> None:
    """A value with its interval, and the value in words, at height `y`."""
    axes.hlines(y, row.lo, row.hi, color=colour, linewidth=2.5, alpha=0.55)
    axes.plot(row.value, y, "o", color=colour, markersize=6)
    write_beside_bar(axes, max(row.value + 0.005, row.hi), y, words or f"{row.value:.2f}", darken(colour), 8.5)


def _rates(axes: Axes, right: float) -> None:
    """An axis of rates from 0 to 1, with room for words up to `right`."""
    axes.set_xlim(0, right)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.grid(True, axis="x", color=GRID, linewidth=0.8)


def _legend(axes: Axes) -> None:
    """Name what was labelled, between the title of the figure and `axes`."""
    look = dict(frameon=False, fontsize=9, labelcolor=INK, handletextpad=0.6, columnspacing=1.8, borderaxespad=0.3)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, **look)


def _named(column: str) -> Sequence[str]:
    return column, f"{column}_2"
