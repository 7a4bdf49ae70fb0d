"""Maps of what supports a style, laid over greyscale pictures: blue supports it, red hinders it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.evaluation import checked_vocab, ranks_of
from styleclf.plots.picture_cells import PictureCell, draw_picture, letter_size, write_caption
from styleclf.plots.picture_grid import Column, letters_of_line, picture_grid
from styleclf.plots.pictures import likeliest_styles
from styleclf.plots.theme import CLOSE, FAINT, INK, MUTED, RIGHT, WRONG, Look, rgb_levels
from styleclf.plots.words import picture_name, shorten

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SUPPORTS = RIGHT
_HINDERS = "#C8102E"
_EITHER = "#6A2C91"
UNSIGNED = ("saliency",)  # methods that tell how much, not which way
_MAX_OPACITY = 0.75  # where a map is strongest
_DARKEST_GREY = 0.35  # of the picture, whose contrast is lowered
_GREY_RANGE = 0.62  # above the darkest
_VEIL = 0.6  # of white, over what the map does not cover
_STRONGEST = 99.0  # percentile of a map's sizes at full strength: single pixels would make all others pale
_N_GUESSES = 2
_BOX_LINES = _N_GUESSES + 1  # below a picture
_TARGET_LOOK: Look = {
    "ha": "center",
    "va": "center_baseline",
    "fontsize": 7.5,
    "color": INK,
}
_METHODS_NOTE = (
    "Below each painting: the style that is explained. Every map has its own scale; violet: how much, either way."
)


def overlay(attr: np.ndarray, signed: bool = True) -> np.ndarray:
    """A map `(h, w)` as RGBA `(h, w, 4)` uint8: blue above 0, red below, the more opaque the farther from 0.

    One that is not signed is violet. Where the map is NaN nothing is laid over the picture.
    """
    values = np.nan_to_num(attr)
    sizes = np.abs(values)
    sizes_on_map = sizes[np.isfinite(attr)]
    strongest = np.percentile(sizes_on_map, _STRONGEST) or sizes.max() or 1
    shares = np.clip(sizes / strongest, 0, 1)
    opacity = _MAX_OPACITY * shares
    supports = rgb_levels(_SUPPORTS if signed else _EITHER)
    hinders = rgb_levels(_HINDERS)
    is_positive = values > 0
    colours = np.where(is_positive[..., None], supports, hinders)
    levels = np.dstack([colours, np.round(255 * opacity)])
    return levels.astype(np.uint8)


def paint_map(
    picture: Image.Image,
    attr: np.ndarray,  # (h, w)
    signed: bool = True,
) -> Image.Image:
    """The picture in pale grey under the overlay of a map of its own size; what the map does not cover is paler."""
    grey_picture = picture.convert("L")
    grey = np.asarray(grey_picture, dtype=float)[..., None]
    pale = 255 * _DARKEST_GREY + _GREY_RANGE * grey
    veiled = (1 - _VEIL) * pale + _VEIL * 255
    is_covered = ~np.isnan(attr)[..., None]
    pale = np.where(is_covered, pale, veiled)
    layer = overlay(attr, signed).astype(float)
    colours = layer[..., :3]
    opacity = layer[..., 3:] / 255
    levels = opacity * colours + (1 - opacity) * pale
    return Image.fromarray(levels.round().astype(np.uint8))


def plot_explanations(
    table: pd.DataFrame,
    pictures: Sequence[Image.Image],
    maps: Sequence[np.ndarray],
    *,
    method: str,
) -> Figure:
    """Pictures above their maps, one column per true style, each with a box: two likeliest styles, amplitude.

    `table` has `label, pred, target, amplitude_<method>, proba_<style>…`, one row per picture, and `filename`, which
    says painter and title; where a `label` is
    empty, columns are predictions. The maps `(height, width)` have the pictures' sizes. The styles stand with their
    probability in percent. Frames show whether the true style is the first guess (blue), the second (orange) or neither
    (dark orange). Raises ValueError for missing columns or no rows.
    """
    vocab = checked_vocab(table, ["label", "pred", "target", f"amplitude_{method}"])
    labelled = bool((table["label"] != "").all())
    heads = table["label" if labelled else "pred"].to_numpy()
    frames = _frames(table) if labelled else [FAINT] * len(table)
    columns = {}
    for style in sorted(set(heads)):
        columns[style] = np.flatnonzero(heads == style).tolist()
    grid_columns = [Column(style, 2 * len(rows)) for style, rows in columns.items()]
    fig, cells = picture_grid(
        grid_columns,
        n_lines=_BOX_LINES,
        title=_title(method, _explained_style(table, labelled)),
        note=_note(method, labelled),
    )
    for style, rows in columns.items():
        for number, i in enumerate(rows):
            original, below = cells[style][2 * number : 2 * number + 2]
            draw_picture(original, pictures[i])
            _write_name(original, table.iloc[i], letters_of_line(grid_columns))
            picture_with_map = paint_map(pictures[i], maps[i], method not in UNSIGNED)
            draw_picture(below, picture_with_map, frames[i])
            _write_box(below, table.iloc[i], vocab, method=method)
    return fig


def plot_methods(
    table: pd.DataFrame,
    pictures: Sequence[Image.Image],
    maps: Mapping[str, Sequence[np.ndarray]],  # by method, one per picture
) -> Figure:
    """One row per picture, one column per method: the picture as it is, then under its map by each.

    `table` has `target`, the style that is explained; `maps` are those of `plot_explanations` by method.
    """
    columns = {"painting": list(pictures)}
    for method, of_method in maps.items():
        signed = method not in UNSIGNED
        column = []
        for picture, attr in zip(pictures, of_method, strict=True):
            column.append(paint_map(picture, attr, signed))
        columns[method.replace("_", " ")] = column
    title = "What supports a style (blue), what hinders it (red), by method"
    heads = [Column(head, len(pictures)) for head in columns]
    fig, cells = picture_grid(heads, n_lines=1, title=title, note=_METHODS_NOTE)
    for head, column in columns.items():
        for cell, picture in zip(cells[head], column, strict=True):
            draw_picture(cell, picture)
    for cell, target in zip(cells["painting"], table["target"], strict=True):
        cell.write(0.5, -cell.box / 2, target, **_TARGET_LOOK)
    return fig


def _explained_style(table: pd.DataFrame, labelled: bool) -> str:
    """What the maps explain, in words."""
    if table["target"].nunique() == 1 and len(table) > 1:
        return table["target"].iloc[0]
    explains_truth = (table["label"] == table["target"]).all()
    if labelled and explains_truth:
        return "the true style"
    if (table["pred"] == table["target"]).all():
        return "the predicted style"
    return "a style"


def _title(method: str, style: str) -> str:
    if method == "saliency":
        return f"Saliency: where pixels matter most to {style}, for it or against it"
    name = method.replace("_", " ")
    subject = name[0].upper() + name[1:]
    return f"{subject}: blue supports {style}, red hinders it"


def _note(method: str, labelled: bool) -> str:
    amplitude = "points of probability that a part is worth" if "occlusion" in method else "a pixel's log-odds"
    columns = "true" if labelled else "predicted"
    bold = ", the true one in bold" if labelled else ""
    return f"Columns: {columns} style. Boxes: two likeliest styles in percent{bold}; amplitude: {amplitude} at most."


def _frames(table: pd.DataFrame) -> list[str]:
    """The colour of every picture's frame, by the rank of its true style."""
    colours = (RIGHT, CLOSE, WRONG)
    return [colours[min(rank, 2)] for rank in ranks_of(table)]


def _write_name(cell: PictureCell, row: pd.Series, n_letters: int) -> None:
    """Write painter and title below a picture, in the lines of its box, which have room for so many letters."""
    if "filename" in row:
        name = picture_name(row["filename"], row.get("author") or "")
        lines = wrap(name, n_letters, max_lines=_BOX_LINES, placeholder="…")
        write_caption(cell, lines)


def _write_box(
    cell: PictureCell,
    row: pd.Series,
    vocab: list[str],
    *,
    method: str,
) -> None:
    """Write two guesses and the amplitude into the box below a picture."""
    guesses = likeliest_styles(row, vocab, _N_GUESSES)
    for line, (style, proba) in enumerate(guesses):
        weight = "bold" if style == row["label"] else "normal"
        percent = f"{100 * proba:.0f}"
        _write_line(cell, line, (style, percent), colour=INK, weight=weight)
    amplitude = row[f"amplitude_{method}"]
    number = f"{100 * amplitude:.1f}" if "occlusion" in method else f"{amplitude:.2g}"
    _write_line(cell, _N_GUESSES, ("amplitude", number), colour=MUTED, weight="normal")


def _write_line(
    cell: PictureCell,
    line: int,
    words: tuple[str, str],
    *,
    colour: str,
    weight: str,
) -> None:
    """Write a name and, at the right, its number into a line of the box."""
    name, number = words
    y = cell.middle_of(line)
    look: Look = {
        "va": "center_baseline",
        "fontsize": letter_size(cell),
        "fontweight": weight,
        "color": colour,
    }
    cell.write(0.03, y, shorten(name, 15), ha="left", **look)
    cell.write(0.97, y, number, ha="right", **look)
