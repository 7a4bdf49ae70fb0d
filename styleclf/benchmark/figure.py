"""The tables of a benchmark as one figure: how soon, how fast, and the way there."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.benchmark.contest import REFERENCE
from styleclf.benchmark.report import fastai_sets_target, number_text, ratio_text, seconds_text
from styleclf.plots import BAR, CLOSE, FAINT, GRID, INK, MUTED, RIGHT, WIDTH, mute_axes, new_figure, set_note, set_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {
    REFERENCE: "#8C8C8C",
    "ancestor's recipe": CLOSE,
    "styleclf probe": BAR,
    "styleclf fine-tune": RIGHT,
}
_ROUND_SECONDS = (
    *(1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45),
    *(60, 90, 120, 180, 300, 600, 1200, 1800),  # minutes
    *(3600, 7200, 14400),  # hours
)
_MIN_GAP = 0.07  # between two of these, as a share of the width of the curves
_LIMIT_SUFFIX = ": the limit"
_BAR_HEIGHT = 0.62  # of the distance of two rows
_INCHES_PER_BAR = 0.34
_INCHES_AROUND_BARS = 0.9
_INCHES_OF_CURVES = 3.2
_INCHES_OF_TITLE_AND_NOTE = 0.8


def plot_benchmark(
    results: pd.DataFrame,  # of the contest
    curves: pd.DataFrame,  # of the contest
    measurements: pd.DataFrame,
) -> Figure:
    """Seconds to the target and training rates as bars, top-2 against seconds as curves.

    `results` and `curves` are those of a `Contest`, `measurements` is what `measure_parts` returns; what is empty is
    not drawn. Raises ValueError if there is nothing to draw.
    """
    of_training = measurements[measurements["part"] == "training"]
    rates = of_training[of_training["unit"] == "images/s"]
    n_bars = max(len(results), len(rates))
    n_bar_panels = bool(len(results)) + bool(len(rates))
    heights = []
    if n_bars:
        heights.append(_INCHES_AROUND_BARS + _INCHES_PER_BAR * n_bars)
    if len(curves):
        heights.append(_INCHES_OF_CURVES)
    if not heights:
        raise ValueError("there is neither a contest nor a training rate, so there is nothing to draw")
    fig = new_figure(WIDTH, sum(heights) + _INCHES_OF_TITLE_AND_NOTE)
    grid = fig.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)
    rows = grid[:, 0]
    if n_bars:
        bar_grid = rows[0].subplots(1, n_bar_panels, squeeze=False)
        bar_axes = bar_grid[0]
        if len(results):
            _draw_target(bar_axes[0], results)
        if len(rates):
            _draw_rates(bar_axes[-1], rates)
    if len(curves):
        _draw_curves(rows[-1].subplots(), curves, results)
    set_title(fig, "styleclf beside plain fastai and the ancestor's recipe")
    if len(results):
        note = "Seconds of work from the start of an interpreter, without judging; pale: until all was done."
        if len(rates):
            note += " The limit of images/s is the bare network's rate."
        set_note(fig, note)
    return fig


def _set_header(axes: Axes, title: str) -> None:
    """Write the title of one panel."""
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=INK)


# Bars


def _draw_target(axes: Axes, results: pd.DataFrame) -> None:
    """Seconds to the target on top of seconds in total, one row per contender and device."""
    many_devices = results["device"].nunique() > 1
    names = []
    for y, row in enumerate(results.to_dict("records")):
        contender = row["contender"]
        axes.barh(y, row["total_s"], height=_BAR_HEIGHT, color=GRID)
        text = "not reached"
        if pd.notna(row["target_s"]):
            axes.barh(y, row["target_s"], height=_BAR_HEIGHT, color=_COLOURS[contender])
            text = seconds_text(row["target_s"])
            if contender != REFERENCE:
                text += f"  {ratio_text(row['ratio'])}"
        _write_beside_bar(axes, row["total_s"], y, text=text)
        names.append(f"{contender}, {row['device']}" if many_devices else contender)
    title = "Time to plain fastai's top-2" if fastai_sets_target(results) else "Time to the target top-2"
    longest = results["total_s"].max()
    _finish_bars(axes, names, longest, title=title)


def _draw_rates(axes: Axes, rates: pd.DataFrame) -> None:
    """Images per second of the training loops, the bare network's as a pale bar behind."""
    many_devices = rates["device"].nunique() > 1
    is_limit = rates["what"].str.contains(_LIMIT_SUFFIX)
    limits = _limits_by_loop(rates[is_limit])
    names = []
    loop_rates = rates[~is_limit]
    for y, row in enumerate(loop_rates.to_dict("records")):
        program, part = row["what"].split(", ", 1)
        text = number_text(row["value"])
        bar_end = row["value"]
        colour = _COLOURS[REFERENCE]
        if program == "styleclf":
            limit = limits.get((row["device"], part), 0)
            axes.barh(y, limit, height=_BAR_HEIGHT, color=GRID)
            share = f"{row['limit_share']:.0%} of limit"
            text += f"  {ratio_text(row['ratio'])}, {share}"
            bar_end = max(row["value"], limit)
            colour = RIGHT
        axes.barh(y, row["value"], height=_BAR_HEIGHT, color=colour)
        _write_beside_bar(axes, bar_end, y, text=text)
        lines = [program, part]
        if many_devices:
            lines.append(row["device"])
        names.append("\n".join(lines))
    fastest = rates["value"].max()
    _finish_bars(axes, names, fastest, title="Training images/s; pale: the limit")


def _limits_by_loop(limit_rates: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The bare network's rate by device and by the part of the network that is trained."""
    limits = {}
    for row in limit_rates.to_dict("records"):
        part = row["what"].removeprefix("bare network, ").removesuffix(_LIMIT_SUFFIX)
        limits[row["device"], part] = row["value"]
    return limits


def _write_beside_bar(
    axes: Axes,
    x: float,
    y: float,
    *,
    text: str,
) -> None:
    """Write a text just right of the end of a bar."""
    points_to_the_right = (5, 0)
    axes.annotate(
        text,
        (x, y),
        points_to_the_right,
        textcoords="offset points",
        va="center",
        fontsize=8.5,
        color=INK,
    )


def _finish_bars(
    axes: Axes,
    names: Sequence[str],
    longest: float,
    *,
    title: str,
) -> None:
    """Name the rows from top to bottom, and leave room for the texts beside the longest bar."""
    mute_axes(axes).set_xticks([])
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 2.2 * longest)
    _set_header(axes, title)


# Curves


def _draw_curves(axes: Axes, curves: pd.DataFrame, results: pd.DataFrame) -> None:
    """Top-2 on the test fold against seconds of work, one line per contender and device."""
    mute_axes(axes, "y")
    many_devices = curves["device"].nunique() > 1
    first_device = curves["device"].iloc[0]
    by_device_and_name = curves.groupby(["device", "contender"], sort=False)
    for (device, name), points in by_device_and_name:
        axes.plot(
            points["seconds"],
            points["top_2"],
            label=f"{name}, {device}" if many_devices else name,
            linestyle="-" if device == first_device else "--",
            color=_COLOURS[name],
            linewidth=1.8,
            marker="o",
            markersize=4,
            zorder=3,
        )
    for target in results["target_top_2"].dropna().unique():
        _draw_target_line(axes, target)
    seconds = curves["seconds"]
    _set_time_axis(axes, seconds.min() / 1.15, seconds.max() * 1.15)
    _set_header(axes, "Top-2 accuracy on unseen authors, by seconds of work")
    axes.legend(frameon=False, fontsize=8.5, loc="upper left", bbox_to_anchor=(1, 1), borderaxespad=0)


def _draw_target_line(axes: Axes, target: float) -> None:
    """A dotted line at the target, named at its left end."""
    axes.axhline(target, color=FAINT, linewidth=1, linestyle=":")
    axes.annotate(
        "target",
        (0, target),
        (3, 3),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="left",
        fontsize=8,
        color=MUTED,
    )


def _set_time_axis(axes: Axes, low: float, high: float) -> None:
    """A logarithmic axis from `low` to `high` seconds, with round durations."""
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = _round_seconds(low, high)
    axes.set_xticks(ticks, [_short_duration(seconds) for seconds in ticks])
    axes.set_xticks([], minor=True)


def _round_seconds(low: float, high: float) -> list[int]:
    """Round durations between `low` and `high`, far enough from one another on a logarithmic axis to be read."""
    ticks: list[int] = []
    for seconds in _ROUND_SECONDS:
        gap = log(seconds / ticks[-1]) if ticks else inf
        is_apart = gap > _MIN_GAP * log(high / low)
        if low <= seconds <= high and is_apart:
            ticks.append(seconds)
    return ticks


def _short_duration(seconds: int) -> str:
    """A round duration, short."""
    if seconds % 3600 == 0:
        return f"{seconds // 3600} h"
    if seconds % 60 == 0:
        return f"{seconds // 60} min"
    return f"{seconds} s"
