"""What a style looks like to a learner: the patches of images that raise its probability most, one a painter."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from scipy.special import logit

from styleclf.data import Fit, author_groups, open_rgb
from styleclf.explain.map_geometry import seen_box
from styleclf.explain.occlusion import Windows
from styleclf.output import write_table
from styleclf.plots import plot_patches, save_figure

_LEAST = 1e-6  # probability, below and from 1, where float32 no longer tells how sure a network is
BOX = ["left", "top", "right", "bottom"]


def best_patches(
    probas: np.ndarray,  # (n, n_styles)
    lost: np.ndarray,  # (n, n_windows, n_styles), what probabilities lose when a window is covered
    rows: pd.DataFrame,  # `filename, label, author` of the n images
    vocab: Sequence[str],
    windows: Windows,
    n: int = 8,  # patches a style
) -> pd.DataFrame:
    """`style, rank, filename, label, author, odds, left, top, right, bottom`: the best first, one an author at most.

    `odds` is the factor, above 1, by which the patch raises the odds p / (1 - p) of the style: of images that are taken
    for that style, whatever their label. Probabilities would leave out what the learner is all but sure of. An image
    without author stands for itself, copies of a file for one. A patch's edges are shares 0..1 of the square that the
    network sees. Raises ValueError for `n` below 1.
    """
    if n < 1:
        raise ValueError(f"n must be 1 patch or more for each style, not {n}")
    groups, boxes, gains = author_groups(rows), window_boxes(windows), _log_odds_lost(probas, lost)
    best = np.where(probas == probas.max(axis=1, keepdims=True), gains.max(axis=1), 0)
    found = []
    for position, style in enumerate(vocab):
        order = np.argsort(-best[:, position], kind="stable")
        _, first = np.unique(groups[order], return_index=True)
        for rank, i in enumerate(order[np.sort(first)][:n], start=1):
            if best[i, position] > 0:
                known, box = rows.iloc[i][["filename", "label", "author"]], boxes[gains[i, :, position].argmax()]
                found.append((style, rank, *known, np.exp(best[i, position]), *box))
    return pd.DataFrame(found, columns=["style", "rank", "filename", "label", "author", "odds", *BOX])


def _log_odds_lost(probas: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """What the log-odds of styles lose where their probabilities lose `lost`, of the same shape."""
    whole = np.asarray(probas, dtype=float)[:, None]
    return logit(np.clip(whole, _LEAST, 1 - _LEAST)) - logit(np.clip(whole - lost, _LEAST, 1 - _LEAST))


def window_boxes(windows: Windows) -> np.ndarray:
    """Left, top, right and bottom of each window, `(n_windows, 4)`, as shares 0..1 of the image's sides."""
    (left, right), (top, bottom) = (_ends(each.cpu().numpy()) for each in (windows.columns, windows.rows))
    return np.stack([left, top, right, bottom], axis=1)


def _ends(covered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    side = covered.shape[1]
    return covered.argmax(axis=1) / side, 1 - covered[:, ::-1].argmax(axis=1) / side


def patch_of(picture: Image.Image, box: Sequence[float], fit: Fit = "squash") -> Image.Image:
    """The part of a picture that a patch of the network's square shows, in the picture's own proportions.

    What would lie on padding is left out, but for a pixel where nothing else is left.
    """
    left, top, right, bottom = seen_box(*picture.size, fit)
    across, down = right - left, bottom - top
    edges = np.array([left, top, left, top]) + np.array(box) * [across, down, across, down]
    low, high = np.array([0, 0, 1, 1]), np.array([*picture.size, *picture.size]) - [1, 1, 0, 0]
    edges = np.clip(np.round(edges), low, high).astype(int)
    return picture.crop((*edges[:2], *np.maximum(edges[2:], edges[:2] + 1)))


def write_patches(patches: pd.DataFrame, images: str | Path, out: str | Path, fit: Fit = "squash") -> None:
    """Write `patches.csv` and the sheet `figures/patches.png`."""

    def cut(row: pd.Series) -> Image.Image:
        return patch_of(open_rgb(Path(images) / row["filename"]), row[BOX].to_numpy(dtype=float), fit)

    write_table(patches, Path(out) / "patches.csv")
    told = patches.assign(told=[f"×{odds:.1f}" for odds in patches["odds"]])
    save_figure(plot_patches(told, cut), Path(out) / "figures/patches.png")
