"""Paintings and their nearest by other painters, as a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.plots.pictures import draw_picture, open_picture
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import INK, MUTED, RIGHT, WIDTH, WRONG, new_figure, set_note, set_title, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MAX_QUERIES = 12


def plot_neighbours(neighbours: pd.DataFrame, images: str | Path) -> Figure:
    """A row for each query: the painting, then its nearest, framed blue if they are of its style and else orange.

    `neighbours` is what `embed.neighbours_table` gives: `query, rank, filename, label, author, distance`, where rank 0
    is the query itself. At most 12 queries are drawn. Raises ValueError for missing columns or no rows.
    """
    need_columns(neighbours, ["query", "rank", "filename", "label", "author", "distance"], "neighbours")
    queries = list(dict.fromkeys(neighbours["query"]))
    shown = [neighbours[neighbours["query"] == query] for query in queries[:_MAX_QUERIES]]
    n_columns = max(map(len, shown))
    cell = WIDTH / n_columns
    fig = new_figure(WIDTH, 0.75 + len(shown) * (cell + 0.3))
    for line, rows in zip(fig.subplots(len(shown), n_columns, squeeze=False), shown, strict=True):
        style = rows["label"].iloc[0]
        for axes in line:
            axes.set_axis_off()
        for axes, row in zip(line, rows.itertuples(), strict=False):
            _draw(axes, row, images, None if row.rank == 0 else RIGHT if row.label == style else WRONG)
    set_title(fig, "Paintings and their nearest by other painters")
    note = "Left: the painting. Blue: of its style; orange: of another. Numbers: distance."
    set_note(fig, note if len(queries) <= _MAX_QUERIES else f"{note} Shown: {_MAX_QUERIES} of {len(queries)}.")
    return fig


def _draw(axes: Axes, row: tuple, images: str | Path, frame: str | None) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    draw_picture(axes, open_picture(Path(images) / row.filename), frame)
    who = shorten(row.author or Path(row.filename).stem, 20)
    distance = "" if row.rank == 0 else f" {row.distance:.2f}"
    axes.text(0.5, -0.03, who, ha="center", va="top", fontsize=7.5, color=INK)
    axes.text(0.5, -0.14, f"{shorten(row.label, 18)}{distance}", ha="center", va="top", fontsize=7.5, color=MUTED)
