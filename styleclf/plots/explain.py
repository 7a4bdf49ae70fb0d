"""Maps of what supports a style, laid over greyscale pictures: blue supports it, red hinders it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.evaluation import probas_of, targets, true_ranks
from styleclf.plots.pictures import draw_picture, picture_grid
from styleclf.plots.tables import checked_vocab
from styleclf.plots.theme import CLOSE, FAINT, INK, MUTED, RIGHT, WRONG, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SUPPORTS, _HINDERS, _EITHER = RIGHT, "#C8102E", "#6A2C91"
UNSIGNED = ("saliency",)  # methods that tell how much, not which way
_STRENGTH = 0.75  # opacity where a map is strongest
_GREYS = (0.35, 0.62)  # the picture's contrast is lowered: darkest grey, and the range above it
_STRONGEST = (
    99.0  # percentile of a map's sizes that is painted at full strength: single pixels would make the rest pale
)


def overlay(attr: np.ndarray, signed: bool = True) -> np.ndarray:
    """A map `(h, w)` as RGBA `(h, w, 4)` uint8: blue above 0, red below, the more opaque the farther from 0.

    One that is not signed is violet. Where the map is NaN nothing is laid over the picture.
    """
    sizes = np.abs(np.nan_to_num(attr))
    strongest = np.percentile(sizes[np.isfinite(attr)], _STRONGEST) or sizes.max()
    opacity = _STRENGTH * np.clip(sizes / (strongest or 1), 0, 1)
    colours = np.where((np.nan_to_num(attr) > 0)[..., None], _rgb(_SUPPORTS if signed else _EITHER), _rgb(_HINDERS))
    return np.dstack([colours, np.round(255 * opacity)]).astype(np.uint8)


def paint_map(picture: Image.Image, attr: np.ndarray, signed: bool = True) -> Image.Image:
    """The picture in pale grey under the overlay of a map of its own size; what the map does not see is paler still."""
    grey = np.asarray(picture.convert("L"), dtype=float)[..., None]
    low, reach = _GREYS
    pale = 255 * low + reach * grey
    pale = np.where(np.isnan(attr)[..., None], 0.4 * pale + 0.6 * 255, pale)
    colours = overlay(attr, signed).astype(float)
    opacity = colours[..., 3:] / 255
    return Image.fromarray((opacity * colours[..., :3] + (1 - opacity) * pale).round().astype(np.uint8))


def plot_explanations(
    table: pd.DataFrame,
    pictures: Sequence[Image.Image],
    maps: Sequence[np.ndarray],
    method: str,
) -> Figure:
    """Pictures under their maps, a column a true style, each with a box: two likeliest styles in percent, amplitude.

    `table` has `label, pred, target, amplitude_<method>, proba_<style>…`, a row a picture; where a `label` is empty,
    columns are predictions. The maps `(height, width)` have the pictures' sizes. Frames tell whether the true style is
    the first guess (blue), the second (orange) or neither (dark orange). Raises ValueError for missing columns or no
    rows.
    """
    vocab = checked_vocab(table, ["label", "pred", "target", f"amplitude_{method}"])
    known = (table["label"] != "").all()
    heads = table["label" if known else "pred"].tolist()
    columns = {style: [i for i, head in enumerate(heads) if head == style] for style in sorted(set(heads))}
    title, note = _words(method, table, known)
    fig, cells = picture_grid({head: list(map(str, rows)) for head, rows in columns.items()}, 3, title, note)
    frames = _frames(table, vocab) if known else [FAINT] * len(table)
    for style, rows in columns.items():
        for axes, i in zip(cells[style], rows, strict=True):
            draw_picture(axes, paint_map(pictures[i], maps[i], method not in UNSIGNED), frame=frames[i])
            _write_box(axes, table.iloc[i], vocab, method)
    return fig


def plot_methods(
    table: pd.DataFrame, pictures: Sequence[Image.Image], maps: Mapping[str, Sequence[np.ndarray]]
) -> Figure:
    """A row a picture, a column a method: the picture as it is, then under its map by each.

    `table` has `target`, the style that is explained; `maps` are those of `plot_explanations` by method.
    """
    columns = {"painting": pictures}
    for method, found in maps.items():
        shown = zip(pictures, found, strict=True)
        columns[method] = [paint_map(picture, attr, method not in UNSIGNED) for picture, attr in shown]
    heads = {name.replace("_", " "): [str(i) for i in range(len(pictures))] for name in columns}
    note = (
        "Below each painting: the style that is explained. Every map has its own scale; violet: how much, either way."
    )
    fig, cells = picture_grid(heads, 1, "What supports a style (blue), what hinders it (red), by method", note)
    for name, shown in columns.items():
        for axes, picture in zip(cells[name.replace("_", " ")], shown, strict=True):
            draw_picture(axes, picture)
    for axes, target in zip(cells["painting"], table["target"], strict=True):
        axes.text(0.5, axes.get_ylim()[0] / 2, target, ha="center", va="center_baseline", fontsize=7.5, color=INK)
    return fig


def _words(method: str, table: pd.DataFrame, known: bool) -> tuple[str, str]:
    own = known and (table["label"] == table["target"]).all()
    what = "the true style" if own else "the predicted style" if (table["pred"] == table["target"]).all() else "a style"
    if table["target"].nunique() == 1 and len(table) > 1:
        what = table["target"].iloc[0]
    name = method.replace("_", " ")
    most = "points of probability that a part is worth" if "occlusion" in method else "a pixel's log-odds"
    guesses = "two likeliest styles in percent" + (", the true one in bold" if known else "")
    title = f"{name[0].upper()}{name[1:]}: blue supports {what}, red hinders it"
    if method == "saliency":
        title = f"Saliency: where pixels matter most to {what}, for it or against it"
    columns = "true" if known else "predicted"
    return title, f"Columns: {columns} style. Boxes: {guesses}; amplitude: {most} at most."


def _frames(table: pd.DataFrame, vocab: list[str]) -> list[str]:
    ranks = true_ranks(probas_of(table), targets(table["label"], vocab))
    return [RIGHT if rank == 0 else CLOSE if rank == 1 else WRONG for rank in ranks]


def _write_box(axes: Axes, row: pd.Series, vocab: list[str], method: str) -> None:
    """Write two guesses and the amplitude into the box below a picture."""
    probas = row[[f"proba_{style}" for style in vocab]].to_numpy(dtype=float)
    guesses = np.argsort(-probas, kind="stable")[:2]
    amplitude = row[f"amplitude_{method}"]
    size = f"{100 * amplitude:.1f}" if "occlusion" in method else f"{amplitude:.2g}"
    lines = [(vocab[i], f"{100 * probas[i]:.0f}", vocab[i] == row["label"], INK) for i in guesses]
    inches = axes.get_position().width * axes.figure.get_size_inches()[0]
    for i, (name, number, bold, colour) in enumerate([*lines, ("amplitude", size, False, MUTED)]):
        y = (i + 0.42) * axes.get_ylim()[0] / 3
        look = dict(va="center_baseline", fontsize=min(8, 6.6 * inches), fontweight="bold" if bold else "normal")
        axes.text(0.03, y, shorten(name, 15), ha="left", color=colour, **look)
        axes.text(0.97, y, number, ha="right", color=colour, **look)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
