"""A tuning study: how its trials went, which settings mattered, and what values of theirs did well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import check_columns
from styleclf.plots.theme import (
    BAR,
    BAR_HEIGHT,
    FAINT,
    INK,
    MUTED,
    REFERENCE_LINE,
    RIGHT,
    WIDTH,
    WRONG,
    Look,
    draw_titled_legend,
    mute_axes,
    new_figure,
    rows_for,
    set_note,
    set_title,
)
from styleclf.plots.words import label_rows, label_x, label_y, shorten, write_beside_bar, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TARGET = "top-2 accuracy"
_LOGARITHMIC = {
    "embedding_size": 2,
    "lr_max": 10,
    "wd": 10,
}  # settings that are drawn so, and the base of their ticks
_NOTE = "Over all folds, of painters not trained on; values far below the others stand at the lower edge."
_DOT: Look = {"markersize": 5, "alpha": 0.75}
_BIG_DOT: Look = {"markersize": 9, "markeredgecolor": "white"}
_NO_SETTINGS = ("number", "state", "value", "default", "seconds", "reason")  # columns beside the settings
_TRIAL_COLUMNS = ("number", "state", "value", "default")
_MAX_COLUMNS = 4
_NAME_LETTERS = 30  # of all values of a setting together
_LEGEND_LOOK: Look = {"fontsize": 9}
_BEST_LOOK: Look = {
    "textcoords": "offset points",
    "ha": "center",
    "fontsize": 9,
    "fontweight": "bold",
    "color": RIGHT,
}
_PRUNED_LOOK: Look = {
    "color": FAINT,
    "fillstyle": "none",
    "label": "stopped after some folds",
}
_FAILED_LOOK: Look = {
    "color": WRONG,
    "markersize": 6,
    "clip_on": False,
    "label": "failed",
}
_BOX_LOOK: Look = {
    "widths": 0.5,
    "showfliers": False,
    "medianprops": {"color": RIGHT, "linewidth": 2},
    "boxprops": {"color": MUTED},
    "whiskerprops": {"color": MUTED},
    "capprops": {"color": MUTED},
}


def tuning_figures(
    trials: pd.DataFrame,
    importances: pd.Series,  # by setting
) -> dict[str, Figure]:
    """Every figure that the study has enough trials for, by name: history, slices, importance, architectures.

    `trials` is what `tuning.trials_table` gives, one row per trial; `importances` are shares by the name of a setting.
    """
    complete = _complete_trials(trials)
    figures = {}
    if len(trials):
        figures["history"] = _plot_tuning_history(trials)
    if len(complete) > 1:
        figures["slices"] = _plot_slices(trials)
    if len(importances):
        figures["importance"] = _plot_importance(importances)
    if "arch" in complete and complete["arch"].nunique() > 1:
        figures["architectures"] = _plot_architectures(trials)
    return figures


def _complete_trials(trials: pd.DataFrame) -> pd.DataFrame:
    """The trials that were judged on all folds."""
    return trials[trials["state"] == "complete"]


def _above_floor(values: pd.Series, complete: pd.Series) -> pd.Series:
    """Values, those far below most of the complete trials raised to an edge: else they would press the others flat."""
    best = complete.max()
    middle = complete.quantile(0.25)
    floor = best - 2 * (best - middle)
    if np.isnan(floor):
        return values
    return values.clip(lower=min(floor, complete.median()))


def _plot_tuning_history(trials: pd.DataFrame) -> Figure:
    """The target of every trial in turn, the best so far as a line, the default configuration as another.

    `trials` as `tuning.trials_table` returns it; a trial that was stopped stands at the mean of the folds it saw.
    Raises ValueError if columns or rows are missing.
    """
    check_columns(trials, _TRIAL_COLUMNS, "trials")
    complete = _complete_trials(trials)
    fig = new_figure(WIDTH, 3.9)
    axes = mute_axes(fig.subplots(), "y")
    pruned = trials[trials["state"] == "pruned"]
    failed = trials[trials["state"] == "failed"]
    _draw_pruned(axes, pruned, complete)
    heights = _above_floor(complete["value"], complete["value"])
    axes.plot(complete["number"], heights, "o", color=BAR, label="judged on all folds", **_DOT)
    if len(complete):
        _draw_best(axes, trials, complete)
    _draw_default(axes, complete)
    _draw_failed(axes, failed)
    _mark_whole_numbers(axes)
    axes.margins(y=0.12)
    label_x(axes, "trial")
    label_y(axes, _TARGET)
    draw_titled_legend(fig, "How tuning went, trial by trial", ncols=5, handletextpad=0.3, **_LEGEND_LOOK)
    set_note(fig, f"{_NOTE}\nThe best is optimistic: it was chosen by these numbers.")
    return fig


def _draw_pruned(axes: Axes, pruned: pd.DataFrame, complete: pd.DataFrame) -> None:
    """Draw stopped trials as hollow dots, at the mean of the folds that they were judged on."""
    means = pruned.filter(regex=r"^fold_\d+$").mean(axis=1)
    heights = _above_floor(means, complete["value"])
    axes.plot(pruned["number"], heights, "o", **_PRUNED_LOOK, **_DOT)


def _draw_best(axes: Axes, trials: pd.DataFrame, complete: pd.DataFrame) -> None:
    """Draw the best so far as a line, and the best of all as a large dot with its value."""
    values = _above_floor(trials["value"], complete["value"])
    so_far = values.cummax().ffill()
    axes.step(trials["number"], so_far, where="post", color=RIGHT, linewidth=1.8)
    best = complete.loc[complete["value"].idxmax()]
    point = (best["number"], best["value"])
    axes.plot(*point, "o", color=RIGHT, label="best", **_BIG_DOT)
    text = f"{best['value']:.3f}"
    axes.annotate(text, point, (0, 7), **_BEST_LOOK)


def _draw_default(axes: Axes, complete: pd.DataFrame) -> None:
    """Draw the default configuration's target as a line across."""
    is_default = complete["default"].astype(bool)
    if is_default.any():
        value = complete.loc[is_default, "value"].iloc[0]
        label = f"default {value:.3f}"
        axes.axhline(value, zorder=1, label=label, **REFERENCE_LINE)


def _draw_failed(axes: Axes, failed: pd.DataFrame) -> None:
    """Draw failed trials as crosses at the lower edge."""
    if len(failed) == 0:
        return
    heights = np.full(len(failed), 0.02)
    from_below = axes.get_xaxis_transform()
    axes.plot(failed["number"], heights, "x", transform=from_below, **_FAILED_LOOK)


def _mark_whole_numbers(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _plot_importance(importances: pd.Series) -> Figure:
    """How much each setting separates good trials from the others, as bars; `importances` by name, summing to 1.

    Raises ValueError if there are none.
    """
    if len(importances) == 0:
        raise ValueError("there are no importances to draw: a study needs some complete trials first")
    shares = importances.sort_values(ascending=False)
    height = 1.3 + 0.28 * len(shares)
    fig = new_figure(WIDTH, height)
    axes = mute_axes(fig.subplots())
    rows = range(len(shares))
    axes.barh(rows, shares, height=BAR_HEIGHT, color=BAR)
    for row, share in enumerate(shares):
        write_beside_bar(axes, share, row, text=f"{share:.0%}", colour=MUTED)
    label_rows(axes, list(shares.index))
    axes.set_xticks([])
    axes.margins(x=0.08)
    set_title(fig, "What set good trials apart")
    set_note(fig, "Shares by PED-ANOVA. With some dozens of trials they are rough: read order, not digits.")
    return fig


def _plot_slices(trials: pd.DataFrame) -> Figure:
    """The target against every setting that was varied, a panel each; the best trial and the default stand out.

    Raises ValueError if columns, complete trials or varied settings are missing.
    """
    check_columns(trials, _TRIAL_COLUMNS, "trials")
    complete = _complete_trials(trials)
    settings = [name for name in _setting_columns(trials) if complete[name].nunique() > 1]
    if not settings:
        raise ValueError("there is nothing to draw: no setting varies among the complete trials")
    n_columns = min(len(settings), _MAX_COLUMNS)
    n_rows = rows_for(len(settings), n_columns)
    fig = new_figure(WIDTH, 1.1 + 2.1 * n_rows)
    panels = fig.subplots(n_rows, n_columns, sharey=True, squeeze=False).ravel()
    for axes, setting in zip(panels, settings, strict=False):
        _draw_slice(axes, complete, setting)
    for axes in panels[len(settings) :]:
        axes.set_visible(False)
    handles, labels = panels[0].get_legend_handles_labels()
    title = "Which values of settings did well"
    draw_titled_legend(fig, title, handles=handles, labels=labels, ncols=3, **_LEGEND_LOOK)
    fig.supylabel(_TARGET, fontsize=9, color=INK)
    set_note(fig, f"{_NOTE}\nWhat a probe alone does not use is drawn for trials that went on.")
    return fig


def _setting_columns(trials: pd.DataFrame) -> list[str]:
    """The columns that hold settings."""
    names = [name for name in trials.columns if name not in _NO_SETTINGS]
    return [name for name in names if not name.startswith("fold_")]


def _draw_slice(axes: Axes, complete: pd.DataFrame, setting: str) -> None:
    """Draw the target against one setting; names stand side by side."""
    rows = complete[complete[setting].notna()]
    mute_axes(axes, "y")
    write_heading(axes, setting)
    x = _positions(axes, rows[setting])
    y = _above_floor(rows["value"], complete["value"])
    is_default = rows["default"].astype(bool)
    is_best = rows.index == complete["value"].idxmax()
    axes.plot(x, y, "o", color=BAR, label="trial", **_DOT)
    axes.plot(x[is_default], y[is_default], "o", color=MUTED, label="default configuration", **_BIG_DOT)
    axes.plot(x[is_best], y[is_best], "o", color=RIGHT, label="best", **_BIG_DOT)


def _positions(axes: Axes, values: pd.Series) -> pd.Series:
    """Where values stand along x, whose scale and ticks are set to suit."""
    from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

    if not pd.api.types.is_numeric_dtype(values.infer_objects()):
        return _name_positions(axes, values)
    if values.name in _LOGARITHMIC:
        base = _LOGARITHMIC[values.name]
        axes.set_xscale("log", base=base)
        axes.xaxis.set_major_locator(LogLocator(base, numticks=6))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter("{x:g}")
    else:
        are_whole = bool((values % 1 == 0).all())
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=are_whole))
    return values.astype(float)


def _name_positions(axes: Axes, values: pd.Series) -> pd.Series:
    """Where names stand along x, in their order, with ticks that say them."""
    names = sorted(values.unique())
    n_chars = _NAME_LETTERS // len(names)
    labels = [shorten(name, n_chars) for name in names]
    axes.set_xticks(range(len(names)), labels)
    axes.set_xlim(-0.6, len(names) - 0.4)
    return values.map(names.index)


def _plot_architectures(trials: pd.DataFrame) -> Figure:
    """Boxes of the target by architecture, best median first, over the trials themselves.

    Raises ValueError if columns or complete trials are missing.
    """
    check_columns(trials, ["state", "value", "arch"], "trials")
    complete = _complete_trials(trials)
    check_columns(complete, ["arch"], "the table of complete trials")
    by_arch = complete.groupby("arch")["value"]
    medians = by_arch.median().sort_values(ascending=False, kind="stable")
    names = medians.index
    values = [by_arch.get_group(name).to_numpy() for name in names]

    height = 1.5 + 0.5 * len(names)
    fig = new_figure(WIDTH, height)
    axes = mute_axes(fig.subplots(), "x")
    rows = range(len(names))
    axes.boxplot(values, positions=rows, orientation="horizontal", **_BOX_LOOK)
    _draw_trials(axes, values)
    labels = []
    for name, of_arch in zip(names, values, strict=True):
        n_trials = count_of(len(of_arch), "trial")
        labels.append(f"{name}\n{n_trials}")
    label_rows(axes, labels)
    label_x(axes, _TARGET)
    set_title(fig, "Which architectures did well")
    set_note(fig, "Trials judged on all folds; box: the middle half, line: the median.")
    return fig


def _draw_trials(axes: Axes, values: Sequence[np.ndarray]) -> None:
    """Draw the trials of each architecture over its box, spread a little."""
    for row, of_arch in enumerate(values):
        spread = np.linspace(-0.12, 0.12, len(of_arch))
        if len(of_arch) == 1:
            spread = np.zeros(1)
        axes.plot(of_arch, row + spread, "o", color=BAR, zorder=3, **_DOT)
