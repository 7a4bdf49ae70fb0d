"""A grid of cells for pictures, in columns under their headings; many columns stand in bands below one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from styleclf.plots.picture_cells import PictureCell, cell_of_page, letters_below, new_page
from styleclf.plots.theme import (
    INK,
    MUTED,
    WIDTH,
    Look,
    new_figure,
    rows_for,
    title_width,
    write_title_and_note,
)
from styleclf.plots.words import wrap_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
_NOTE_LETTERS = 140  # of a line


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
    def side(self) -> float:
        """The width of a picture."""
        return self.cell - _GAP

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
) -> tuple[Figure, dict[str, list[PictureCell]]]:
    """A figure with columns of cells under their headings, one cell per picture, and the cells by heading.

    The box of every cell has room for `n_lines` lines. Wide grids are cut into bands of columns, as equal as can be: 11
    styles make 6 and 5. A column without pictures says so.
    """
    note = "\n".join(wrap(note, _NOTE_LETTERS))
    layout = _Layout(columns, n_lines, title, note)
    fig = new_figure(*layout.size, layout=None)
    page = new_page(fig)
    write_title_and_note(fig, title, note, x=_GAP / fig.get_figwidth())
    cells = {}
    for i, column in enumerate(columns):
        _write_heading(page, layout, i)
        cells[column.heading] = _cells_of_column(page, layout, i)
    return fig, cells


def _write_heading(page: Axes, layout: _Layout, i: int) -> None:
    """Write the heading of column `i`, and below it whether there is nothing."""
    left, top = layout.corner(i)
    middle = left + layout.cell / 2
    height = page.get_ylim()[1]
    page.text(middle, height - top + 0.06, layout.headings()[i], **_HEADING_LOOK)
    if layout.columns[i].n_pictures == 0:
        page.text(middle, height - top - 0.25, "none", **_EMPTY_LOOK)


def _cells_of_column(page: Axes, layout: _Layout, i: int) -> list[PictureCell]:
    """The cells of column `i`, from above."""
    left, top = layout.corner(i)
    left += _GAP / 2
    cells = []
    for row in range(layout.columns[i].n_pictures):
        top_of_cell = top + row * layout.cell_height
        cell = cell_of_page(page, left, top_of_cell, side=layout.side, n_lines=layout.n_lines, line=_LINE)
        cells.append(cell)
    return cells


def letters_of_line(columns: Sequence[Column]) -> int:
    """How many letters of a name have room in a line below a picture of the grid with these columns."""
    return letters_below(_Layout(columns).side)
