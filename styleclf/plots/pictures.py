"""Figures that show the images themselves: contact sheets and grids of predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.common import check_one_of, count_of, shown_text
from styleclf.data import fit_to_square, open_rgb
from styleclf.evaluation import check_columns, checked_vocab, ranks_of
from styleclf.plots.theme import (
    CLOSE,
    FAINT,
    GRID,
    INK,
    MUTED,
    PALE,
    RIGHT,
    WIDTH,
    WRONG,
    Look,
    new_figure,
    rows_for,
    title_width,
    write_title_and_note,
)
from styleclf.plots.words import picture_name, shorten, wrap_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

KINDS = {
    "top-1": ("Right at the first guess", RIGHT),
    "top-2": ("Right only at the second guess", CLOSE),
    "wrong": ("Right at neither of two guesses", WRONG),
}
_EXAMPLES_NOTE = (
    "Columns: true style. Boxes: painter and title, then the three likeliest styles in percent, the true one bold."
)
_N_GUESSES = 3

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
_MOST_CAPTION_LINES = 4  # for a painter of 45 letters in the narrowest cell, and the beginning of a title
_NAME_ROOM = 0.76  # of a picture's width, for the name of a guess


def plot_examples(
    predictions: pd.DataFrame,
    images: str | Path,
    kind: str = "top-1",
    *,
    seed: int = 0,
    n_rows: int = 3,
) -> Figure:
    """Random images of one kind, one column per true style, each with a box of its three likeliest styles in percent.

    `kind`: 'top-1' (the true style is the first guess), 'top-2' (it is the second), 'wrong' (it is neither). `images`
    is the folder that `filename` is relative to; a file that cannot be opened is drawn grey. Styles beyond the eighth
    go into further bands below. The same `seed` draws the same images whatever the order of rows. Raises ValueError for
    another kind, for `n_rows` < 1, and as `plot_confusion` does.

    >>> figure = plot_examples(predictions, images, "wrong", n_rows=1)
    >>> save_figure(figure, folder / "wrong.png").name
    'wrong.png'
    """
    check_one_of(kind, KINDS, "kind")
    vocab = checked_vocab(predictions, ["filename", "label"])
    kinds = _kinds(ranks_of(predictions))
    of_kind = predictions[kinds == kind]
    files = _sampled_files(of_kind, vocab, n_rows, seed=seed)
    words, colour = KINDS[kind]
    n_images = count_of(len(predictions), "image")
    title = f"{words}: {len(of_kind):,} of {n_images}"
    columns = _columns(files)
    rows = of_kind.drop_duplicates("filename").set_index("filename")
    captions = _captions(rows, files, cell=_Layout(columns).cell)
    n_caption_lines = max(map(len, captions.values()), default=1)
    n_lines = n_caption_lines + min(_N_GUESSES, len(vocab))
    fig, cells = picture_grid(columns, n_lines=n_lines, title=title, note=_EXAMPLES_NOTE)
    for style, filenames in files.items():
        for axes, filename in zip(cells[style], filenames, strict=True):
            picture = open_picture(Path(images) / filename)
            draw_picture(axes, picture, colour)
            line_height = axes.get_ylim()[0] / n_lines
            _write_caption(axes, captions[filename], line_height)
            top = n_caption_lines * line_height
            _write_guesses(axes, rows.loc[filename], vocab, colour=colour, top=top, line_height=line_height)
    return fig


def _captions(
    rows: pd.DataFrame,  # of predictions, by filename
    files: Mapping[str, Sequence[str]],  # of every style
    *,
    cell: float,  # inches of a picture's width
) -> dict[str, list[str]]:
    """Painter and title of every picture, in the lines that its box has room for; a title may lose its end."""
    side = cell - _GAP
    letter = _LETTER_WIDTH * _letter_points(side)
    n_letters = int(_LINE_ROOM * side / letter)
    captions = {}
    for filenames in files.values():
        for filename in filenames:
            name = picture_name(filename, rows.loc[filename].get("author", ""))
            captions[filename] = wrap(name, n_letters, max_lines=_MOST_CAPTION_LINES, placeholder="…")
    return captions


def _write_caption(axes: Axes, lines: Sequence[str], line_height: float) -> None:
    """Write the lines of a caption just below a picture."""
    for i, line in enumerate(lines):
        write_picture_name(axes, line, (i + 0.42) * line_height)


def contact_sheet(
    annotation: pd.DataFrame,
    images: str | Path,
    seed: int = 0,
    *,
    n_rows: int = 4,
) -> Figure:
    """Random images of each style, one column per style, cropped to squares.

    `annotation` has `filename, label`; `images` is the folder that `filename` is relative to. The same `seed` draws the
    same images whatever the order of rows. Raises ValueError for missing columns, no rows, or `n_rows` < 1.

    >>> len(contact_sheet(design, images, n_rows=2).axes)
    16
    """
    check_columns(annotation, ["filename", "label"], "the annotation")
    styles = sorted(annotation["label"].unique())
    files = _sampled_files(annotation, styles, n_rows, seed=seed)
    fig, cells = picture_grid(_columns(files))
    for style, filenames in files.items():
        for axes, filename in zip(cells[style], filenames, strict=True):
            picture = open_picture(Path(images) / filename)
            if picture is not None:
                picture = fit_to_square(picture, PICTURE_PIXELS, "crop")
            draw_picture(axes, picture)
    return fig


def _kinds(ranks: np.ndarray) -> np.ndarray:
    """The kind of every image, by the rank `(n,)` of its true style."""
    kinds = np.array(list(KINDS))
    return kinds[np.minimum(ranks, 2)]


def _sampled_files(
    table: pd.DataFrame,
    vocab: Sequence[str],
    n: int,  # per style
    *,
    seed: int,
) -> dict[str, list[str]]:
    """At most `n` random filenames of each style; they depend on the filenames and the seed, not on the order of rows.

    Raises ValueError for `n` < 1.
    """
    if n < 1:
        raise ValueError(f"n_rows must be at least 1, not {n!r}")
    files = {}
    for style in vocab:
        of_style = table["filename"][table["label"] == style]
        names = np.unique(of_style.to_numpy(dtype=object))
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(names))
        files[style] = names[order[:n]].tolist()
    return files


class Column(NamedTuple):
    """A column of a grid of pictures."""

    heading: str
    n_pictures: int


def _columns(files: Mapping[str, Sequence[str]]) -> list[Column]:
    return [Column(style, len(filenames)) for style, filenames in files.items()]


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
    axes = fig.add_axes((picture_left / width, bottom, side / width, tall / height))
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


def likeliest_styles(
    row: pd.Series,  # of predictions
    vocab: Sequence[str],
    n: int,
) -> list[tuple[str, float]]:
    """The `n` likeliest styles of an image with their probabilities; ties go by the order of styles."""
    columns = [f"proba_{style}" for style in vocab]
    probas = row[columns].to_numpy(dtype=float)
    order = np.argsort(-probas, kind="stable")
    return [(vocab[i], probas[i]) for i in order[:n]]


def write_picture_name(axes: Axes, name: str, y: float) -> None:
    """Write painter and title of a picture at the height `y` of its cell, shortened to its width."""
    look: Look = {"va": "center_baseline", "ha": "left", "color": MUTED, "parse_math": False}
    text = axes.text(0.03, y, shown_text(name), fontsize=letter_size(axes), **look)
    _shorten_to_fit(axes, text, _LINE_ROOM)


def letter_size(axes: Axes) -> float:
    """The size of letters in the box below a picture, in points: smaller where the picture is narrow."""
    figure_width = axes.figure.bbox.width / axes.figure.dpi
    inches = axes.get_position().width * figure_width
    return _letter_points(inches)


def _letter_points(inches: float) -> float:
    """The size of letters below a picture that is so many inches wide."""
    return min(8, 6.6 * inches)


def _write_guesses(
    axes: Axes,
    row: pd.Series,
    vocab: Sequence[str],
    *,
    colour: str,
    top: float,  # below the caption
    line_height: float,
) -> None:
    """Write the three likeliest styles with percentages over bars into the box below a picture."""
    guesses = likeliest_styles(row, vocab, _N_GUESSES)
    size = letter_size(axes)
    for line, (style, proba) in enumerate(guesses):
        is_true = style == row["label"]
        y = top + (line + 0.42) * line_height  # the frame eats into the last line
        bar_colour = colour if is_true else FAINT
        axes.barh(y, proba, height=line_height, color=bar_colour, alpha=0.3, linewidth=0)
        weight = "bold" if is_true else "normal"
        look: Look = {
            "va": "center_baseline",
            "fontsize": size,
            "fontweight": weight,
            "color": INK,
            "parse_math": False,  # they are measured before the figure is drawn
        }
        name = axes.text(0.03, y, style, ha="left", **look)
        _shorten_to_fit(axes, name, _NAME_ROOM)
        percent = f"{100 * proba:.0f}"
        axes.text(0.97, y, percent, ha="right", **look)


def _shorten_to_fit(axes: Axes, text: Text, room: float) -> None:
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
