"""The figure of a comparison of runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.output import count_of
from styleclf.plots.metrics import MAIN_METRICS
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    FAINT,
    INK,
    MUTED,
    WIDTH,
    darken,
    label_rows,
    mute_axes,
    new_figure,
    readable_name,
    set_note,
    set_title,
    shorten,
    style_colours,
    write_beside_bar,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LOSSES = {"log_loss": "log loss", "ece": "calibration error"}


def plot_comparison(comparison: pd.DataFrame) -> Figure:
    """Each run's difference from the first in the main metrics, with 95 % intervals; right of 0 it is the better.

    `comparison` holds one part of a comparison: `part, metric, run, value, difference, lo, hi, n_images, n_authors`,
    the first run's differences empty. Rates are drawn in points of a hundred; log loss and calibration error, of which
    less is better, below them on turned axes. Raises ValueError for missing columns, several parts, or a single run.
    """
    need_columns(comparison, ["part", "metric", "run", "value", "difference", "lo", "hi"], "comparison")
    runs = list(dict.fromkeys(comparison["run"]))
    if len(runs) < 2 or comparison["part"].nunique() > 1:
        raise ValueError(f"the figure shows one part of two or more runs, not {runs} in {set(comparison['part'])}")
    names = dict(zip(runs, _short_names(runs), strict=True))
    rates = [metric for metric in MAIN_METRICS if metric in set(comparison["metric"])]
    row = 0.2 + 0.14 * (len(runs) - 1)  # inches
    heights = [row * len(rates), *[row + 0.15] * len(_LOSSES)]
    fig = new_figure(WIDTH, 2.1 + sum(heights) + 0.2 * len(runs) // 2)
    panels = fig.subplots(1 + len(_LOSSES), height_ratios=heights)
    colours = style_colours(runs[1:])
    for axes, metrics, scale in zip(panels, (rates, *([loss] for loss in _LOSSES)), (100, 1, 1), strict=True):
        _draw_differences(axes, comparison, metrics, colours, scale)
    panels[0].set_xlabel("points of a hundred", fontsize=8.5, color=MUTED)
    panels[-1].set_xlabel("of these two less is better: their axes are turned", fontsize=8.5, color=MUTED)
    handles = [panels[0].plot([], [], "o-", color=colours[run], label=names[run])[0] for run in runs[1:]]
    look = dict(frameon=False, fontsize=9, labelcolor=INK, borderaxespad=0.2)
    panels[0].legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, **look)
    sizes = comparison.iloc[0].reindex(["n_images", "n_authors"])
    sized = ", ".join(count_of(int(n), noun) for n, noun in zip(sizes, ("image", "author"), strict=True) if n > 0)
    set_title(fig, f"Differences from {names[runs[0]]}" + (f": {sized}" if sized else ""))
    set_note(fig, "Right of 0: better. Lines: 95 % intervals from drawing the same authors for all; grey: 0 is inside.")
    return fig


def _short_names(runs: Sequence[str]) -> list[str]:
    """The runs' folders without what all their paths begin with."""
    parts = [run.replace("\\", "/").rstrip("/").split("/") for run in runs]
    shared = 0
    while all(len(part) > shared + 1 for part in parts) and len({part[shared] for part in parts}) == 1:
        shared += 1
    return [shorten("/".join(part[shared:]), 40) for part in parts]


def _draw_differences(
    axes: Axes, comparison: pd.DataFrame, metrics: Sequence[str], colours: dict[str, str], scale: float
) -> None:
    """Draw the differences of `metrics`, a row each, times `scale`; pale where the interval holds 0."""
    mute_axes(axes, "x")
    axes.axvline(0, color=MUTED, linewidth=1.2)
    for i, (run, colour) in enumerate(colours.items()):
        offset = (i - (len(colours) - 1) / 2) * 0.75 / len(colours)
        rows = comparison[comparison["run"] == run].set_index("metric").reindex(metrics)
        for y, row in enumerate(rows.itertuples()):
            shade = FAINT if row.lo <= 0 <= row.hi else colour
            axes.hlines(y + offset, scale * row.lo, scale * row.hi, color=shade, linewidth=2)
            axes.plot(scale * row.difference, y + offset, "o", color=colour, markersize=5.5)
            end = min(row.lo, row.difference) if metrics[0] in _LOSSES else max(row.hi, row.difference)
            text = f"{scale * row.difference:+.{1 if scale > 1 else 3}f}".replace("-", "−")
            write_beside_bar(axes, scale * end, y + offset, text, darken(colour), 8)
    label_rows(axes, [_LOSSES.get(metric, readable_name(metric)) for metric in metrics])
    axes.margins(x=0.12)
    if metrics[0] in _LOSSES:
        axes.invert_xaxis()
