"""Explained paintings beside the training paintings that lie nearest, with what matters in each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.plots.explain import UNSIGNED, paint_map
from styleclf.plots.pictures import draw_picture
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import INK, MUTED, RIGHT, WIDTH, WRONG, new_figure, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_QUERIES = 6
_WORDS = 0.32  # inches below the two lines of a query


def plot_evidence(
    table: pd.DataFrame,
    shown: Mapping[tuple[str, str], tuple[Image.Image, np.ndarray]],  # by filename and target: picture, its map
    method: str,
) -> Figure:
    """Two lines a query: the painting and its nearest in colour, and below each itself under its map.

    `table` is what `explain.evidence.evidence_table` gives. Frames of neighbours are blue if they are of the style that
    is explained, else orange. At most 6 queries are drawn. Raises ValueError for missing columns or no rows.
    """
    need_columns(table, ["query", "rank", "filename", "label", "author", "target", "distance"], "the evidence")
    queries = list(dict.fromkeys(table["query"]))
    cell = WIDTH / (table["rank"].max() + 1)
    band, top = 2 * cell + _WORDS, 0.62
    height = top + band * len(queries[:MAX_QUERIES])
    fig = new_figure(WIDTH, height, layout=None)
    title = "Paintings and their nearest training paintings by others"
    how = f"Maps: {method.replace('_', ' ')}, for the style below."
    note = f"Left: the painting. Blue frame: of the style explained; orange: of another. {how}"
    fig.text(0.01, 1 - 0.08 / height, title, va="top", fontsize=12, fontweight="bold", color=INK)
    fig.text(
        0.01,
        1 - 0.33 / height,
        note,
        va="top",
        fontsize=8.5,
        color=MUTED,
    )
    for line, query in enumerate(queries[:MAX_QUERIES]):
        rows = table[table["query"] == query]
        for row in rows.itertuples():
            picture, attr = shown[row.filename, row.target]
            frame = None if row.rank == 0 else RIGHT if row.label == rows["target"].iloc[0] else WRONG
            for below, each in enumerate((picture, paint_map(picture, attr, method not in UNSIGNED))):
                left, down = row.rank * cell + 0.03, top + line * band + below * cell
                side = cell - 0.06
                axes = fig.add_axes((left / WIDTH, 1 - (down + side) / height, side / WIDTH, side / height))
                axes.set(xlim=(0, 1), ylim=(0, 1))
                axes.set_axis_off()
                draw_picture(axes, each, frame if below == 0 else None)
            _write(axes, row, cell)
    return fig


def _write(axes: Axes, row: tuple, cell: float) -> None:
    """Write who and what below the lower picture."""
    who = shorten(row.author or Path(row.filename).stem, int(15 * cell))
    distance = "" if row.rank == 0 else f" {row.distance:.2f}"
    axes.text(0.5, -0.03, who, ha="center", va="top", fontsize=7, color=INK)
    axes.text(0.5, -0.13, f"{row.target}{distance}", ha="center", va="top", fontsize=7, color=MUTED)
