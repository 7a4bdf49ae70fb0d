"""The course of a training as a figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.plots.tables import need_columns
from styleclf.plots.theme import FAINT, INK, PARTS, WIDTH, darken, mute_axes, new_figure, readable_name, set_note

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_history(history: pd.DataFrame, metric: str = "top_2_accuracy", chosen: int | None = None) -> Figure:
    """The course of training: the metric and the loss by epoch, on training and test images.

    `history` has the column `epoch` and any of `train_<metric>, test_<metric>, train_loss, test_loss`; what is missing
    is not drawn. The values of the epoch `chosen`, the last by default, stand beside the curves.
    Raises ValueError for an unknown metric or epoch.
    """
    need_columns(history, ["epoch"], "history")
    chosen = history["epoch"].iloc[-1] if chosen is None else chosen
    _check_history(history, metric, chosen)
    names = [name for name in dict.fromkeys([metric, "loss"]) if _curves(history, name)]
    fig = new_figure(WIDTH, 3.3)
    for axes, name in zip(fig.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        _draw_curves(axes, history["epoch"], _curves(history, name), chosen)
        axes.set_title(readable_name(name), loc="left", fontsize=11, fontweight="bold", color=INK)
    probe = " Epoch 0 is the probe." if 0 in set(history["epoch"]) else ""
    end = " Curves end before the average with it: that model is the one judged elsewhere." if len(history) > 1 else ""
    set_note(fig, f"Dots and numbers: epoch {chosen}.{probe}{end if probe else ''}")
    return fig


def _check_history(history: pd.DataFrame, metric: str, chosen: int) -> None:
    """Raise ValueError if no part of `history` holds `metric`, or if it has no epoch `chosen`."""
    if not _curves(history, metric):
        parts = [name for name in map(str, history.columns) if name.startswith(("train_", "test_"))]
        legal = sorted({name.split("_", 1)[1] for name in parts})
        raise ValueError(f"history has no metric {metric!r}: choose one of {', '.join(legal)}")
    if chosen not in set(history["epoch"]):
        first, last = history["epoch"].min(), history["epoch"].max()
        raise ValueError(f"chosen epoch {chosen!r} is not in the history, which runs from {first} to {last}")


def _curves(history: pd.DataFrame, name: str) -> dict[str, pd.Series]:
    """The parts ('train', 'test') for which `history` holds any value of `name`, and their values."""
    found = {part: history[f"{part}_{name}"] for part in ("train", "test") if f"{part}_{name}" in history.columns}
    return {part: values for part, values in found.items() if values.notna().any()}


def _draw_curves(axes: Axes, epochs: pd.Series, parts: Mapping[str, pd.Series], chosen: int) -> None:
    """Draw one curve a part, named at its end, with a dot and the value at the chosen epoch."""
    mute_axes(axes, "y").set_xlabel("epoch", fontsize=9, color=INK)
    _mark_whole_epochs(axes, epochs)
    axes.axvline(chosen, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    texts = {}
    for part, values in parts.items():
        seen, at = values.notna(), values[epochs == chosen].iloc[0]
        small_dots = dict(marker="o", markersize=3) if seen.sum() <= 15 else {}
        axes.plot(epochs[seen], values[seen], color=PARTS[part], linewidth=1.8, **small_dots)
        axes.plot(chosen, at, "o", color=PARTS[part], markersize=7, zorder=3)
        texts[part] = part if np.isnan(at) else f"{part} {at:#.3g}"
    _name_curves(axes, {part: values.dropna().iloc[-1] for part, values in parts.items()}, texts)


def _mark_whole_epochs(axes: Axes, epochs: pd.Series) -> None:
    """Ticks on whole epochs only, and a little room when there is just one."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    pad = max(0.03 * (epochs.max() - epochs.min()), 0.5 if len(epochs) == 1 else 0)
    axes.set_xlim(epochs.min() - pad, epochs.max() + pad)


def _name_curves(axes: Axes, ends: Mapping[str, float], texts: Mapping[str, str]) -> None:
    """Write each curve's name to the right of the axes, level with its end but never over another name."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)  # else the view would move on under the names
    heights = {part: (end - low) / (high - low) for part, end in ends.items()}
    where = dict(xycoords="axes fraction", textcoords="offset points", va="center")
    for part, height in _spread(heights, gap=0.09).items():
        look = dict(fontsize=9.5, fontweight="bold", color=darken(PARTS[part]))
        axes.annotate(texts[part], (1, height), (6, 0), **where, **look)


def _spread(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Two heights moved apart, equally, to at least `gap`; a single one stays."""
    if len(heights) < 2:
        return dict(heights)
    (lower, low), (upper, high) = sorted(heights.items(), key=lambda item: item[1])
    push = max(gap - (high - low), 0) / 2
    return {lower: low - push, upper: high + push}
