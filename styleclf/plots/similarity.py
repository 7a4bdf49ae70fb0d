"""How alike embeddings of the same style and of different styles are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import check_one_of
from styleclf.evaluation import check_columns
from styleclf.plots.theme import (
    MUTED,
    RIGHT,
    WIDTH,
    WRONG,
    draw_titled_legend,
    mute_axes,
    new_figure,
    rows_for,
    set_note,
)
from styleclf.plots.words import shorten, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SOLID = "-"
_DASHED = (0, (4, 1.5))
_DOTTED = (0, (1, 1.2))
_KINDS = {  # of pairs: colour and line
    "same trained style": (RIGHT, _SOLID),
    "different trained styles": (WRONG, _SOLID),
    "same withheld style": (RIGHT, _DASHED),
    "different withheld styles": (WRONG, _DASHED),
    "withheld with trained": (MUTED, _DOTTED),
}
_COLUMNS = ("kind", "low", "high", "share")
_N_COLUMNS = 3
_MAX_BINS = 25  # of a panel: of some hundred pairs finer ones would be noise
_MIN_BINS = 10
_RARE = 0.002  # of a kind: outer bins are left out where no kind has more


def plot_similarity(similarities: Mapping[str, pd.DataFrame]) -> Figure:
    """How often pairs of images have which cosine similarity, a panel for each model, a line for each kind of pairs.

    `similarities` are what `metric_learning.similarities` gives, `kind, low, high, share`, by the model's name: `kind`
    is one of `_KINDS`, `low, high` bound a bin in -1..1, all of one width, `share` is that of the kind's pairs in it,
    0..1. Every panel has its own scales. Raises ValueError for no model, missing columns or rows, and other kinds.
    """
    _check(similarities)
    n_columns = min(_N_COLUMNS, len(similarities))
    n_rows = rows_for(len(similarities), n_columns)
    fig = new_figure(WIDTH, 1.2 + 1.9 * n_rows)
    panels = fig.subplots(n_rows, n_columns, squeeze=False).flat
    lines = {}
    for axes, (model, table) in zip(panels, similarities.items(), strict=False):
        _draw_kinds(axes, table)
        write_heading(axes, shorten(model, 34))
        for line in axes.lines:
            lines[line.get_label()] = line
    for axes in fig.axes[len(similarities) :]:
        axes.set_axis_off()
    handles = [lines[kind] for kind in _KINDS if kind in lines]
    draw_titled_legend(fig, "Cosine similarities of pairs", handles=handles, ncols=3, fontsize=8.5)
    set_note(
        fig, "Up: share of the kind's pairs; every panel has its own scales. Better: blue right of orange and grey."
    )
    return fig


def _draw_kinds(axes: Axes, table: pd.DataFrame) -> None:
    """Draw a line for every kind, over the similarities that some kind has, in bins coarse enough for a calm line."""
    mute_axes(axes, "x").set(yticks=[])
    edges = _coarse_edges(table)
    width = edges[1] - edges[0]
    for kind, rows in table.groupby("kind"):
        colour, line = _KINDS[kind]
        middles = (rows["low"] + rows["high"]) / 2
        shares, _ = np.histogram(middles, edges, weights=rows["share"])
        middles_of_bins = edges[:-1] + width / 2
        axes.plot(middles_of_bins, shares, color=colour, linestyle=line, linewidth=1.5, label=kind)
    axes.set(xlim=(edges[0], edges[-1]), ylim=(0, None))
    axes.locator_params(axis="x", nbins=5)


def _coarse_edges(table: pd.DataFrame) -> np.ndarray:
    """The edges of the bins of a panel, each as wide as some bins of the table."""
    often = table[table["share"] > _RARE]
    bin_width = (table["high"] - table["low"]).median()
    high = often["high"].max()
    narrowest = high - _MIN_BINS * bin_width
    low = min(often["low"].min(), narrowest)
    n_bins = (high - low) / bin_width
    n_joined = max(1, round(n_bins / _MAX_BINS))
    width = n_joined * bin_width
    beyond = high + width - bin_width / 2
    return np.arange(low, beyond, width)


def _check(similarities: Mapping[str, pd.DataFrame]) -> None:
    if not similarities:
        raise ValueError("there is no model's table of similarities to draw")
    for model, table in similarities.items():
        check_columns(table, _COLUMNS, f"similarities of {model}")
        for kind in table["kind"].unique():
            check_one_of(kind, _KINDS, f"the kind in similarities of {model}")
