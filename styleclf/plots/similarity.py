"""How alike embeddings of the same style and of different styles are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    INK,
    MUTED,
    RIGHT,
    WIDTH,
    WRONG,
    figure_header,
    mute_axes,
    new_figure,
    set_note,
    shorten,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SOLID, _DASHED, _DOTTED = "-", (0, (4, 1.5)), (0, (1, 1.2))
_KINDS = {  # of pairs: colour and line
    "same trained style": (RIGHT, _SOLID),
    "different trained styles": (WRONG, _SOLID),
    "same withheld style": (RIGHT, _DASHED),
    "different withheld styles": (WRONG, _DASHED),
    "withheld with trained": (MUTED, _DOTTED),
}
_N_COLUMNS = 3
_MOST, _LEAST = 25, 10  # bins of a panel: of some hundred pairs finer ones would be noise
_RARE = 0.002  # of a kind: outer bins are left out where no kind has more


def plot_similarity(similarities: Mapping[str, pd.DataFrame]) -> Figure:
    """How often pairs of images have which cosine similarity, a panel a model, a line a kind of pairs.

    `similarities` are what `retrieval.similarities` gives, `kind, low, high, share`, by the model's name: `kind` is one
    of `_KINDS`, `low, high` bound a bin in -1..1, all of one width, `share` is that of the kind's pairs in it, 0..1.
    Every panel has its own scales. Raises ValueError for no model, missing columns or rows, and other kinds.
    """
    _check(similarities)
    n_columns = min(_N_COLUMNS, len(similarities))
    n_lines = -(-len(similarities) // n_columns)
    fig = new_figure(WIDTH, 1.2 + 1.9 * n_lines)
    panels = fig.subplots(n_lines, n_columns, squeeze=False).flat
    for axes, (model, table) in zip(panels, similarities.items(), strict=False):
        _draw(axes, table)
        figure_header(axes, shorten(model, 34))
    for axes in fig.axes[len(similarities) :]:
        axes.set_axis_off()
    drawn = {line.get_label(): line for axes in fig.axes for line in axes.lines}
    handles = [drawn[kind] for kind in _KINDS if kind in drawn]
    look = dict(ncols=3, frameon=False, fontsize=8.5, labelcolor=INK, alignment="left")
    legend = fig.legend(handles=handles, loc="outside upper left", title="Cosine similarities of pairs", **look)
    legend.get_title().set(size=12, weight="bold", color=INK)
    set_note(
        fig, "Up: share of the kind's pairs; every panel has its own scales. Better: blue right of orange and grey."
    )
    return fig


def _draw(axes: Axes, table: pd.DataFrame) -> None:
    """Draw a line for every kind, over the similarities that some kind has, in bins coarse enough for a calm line."""
    mute_axes(axes, "x").set(yticks=[])
    often = table[table["share"] > _RARE]
    bin_width, high = (table["high"] - table["low"]).median(), often["high"].max()
    low = min(often["low"].min(), high - _LEAST * bin_width)
    width = bin_width * max(1, round((high - low) / bin_width / _MOST))
    edges = np.arange(low, high + width - bin_width / 2, width)
    for kind, rows in table.groupby("kind"):
        colour, line = _KINDS[kind]
        shares, _ = np.histogram((rows["low"] + rows["high"]) / 2, edges, weights=rows["share"])
        axes.plot(edges[:-1] + width / 2, shares, color=colour, linestyle=line, linewidth=1.5, label=kind)
    axes.set(xlim=(low, edges[-1]), ylim=(0, None))
    axes.locator_params(axis="x", nbins=5)


def _check(similarities: Mapping[str, pd.DataFrame]) -> None:
    if not similarities:
        raise ValueError("there is no model's table of similarities to draw")
    for model, table in similarities.items():
        need_columns(table, ["kind", "low", "high", "share"], f"similarities of {model}")
        others = sorted(set(table["kind"]) - set(_KINDS))
        if others:
            raise ValueError(
                f"similarities of {model} have the kind {others[0]!r}: it must be one of {', '.join(_KINDS)}"
            )
