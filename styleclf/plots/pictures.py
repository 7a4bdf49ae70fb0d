"""Figures that show the images themselves: contact sheets and grids of predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import check_one_of, count_of
from styleclf.data import fit_to_square
from styleclf.evaluation import check_columns, checked_vocab, ranks_of
from styleclf.plots.picture_cells import (
    PICTURE_PIXELS,
    PictureCell,
    draw_picture,
    letter_size,
    open_picture,
    shorten_to_fit,
    write_caption,
)
from styleclf.plots.picture_grid import Column, letters_of_line, picture_grid
from styleclf.plots.theme import CLOSE, FAINT, INK, RIGHT, WRONG, Look
from styleclf.plots.words import picture_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = {
    "top-1": ("Right at the first guess", RIGHT),
    "top-2": ("Right only at the second guess", CLOSE),
    "wrong": ("Right at neither of two guesses", WRONG),
}
_EXAMPLES_NOTE = (
    "Columns: true style. Boxes: painter and title, then the three likeliest styles in percent, the true one bold."
)
_N_GUESSES = 3
_BAR_LOOK: Look = {"alpha": 0.3, "linewidth": 0}
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
    captions = _captions(rows, files, n_letters=letters_of_line(columns))
    n_caption_lines = max(map(len, captions.values()), default=1)
    n_lines = n_caption_lines + min(_N_GUESSES, len(vocab))
    fig, cells = picture_grid(columns, n_lines=n_lines, title=title, note=_EXAMPLES_NOTE)
    for style, filenames in files.items():
        for cell, filename in zip(cells[style], filenames, strict=True):
            picture = open_picture(Path(images) / filename)
            draw_picture(cell, picture, colour)
            write_caption(cell, captions[filename])
            _write_guesses(cell, rows.loc[filename], vocab, colour=colour, first_line=n_caption_lines)
    return fig


def _captions(
    rows: pd.DataFrame,  # of predictions, by filename
    files: Mapping[str, Sequence[str]],  # of every style
    *,
    n_letters: int,  # of a line
) -> dict[str, list[str]]:
    """Painter and title of every picture, in the lines that its box has room for; a title may lose its end."""
    captions = {}
    for filenames in files.values():
        for filename in filenames:
            name = picture_name(filename, rows.loc[filename].get("author", ""))
            captions[filename] = wrap(name, n_letters, max_lines=_MOST_CAPTION_LINES, placeholder="…")
    return captions


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

    >>> save_figure(contact_sheet(design, images, n_rows=2), folder / "styles.png").name
    'styles.png'
    """
    check_columns(annotation, ["filename", "label"], "the annotation")
    styles = sorted(annotation["label"].unique())
    files = _sampled_files(annotation, styles, n_rows, seed=seed)
    fig, cells = picture_grid(_columns(files))
    for style, filenames in files.items():
        for cell, filename in zip(cells[style], filenames, strict=True):
            picture = open_picture(Path(images) / filename)
            if picture is not None:
                picture = fit_to_square(picture, PICTURE_PIXELS, "crop")
            draw_picture(cell, picture)
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


def _columns(files: Mapping[str, Sequence[str]]) -> list[Column]:
    return [Column(style, len(filenames)) for style, filenames in files.items()]


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


def _write_guesses(
    cell: PictureCell,
    row: pd.Series,
    vocab: Sequence[str],
    *,
    colour: str,
    first_line: int,  # below the caption
) -> None:
    """Write the three likeliest styles with percentages over bars into the box below a picture."""
    guesses = likeliest_styles(row, vocab, _N_GUESSES)
    size = letter_size(cell)
    for line, (style, proba) in enumerate(guesses, start=first_line):
        is_true = style == row["label"]
        y = cell.middle_of(line)
        bar_colour = colour if is_true else FAINT
        bottom = y - cell.line / 2
        cell.fill(0, bottom, width=proba, height=cell.line, color=bar_colour, **_BAR_LOOK)
        weight = "bold" if is_true else "normal"
        look: Look = {
            "va": "center_baseline",
            "fontsize": size,
            "fontweight": weight,
            "color": INK,
        }
        name = cell.write(0.03, y, style, ha="left", **look)
        shorten_to_fit(cell, name, _NAME_ROOM)
        percent = f"{100 * proba:.0f}"
        cell.write(0.97, y, percent, ha="right", **look)
