"""The patches of images that raise a style's probability most, one per painter: what it looks like to a learner."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from scipy.special import logit

from styleclf.common import write_table
from styleclf.data import Fit, author_groups, open_rgb
from styleclf.explain.map_geometry import seen_box
from styleclf.explain.occlusion import Windows
from styleclf.plots import plot_patches, save_figure

_PROBA_MARGIN = 1e-6  # from 0 and from 1: there float32 no longer shows how sure a network is
BOX = ["left", "top", "right", "bottom"]


def best_patches(
    probas: np.ndarray,  # (n, n_styles)
    losses: np.ndarray,  # (n, n_windows, n_styles), what probabilities lose when a window is covered
    rows: pd.DataFrame,  # `filename, label, author` of the n images
    *,
    vocab: Sequence[str],
    windows: Windows,
    n: int = 8,  # patches of each style
) -> pd.DataFrame:
    """`style, rank, filename, label, author, odds, left, top, right, bottom`: the best first, one an author at most.

    `odds` is the factor, above 1, by which the patch raises the odds p / (1 - p) of the style: of images that are taken
    for that style, whatever their label. Probabilities would leave out what the learner is all but sure of. An image
    without author stands for itself, copies of a file for one. A patch's edges are shares 0..1 of the square that the
    network sees. Raises ValueError for `n` below 1.
    """
    if n < 1:
        raise ValueError(f"n must be 1 patch or more for each style, not {n}")
    groups = author_groups(rows)
    boxes = window_boxes(windows)
    gains = _log_odds_losses(probas, losses)
    is_predicted = probas == probas.max(axis=1, keepdims=True)
    highest_gains = gains.max(axis=1)
    best_gains = np.where(is_predicted, highest_gains, 0)
    table = []
    for position, style in enumerate(vocab):
        order = np.argsort(-best_gains[:, position], kind="stable")
        _, first_of_group = np.unique(groups[order], return_index=True)
        best_images = order[np.sort(first_of_group)]
        for rank, i in enumerate(best_images[:n], start=1):
            gain = best_gains[i, position]
            if gain > 0:
                description = rows.iloc[i][["filename", "label", "author"]]
                window = gains[i, :, position].argmax()
                table.append((style, rank, *description, np.exp(gain), *boxes[window]))
    return pd.DataFrame(table, columns=["style", "rank", "filename", "label", "author", "odds", *BOX])


def _log_odds_losses(probas: np.ndarray, losses: np.ndarray) -> np.ndarray:
    """What the log-odds of styles lose where their probabilities lose `losses`, of the same shape."""
    clean = np.asarray(probas, dtype=float)[:, None]
    return _log_odds(clean) - _log_odds(clean - losses)


def _log_odds(probas: np.ndarray) -> np.ndarray:
    return logit(np.clip(probas, _PROBA_MARGIN, 1 - _PROBA_MARGIN))


def window_boxes(windows: Windows) -> np.ndarray:
    """Left, top, right and bottom of each window, `(n_windows, 4)`, as shares 0..1 of the image's sides."""
    left, right = _edges(windows.columns.cpu().numpy())
    top, bottom = _edges(windows.rows.cpu().numpy())
    return np.stack([left, top, right, bottom], axis=1)


def _edges(is_covered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where windows begin and end in one direction, as shares 0..1 of the side; `is_covered (n_windows, side)` bool."""
    side = is_covered.shape[1]
    start = is_covered.argmax(axis=1) / side
    from_end = is_covered[:, ::-1].argmax(axis=1) / side
    return start, 1 - from_end


def patch_of(
    picture: Image.Image,
    box: Sequence[float],
    fit: Fit = "squash",
) -> Image.Image:
    """The part of a picture that a patch of the network's square shows, in the picture's own proportions.

    What would lie on padding is left out, but for a pixel where nothing else is left.
    """
    width, height = picture.size
    left, top, right, bottom = seen_box(width, height, fit)
    seen_size = np.array([right - left, bottom - top])
    origin = np.array([left, top])
    shares = np.array(box) * np.tile(seen_size, 2)
    edges = np.round(np.tile(origin, 2) + shares)
    highest = [width - 1, height - 1, width, height]
    edges = np.clip(edges, [0, 0, 1, 1], highest).astype(int)
    start = edges[:2]
    end = np.maximum(edges[2:], start + 1)
    return picture.crop((*start, *end))


def patch_of_row(
    row: pd.Series,
    images: str | Path,
    fit: Fit = "squash",
) -> Image.Image:
    """The patch of a row of a table, which has `filename` and the columns BOX."""
    picture = open_rgb(Path(images) / row["filename"])
    return patch_of(picture, row[BOX].to_numpy(dtype=float), fit)


def write_patches(
    patches: pd.DataFrame,
    images: str | Path,
    out: str | Path,
    *,
    fit: Fit = "squash",
) -> None:
    """Write `patches.csv` and the sheet `figures/patches.png`."""
    write_table(patches, Path(out) / "patches.csv")
    table = patches.assign(caption=patches["odds"].map("×{:.1f}".format))
    figure = plot_patches(table, lambda row: patch_of_row(row, images, fit))
    save_figure(figure, Path(out) / "figures/patches.png")
