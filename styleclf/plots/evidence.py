"""Explained paintings beside the training paintings that lie nearest, with what matters in each."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.evaluation import check_columns
from styleclf.plots.explain import UNSIGNED, paint_map
from styleclf.plots.picture_cells import PictureCell, cell_of_page, draw_picture, new_page
from styleclf.plots.theme import INK, MUTED, RIGHT, WIDTH, WRONG, Look, new_figure, write_title_and_note
from styleclf.plots.words import picture_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_QUERIES = 6
_COLUMNS = ("query", "rank", "filename", "label", "author", "target", "distance")
_WORDS = 0.44  # inches below the two lines of a query
_HEAD = 0.62  # inches for title and note
_GAP = 0.06  # inches between pictures
_CAPTION_LOOK: Look = {
    "ha": "center",
    "va": "top",
    "fontsize": 7,
}
_LETTERS_PER_INCH = 15
_NAME_LINES = 2
_LINE = 0.12  # inches of one
_PictureAndMap = tuple[Image.Image, np.ndarray]  # and what its parts mean


def plot_evidence(
    table: pd.DataFrame,
    pictures: Mapping[tuple[str, str], _PictureAndMap],  # by filename and target
    method: str,
) -> Figure:
    """Two lines per query: the painting and its nearest in colour, and below each itself under its map.

    `table` is the one that `explain.write_evidence` writes. Frames of neighbours are blue if they are of the style that
    is explained, else orange. At most 6 queries are drawn. Raises ValueError for missing columns or no rows.
    """
    check_columns(table, _COLUMNS, "the evidence")
    all_queries = list(dict.fromkeys(table["query"]))
    queries = all_queries[:MAX_QUERIES]
    width = WIDTH / (table["rank"].max() + 1)  # inches of a picture with its gap
    band = 2 * width + _WORDS
    height = _HEAD + band * len(queries)
    fig = new_figure(WIDTH, height, layout=None)
    note = f"Left: the painting. Blue frame: of the style explained; orange: of another. {_map_note(method)}"
    title = "Paintings and their nearest training paintings by others"
    if len(all_queries) > len(queries):
        title += f": the first {len(queries)} of {len(all_queries)}"
    write_title_and_note(fig, title, note)
    page = new_page(fig)
    for line, query in enumerate(queries):
        rows = table[table["query"] == query]
        explained_style = rows["target"].iloc[0]
        top = _HEAD + line * band
        for row in rows.itertuples():
            picture, attr = pictures[row.filename, row.target]
            left = row.rank * width + _GAP / 2
            side = width - _GAP
            in_colour = cell_of_page(page, left, top, side=side)
            draw_picture(in_colour, picture, _frame(row, explained_style))
            under_map = cell_of_page(page, left, top + width, side=side)
            picture_with_map = paint_map(picture, attr, method not in UNSIGNED)
            draw_picture(under_map, picture_with_map)
            _write_caption(under_map, row)
    return fig


def _map_note(method: str) -> str:
    return f"Maps: {method.replace('_', ' ')}, for the style below."


def _frame(row: Any, explained_style: str) -> str | None:
    """The colour of a neighbour's frame; the painting itself has none."""
    if row.rank == 0:
        return None
    return RIGHT if row.label == explained_style else WRONG


def _write_caption(cell: PictureCell, row: Any) -> None:
    """Write painter and title, the style explained and the distance below the lower picture."""
    name = picture_name(row.filename, row.author)
    distance = "" if row.rank == 0 else f" {row.distance:.2f}"
    n_letters = int(_LETTERS_PER_INCH * cell.inches)
    name_lines = wrap(name, n_letters, max_lines=_NAME_LINES, placeholder="…")
    line_height = _LINE / cell.inches
    for line, text in enumerate(name_lines):
        cell.write(0.5, -0.03 - line * line_height, text, color=INK, **_CAPTION_LOOK)
    y = -0.03 - _NAME_LINES * line_height
    cell.write(0.5, y, f"{row.target}{distance}", color=MUTED, **_CAPTION_LOOK)
