"""The confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import checked_vocab, confusion_counts, confusion_shares, mean_recall
from styleclf.plots.theme import GRID, INK, MUTED, RIGHT, WRONG, Look, mute_axes, new_figure, set_note, set_title
from styleclf.plots.words import label_x, label_y, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MATRIX = 5.4  # inches, shared by the cells
_CELL_RANGE = (0.3, 0.8)  # inches
_ROOMY = 0.45  # inches: a cell with room for two numbers
_MAX_NAME = 24  # letters of a style
_LETTER = 0.085  # inches
_EMPTY_LOOK: Look = {
    "ha": "center",
    "va": "center",
    "color": MUTED,
    "fontsize": 9,
    "bbox": {
        "facecolor": "white",
        "edgecolor": "none",
        "pad": 2,
    },
}
_DARK = 85  # percent from which on a cell needs white letters


def plot_confusion(predictions: pd.DataFrame) -> Figure:
    """The confusion matrix: percent of each true style (rows sum to 100), with the number of images below.

    Recall stands on the diagonal, in blue; mistakes are orange; cells without images are empty. `predictions` has one
    row per image: `label, pred, proba_<style>…`. With many styles cells are too small for the number of images, which
    then stands only beside the rows. Raises ValueError for missing columns, no rows, or a style without `proba_`
    column.

    >>> predictions = pd.DataFrame(
    ...     {
    ...         "label": ["cubism", "rococo"],
    ...         "pred": ["cubism", "cubism"],
    ...         "proba_cubism": [0.9, 0.6],
    ...         "proba_rococo": [0.1, 0.4],
    ...     }
    ... )
    >>> plot_confusion(predictions).get_suptitle()
    'Confusions of 2 images: top-1 accuracy 50 %'
    """
    vocab = checked_vocab(predictions, ["label", "pred"])
    counts = confusion_counts(predictions)
    percents = 100 * confusion_shares(counts)

    n_styles = len(vocab)
    cell = np.clip(_MATRIX / n_styles, *_CELL_RANGE)
    longest = max(map(len, vocab))
    labels = _LETTER * min(longest, _MAX_NAME)
    matrix = cell * n_styles
    width = 1.2 + labels + matrix
    height = 1.4 + 0.7 * labels + matrix
    fig = new_figure(max(width, 5.0), height)
    axes = fig.subplots()
    _shade_cells(axes, percents)
    _write_cells(axes, counts, percents, cell=cell)
    _name_cells(axes, vocab, counts.sum(axis=1))
    recall = mean_recall(percents.diagonal())
    n_images = count_of(len(predictions), "image")
    set_title(fig, f"Confusions of {n_images}: top-1 accuracy {recall:.0f} %")
    numbers = "percent and number" if cell >= _ROOMY else "percent"
    set_note(fig, f"Cells: {numbers} of the true style's images; n: all. Styles count alike.")
    return fig


def _shade_cells(axes: Axes, percents: np.ndarray) -> None:
    """Colour the cells by percent: the diagonal in the colour of right, the others in the colour of wrong."""
    from matplotlib.colors import LinearSegmentedColormap

    diagonal = np.eye(len(percents), dtype=bool)
    for colour, hidden in ((RIGHT, ~diagonal), (WRONG, diagonal)):
        shades = LinearSegmentedColormap.from_list("shades", ["white", colour])
        is_hidden = hidden | np.isnan(percents)
        cells = np.ma.masked_where(is_hidden, percents)
        axes.imshow(cells, cmap=shades, vmin=0, vmax=100)


def _write_cells(
    axes: Axes,
    counts: np.ndarray,  # (n_styles, n_styles)
    percents: np.ndarray,  # (n_styles, n_styles)
    *,
    cell: float,  # inches
) -> None:
    """Write percent and, smaller below it where there is room, the number of images into every cell that has any."""
    size = min(10.5, 16 * cell + 2)
    roomy = cell >= _ROOMY
    lift = 0.06 if roomy else 0
    share_look: Look = {
        "ha": "center",
        "va": "bottom" if roomy else "center",
        "fontsize": size,
    }
    number_look: Look = {
        "ha": "center",
        "va": "top",
        "fontsize": 0.72 * size,
    }
    for row, column in np.argwhere(counts).tolist():
        percent = percents[row, column]
        is_dark = row == column and percent > _DARK
        colour = "white" if is_dark else INK
        axes.text(column, row + lift, f"{percent:.0f}", color=colour, **share_look)
        if roomy:
            number = f"{counts[row, column]:,}"
            axes.text(column, row + 0.12, number, color=colour, **number_look)
    middle = (len(counts) - 1) / 2
    n_images = counts.sum(axis=1)
    for row in np.flatnonzero(n_images == 0).tolist():
        axes.text(middle, row, "no images", **_EMPTY_LOOK)


def _name_cells(axes: Axes, vocab: Sequence[str], n_images: np.ndarray) -> None:
    """Name rows (true, with their number of images) and columns (predicted), and part the cells by pale lines."""
    mute_axes(axes)
    names = [shorten(style, _MAX_NAME) for style in vocab]
    sized_names = []
    for name, n in zip(names, n_images, strict=True):
        sized_names.append(f"{name}  n = {n:,}")
    places = range(len(names))
    axes.set_xticks(places, names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(places, sized_names)
    edges = np.arange(len(names) + 1) - 0.5
    low = edges[0]
    high = edges[-1]
    axes.hlines(edges, low, high, color=GRID, linewidth=0.8)
    axes.vlines(edges, low, high, color=GRID, linewidth=0.8)
    label_x(axes, "predicted style", size=9.5, colour=MUTED)
    label_y(axes, "true style", size=9.5, colour=MUTED)
