"""The figure of a comparison of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import Estimate, check_columns
from styleclf.plots.estimates import EstimateLook, draw_difference, row_offsets
from styleclf.plots.metrics import MAIN_METRICS
from styleclf.plots.theme import (
    LEGEND_LOOK,
    MUTED,
    WIDTH,
    Look,
    darken,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    style_colours,
)
from styleclf.plots.words import (
    add_to_legend,
    label_rows,
    label_x,
    readable_name,
    shorten,
    true_minus,
    write_beside_bar,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = ("part", "metric", "run", "value", "difference", "lo", "hi", "retrained_lo", "retrained_hi")
_DIFFERENCES = ["difference", "lo", "hi", "retrained_lo", "retrained_hi"]
_LOSSES = {"log_loss": "log loss", "ece": "calibration error"}
_LEGEND_LOOK: Look = LEGEND_LOOK | {
    "loc": "lower left",
    "bbox_to_anchor": (0, 1),
    "borderaxespad": 0.2,
    "fontsize": 9,
}
_MAX_NAME = 40  # letters of a run
_LOOK = EstimateLook(line_width=4, opacity=1)
_RETRAINED_LOOK = EstimateLook(line_width=1.3, opacity=1, dot_size=0)
_NOTE = (
    "Right of 0: better. Thick: 95 % interval of these trained models; thin: of their configurations, trained anew on "
    "other painters; grey: 0 is inside."
)


def plot_comparison(comparison: pd.DataFrame) -> Figure:
    """Each run's difference from the first in the main metrics, with 95 % intervals; right of 0 it is the better.

    `comparison` holds one part of a comparison: `part, metric, run, value, difference, lo, hi, retrained_lo,
    retrained_hi, n_images, n_authors`, the first run's differences empty. The interval of these trained models is thick
    and stands on the thin one of their configurations; either is grey if it holds 0. Rates are drawn in points of a
    hundred; log loss and calibration error, of which less is better, below them on turned axes. Raises ValueError for
    missing columns, several parts, or a single run.
    """
    check_columns(comparison, _COLUMNS, "comparison")
    runs = list(dict.fromkeys(comparison["run"]))
    if len(runs) < 2 or comparison["part"].nunique() > 1:
        raise ValueError(f"the figure shows one part of two or more runs, not {runs} in {set(comparison['part'])}")
    names = dict(zip(runs, _short_names(runs), strict=True))
    present = set(comparison["metric"])
    rates = [metric for metric in MAIN_METRICS if metric in present]
    row_height = 0.2 + 0.14 * (len(runs) - 1)  # inches
    heights = [row_height * len(rates)] + [row_height + 0.15] * len(_LOSSES)

    height = 2.1 + sum(heights) + 0.2 * len(runs) // 2
    fig = new_figure(WIDTH, height)
    panels = fig.subplots(1 + len(_LOSSES), height_ratios=heights)
    colours = style_colours(runs[1:])
    _draw_differences(panels[0], _in_points(comparison), rates, colours=colours)
    label_x(panels[0], "points of a hundred", size=8.5, colour=MUTED)
    for axes, loss in zip(panels[1:], _LOSSES, strict=True):
        _draw_differences(axes, comparison, [loss], colours=colours)
        axes.invert_xaxis()
    label_x(panels[-1], "of these two less is better: their axes are turned", size=8.5, colour=MUTED)
    _name_runs(panels[0], names, colours)
    sizes = _sizes(comparison)
    first = names[runs[0]]
    title = f"Differences from {first}"
    set_title(fig, f"{title}: {sizes}" if sizes else title)
    set_note(fig, _NOTE)
    return fig


def _short_names(runs: Sequence[str]) -> list[str]:
    """The runs' folders without what all their paths begin with."""
    paths = []
    for run in runs:
        path = run.replace("\\", "/").rstrip("/")
        paths.append(path.split("/"))
    shortest = min(map(len, paths))
    n_shared = 0
    while n_shared < shortest - 1 and _agree_at(paths, n_shared):
        n_shared += 1
    names = ["/".join(path[n_shared:]) for path in paths]
    return [shorten(name, _MAX_NAME) for name in names]


def _agree_at(paths: Sequence[Sequence[str]], position: int) -> bool:
    """Whether all paths have the same folder at this position."""
    return len({path[position] for path in paths}) == 1


def _in_points(comparison: pd.DataFrame) -> pd.DataFrame:
    """The table with its differences in points of a hundred."""
    points = comparison.copy()
    points[_DIFFERENCES] = 100 * comparison[_DIFFERENCES]
    return points


def _draw_differences(
    axes: Axes,
    comparison: pd.DataFrame,
    metrics: Sequence[str],
    *,
    colours: Mapping[str, str],
) -> None:
    """Draw the differences of `metrics`, one row each, with both intervals."""
    mute_axes(axes, "x")
    axes.axvline(0, color=MUTED, linewidth=1.2)
    offsets = row_offsets(len(colours))
    for (run, colour), offset in zip(colours.items(), offsets, strict=True):
        of_run = comparison[comparison["run"] == run]
        rows = of_run.set_index("metric").reindex(metrics)
        for y, row in enumerate(rows.itertuples()):
            estimate = Estimate(row.difference, row.lo, row.hi)
            retrained_estimate = Estimate(row.difference, row.retrained_lo, row.retrained_hi)
            draw_difference(axes, y + offset, retrained_estimate, colour=colour, look=_RETRAINED_LOOK)
            draw_difference(axes, y + offset, estimate, colour=colour, look=_LOOK)
            _write_difference(axes, y + offset, retrained_estimate, colour=colour, is_loss=row.Index in _LOSSES)
    names = [_LOSSES.get(metric, readable_name(metric)) for metric in metrics]
    label_rows(axes, names)
    axes.margins(x=0.12)


def _write_difference(
    axes: Axes,
    y: float,
    difference: Estimate,
    *,
    colour: str,
    is_loss: bool,
) -> None:
    """Write a difference beside its interval: of a loss, whose axis is turned, left of it."""
    value, lo, hi = difference
    ends = [value, lo] if is_loss else [value, hi]
    end = np.nanmin(ends) if is_loss else np.nanmax(ends)
    text = f"{value:+.3f}" if is_loss else f"{value:+.1f}"
    write_beside_bar(axes, end, y, text=true_minus(text), colour=darken(colour), size=8)


def _name_runs(axes: Axes, names: Mapping[str, str], colours: Mapping[str, str]) -> None:
    """Name all runs but the first above the axes."""
    handles = []
    for run, colour in colours.items():
        handles.append(add_to_legend(axes, names[run], colour))
    axes.legend(handles=handles, ncols=2, **_LEGEND_LOOK)


def _sizes(comparison: pd.DataFrame) -> str:
    """How many images and authors were judged, as far as that is known."""
    sizes = []
    for column, noun in (("n_images", "image"), ("n_authors", "author")):
        n = comparison.iloc[0].get(column, 0)
        if n > 0:
            sizes.append(count_of(int(n), noun))
    return ", ".join(sizes)
