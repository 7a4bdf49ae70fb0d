"""Words in figures: headings, names of rows, numbers beside bars, and names made short enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from styleclf.common import written_painter, written_title
from styleclf.data import author_in_name, author_name
from styleclf.plots.theme import FAINT, INK, Look, mute_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

_NUMBER_SIZE = 8.5
_NUMBER_LOOK: Look = {"va": "center", "fontsize": _NUMBER_SIZE}


def write_heading(axes: Axes, text: str, loc: Literal["left", "center", "right"] = "left") -> None:
    """Write the heading of one panel above it."""
    axes.set_title(text, loc=loc, fontsize=9.5, color=INK)


def label_x(
    axes: Axes,
    text: str,
    *,
    size: float = 9,
    colour: str = INK,
) -> None:
    """Say what lies along x."""
    axes.set_xlabel(text, fontsize=size, color=colour)


def label_y(
    axes: Axes,
    text: str,
    *,
    size: float = 9,
    colour: str = INK,
) -> None:
    """Say what lies along y."""
    axes.set_ylabel(text, fontsize=size, color=colour)


def add_to_legend(
    axes: Axes,
    label: str,
    colour: str,
    *,
    marker: str = "o-",
    **look: Any,
) -> Line2D:
    """Name a colour and a mark in the legend to come, without drawing anything; `look` goes to matplotlib."""
    (handle,) = axes.plot([], [], marker, color=colour, label=label, **look)
    return handle


def write_beside_bar(
    axes: Axes,
    x: float,
    y: float,
    *,
    text: str,
    colour: str = INK,
    size: float = _NUMBER_SIZE,
) -> None:
    """Write `text` just right of the point (x, y)."""
    look = _NUMBER_LOOK | {"fontsize": size, "color": colour}
    axes.annotate(text, (x, y), (5, 0), textcoords="offset points", **look)


def write_counts(axes: Axes, heading: str, counts: Iterable[int]) -> None:
    """Make `axes` a column of numbers, one per row and right-aligned; a dash stands for 0."""
    mute_axes(axes).set_xticks([])
    write_heading(axes, heading, loc="right")
    for row, n in enumerate(counts):
        text = f"{n:,}" if n else "–"
        colour = INK if n else FAINT
        axes.text(1, row, text, ha="right", color=colour, **_NUMBER_LOOK)


def write_column(
    axes: Axes,
    heading: str,
    texts: Iterable[str],
    *,
    align: Literal["left", "right"] = "left",
) -> None:
    """Make `axes` a column of texts, one per row."""
    mute_axes(axes).set_xticks([])
    write_heading(axes, heading, loc=align)
    x = 1 if align == "right" else 0
    for row, text in enumerate(texts):
        axes.text(x, row, text, ha=align, color=INK, **_NUMBER_LOOK)


def label_rows(axes: Axes, labels: Sequence[str], rows: Sequence[float] | None = None) -> None:
    """Name the rows (0, 1, 2 ... unless given) of `axes` from top to bottom; axes that share them follow."""
    heights = range(len(labels)) if rows is None else rows
    axes.set_yticks(heights, labels)
    axes.set_ylim(heights[-1] + 0.6, -0.6)


def readable_name(metric: str) -> str:
    """A metric's column name as a reader would say it: top_2_accuracy -> top-2 accuracy."""
    if metric == "f1":
        return "F1"
    return metric.replace("top_", "top-").replace("_", " ")


def true_minus(number: str) -> str:
    """The number with a minus sign where it has a hyphen."""
    return number.replace("-", "−")


def picture_name(filename: str, author: str = "") -> str:
    """Painter and title of a picture, as its file's name has them.

    >>> picture_name("cubism/gris_the-guitar.jpg", "gris"), picture_name("photo/DSC_0007.jpg")
    ('Gris: The guitar', 'DSC 0007')
    """
    stem = PurePosixPath(filename).stem
    painter, underscore, title = stem.partition("_")
    is_named = painter.lower() == author.lower() if author else author_name(author_in_name(filename)) != ""
    if not underscore or not is_named:
        painter, title = author, stem
    words = written_title(title)
    painter = written_painter(painter)
    return f"{painter}: {words}" if painter else words


def shorten(name: str, n_chars: int) -> str:
    """`name`, cut and ended with an ellipsis if it is longer than `n_chars`."""
    if len(name) <= n_chars:
        return name
    return name[: n_chars - 1].rstrip(" -_") + "…"


def wrap_words(name: str, n_chars: int) -> str:
    """`name`, if longer than `n_chars`, on two lines, broken at the hyphen, space or underscore nearest its middle."""
    breaks = [i + 1 for i, char in enumerate(name) if char in " -_"]
    if len(name) <= n_chars or not breaks:
        return shorten(name, n_chars)
    middle = len(name) / 2
    nearest = min(breaks, key=lambda i: abs(i - middle))
    first_line = name[:nearest].rstrip()
    second_line = name[nearest:]
    return f"{shorten(first_line, n_chars)}\n{shorten(second_line, n_chars)}"
