"""The main metrics of every part as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.output import count_of
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    FAINT,
    INK,
    PARTS,
    WIDTH,
    darken,
    label_rows,
    mute_axes,
    new_figure,
    readable_name,
    set_note,
    write_beside_bar,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAIN_METRICS = ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "precision", "recall", "f1")


def plot_metrics(metrics: pd.DataFrame) -> Figure:
    """The main metrics of each part as points with 95 % intervals; ticks mark what chance would reach.

    `metrics` is tidy: `part, metric, value` and, where known, `lo, hi, chance, n_images, n_authors`; rates are 0..1.
    Raises ValueError if columns or all of the main metrics are missing.
    """
    need_columns(metrics, ["part", "metric", "value"], "metrics")
    columns = ["part", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"]
    main = metrics[metrics["metric"].isin(MAIN_METRICS)].reindex(columns=columns)
    if main.empty:
        raise ValueError(f"metrics holds none of {', '.join(MAIN_METRICS)}, but {sorted(set(metrics['metric']))}")
    parts = list(dict.fromkeys(main["part"]))
    names = [name for name in MAIN_METRICS if name in set(main["metric"])]
    fig = new_figure(WIDTH, 1.1 + 0.17 * len(names) * (len(parts) + 1))
    axes = mute_axes(fig.subplots(), "x")
    for i, part in enumerate(parts):
        offset = (i - (len(parts) - 1) / 2) * 0.75 / len(parts)
        _draw_part(axes, main[main["part"] == part], names, offset, PARTS.get(part, INK))
    label_rows(axes, [readable_name(name) for name in names])
    axes.set_xlim(0, 1.08)
    axes.set_xticks(np.linspace(0, 1, 6))
    _name_parts(fig, axes, main, parts)
    if main["lo"].notna().any():
        set_note(fig, "Lines: 95 % intervals from resampling authors.")
    return fig


def _draw_part(axes: Axes, rows: pd.DataFrame, names: Sequence[str], offset: float, colour: str) -> None:
    """Draw one part's points, intervals, values and chance ticks, `offset` below the rows of their metrics."""
    for row in rows.itertuples():
        y = names.index(row.metric) + offset
        axes.vlines(row.chance, y - 0.1, y + 0.1, color=FAINT, linewidth=2)
        axes.hlines(y, row.lo, row.hi, color=colour, linewidth=2, alpha=0.55)
        axes.plot(row.value, y, "o", color=colour, markersize=5.5)
        write_beside_bar(axes, np.nanmax([row.value + 0.005, row.hi]), y, f"{row.value:.2f}", darken(colour), 8)


def _name_parts(fig: Figure, axes: Axes, main: pd.DataFrame, parts: Sequence[str]) -> None:
    """Name parts in their colours, with their sizes, and the chance tick, above the axes."""
    handles = []
    for part in parts:
        sizes = main[main["part"] == part][["n_images", "n_authors"]].max()
        known = [count_of(int(n), noun) for n, noun in zip(sizes, ("image", "author"), strict=True) if n > 0]
        label = f"{part} ({', '.join(known)})" if known else part
        handles += axes.plot([], [], "o-", color=PARTS.get(part, INK), label=label)
    if main["chance"].notna().any():
        handles += axes.plot([], [], "|", color=FAINT, markeredgewidth=2, markersize=8, label="chance")
    look = dict(frameon=False, fontsize=9, labelcolor=INK, handletextpad=0.6, columnspacing=1.8)
    fig.legend(handles=handles, loc="outside upper left", ncols=min(len(handles), 3), **look)
