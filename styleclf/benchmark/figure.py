"""The tables of a benchmark as one figure: how soon, how fast, and the way there."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.benchmark.report import fastai_sets_target, number_text, ratio_text, seconds_text
from styleclf.plots import BAR, CLOSE, FAINT, GRID, INK, MUTED, RIGHT, WIDTH, mute_axes, new_figure, set_note, set_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {"plain fastai": "#8C8C8C", "ancestor's recipe": CLOSE, "styleclf probe": BAR, "styleclf fine-tune": RIGHT}
_SECONDS_SHOWN = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600, 7200, 14400)
_LEAST_GAP = 0.07  # of the width of the curves, between two of these


def plot_benchmark(results: pd.DataFrame, curves: pd.DataFrame, measured: pd.DataFrame) -> Figure:
    """Seconds to the target and training rates as bars, top-2 against seconds as curves; one device a colour family.

    Tables as `race` and `measured` return them; what is empty is not drawn. Raises ValueError where
    there is nothing to draw.
    """
    rates = measured[(measured["part"] == "training") & (measured["unit"] == "images/s")]
    panels = [name for name, table in {"target": results, "rates": rates, "curves": curves}.items() if len(table)]
    if not panels:
        raise ValueError("there is neither a contest nor a training rate, so there is nothing to draw")
    bars = [name for name in panels if name != "curves"]
    n_bars = max([len(results) if "target" in bars else 0, len(rates)])
    heights = ([0.9 + 0.34 * n_bars] if bars else []) + ([3.2] if "curves" in panels else [])
    fig = new_figure(WIDTH, sum(heights) + 0.8)
    rows = iter(fig.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
    if bars:
        for axes, name in zip(next(rows).subplots(1, len(bars), squeeze=False)[0], bars, strict=True):
            (_draw_target if name == "target" else _draw_rates)(axes, results if name == "target" else rates)
    if "curves" in panels:
        _draw_curves(next(rows).subplots(), curves, results)
    set_title(fig, "styleclf beside plain fastai and the ancestor's recipe")
    if len(results):
        text = "Seconds of work from the start of an interpreter, without judging; pale: until all was done."
        set_note(fig, f"{text} The limit of images/s is the bare network's rate." if len(rates) else text)
    return fig


def _draw_target(axes: Axes, results: pd.DataFrame) -> None:
    """Seconds to the target on seconds in total, a row a contender."""
    several = results["device"].nunique() > 1
    for y, row in enumerate(results.to_dict("records")):
        axes.barh(y, row["total_s"], height=0.62, color=GRID)
        if row["target_s"] == row["target_s"]:
            axes.barh(y, row["target_s"], height=0.62, color=_COLOURS[row["contender"]])
            sooner = "" if row["contender"] == "plain fastai" else f"  {ratio_text(row['ratio'])}"
            text = f"{seconds_text(row['target_s'])}{sooner}"
        else:
            text = "not reached"
        _write_beside_bar(axes, row["total_s"], y, text)
    names = [f"{c}, {d}" if several else c for c, d in zip(results["contender"], results["device"], strict=True)]
    title = "Time to plain fastai's top-2" if fastai_sets_target(results) else "Time to the target top-2"
    _finish_bars(axes, names, results["total_s"].max(), title)


def _draw_rates(axes: Axes, rates: pd.DataFrame) -> None:
    """Images per second of the training loops, the bare network's as a pale bar behind."""
    found = rates[rates["what"].str.contains(": the limit")].to_dict("records")
    limits = {(row["device"], _limit_of(row["what"])): row["value"] for row in found}
    loops = rates[~rates["what"].str.contains(": the limit")]
    several = rates["device"].nunique() > 1
    names = []
    for y, row in enumerate(loops.to_dict("records")):
        what = row["what"].split(", ", 1)
        ours = what[0] == "styleclf"
        limit = limits.get((row["device"], what[1]), 0) if ours else 0
        axes.barh(y, limit, height=0.62, color=GRID)
        axes.barh(y, row["value"], height=0.62, color=RIGHT if ours else _COLOURS["plain fastai"])
        share = f"  {ratio_text(row['ratio'])}, {row['limit_share']:.0%} of limit" if ours else ""
        _write_beside_bar(axes, max(row["value"], limit), y, f"{number_text(row['value'])}{share}")
        names.append("\n".join([what[0], what[1], *([row["device"]] if several else [])]))
    _finish_bars(axes, names, rates["value"].max(), "Training images/s; pale: the limit")


def _limit_of(what: str) -> str:
    """What the bare network's row is the limit of."""
    return what.removeprefix("bare network, ").removesuffix(": the limit")


def _write_beside_bar(axes: Axes, x: float, y: float, text: str) -> None:
    """Write a text just right of the end of a bar."""
    axes.annotate(text, (x, y), (5, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK)


def _finish_bars(axes: Axes, names: list[str], most: float, title: str) -> None:
    """Name the rows from top to bottom, and leave room for the texts."""
    mute_axes(axes).set_xticks([])
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 2.2 * most)
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=INK)


def _draw_curves(axes: Axes, curves: pd.DataFrame, results: pd.DataFrame) -> None:
    """Top-2 on the test fold against seconds of work, a line a contender and device."""
    mute_axes(axes, "y")
    first, several = curves["device"].iloc[0], curves["device"].nunique() > 1
    for (device, name), own in curves.groupby(["device", "contender"], sort=False):
        label = f"{name}, {device}" if several else name
        look = dict(linestyle="-" if device == first else "--", color=_COLOURS[name], marker="o", markersize=4)
        axes.plot(own["seconds"], own["top_2"], label=label, linewidth=1.8, zorder=3, **look)
    for target in results["target_top_2"].dropna().unique():
        axes.axhline(target, color=FAINT, linewidth=1, linestyle=":")
        place = dict(xycoords=("axes fraction", "data"), textcoords="offset points", ha="left")
        axes.annotate("target", (0, target), (3, 3), fontsize=8, color=MUTED, **place)
    low, high = curves["seconds"].min(), curves["seconds"].max()
    axes.set_xscale("log")
    axes.set_xlim(low / 1.15, high * 1.15)
    shown = _round_seconds(low / 1.15, high * 1.15)
    axes.set_xticks(shown, [_spoken_rate(s) for s in shown])
    axes.set_xticks([], minor=True)
    title = "Top-2 accuracy on unseen authors, by seconds of work"
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=INK)
    axes.legend(frameon=False, fontsize=8.5, loc="upper left", bbox_to_anchor=(1, 1), borderaxespad=0)


def _round_seconds(low: float, high: float) -> list[int]:
    """Round durations between `low` and `high`, far enough from one another on a logarithmic axis to be read."""
    shown = []
    for seconds in _SECONDS_SHOWN:
        apart = not shown or log(seconds / shown[-1]) > _LEAST_GAP * log(high / low)
        if low <= seconds <= high and apart:
            shown.append(seconds)
    return shown


def _spoken_rate(seconds: int) -> str:
    """A round duration, short."""
    if seconds % 3600 == 0:
        return f"{seconds // 3600} h"
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
