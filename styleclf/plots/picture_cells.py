"""Pictures in figures: a grid of cells under headings, the picture in a cell, and names below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from styleclf.common import shown_text
from styleclf.data import open_rgb
from styleclf.plots.theme import (
    GRID,
    INK,
    MUTED,
    PALE,
    WIDTH,
    Look,
    new_figure,
    rows_for,
    title_width,
    write_title_and_note,
)
from styleclf.plots.words import shorten, wrap_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

PICTURE_PIXELS = 320  # pixels a side at most, to which pictures are reduced
_MAX_COLUMNS = 8  # more pictures side by side are stamps: further styles go into a band below
_MAX_CELL = 2.6  # inches: few styles do not make posters
_GAP = 0.06  # inches between pictures
_LINE = 0.16  # inches for one line of the box below a picture
_HEADING = 0.17  # inches around the heading of a column
_HEADING_LINE = 0.16
_TITLE = 0.3  # inches
_NOTE = 0.22
_MIN_PICTURES = 0.5  # inches of a band that has none
_LETTERS_PER_INCH = 12
_HEADING_LOOK: Look = {
    "ha": "center",
    "va": "bottom",
    "fontsize": 9,
    "color": INK,
}
_EMPTY_LOOK: Look = {
    "ha": "center",
    "va": "center",
    "fontsize": 9,
    "color": MUTED,
}
_FRAME_LOOK: Look = {
    "facecolor": "none",
    "linewidth": 2,
    "clip_on": False,
    "zorder": 5,
}
_NOTE_LETTERS = 140  # of a line
_FEWEST_LETTERS = 2  # of a name that is shortened, an ellipsis among them
_LINE_ROOM = 0.94  # of a picture's width, for its name
_LETTER_WIDTH = 0.58 / 72  # inches a point of size, of letters as names have them


class Column(NamedTuple):
    """A column of a grid of pictures."""

    heading: str
    n_pictures: int


@dataclass(frozen=True)
class _Layout:
    """Where the columns of a grid of pictures stand; all lengths in inches, from the upper left corner."""

    columns: Sequence[Column]
    n_lines: int = 0  # of the box below every picture
    title: str = ""
    note: str = ""

    @property
    def n_bands(self) -> int:
        """How many bands of columns stand below one another."""
        return rows_for(len(self.columns), _MAX_COLUMNS)

    @property
    def n_columns(self) -> int:
        """How many stand side by side: as equal as can be, 11 styles make 6 and 5."""
        return rows_for(len(self.columns), self.n_bands)

    @property
    def cell(self) -> float:
        """The width of a cell."""
        return min(WIDTH / self.n_columns, _MAX_CELL)

    @property
    def cell_height(self) -> float:
        """The height of a cell with its box."""
        return self.cell + _LINE * self.n_lines

    def headings(self) -> list[str]:
        """The headings of the columns, on two lines where one is too long."""
        n_chars = int(_LETTERS_PER_INCH * self.cell)
        return [wrap_words(column.heading, n_chars) for column in self.columns]

    @property
    def head(self) -> float:
        """The height of a band's headings."""
        n_lines = max(heading.count("\n") + 1 for heading in self.headings())
        return _HEADING + _HEADING_LINE * n_lines

    @property
    def band(self) -> float:
        """The height of a band."""
        n_rows = max(column.n_pictures for column in self.columns)
        return self.head + max(n_rows * self.cell_height, _MIN_PICTURES) + 0.05

    @property
    def top(self) -> float:
        """The height of title and note."""
        title = _TITLE if self.title else 0
        note = _NOTE * (self.note.count("\n") + 1) if self.note else 0
        return title + note

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the figure, which is as wide as its title and its note."""
        width = max(self.n_columns * self.cell, title_width(self.title, self.note))
        return width, self.top + self.n_bands * self.band

    def corner(self, i: int) -> tuple[float, float]:
        """Left and upper end of the pictures of column `i`."""
        line, place = divmod(i, self.n_columns)
        left = self.cell * place
        above = self.top + self.band * line
        return left, above + self.head


def picture_grid(
    columns: Sequence[Column],
    *,
    n_lines: int = 0,  # of text below every picture
    title: str = "",
    note: str = "",
) -> tuple[Figure, dict[str, list[Axes]]]:
    """A figure with columns of cells under their headings, one cell per picture, and the cells by heading.

    A cell spans 0..1 for the picture and, below 0, has room for a box of `n_lines` lines. Wide grids are cut into bands
    of columns, as equal as can be: 11 styles make 6 and 5. A column without pictures says so.
    """
    note = "\n".join(wrap(note, _NOTE_LETTERS))
    layout = _Layout(columns, n_lines, title, note)
    fig = new_figure(*layout.size, layout=None)
    width, height = fig.get_size_inches()
    write_title_and_note(fig, title, note, x=_GAP / width)
    cells = {}
    for i, (column, heading) in enumerate(zip(columns, layout.headings(), strict=True)):
        left, top = layout.corner(i)
        x = (left + layout.cell / 2) / width
        y = 1 - (top - 0.06) / height
        fig.text(x, y, heading, **_HEADING_LOOK)
        if column.n_pictures == 0:
            y = 1 - (top + 0.25) / height
            fig.text(x, y, "none", **_EMPTY_LOOK)
        column_cells = []
        for row in range(column.n_pictures):
            top_of_cell = top + row * layout.cell_height
            cell = _empty_cell(fig, left, top_of_cell, layout=layout)
            column_cells.append(cell)
        cells[column.heading] = column_cells
    return fig, cells


def _empty_cell(
    fig: Figure,
    left: float,
    top: float,
    *,
    layout: _Layout,
) -> Axes:
    """Axes without frame, `left` and `top` inches from the figure's upper left corner, a cell wide with gap."""
    width, height = fig.get_size_inches()
    side = layout.cell - _GAP
    box = _LINE * layout.n_lines
    tall = side + box
    bottom = 1 - (top + tall) / height
    picture_left = left + _GAP / 2
    place = (picture_left / width, bottom, side / width, tall / height)
    axes = fig.add_axes(place)
    axes.set(xlim=(0, 1), ylim=(-box / side, 1), xticks=[], yticks=[])  # ticks that nobody sees take time, too
    axes.set_axis_off()
    return axes


def square_axes(
    fig: Figure,
    left: float,
    top: float,
    *,
    side: float,
) -> Axes:
    """Axes without frame that span 0..1, `left` and `top` inches from the upper left corner, `side` inches wide."""
    width, height = fig.get_size_inches()
    bottom = 1 - (top + side) / height
    axes = fig.add_axes((left / width, bottom, side / width, side / height))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    return axes


def open_picture(path: Path) -> Image.Image | None:
    """The picture at `path` in RGB, upright, in its own proportions, at most 320 pixels a side; None if unreadable."""
    try:
        picture = open_rgb(path, PICTURE_PIXELS)
    except OSError:  # vanished, or broken since: a figure can do without
        return None
    picture.thumbnail((PICTURE_PIXELS, PICTURE_PIXELS))
    return picture


def draw_picture(axes: Axes, picture: Image.Image | None, frame: str | None = None) -> None:
    """Draw a picture in its own proportions as large as the unit square allows, on a pale mat, in a coloured frame."""
    from matplotlib.patches import Rectangle

    mat = GRID if picture is None else PALE
    square = Rectangle((0, 0), 1, 1, facecolor=mat, zorder=-1)
    axes.add_patch(square)
    if picture is None:
        axes.text(0.5, 0.5, "unreadable", **_EMPTY_LOOK)
    else:
        shares = np.array(picture.size) / max(picture.size)
        right, top = (1 + shares) / 2
        left = 1 - right
        bottom = 1 - top
        extent = (left, right, bottom, top)
        axes.imshow(np.asarray(picture), extent=extent, aspect="auto")
    if frame:
        bottom = axes.get_ylim()[0]
        border = Rectangle((0, bottom), 1, 1 - bottom, edgecolor=frame, **_FRAME_LOOK)
        axes.add_patch(border)


def write_picture_name(axes: Axes, name: str, y: float) -> None:
    """Write painter and title of a picture at the height `y` of its cell, shortened to its width."""
    look: Look = {"va": "center_baseline", "ha": "left", "color": MUTED, "parse_math": False}
    text = axes.text(0.03, y, shown_text(name), fontsize=letter_size(axes), **look)
    shorten_to_fit(axes, text, _LINE_ROOM)


def write_caption(axes: Axes, lines: Sequence[str], line_height: float) -> None:
    """Write the lines of a caption just below a picture."""
    for i, line in enumerate(lines):
        write_picture_name(axes, line, (i + 0.42) * line_height)


def letters_below(columns: Sequence[Column]) -> int:
    """How many letters of a name have room in a line below a picture of the grid with these columns."""
    side = _Layout(columns).cell - _GAP
    letter = _LETTER_WIDTH * _letter_points(side)
    return int(_LINE_ROOM * side / letter)


def letter_size(axes: Axes) -> float:
    """The size of letters in the box below a picture, in points: smaller where the picture is narrow."""
    figure_width = axes.figure.bbox.width / axes.figure.dpi
    inches = axes.get_position().width * figure_width
    return _letter_points(inches)


def _letter_points(inches: float) -> float:
    """The size of letters below a picture that is so many inches wide."""
    return min(8, 6.6 * inches)


def shorten_to_fit(axes: Axes, text: Text, room: float) -> None:
    """Shorten a text until it takes no more than `room` of the width of `axes`."""
    name = text.get_text()
    width = room * axes.bbox.width
    fewest = _FEWEST_LETTERS
    most = len(name) - 1
    if most < fewest or text.get_window_extent().width <= width:
        return
    while fewest < most:  # measuring takes a millisecond: by halves
        n_chars = (fewest + most + 1) // 2
        text.set_text(shorten(name, n_chars))
        if text.get_window_extent().width <= width:
            fewest = n_chars
        else:
            most = n_chars - 1
    text.set_text(shorten(name, fewest))
