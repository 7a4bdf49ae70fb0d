"""Precision and recall of one style against the rest as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from styleclf.output import count_of
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import INK, MUTED, PALETTE, WIDTH, mute_axes, new_figure, set_note

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DIFFERENCE = "difference"


def plot_precision_recall(scores: pd.DataFrame, curves: pd.DataFrame, style: str) -> Figure:
    """Precision along recall for every model, with 95 % bands, average precision, and the chance level.

    `scores` and `curves` are those of `one_vs_rest.precision_recall`: `model, value, lo, hi, chance, n_style, n_images,
    n_authors` and `model, recall, precision, lo, hi`, all rates in 0..1. Raises ValueError if columns are missing.
    """
    need_columns(scores, ["model", "value", "lo", "hi", "chance", "n_style", "n_images", "n_authors"], "scores")
    need_columns(curves, ["model", "recall", "precision", "lo", "hi"], "curves")
    of_model = scores.set_index("model")
    sizes = scores.iloc[0]
    fig = new_figure(WIDTH, 5.2)
    axes = mute_axes(fig.subplots(), "y")
    for colour, (model, curve) in zip(PALETTE, curves.groupby("model", sort=False), strict=False):
        label = f"{model}: average precision {_with_interval(of_model.loc[model])}"
        axes.fill_between(curve["recall"], curve["lo"], curve["hi"], color=colour, alpha=0.15, linewidth=0)
        axes.plot(curve["recall"], curve["precision"], color=colour, linewidth=1.8, label=label)
    axes.axhline(
        sizes["chance"], color=MUTED, linewidth=1, linestyle=(0, (4, 3)), label=f"chance {sizes['chance']:.2f}"
    )
    if _DIFFERENCE in of_model.index:
        axes.plot([], [], " ", label=f"difference: {_with_interval(of_model.loc[_DIFFERENCE], '+')}")
    axes.set_xlabel("recall: share of the style that is found", fontsize=9, color=INK)
    axes.set_ylabel("precision: share of the found that is of the style", fontsize=9, color=INK)
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    legend = fig.legend(loc="outside upper left", frameon=False, fontsize=9, labelcolor=INK, alignment="left")
    legend.set_title(f"{style} against the rest")
    legend.get_title().set(size=12, weight="bold", color=INK)
    sizes_text = f"{sizes['n_style']:,} of {count_of(sizes['n_images'], 'image')} are {style}"
    authors = f", by {count_of(sizes['n_authors'], 'named author')}" if sizes["n_authors"] else ""
    set_note(fig, f"{sizes_text}{authors}. Bands and brackets: 95 % intervals from resampling authors.")
    return fig


def _with_interval(row: pd.Series, sign: str = "") -> str:
    """`0.81 (0.74-0.88)`; with sign '+' as for a difference, `+0.03 (-0.01 to +0.07)`."""
    value, lo, hi = (f"{row[name]:{sign}.2f}" for name in ("value", "lo", "hi"))
    return f"{value} ({lo} to {hi})" if sign else f"{value} ({lo}-{hi})"
