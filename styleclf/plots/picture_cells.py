"""A picture in a figure: its square, how it is drawn there, and names in the box below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from styleclf.common import shown_text
from styleclf.data import open_rgb
from styleclf.plots.theme import GRID, MUTED, PALE, Look
from styleclf.plots.words import shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

PICTURE_PIXELS = 320  # pixels a side at most, to which pictures are reduced
_UNREADABLE_LOOK: Look = {
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
_FEWEST_LETTERS = 2  # of a name that is shortened, an ellipsis among them
_LINE_ROOM = 0.94  # of a picture's width, for its name
_LETTER_WIDTH = 0.58 / 72  # inches a point of size, of letters as names have them
_MIDDLE_OF_LINE = 0.42  # and not a half, as the frame eats into the last line


@dataclass(frozen=True)
class PictureCell:
    """A square for a picture, with a box of lines below it. A page of many has one `axes`, each of which takes time.

    Places in it count from the lower left corner of the picture, which spans 0..1; the box lies below 0.
    """

    axes: Axes
    left: float = 0.0  # of the picture, in units of `axes`
    bottom: float = 0.0
    side: float = 1.0
    n_lines: int = 0  # in the box
    line: float = 0.0  # the height of one, as a share of the side

    @property
    def box(self) -> float:
        """The height of the box, as a share of the side."""
        return self.n_lines * self.line

    @property
    def inches(self) -> float:
        """The width of the picture."""
        pixels = self.axes.transData.transform([self.at(0, 0), self.at(1, 0)])
        return (pixels[1, 0] - pixels[0, 0]) / self.axes.figure.dpi

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a place in the cell lies in `axes`."""
        return self.left + x * self.side, self.bottom + y * self.side

    def middle_of(self, line: int) -> float:
        """The height of the middle of a line of the box: 0 is the first."""
        return -(line + _MIDDLE_OF_LINE) * self.line

    def write(self, x: float, y: float, words: str, **look: Any) -> Text:
        """Write words as they are: dollar signs make no formula."""
        place = self.at(x, y)
        return self.axes.text(*place, shown_text(words), parse_math=False, **look)

    def fill(self, x: float, y: float, *, width: float, height: float, **look: Any) -> None:
        """Draw a rectangle with its lower left corner at x and y."""
        from matplotlib.patches import Rectangle

        corner = self.at(x, y)
        rectangle = Rectangle(corner, width * self.side, height * self.side, **look)
        self.axes.add_artist(rectangle)  # add_patch would also search for new limits


def new_page(fig: Figure) -> Axes:
    """Axes as large as the figure, in inches from its lower left corner, without a frame."""
    width, height = fig.get_size_inches()
    page = fig.add_axes((0, 0, 1, 1))
    page.set(xlim=(0, width), ylim=(0, height))
    page.set_axis_off()
    return page


def cell_of_page(
    page: Axes,
    left: float,
    top: float,
    *,
    side: float,
    n_lines: int = 0,
    line: float = 0.0,
) -> PictureCell:
    """A cell whose picture lies so many inches from the upper left corner of a page and is `side` inches wide.

    Its box has `n_lines` lines, each `line` inches high.
    """
    height = page.get_ylim()[1]
    bottom = height - top - side
    return PictureCell(page, left, bottom, side=side, n_lines=n_lines, line=line / side)


def open_picture(path: Path) -> Image.Image | None:
    """The picture at `path` in RGB, upright, in its own proportions, at most 320 pixels a side; None if unreadable."""
    try:
        picture = open_rgb(path, PICTURE_PIXELS)
    except OSError:  # vanished, or broken since: a figure can do without
        return None
    picture.thumbnail((PICTURE_PIXELS, PICTURE_PIXELS))
    return picture


def draw_picture(cell: PictureCell, picture: Image.Image | None, frame: str | None = None) -> None:
    """Draw a picture in its own proportions as large as its square allows, on a pale mat, in a coloured frame."""
    mat = GRID if picture is None else PALE
    cell.fill(0, 0, width=1, height=1, facecolor=mat, zorder=-1)
    if picture is None:
        cell.write(0.5, 0.5, "unreadable", **_UNREADABLE_LOOK)
    else:
        width, height = np.array(picture.size) / max(picture.size)
        left, bottom = cell.at((1 - width) / 2, (1 - height) / 2)
        right, top = cell.at((1 + width) / 2, (1 + height) / 2)
        extent = (left, right, bottom, top)
        cell.axes.imshow(np.asarray(picture), extent=extent, aspect=cell.axes.get_aspect())
    if frame:
        height = 1 + cell.box
        cell.fill(0, -cell.box, width=1, height=height, edgecolor=frame, **_FRAME_LOOK)


def write_caption(cell: PictureCell, lines: Sequence[str]) -> None:
    """Write painter and title of a picture into the first lines of its box, shortened to its width."""
    look: Look = {"va": "center_baseline", "ha": "left", "color": MUTED}
    size = letter_size(cell)
    for i, line in enumerate(lines):
        text = cell.write(0.03, cell.middle_of(i), line, fontsize=size, **look)
        shorten_to_fit(cell, text, _LINE_ROOM)


def letters_below(side: float) -> int:
    """How many letters of a name have room in a line below a picture that is so many inches wide."""
    letter = _LETTER_WIDTH * _letter_points(side)
    return int(_LINE_ROOM * side / letter)


def letter_size(cell: PictureCell) -> float:
    """The size of letters in the box below a picture, in points: smaller where the picture is narrow."""
    return _letter_points(cell.inches)


def _letter_points(inches: float) -> float:
    """The size of letters below a picture that is so many inches wide."""
    return min(8, 6.6 * inches)


def shorten_to_fit(cell: PictureCell, text: Text, room: float) -> None:
    """Shorten a text until it takes no more than `room` of the width of a cell."""
    name = text.get_text()
    width = room * cell.inches * cell.axes.figure.dpi
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
