"""The main metrics of every part as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import check_columns, rows_of_metrics
from styleclf.plots.estimates import draw_chance, draw_estimate, row_offsets, write_estimate
from styleclf.plots.theme import FAINT, INK, PARTS, WIDTH, Look, draw_titled_legend, mute_axes, new_figure, set_note
from styleclf.plots.words import add_to_legend, label_rows, readable_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAIN_METRICS = ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "precision", "recall", "f1")
_LEGEND_LOOK: Look = {
    "fontsize": 9,
    "handletextpad": 0.6,
    "columnspacing": 1.8,
}
_TITLE = "How right it is: the main scores of every part"
_OPTIONAL_COLUMNS = ("lo", "hi", "chance", "n_images", "n_authors")


def plot_metrics(metrics: pd.DataFrame) -> Figure:
    """The main metrics of each part as points with 95 % intervals; ticks mark what chance would reach.

    `metrics` is tidy: `part, metric, value` and, where known, `lo, hi, chance, n_images, n_authors`; rates are 0..1.
    Raises ValueError if columns or all of the main metrics are missing.

    >>> metrics = pd.DataFrame({"part": ["test"], "metric": ["f1"], "value": [0.7], "lo": [0.6], "hi": [0.8]})
    >>> plot_metrics(metrics).get_supxlabel()
    'Lines: 95 % intervals from resampling authors.'
    """
    main = _main_metrics(metrics)
    parts = main["part"].unique()
    present = set(main["metric"])
    names = [name for name in MAIN_METRICS if name in present]

    rows_per_metric = len(parts) + 1
    height = 1.1 + 0.17 * len(names) * rows_per_metric
    fig = new_figure(WIDTH, height)
    axes = mute_axes(fig.subplots(), "x")
    for part, offset in zip(parts, row_offsets(len(parts)), strict=True):
        of_part = main[main["part"] == part]
        colour = PARTS.get(part, INK)
        _draw_part(axes, of_part, names, offset=offset, colour=colour)
    label_rows(axes, list(map(readable_name, names)))
    axes.set_xlim(0, 1.08)
    axes.set_xticks(np.linspace(0, 1, 6))
    _name_parts(fig, axes, main)
    if main["lo"].notna().any():
        set_note(fig, "Lines: 95 % intervals from resampling authors.")
    return fig


def _main_metrics(metrics: pd.DataFrame) -> pd.DataFrame:
    """The rows of the main metrics, with all columns that the figure reads; ValueError if there are none."""
    columns = ["part", "metric", "value"]
    check_columns(metrics, columns, "metrics")
    main = rows_of_metrics(metrics, MAIN_METRICS, "metrics")
    return main.reindex(columns=[*columns, *_OPTIONAL_COLUMNS])


def _draw_part(
    axes: Axes,
    rows: pd.DataFrame,
    names: Sequence[str],  # of the metrics, from top to bottom
    *,
    offset: float,
    colour: str,
) -> None:
    """Draw one part's points, intervals, values and chance ticks, `offset` below the rows of their metrics."""
    for row in rows.itertuples():
        y = names.index(row.metric) + offset
        draw_chance(axes, y, row.chance, half_height=0.1)
        draw_estimate(axes, y, row, colour=colour)
        write_estimate(axes, y, row, colour=colour, size=8, dot_radius=0.005)


def _name_parts(fig: Figure, axes: Axes, main: pd.DataFrame) -> None:
    """Name parts in their colours, with their sizes, and the chance tick, above the axes."""
    handles = []
    for part, rows in main.groupby("part", sort=False):
        label = _part_with_sizes(part, rows)
        handle = add_to_legend(axes, label, PARTS.get(part, INK))
        handles.append(handle)
    if main["chance"].notna().any():
        tick = add_to_legend(axes, "chance", FAINT, marker="|", markeredgewidth=2, markersize=8)
        handles.append(tick)
    n_columns = min(len(handles), 3)
    draw_titled_legend(fig, _TITLE, handles=handles, ncols=n_columns, **_LEGEND_LOOK)


def _part_with_sizes(part: str, rows: pd.DataFrame) -> str:
    """A part's name with its numbers of images and authors, as far as they are known."""
    sizes = []
    for column, noun in (("n_images", "image"), ("n_authors", "author")):
        n = rows[column].max()
        if n > 0:
            sizes.append(count_of(int(n), noun))
    return f"{part} ({', '.join(sizes)})" if sizes else part
