"""One look for all figures: colours, sizes, titles and notes, and how a figure is made and saved.

Blue is right, orange is wrong, grey explains; sizes are chosen to stay legible at some 900 pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import partial
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

from styleclf.common import shown_text, whole_file

if TYPE_CHECKING:  # matplotlib takes most of a second to import: only the functions that draw pay for it
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure, FigureBase
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

INK = "#222222"
MUTED = "#6B6B6B"
FAINT = "#B8B8B8"
GRID = "#E4E4E4"
PALE = "#F4F4F4"

# these three stay apart for any colour vision (Okabe & Ito, 2008)
RIGHT = "#0072B2"
CLOSE = "#E69F00"
WRONG = "#D55E00"

BAR = "#7FB2D0"
VAL_BAR = "#EBB28A"
MEAN_BAR = "#C4C4C4"
PARTS = {
    "train": "#8C8C8C",
    "test": RIGHT,
    "val": WRONG,
    "cv": "#009E73",
}

# The first six are Okabe and Ito's without yellow and black, which vanish on white and in text. Each later one was
# chosen to lie farthest from those before it, in CIELAB, for the worst of normal, red-blind and green-blind vision.
PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#592B0D", "#4A2B4A", "#0D3BC4", "#69E387"),
    *("#E30D4A", "#A6D4B5", "#2B2B78", "#0D78E3", "#D4C4E3", "#B5A64A", "#59693B", "#C40DA6", "#2B7878", "#963B0D"),
    *("#78E34A", "#3B4A78", "#691C2B", "#59961C", "#0D2B96", "#78B578", "#963B59", "#3B96E3", "#C49696", "#A687C4"),
)

Look = dict[str, Any]  # keyword arguments of matplotlib: colours, sizes, places
WIDTH = 9.0  # inches; 900 pixels in a README is then 100 pixels per inch
LEGEND_LOOK: Look = {"frameon": False, "labelcolor": INK}
REFERENCE_LINE: Look = {
    "color": MUTED,
    "linewidth": 1,
    "linestyle": (0, (4, 3)),
}
BAR_HEIGHT = 0.62  # of a bar, where rows are 1 apart
_TITLE_LOOK: Look = {
    "fontsize": 12,
    "fontweight": "bold",
    "color": INK,
}
_NOTE_LOOK: Look = {"fontsize": 8.5, "color": MUTED}
_LEFT = 0.01  # of the width of a figure: where its title and note begin
_POINTS = 72  # of an inch
_SUBJECT: ContextVar[str] = ContextVar("subject", default="")  # of figures: their model and data
_SUBJECT_LOOK: Look = {"fontsize": 7.5, "color": MUTED, "va": "top", "linespacing": 1.3}
_SUBJECT_LINE = 0.15  # inches of one of its lines, below the figure
_SUBJECT_LETTERS = 18  # an inch
_QUICK_PNG: Look = {"pil_kwargs": {"compress_level": 1}}  # of pictures: a third of the time for 8 % more bytes
_MOST_PIXELS = 128  # a side of a picture that may stand in a drawing of lines
_TITLE_DEPTH = 0.08  # inches below the upper edge of a figure without layout engine
_NOTE_DEPTH = 0.33
_TITLE_MARGIN = 0.3  # inches left and right of a title together


def style_colours(vocab: Iterable[str]) -> dict[str, str]:
    """The colour of each style, as hex strings, in the order of `vocab`.

    The first 8 stay apart for red-blind and green-blind readers; beyond 30 styles colours repeat.
    """
    colours = {}
    for i, style in enumerate(vocab):
        colours[style] = PALETTE[i % len(PALETTE)]
    return colours


def darken(colour: str, factor: float = 0.75) -> str:
    """A darker shade of a hex colour: thin letters need more contrast than a line."""
    shades = [round(level * factor) for level in rgb_levels(colour)]
    return "#" + "".join(f"{shade:02X}" for shade in shades)


def rgb_levels(colour: str) -> tuple[int, ...]:
    """Red, green and blue of a hex colour, 0..255."""
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def new_figure(width: float, height: float, layout: Literal["constrained"] | None = "constrained") -> Figure:
    """An empty white figure of `width` x `height` inches, with its own Agg canvas.

    Its texts are drawn as they are: names of styles and files may have dollar signs, which are not formulas.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fig = Figure(figsize=(width, height), dpi=100, layout=layout, facecolor="white")
    FigureCanvasAgg(fig)
    show_as_png = partial(_png_bytes, fig)
    setattr(fig, "_repr_png_", show_as_png)  # noqa: B010 - a notebook shows it even where pyplot was never imported
    draw_as_they_are = partial(_draw_texts_as_they_are, fig, fig.draw)
    setattr(fig, "draw", draw_as_they_are)  # noqa: B010 - also for measuring and saving
    return fig


def _draw_texts_as_they_are(
    fig: Figure,
    draw: Callable[[RendererBase], None],
    renderer: RendererBase,
) -> None:
    """Draw a figure without taking dollar signs for formulas; what is not Unicode in a name is escaped."""
    from matplotlib.text import Text

    for text in fig.findobj(Text):
        text.set_parse_math(False)
        as_shown = shown_text(text.get_text())
        if as_shown != text.get_text():
            text.set_text(as_shown)
    draw(renderer)


def _png_bytes(fig: Figure) -> bytes:
    buffer = BytesIO()
    fig.savefig(buffer, format="png")
    return buffer.getvalue()


def name_subject(subject: str) -> None:
    """Write below all figures saved from now on which model and data they are of; '' for nothing."""
    _SUBJECT.set(subject)


def save_figure(fig: Figure, path: str | Path, dpi: int = 150) -> Path:
    """Write `fig` to `path`, whole or not at all; parent folders are made, an older file is replaced.

    The ending of `path` (.png, .svg, .pdf ...) chooses the format. Beside a .png an .svg of the same name is written,
    unless the figure shows pictures, which would make it large. Returns the path. Raises ValueError for an ending that
    matplotlib cannot write.

    >>> save_figure(contact_sheet(design, images), folder / "figures/sheet.png").name
    'sheet.png'
    """
    path = Path(path)
    image_format = path.suffix[1:].lower()
    legal = sorted(fig.canvas.get_supported_filetypes())
    if image_format not in legal:
        endings = ", ".join(legal)
        raise ValueError(f"cannot save a figure as {path.name!r}: its ending must be one of {endings}")
    subject = _write_subject(fig)
    box = _box_with(fig, subject)
    shows_pictures = _shows_pictures(fig)
    formats = {path: image_format}
    if image_format == "png" and not shows_pictures:
        formats[path.with_suffix(".svg")] = "svg"
    options = _QUICK_PNG if image_format == "png" and shows_pictures else {}
    layout = fig.get_layout_engine()
    for file, file_format in formats.items():
        with whole_file(file) as partial_path:
            fig.savefig(partial_path, dpi=dpi, format=file_format, bbox_inches=box, **options)
        fig.set_layout_engine("none")  # the next file is laid out as this one, without a second search for it
    fig.set_layout_engine(layout)
    if subject:
        subject.remove()
    return path


def _write_subject(fig: Figure) -> Text | None:
    """Write below a figure which model and data it is of, where that is known."""
    subject = _SUBJECT.get()
    if not subject:
        return None
    width, height = fig.get_size_inches()
    lines = wrap(subject, int(_SUBJECT_LETTERS * width))
    return fig.text(_LEFT, -0.02 / height, "\n".join(lines), **_SUBJECT_LOOK)


def _box_with(fig: Figure, subject: Text | None) -> Bbox | None:
    """The part of the plane to save, in inches: the figure with what stands below it; None for the figure alone."""
    from matplotlib.transforms import Bbox

    if subject is None:
        return None
    n_lines = subject.get_text().count("\n") + 1
    depth = _SUBJECT_LINE * n_lines + 0.05
    width, height = fig.get_size_inches()
    return Bbox.from_extents(0, -depth, width, height)


def _shows_pictures(fig: Figure) -> bool:
    """Whether any panel shows a picture of some size."""
    for axes in fig.axes:
        for image in axes.images:
            if max(image.get_size()) > _MOST_PIXELS:
                return True
    return False


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Inches that the widest line of a text takes, at `size` points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(weight="bold" if bold else "normal")
    widths = [0.0]
    for line in shown_text(text).split("\n"):
        if line.strip():
            path = TextPath((0, 0), line.replace("$", "S"), size=size, prop=font)
            widths.append(path.get_extents().x1 / _POINTS)
    return max(widths)


def rows_for(n_panels: int, n_columns: int) -> int:
    """How many rows of `n_columns` hold so many panels."""
    return math.ceil(n_panels / n_columns)


def mute_axes(axes: Axes, grid: Literal["x", "y", "both"] | None = None) -> Axes:
    """Take frame and tick marks off `axes`; a pale grid stays along 'x', 'y' or 'both' if asked for."""
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=9, labelcolor=INK, which="both")
    if grid:
        axes.grid(True, axis=grid, color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
    return axes


def set_title(fig: FigureBase, title: str) -> None:
    """Write the title of a figure with a layout engine, left-aligned as a sentence is."""
    fig.suptitle(title, x=_LEFT, ha="left", **_TITLE_LOOK)


def set_note(fig: FigureBase, note: str) -> None:
    """Write how to read a figure below it."""
    fig.supxlabel(note, x=_LEFT, ha="left", **_NOTE_LOOK)


def title_width(title: str, note: str) -> float:
    """Inches that a title and a note take side by side with the margin of a figure."""
    widest_title = text_width(title, _TITLE_LOOK["fontsize"], bold=True)
    widest_note = text_width(note, _NOTE_LOOK["fontsize"])
    return max(widest_title, widest_note) + _TITLE_MARGIN


def write_title_and_note(
    fig: Figure,
    title: str,
    note: str,
    *,
    x: float = _LEFT,
) -> None:
    """Write both at the upper edge of a figure without layout engine, `x` of its width from the left."""
    height = fig.get_figheight()
    title_height = 1 - _TITLE_DEPTH / height
    note_height = 1 - _NOTE_DEPTH / height
    fig.text(x, title_height, title, va="top", **_TITLE_LOOK)
    fig.text(x, note_height, note, va="top", **_NOTE_LOOK)


def draw_titled_legend(fig: Figure, title: str, **look: Any) -> None:
    """Draw a legend above all axes, with a heading as large as a title; `look` goes to matplotlib."""
    legend = fig.legend(loc="outside upper left", title=title, alignment="left", **LEGEND_LOOK, **look)
    legend.get_title().set(**_TITLE_LOOK)
