"""Whether a small part of an image gives its style away wherever it is pasted: a stamp, a watermark, a signature.

Style is all over a painting: a sixteenth of it, pasted into another, changes little. Of each style some images are
taken, of each of them the part that the model misses most when it is covered, and pasted into images of other styles
at its place. The control are parts taken at random.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch
from fastai.learner import Learner
from torch import Tensor

from styleclf.audit.degradations import frozen_body
from styleclf.data import VAL, Fit, cached_pixels, normalisation, open_rgb
from styleclf.explain import (
    BOX,
    Windows,
    fold_batchnorm,
    network_inputs,
    patch_of,
    patch_windows,
    predictor,
    rows_to_judge,
    window_boxes,
    window_losses,
)
from styleclf.inference import as_test_batch
from styleclf.models import Features, autocast_context, set_layout
from styleclf.output import tracked
from styleclf.plots import plot_markers
from styleclf.training import logistic_regression

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_N_PARTS = 8  # images of each style, each by another painter where there are so many
_N_OTHERS = 8  # images of other styles that each part is pasted into
# A part that surely multiplies the odds by 4 times as much as a random one is no brush stroke. Of 50 styles without a
# marker, by five learners, the surest lead was 0.75, as a logarithm; of a planted marker it was 3.6.
_NEAR = np.log(4)
_BS = 16


def _marker_audit(
    predict: Callable[[Tensor], Tensor],  # images (n, 3, h, w) to probabilities (n, n_styles)
    x: Tensor,  # (n, 3, h, w), images that the model has not been trained on
    rows: pd.DataFrame,  # their `filename, label, author`
    vocab: Sequence[str],
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """What parts of images multiply their style's odds by in others: a row a style that has images beside others.

    Columns: `style, raised, control, lead, lead_lo, near`, as logarithms, means over parts and the images that they are
    pasted into, and `filename, label, author, left, top, right, bottom` of the part that raises it most.
    `lead_lo` is the lower end of a 95 % interval of the lead over the control.
    """
    windows, rng, labels = patch_windows(x.shape[-1]), np.random.default_rng(seed), rows["label"].to_numpy()
    windows = Windows(*(each.to(x.device) for each in windows))
    odds, found = partial(_log_odds, predict), []
    for position, style in enumerate(tracked(vocab, len(vocab), "styles searched for markers", progress)):
        own, others = np.flatnonzero(labels == style), rng.permutation(np.flatnonzero(labels != style))[:_N_OTHERS]
        if len(own) and len(others):
            told = _telling_parts(odds, x[own], position, windows)
            random = torch.from_numpy(rng.integers(len(windows.rows), size=len(own))).to(x.device)
            raised, control = (_paste_part(odds, x[own], x[others], each, position, windows) for each in (told, random))
            best = int(raised.argmax())
            known = rows.iloc[own[best]][["filename", "label", "author"]]
            found.append((style, *_lead(raised, control), *known, *window_boxes(windows)[int(told[best])]))
    columns = ["style", "raised", "control", "lead", "lead_lo", "filename", "label", "author", *BOX]
    table = pd.DataFrame(found, columns=columns)
    return table.assign(near=table["lead_lo"] > _NEAR)


def probe_markers(
    rows: pd.DataFrame,  # `filename, label, author, fold` of a design without its validation set
    images: str | Path,
    features: np.ndarray,  # (n, d) of the images, as the probe sees them
    targs: np.ndarray,
    strength: float,
    arch: str,
    weights: str | Path = "imagenet",
    kind: Features = "style",
    size: int = 224,
    fit: Fit = "squash",
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """`_marker_audit` of the probe of all folds but the first, on images of that."""
    test = (rows["fold"] == min(rows["fold"])).to_numpy()
    vocab = sorted(rows["label"].unique())
    probe = logistic_regression(features[~test], targs[~test], strength, len(vocab))
    some = rows_to_judge(rows[test].assign(row=np.flatnonzero(test)), _N_PARTS * len(vocab), seed)
    pixels = cached_pixels([Path(images) / name for name in rows["filename"]], size, fit, progress=progress).pixels
    x = as_test_batch(pixels[some["row"].to_numpy()], normalisation(arch), torch.device("cpu"))
    predict = _probe_predictor(frozen_body(arch, kind, weights, seed), *probe, x[:1], activated=kind != "style")
    return _marker_audit(predict, x, some, vocab, seed, progress)


def learner_markers(
    learn: Learner, design: pd.DataFrame, images: str | Path, fold: str, seed: int = 0, progress: bool = True
) -> pd.DataFrame:
    """`_marker_audit` of a learner, on images of a fold that it has not been trained on.

    Raises ValueError for the validation set or a fold that the design does not have, OSError for lost images.
    """
    if fold == VAL or fold not in set(design["fold"]):
        raise ValueError(f"a learner is searched for markers on one of the folds, not on {fold!r}")
    vocab = list(learn.dls.vocab)
    some = rows_to_judge(design[design["fold"] == fold], _N_PARTS * len(vocab), seed)
    paths = [Path(images) / name for name in some["filename"]]
    x = torch.cat([x for _, x in network_inputs(learn, paths, progress=False)])
    return _marker_audit(predictor(learn), x, some, vocab, seed, progress)


def _log_odds(predict: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    # partly changed copies, which `_telling_parts` has come so many at once, would become whole by a split
    parts = x.split(_BS) if len(x) > _BS else [x]
    return torch.cat([predict(each) for each in parts]).logit(1e-6)


def _probe_predictor(
    body: torch.nn.Module, weight: np.ndarray, bias: np.ndarray, x: Tensor, activated: bool
) -> Callable[[Tensor], Tensor]:
    """What turns images `(n, 3, h, w)` into probabilities `(n, n_styles)` by the probe of a frozen body."""
    fast, weight, bias = (
        fold_batchnorm(body.eval(), x),
        torch.from_numpy(weight).float(),
        torch.from_numpy(bias).float(),
    )
    set_layout(fast)

    @torch.inference_mode()
    def predict(x: Tensor) -> Tensor:
        with autocast_context(x.device):
            seen = fast(x.contiguous(memory_format=torch.channels_last)).float()
        return ((seen.relu() if activated else seen) @ weight.T + bias).softmax(1)

    return predict


def _telling_parts(odds: Callable[[Tensor], Tensor], x: Tensor, position: int, windows: Windows) -> Tensor:
    """The window of each image `(n,)` whose covering takes most of the style's log-odds."""
    lost, _ = window_losses(odds, x, torch.zeros_like(x), windows, _BS)
    return lost[:, :, position].argmax(dim=1)


def _paste_part(
    odds: Callable[[Tensor], Tensor], x: Tensor, others: Tensor, parts: Tensor, position: int, windows: Windows
) -> np.ndarray:
    """What the style's log-odds gain in the mean of `others` by each image's part at its place, `(n,)`."""
    before, gains = odds(others)[:, position].mean(), []
    for image, inside in zip(x, windows.covered(parts), strict=True):
        gains.append(float(odds(torch.where(inside, image, others))[:, position].mean() - before))
    return np.array(gains)


def _lead(raised: np.ndarray, control: np.ndarray) -> tuple[float, float, float, float]:
    """Means of both, of their paired difference, and the lower end of its 95 % interval (Student's)."""
    from scipy.stats import t

    leads = raised - control
    error = leads.std(ddof=1) / len(leads) ** 0.5 if len(leads) > 1 else np.inf
    return raised.mean(), control.mean(), leads.mean(), leads.mean() - t.ppf(0.975, max(1, len(leads) - 1)) * error


def marker_sentences(table: pd.DataFrame) -> list[str]:
    """A sentence for every style that a small part gives away, or one that none does."""
    return [
        f"a sixteenth of an image of {row.style} multiplies its odds by {np.exp(row.raised):.0f} in other images (a "
        f"random one by {np.exp(row.control):.1f}): look for a stamp or a watermark in {row.filename}"
        for row in table[table["near"]].itertuples()
    ] or ["no small part of images gives a style away"]


def marker_figure(table: pd.DataFrame, images: str | Path, fit: Fit = "squash") -> Figure:
    """`plots.audit.plot_markers` of a table of `_marker_audit`, with the parts cut from the images."""
    return plot_markers(
        table, lambda row: patch_of(open_rgb(Path(images) / row["filename"]), row[BOX].to_numpy(dtype=float), fit)
    )
