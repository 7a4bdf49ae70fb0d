"""Paintings and their nearest by other painters, as a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from styleclf.common import written_painter, written_title
from styleclf.evaluation import check_columns
from styleclf.plots.picture_cells import PictureCell, draw_picture, open_picture
from styleclf.plots.theme import INK, MUTED, RIGHT, WIDTH, WRONG, Look, new_figure, set_note, set_title
from styleclf.plots.words import shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = ("query", "rank", "filename", "label", "author", "distance")
_MAX_QUERIES = 12
_CAPTION_LOOK: Look = {
    "ha": "center",
    "va": "top",
    "fontsize": 7.5,
}


def plot_neighbours(neighbours: pd.DataFrame, images: str | Path) -> Figure:
    """One row per query: the painting, then its nearest, framed blue if they are of its style and else orange.

    `neighbours` is what `embeddings.neighbours_table` gives: `query, rank, filename, label, author, distance`, where
    rank 0 is the query itself. At most 12 queries are drawn. Raises ValueError for missing columns or no rows.
    """
    check_columns(neighbours, _COLUMNS, "neighbours")
    queries = list(dict.fromkeys(neighbours["query"]))
    lines = []
    for query in queries[:_MAX_QUERIES]:
        lines.append(neighbours[neighbours["query"] == query])
    n_columns = max(map(len, lines))
    cell = WIDTH / n_columns
    height = 0.75 + len(lines) * (cell + 0.3)
    fig = new_figure(WIDTH, height)
    grid = fig.subplots(len(lines), n_columns, squeeze=False)
    for line, rows in zip(grid, lines, strict=True):
        style = rows["label"].iloc[0]
        for axes in line:
            axes.set_axis_off()
        for axes, row in zip(line, rows.itertuples(), strict=False):
            _draw_painting(axes, row, images, style=style)
    set_title(fig, "Paintings and their nearest by other painters")
    note = "Left: the painting. Blue: of its style; orange: of another. Numbers: distance."
    if len(queries) > _MAX_QUERIES:
        note += f" Shown: {_MAX_QUERIES} of {len(queries)}."
    set_note(fig, note)
    return fig


def _draw_painting(
    axes: Axes,
    row: Any,
    images: str | Path,
    *,
    style: str,  # of the query
) -> None:
    """Draw a painting with its author, style and distance below; all but the query in the colour of its match."""
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    picture = open_picture(Path(images) / row.filename)
    frame = None
    distance = ""
    if row.rank > 0:
        frame = RIGHT if row.label == style else WRONG
        distance = f" {row.distance:.2f}"
    draw_picture(PictureCell(axes), picture, frame)
    painter = written_painter(row.author) or written_title(Path(row.filename).stem)
    painter = shorten(painter, 20)
    axes.text(0.5, -0.03, painter, color=INK, **_CAPTION_LOOK)
    style_and_distance = shorten(row.label, 18) + distance
    axes.text(0.5, -0.14, style_and_distance, color=MUTED, **_CAPTION_LOOK)
