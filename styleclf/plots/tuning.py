"""A tuning study: how its trials went, which settings mattered, and what values of theirs did well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.output import count_of
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    BAR,
    FAINT,
    INK,
    MUTED,
    RIGHT,
    WIDTH,
    WRONG,
    figure_header,
    label_rows,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    shorten,
    write_beside_bar,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TARGET = "top-2 accuracy"
_LOGARITHMIC = {"embedding_size": 2, "lr_max": 10, "wd": 10}  # settings that are drawn so, and the base of their ticks
_NOTE = "Over all folds, of painters not trained on; values far below the others stand at the lower edge."
_DOT, _BEST_DOT = dict(markersize=5, alpha=0.75), dict(markersize=9, markeredgecolor="white")
_KNOWN = ("number", "state", "value", "default", "seconds", "reason")  # columns that are no settings


def tuning_figures(trials: pd.DataFrame, importances: pd.Series) -> dict[str, Figure]:
    """Every figure that the study has enough trials for, by name."""
    complete = _complete_trials(trials)
    figures = {"history": _plot_tuning_history(trials)} if len(trials) else {}
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
    floor = best - 2 * (best - complete.quantile(0.25))
    return values if np.isnan(floor) else values.clip(lower=min(floor, complete.median()))


def _plot_tuning_history(trials: pd.DataFrame) -> Figure:
    """The target of every trial in turn, the best so far as a line, the default configuration as another.

    `trials` as `tune.trials_table` returns it; a trial that was stopped stands at the mean of the folds it saw.
    Raises ValueError if columns or rows are missing.
    """
    need_columns(trials, ["number", "state", "value", "default"], "trials")
    fig = new_figure(WIDTH, 3.6)
    axes = mute_axes(fig.subplots(), "y")
    complete, pruned = _complete_trials(trials), trials[trials["state"] == "pruned"]
    seen = pruned.filter(regex=r"^fold_\d+$").mean(axis=1)
    hollow = dict(color=FAINT, fillstyle="none", label="stopped after some folds")
    axes.plot(pruned["number"], _above_floor(seen, complete["value"]), "o", **hollow, **_DOT)
    shown = _above_floor(complete["value"], complete["value"])
    axes.plot(complete["number"], shown, "o", color=BAR, label="judged on all folds", **_DOT)
    if len(complete):
        so_far = _above_floor(trials["value"], complete["value"]).cummax().ffill()
        axes.step(trials["number"], so_far, where="post", color=RIGHT, linewidth=1.8)
        best = complete.loc[complete["value"].idxmax()]
        axes.plot(best["number"], best["value"], "o", color=RIGHT, label="best", **_BEST_DOT)
        axes.annotate(
            f"{best['value']:.3f}", (best["number"], best["value"]), (0, 7), textcoords="offset points",
            ha="center", fontsize=9, fontweight="bold", color=RIGHT,
        )  # fmt: skip
    _draw_default(axes, complete)
    failed = trials.loc[trials["state"] == "failed", "number"]
    if len(failed):
        bottom = dict(transform=axes.get_xaxis_transform(), clip_on=False)
        axes.plot(failed, np.full(len(failed), 0.02), "x", color=WRONG, markersize=6, label="failed", **bottom)
    _whole_numbers(axes)
    axes.margins(y=0.12)
    axes.set_xlabel("trial", fontsize=9, color=INK)
    axes.set_ylabel(_TARGET, fontsize=9, color=INK)
    fig.legend(loc="outside upper left", ncols=5, frameon=False, fontsize=9, labelcolor=INK, handletextpad=0.3)
    set_note(fig, f"{_NOTE}\nThe best is optimistic: it was chosen by these numbers.")
    return fig


def _draw_default(axes: Axes, complete: pd.DataFrame) -> None:
    """Draw the default configuration's target as a line across."""
    for value in complete.loc[complete["default"].astype(bool), "value"][:1]:
        axes.axhline(value, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1, label=f"default {value:.3f}")


def _whole_numbers(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _plot_importance(importances: pd.Series) -> Figure:
    """How much each setting tells good trials from others, as bars; `importances` by name, summing to 1.

    Raises ValueError if there are none.
    """
    if len(importances) == 0:
        raise ValueError("there are no importances to draw: a study needs some complete trials first")
    ordered = importances.sort_values(ascending=False)
    fig = new_figure(WIDTH, 1.3 + 0.28 * len(ordered))
    axes = mute_axes(fig.subplots())
    axes.barh(range(len(ordered)), ordered, height=0.62, color=BAR)
    for i, value in enumerate(ordered):
        write_beside_bar(axes, value, i, f"{value:.0%}", MUTED)
    label_rows(axes, list(ordered.index))
    axes.set_xticks([])
    axes.margins(x=0.08)
    set_title(fig, "What told good trials from others")
    set_note(fig, "Shares by PED-ANOVA. With some dozens of trials they are rough: read order, not digits.")
    return fig


def _plot_slices(trials: pd.DataFrame) -> Figure:
    """The target against every setting that was varied, a panel each; the best trial and the default stand out.

    Raises ValueError if columns, complete trials or varied settings are missing.
    """
    need_columns(trials, ["number", "state", "value", "default"], "trials")
    complete = _complete_trials(trials)
    names = [name for name in _searched_columns(trials) if complete[name].nunique() > 1]
    if not names:
        raise ValueError("there is nothing to draw: no setting varies among the complete trials")
    n_columns = min(len(names), 4)
    n_rows = -(-len(names) // n_columns)
    fig = new_figure(WIDTH, 0.8 + 2.1 * n_rows)
    panels = fig.subplots(n_rows, n_columns, sharey=True, squeeze=False).ravel()
    for axes, name in zip(panels, names, strict=False):
        _draw_slice(axes, complete, name)
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    handles, labels = fig.axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper left", ncols=3, frameon=False, fontsize=9, labelcolor=INK)
    fig.supylabel(_TARGET, fontsize=9, color=INK)
    set_note(fig, f"{_NOTE}\nWhat a probe alone does not use is drawn for trials that went on.")
    return fig


def _searched_columns(trials: pd.DataFrame) -> list[str]:
    """The columns that hold settings."""
    return [name for name in trials.columns if name not in _KNOWN and not name.startswith("fold_")]


def _draw_slice(axes: Axes, complete: pd.DataFrame, name: str) -> None:
    """Draw the target against one setting; names stand side by side."""
    rows = complete[complete[name].notna()]
    mute_axes(axes, "y")
    figure_header(axes, name)
    x = _positions(axes, rows[name])
    best, default = rows.index == complete["value"].idxmax(), rows["default"].astype(bool)
    values = _above_floor(rows["value"], complete["value"])
    axes.plot(x, values, "o", color=BAR, label="trial", **_DOT)
    axes.plot(x[default], values[default], "o", color=MUTED, label="default configuration", **_BEST_DOT)
    axes.plot(x[best], values[best], "o", color=RIGHT, label="best", **_BEST_DOT)


def _positions(axes: Axes, values: pd.Series) -> pd.Series:
    """Where values stand along x, whose scale and ticks are set to suit."""
    from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

    if not pd.api.types.is_numeric_dtype(values.infer_objects()):
        names = sorted(values.unique())
        axes.set_xticks(range(len(names)), [shorten(name, 30 // len(names)) for name in names])
        axes.set_xlim(-0.6, len(names) - 0.4)
        return values.map({name: i for i, name in enumerate(names)})
    if values.name in _LOGARITHMIC:
        axes.set_xscale("log", base=_LOGARITHMIC[values.name])
        axes.xaxis.set_major_locator(LogLocator(_LOGARITHMIC[values.name], numticks=6))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter("{x:g}")
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=bool((values % 1 == 0).all())))
    return values.astype(float)


def _plot_architectures(trials: pd.DataFrame) -> Figure:
    """Boxes of the target by architecture, best median first, over the trials themselves.

    Raises ValueError if columns or complete trials are missing.
    """
    need_columns(trials, ["state", "value", "arch"], "trials")
    complete = _complete_trials(trials)
    need_columns(complete, ["arch"], "the table of complete trials")
    values = {name: rows["value"].to_numpy() for name, rows in complete.groupby("arch")}
    names = sorted(values, key=lambda name: -np.median(values[name]))
    fig = new_figure(WIDTH, 1.2 + 0.5 * len(names))
    axes = mute_axes(fig.subplots(), "x")
    look = dict(boxprops=dict(color=MUTED), whiskerprops=dict(color=MUTED), capprops=dict(color=MUTED))
    medians = dict(color=RIGHT, linewidth=2)
    axes.boxplot(
        [values[name] for name in names], positions=range(len(names)), orientation="horizontal", widths=0.5,
        showfliers=False, medianprops=medians, **look,
    )  # fmt: skip
    for i, name in enumerate(names):
        spread = np.linspace(-0.12, 0.12, len(values[name])) if len(values[name]) > 1 else 0
        axes.plot(values[name], i + spread, "o", color=BAR, zorder=3, **_DOT)
    label_rows(axes, [f"{name}\n{count_of(len(values[name]), 'trial')}" for name in names])
    axes.set_xlabel(_TARGET, fontsize=9, color=INK)
    set_note(fig, "Trials judged on all folds; box: the middle half, line: the median.")
    return fig
