"""The course of a training as a figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import check_columns
from styleclf.plots.theme import FAINT, INK, PARTS, WIDTH, Look, darken, mute_axes, new_figure, set_note, set_title
from styleclf.plots.words import label_x, readable_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PARTS = ("train", "test")
_HEADING_LOOK: Look = {
    "fontsize": 11,
    "fontweight": "bold",
    "color": INK,
}
_NAME_LOOK: Look = {
    "xycoords": "axes fraction",
    "textcoords": "offset points",
    "va": "center",
    "fontsize": 9.5,
    "fontweight": "bold",
}
_EPOCH_LINE: Look = {
    "color": FAINT,
    "linewidth": 0.8,
    "linestyle": (0, (4, 3)),
    "zorder": 1,
}
_CURVE_LOOK: Look = {"linewidth": 1.8, "markersize": 3}
_MARK_LOOK: Look = {"markersize": 7, "zorder": 3}
_FEW_EPOCHS = 15  # up to which every epoch gets a dot
_NAME_GAP = 0.09  # between the names of two curves, of the height of the axes


def plot_history(
    history: pd.DataFrame,
    metric: str = "top_2_accuracy",
    epoch: int | None = None,  # that is marked, the last unless given
) -> Figure:
    """The course of training: the metric and the loss by epoch, on training and test images.

    `history` has the column `epoch` and any of `train_<metric>, test_<metric>, train_loss, test_loss`; what is missing
    is not drawn. The values at `epoch`, the last by default, stand beside the curves.
    Raises ValueError for an unknown metric or epoch.

    >>> history = pd.DataFrame({"epoch": [1, 2], "test_loss": [1.0, 0.5]})
    >>> plot_history(history, "loss").get_supxlabel()
    'Dots and numbers: epoch 2.'
    """
    check_columns(history, ["epoch"], "history")
    epochs = history["epoch"]
    last_epoch = epochs.iloc[-1]
    marked_epoch = last_epoch if epoch is None else epoch
    _check_history(history, metric, marked_epoch)

    panels = {}
    for name in (metric, "loss"):
        curves = _curves(history, name)
        if curves:
            panels[name] = curves
    fig = new_figure(WIDTH, 3.6)
    grid = fig.subplots(1, len(panels), squeeze=False)
    all_axes = grid[0]
    for axes, (name, curves) in zip(all_axes, panels.items(), strict=True):
        _draw_curves(axes, epochs, curves, marked_epoch=marked_epoch)
        axes.set_title(readable_name(name), loc="left", **_HEADING_LOOK)
    set_title(fig, "How the training went, on its own images and on test images")
    set_note(fig, _note(epochs, marked_epoch))
    return fig


def _note(epochs: pd.Series, marked_epoch: int) -> str:
    """What the numbers are, and where a training with a probe begins and ends."""
    note = f"Dots and numbers: epoch {marked_epoch}."
    if 0 not in set(epochs):
        return note
    note += " Epoch 0 is the probe."
    if len(epochs) > 1:
        note += " Curves end before the average with it: that model is the one judged elsewhere."
    return note


def _check_history(
    history: pd.DataFrame,
    metric: str,
    epoch: int,
) -> None:
    """Raise ValueError if no part of `history` holds `metric`, or if it has no such epoch."""
    if not _curves(history, metric):
        legal = set()
        for column in map(str, history.columns):
            part, _, name = column.partition("_")
            if name and part in _PARTS:
                legal.add(name)
        metrics = ", ".join(sorted(legal))
        raise ValueError(f"history has no metric {metric!r}: choose one of {metrics}")
    epochs = history["epoch"]
    if epoch not in set(epochs):
        span = f"from {epochs.min()} to {epochs.max()}"
        raise ValueError(f"chosen epoch {epoch!r} is not in the history, which runs {span}")


def _curves(history: pd.DataFrame, name: str) -> dict[str, pd.Series]:
    """The parts ('train', 'test') for which `history` holds any value of `name`, and their values."""
    curves = {}
    for part in _PARTS:
        values = history.get(f"{part}_{name}")
        if values is not None and values.notna().any():
            curves[part] = values
    return curves


def _draw_curves(
    axes: Axes,
    epochs: pd.Series,
    curves: Mapping[str, pd.Series],  # by part
    *,
    marked_epoch: int,
) -> None:
    """Draw one curve per part, named at its end, with a dot and the value at the marked epoch."""
    label_x(mute_axes(axes, "y"), "epoch")
    _mark_whole_epochs(axes, epochs)
    axes.axvline(marked_epoch, **_EPOCH_LINE)
    names = {}
    ends = {}
    for part, values in curves.items():
        is_known = values.notna()
        marker = "o" if is_known.sum() <= _FEW_EPOCHS else ""
        colour = PARTS[part]
        axes.plot(epochs[is_known], values[is_known], color=colour, marker=marker, **_CURVE_LOOK)
        marked_value = values[epochs == marked_epoch].iloc[0]
        axes.plot(marked_epoch, marked_value, "o", color=colour, **_MARK_LOOK)
        has_value = not np.isnan(marked_value)
        names[part] = f"{part} {marked_value:#.3g}" if has_value else part
        ends[part] = values[is_known].iloc[-1]
    _name_curves(axes, ends, names)


def _mark_whole_epochs(axes: Axes, epochs: pd.Series) -> None:
    """Set ticks on whole epochs only, and leave a little room when there is just one."""
    from matplotlib.ticker import MaxNLocator

    locator = MaxNLocator(nbins=6, integer=True, min_n_ticks=1)
    axes.xaxis.set_major_locator(locator)
    first = epochs.min()
    last = epochs.max()
    room = 0.5 if len(epochs) == 1 else 0.03 * (last - first)
    axes.set_xlim(first - room, last + room)


def _name_curves(
    axes: Axes,
    ends: Mapping[str, float],  # by part
    names: Mapping[str, str],  # by part
) -> None:
    """Write each curve's name to the right of the axes, level with its end but never over another name."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)  # else the view would move on under the names
    heights = {}
    for part, end in ends.items():
        heights[part] = (end - low) / (high - low)
    for part, height in _moved_apart(heights, _NAME_GAP).items():
        colour = darken(PARTS[part])
        axes.annotate(names[part], (1, height), (6, 0), color=colour, **_NAME_LOOK)


def _moved_apart(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Two heights moved apart, equally, to at least `gap`; a single one stays."""
    if len(heights) < 2:
        return dict(heights)
    lower, upper = sorted(heights, key=heights.__getitem__)
    low = heights[lower]
    high = heights[upper]
    missing = gap - (high - low)
    push = max(missing, 0) / 2
    return {lower: low - push, upper: high + push}
