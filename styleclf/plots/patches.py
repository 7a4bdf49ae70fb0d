"""Patches of paintings, one row per style: what the style looks like to a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from PIL import Image

from styleclf.common import written_painter, written_title
from styleclf.evaluation import check_columns
from styleclf.plots.picture_cells import PictureCell, cell_of_page, draw_picture, new_page
from styleclf.plots.theme import INK, MUTED, WIDTH, Look, new_figure, write_title_and_note
from styleclf.plots.words import shorten, wrap_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLUMNS = ("style", "rank", "filename", "label", "author", "caption")
_NAMES = 1.25  # inches for the styles' names
_HEAD = 0.65  # inches for title and note
_WORDS = 0.3  # inches below a row of patches
_GAP = 0.08  # inches between patches
_MAX_CELL = 1.6  # inches
_STYLE_LOOK: Look = {
    "va": "center",
    "fontsize": 9,
    "fontweight": "bold",
    "color": INK,
}
_CAPTION_LOOK: Look = {
    "ha": "left",
    "va": "top",
    "fontsize": 6.5,
}
_TITLE = "What each style looks like to the model"
_NOTE = "Patches that multiply a style's odds most, of images that are taken for it, one a painter."


def plot_patches(
    patches: pd.DataFrame,
    cut: Callable[[pd.Series], Image.Image],  # a row's patch
    title: str = _TITLE,
    *,
    note: str = _NOTE,
) -> Figure:
    """One row per style: its patches, and below each its painter and its `caption`.

    `patches` has `style, rank, filename, label, author, caption`. A patch from an image of another style says so.
    Raises ValueError for missing columns or no rows.
    """
    check_columns(patches, _COLUMNS, "the patches")
    styles = list(dict.fromkeys(patches["style"]))
    n_columns = int(patches["rank"].max())
    width = min((WIDTH - _NAMES) / n_columns, _MAX_CELL)  # of a patch with its gap
    height = _HEAD + len(styles) * (width + _WORDS)
    fig = new_figure(WIDTH, height, layout=None)
    write_title_and_note(fig, title, note)
    page = new_page(fig)
    for line, style in enumerate(styles):
        top = _HEAD + line * (width + _WORDS)
        middle = 1 - (top + width / 2) / height
        fig.text(0.01, middle, wrap_words(style, 13), **_STYLE_LOOK)
        patches_of_style = patches[patches["style"] == style]
        for _, patch in patches_of_style.iterrows():
            left = _NAMES + (patch["rank"] - 1) * width
            cell = cell_of_page(page, left, top, side=width - _GAP)
            draw_picture(cell, cut(patch))
            _write_caption(cell, patch)
    return fig


def _write_caption(cell: PictureCell, patch: pd.Series) -> None:
    """Write the painter and the caption below a patch, and the style of its image if it is another."""
    painter = written_painter(patch["author"]) or written_title(Path(patch["filename"]).stem)
    caption = patch["caption"]
    if patch["label"] != patch["style"]:
        caption += f", {patch['label']}"
    second_line = -0.03 - 0.11 / cell.inches
    painter = shorten(painter, int(17 * cell.inches))
    caption = shorten(caption, int(18 * cell.inches))
    cell.write(0, -0.03, painter, color=INK, **_CAPTION_LOOK)
    cell.write(0, second_line, caption, color=MUTED, **_CAPTION_LOOK)
