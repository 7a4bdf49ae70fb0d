"""Figures that show the images themselves: contact sheets and grids of predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.data import fit_to_square, open_rgb
from styleclf.output import count_of
from styleclf.plots.tables import checked_vocab, need_columns, ranks
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
    new_figure,
    shorten,
    wrap_words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

KINDS = {
    "top-1": ("Right at the first guess", RIGHT),
    "top-2": ("Right only at the second guess", CLOSE),
    "wrong": ("Right at neither of two guesses", WRONG),
}

_MAX_COLUMNS = 8  # more pictures side by side are stamps: further styles go into a band below
_MAX_CELL = 2.6  # inches: few styles do not make posters
_GAP = 0.06  # inches between pictures
_LINE = 0.16  # inches a line of the box below a picture
PICTURE = 320  # pixels a side that are kept of a picture


def plot_examples(
    predictions: pd.DataFrame, images: str | Path, kind: str = "top-1", seed: int = 0, n_rows: int = 3
) -> Figure:
    """Random images of one kind, a column a true style, each with a box of its three likeliest styles in percent.

    `kind`: 'top-1' (the true style is the first guess), 'top-2' (it is the second), 'wrong' (it is neither). `images`
    is the folder that `filename` is relative to; a file that cannot be opened is drawn grey. Styles beyond the eighth
    go into further bands below. The same `seed` draws the same images whatever the order of rows. Raises ValueError for
    another kind, for `n_rows` < 1, and as `plot_confusion` does.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(map(repr, KINDS))}, got {kind!r}")
    vocab = checked_vocab(predictions, ["filename", "label"])
    chosen = predictions[_of_kind(ranks(predictions, vocab), kind)]
    columns = _sampled_files(chosen, vocab, n_rows, seed)
    words, colour = KINDS[kind]
    title = f"{words}: {len(chosen):,} of {count_of(len(predictions), 'image')}"
    note = "Columns: true style. Boxes: the three likeliest styles in percent, the true one in bold."
    fig, cells = picture_grid(columns, n_lines=min(3, len(vocab)), title=title, note=note)
    rows = chosen.drop_duplicates("filename").set_index("filename")
    for style, filenames in columns.items():
        for axes, filename in zip(cells[style], filenames, strict=True):
            draw_picture(axes, open_picture(Path(images) / filename), frame=colour)
            _write_guesses(axes, rows.loc[filename], vocab, colour)
    return fig


def contact_sheet(annotation: pd.DataFrame, images: str | Path, seed: int = 0, n_rows: int = 4) -> Figure:
    """Random images of each style, a column a style, cropped to squares.

    `annotation` has `filename, label`; `images` is the folder that `filename` is relative to. The same `seed` draws the
    same images whatever the order of rows. Raises ValueError for missing columns, no rows, or `n_rows` < 1.
    """
    need_columns(annotation, ["filename", "label"], "the annotation")
    columns = _sampled_files(annotation, sorted(annotation["label"].unique()), n_rows, seed)
    fig, cells = picture_grid(columns)
    for style, filenames in columns.items():
        for axes, filename in zip(cells[style], filenames, strict=True):
            picture = open_picture(Path(images) / filename)
            draw_picture(axes, picture and fit_to_square(picture, PICTURE, "crop"))
    return fig


def _sampled_files(table: pd.DataFrame, vocab: Sequence[str], n: int, seed: int) -> dict[str, list[str]]:
    """At most `n` random filenames of each style; they depend on the filenames and the seed, not on the order of rows.

    Raises ValueError for `n` < 1.
    """
    if n < 1:
        raise ValueError(f"n_rows must be at least 1, got {n!r}")
    filenames = {style: sorted(set(table["filename"][table["label"] == style])) for style in vocab}
    return {
        style: [names[i] for i in np.random.default_rng(seed).permutation(len(names))[:n]]
        for style, names in filenames.items()
    }


def picture_grid(
    columns: Mapping[str, Sequence[str]], n_lines: int = 0, title: str = "", note: str = ""
) -> tuple[Figure, dict[str, list[Axes]]]:
    """A figure with a headed column of cells for each style, a cell for each of its pictures.

    A cell spans 0..1 for the picture and, below 0, has room for a box of `n_lines` lines. Wide grids are cut into bands
    of columns, as equal as can be: 11 styles make 6 and 5. A style without pictures says so.
    """
    n_bands = -(-len(columns) // _MAX_COLUMNS)
    n_columns = -(-len(columns) // n_bands)
    n_rows = max(map(len, columns.values()))
    cell = min(WIDTH / n_columns, _MAX_CELL)
    heads = {style: wrap_words(style, int(12 * cell)) for style in columns}
    head = 0.17 + 0.16 * max(text.count("\n") + 1 for text in heads.values())
    tall, top = cell + _LINE * n_lines, (0.3 if title else 0) + (0.22 if note else 0)
    band = head + max(n_rows * tall, 0.5) + 0.05
    fig = new_figure(max(n_columns * cell, 5.4 if title else 0), top + n_bands * band, layout=None)
    width, height = fig.get_size_inches()
    fig.text(_GAP / width, 1 - 0.08 / height, title, va="top", fontsize=12, fontweight="bold", color=INK)
    fig.text(_GAP / width, 1 - 0.33 / height, note, va="top", fontsize=8.5, color=MUTED)
    cells = {}
    for i, (style, pictures) in enumerate(columns.items()):
        left, below = cell * (i % n_columns), top + band * (i // n_columns) + head
        middle = (left + cell / 2) / width
        fig.text(middle, 1 - (below - 0.06) / height, heads[style], ha="center", va="bottom", fontsize=9, color=INK)
        if not pictures:
            fig.text(middle, 1 - (below + 0.25) / height, "none", ha="center", va="center", fontsize=9, color=MUTED)
        cells[style] = [_empty_cell(fig, left, below + row * tall, cell, n_lines) for row in range(len(pictures))]
    return fig, cells


def open_picture(path: Path) -> Image.Image | None:
    """The picture at `path` in RGB, upright, in its own proportions, at most 320 pixels a side; None if unreadable."""
    try:
        picture = open_rgb(path, PICTURE)
    except Exception:  # vanished, or broken since: a decoder can raise almost anything, and a figure can do without
        return None
    picture.thumbnail((PICTURE, PICTURE))
    return picture


def draw_picture(axes: Axes, picture: Image.Image | None, frame: str | None = None) -> None:
    """Draw a picture in its own proportions as large as the unit square allows, on a pale mat, in a coloured frame."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((0, 0), 1, 1, facecolor=PALE if picture else GRID, zorder=-1))
    if picture:
        right, top = (1 + np.array(picture.size) / max(picture.size)) / 2
        axes.imshow(np.asarray(picture), extent=(1 - right, right, 1 - top, top), aspect="auto")
    else:
        axes.text(0.5, 0.5, "unreadable", ha="center", va="center", fontsize=9, color=MUTED)
    if frame:
        bottom = axes.get_ylim()[0]
        outline = dict(facecolor="none", edgecolor=frame, linewidth=2, clip_on=False, zorder=5)
        axes.add_patch(Rectangle((0, bottom), 1, 1 - bottom, **outline))


def _of_kind(ranks: np.ndarray, kind: str) -> np.ndarray:
    """Which images are of `kind`, (n,) bool."""
    return {"top-1": ranks == 0, "top-2": ranks == 1, "wrong": ranks > 1}[kind]


def _write_guesses(axes: Axes, row: pd.Series, vocab: Sequence[str], colour: str) -> None:
    """Write the three likeliest styles and their percentages into the box below a picture, over bars of that length."""
    preds = row[[f"proba_{style}" for style in vocab]].to_numpy(dtype=float)
    guesses = np.argsort(-preds, kind="stable")[:3]
    line = axes.get_ylim()[0] / len(guesses)
    inches = axes.get_position().width * axes.figure.get_size_inches()[0]
    for i, guess in enumerate(guesses):
        true = vocab[guess] == row["label"]
        y = (i + 0.42) * line  # the frame eats into the last line
        axes.barh(y, preds[guess], height=line, color=colour if true else FAINT, alpha=0.3, linewidth=0)
        look = dict(va="center_baseline", fontsize=min(8, 6.6 * inches), fontweight="bold" if true else "normal")
        _fit(axes, axes.text(0.03, y, vocab[guess], ha="left", color=INK, **look), room=0.76)
        axes.text(0.97, y, f"{100 * preds[guess]:.0f}", ha="right", color=INK, **look)


def _fit(axes: Axes, text: Text, room: float) -> None:
    """Shorten a text until it takes no more than `room` of the width of `axes`."""
    name = text.get_text()
    for n_chars in range(len(name) - 1, 1, -1):
        if text.get_window_extent().width <= room * axes.bbox.width:
            return
        text.set_text(shorten(name, n_chars))


def _empty_cell(fig: Figure, left: float, top: float, cell: float, n_lines: int) -> Axes:
    """Axes without frame, `left` and `top` inches from the figure's upper left corner, `cell` inches wide with gap."""
    width, height = fig.get_size_inches()
    side = cell - _GAP
    tall = side + _LINE * n_lines
    axes = fig.add_axes(((left + _GAP / 2) / width, 1 - (top + tall) / height, side / width, tall / height))
    axes.set(xlim=(0, 1), ylim=(-_LINE * n_lines / side, 1))
    axes.set_axis_off()
    return axes
