"""One look for all figures: colours, sizes, titles, words, and how a figure is made and saved.

Blue is right, orange is wrong, grey explains; sizes are chosen to stay legible at some 900 pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from styleclf.output import whole_file

if TYPE_CHECKING:  # matplotlib takes most of a second to import: only the functions that draw pay for it
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, FAINT, GRID, PALE = "#222222", "#6B6B6B", "#B8B8B8", "#E4E4E4", "#F4F4F4"
RIGHT, CLOSE, WRONG = "#0072B2", "#E69F00", "#D55E00"  # told apart with any colour vision (Okabe & Ito, 2008)
BAR, VAL_BAR, MEAN_BAR = "#7FB2D0", "#EBB28A", "#C4C4C4"
PARTS = {"train": "#8C8C8C", "test": RIGHT, "val": WRONG, "cv": "#009E73"}

# The first six are Okabe and Ito's without yellow and black, which vanish on white and in text. Each later one was
# chosen to lie farthest from those before it, in CIELAB, for the worst of normal, red-blind and green-blind vision.
PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#592B0D", "#4A2B4A", "#0D3BC4", "#69E387"),
    *("#E30D4A", "#A6D4B5", "#2B2B78", "#0D78E3", "#D4C4E3", "#B5A64A", "#59693B", "#C40DA6", "#2B7878", "#963B0D"),
    *("#78E34A", "#3B4A78", "#691C2B", "#59961C", "#0D2B96", "#78B578", "#963B59", "#3B96E3", "#C49696", "#A687C4"),
)

WIDTH = 9.0  # inches; 900 pixels in a README is then 100 pixels an inch


def style_colours(vocab: Iterable[str]) -> dict[str, str]:
    """The colour of each style, as hex strings, in the order of `vocab`.

    The first 8 stay apart for red-blind and green-blind readers; beyond 30 styles colours repeat.
    """
    return {style: PALETTE[i % len(PALETTE)] for i, style in enumerate(vocab)}


def save_figure(fig: Figure, path: str | Path, dpi: int = 150) -> Path:
    """Write `fig` to `path`, whole or not at all; parent folders are made, an older file is replaced.

    The ending of `path` (.png, .svg, .pdf ...) chooses the format. Returns the path.
    Raises ValueError for an ending that matplotlib cannot write.
    """
    path = Path(path)
    image_format = path.suffix[1:].lower()
    legal = sorted(fig.canvas.get_supported_filetypes())
    if image_format not in legal:
        raise ValueError(f"cannot save a figure as {path.name!r}: its ending must be one of {', '.join(legal)}")
    with whole_file(path) as aside:
        fig.savefig(aside, dpi=dpi, format=image_format)
    return path


def new_figure(width: float, height: float, layout: str | None = "constrained") -> Figure:
    """An empty white figure of `width` x `height` inches, with its own Agg canvas."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fig = Figure(figsize=(width, height), dpi=100, layout=layout, facecolor="white")
    FigureCanvasAgg(fig)
    fig._repr_png_ = partial(_png_bytes, fig)  # a notebook shows it even where pyplot was never imported
    return fig


def mute_axes(axes: Axes, grid: str | None = None) -> Axes:
    """Take frame and tick marks off `axes`; a pale grid stays along 'x' or 'y' if asked for."""
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=9, labelcolor=INK, which="both")
    if grid:
        axes.grid(True, axis=grid, color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
    return axes


def set_title(fig: Figure, title: str) -> None:
    """Write the title of a figure with a layout engine, left-aligned as a sentence is."""
    fig.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)


def set_note(fig: Figure, note: str) -> None:
    """Write how to read a figure below it."""
    fig.supxlabel(note, x=0.01, ha="left", fontsize=8.5, color=MUTED)


def _png_bytes(fig: Figure) -> bytes:
    buffer = BytesIO()
    fig.savefig(buffer, format="png")
    return buffer.getvalue()


def figure_header(axes: Axes, text: str, loc: str = "left") -> None:
    axes.set_title(text, loc=loc, fontsize=9.5, color=INK)


def write_beside_bar(axes: Axes, x: float, y: float, text: str, color: str = INK, size: float = 8.5) -> None:
    """Write `text` just right of the point (x, y)."""
    axes.annotate(text, (x, y), (5, 0), textcoords="offset points", va="center", fontsize=size, color=color)


def label_rows(axes: Axes, labels: Sequence[str], rows: Sequence[float] | None = None) -> None:
    """Name the rows (0, 1, 2 ... unless given) of `axes` from top to bottom; axes that share them follow."""
    rows = range(len(labels)) if rows is None else rows
    axes.set_yticks(rows, labels)
    axes.set_ylim(rows[-1] + 0.6, -0.6)


def readable_name(metric: str) -> str:
    """A metric's column name as a reader would say it: top_2_accuracy -> top-2 accuracy."""
    return "F1" if metric == "f1" else metric.replace("top_", "top-").replace("_", " ")


def shorten(name: str, n_chars: int) -> str:
    return name if len(name) <= n_chars else name[: n_chars - 1].rstrip(" -_") + "…"


def wrap_words(name: str, n_chars: int) -> str:
    """`name`, if longer than `n_chars`, on two lines, broken at the hyphen, space or underscore nearest its middle."""
    breaks = [i + 1 for i, char in enumerate(name) if char in " -_"]
    if len(name) <= n_chars or not breaks:
        return shorten(name, n_chars)
    middle = min(breaks, key=lambda i: abs(i - len(name) / 2))
    return f"{shorten(name[:middle].rstrip(), n_chars)}\n{shorten(name[middle:], n_chars)}"


def darken(colour: str, factor: float = 0.75) -> str:
    """A darker shade of a hex colour: thin letters need more contrast than a line."""
    return "#" + "".join(f"{round(int(colour[i : i + 2], 16) * factor):02X}" for i in (1, 3, 5))
