"""The one door: maps of what speaks for a style, by any method, for any learner of styleclf."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from fastai.learner import Learner
from torch import Tensor

from styleclf.explain.batchnorm_folding import fold_batchnorm
from styleclf.explain.gradients import GRADIENT_METHODS, check_captum, gradient_maps
from styleclf.explain.inputs import Baseline, baseline_images, check_baseline, network_inputs, wanted_styles
from styleclf.explain.model_copy import private_copy
from styleclf.explain.occlusion import Windows, occlusion_maps, sliding_windows
from styleclf.flags import names
from styleclf.inference import picture_of
from styleclf.models import Precision, autocast_context, hold_convolutions, set_layout

METHODS = ("occlusion", "sliding_occlusion", *GRADIENT_METHODS)


class Explained(NamedTuple):
    """What `explained` finds.

    `attr (n, size, size)` float32, above 0 where the image supports the style, below where it hinders it; `targs (n,)`
    positions of the styles asked about; `probas (n, n_styles)`; `deltas (n,)`, what integrated gradients miss of the
    log-odds that they explain, NaN for other methods.
    """

    attr: np.ndarray
    targs: np.ndarray
    probas: np.ndarray
    deltas: np.ndarray


def attribute(
    learn: Learner,
    images: Sequence[str | Path],
    method: str = "occlusion",
    target: str | Sequence[str] = "pred",
    **how: object,
) -> np.ndarray:
    """The maps `attr (n, size, size)` float32 of `explained`, which takes the same parameters."""
    return explained(learn, images, method, target, **how).attr


@torch.inference_mode(False)  # what is made in that mode never has gradients
def explained(
    learn: Learner,
    images: Sequence[str | Path],  # image files
    method: str = "occlusion",  # one of METHODS
    target: str | Sequence[str] = "pred",  # 'pred', 'true' (the image's folder), a style, or a style for each image
    baseline: Baseline = "zeros",  # what stands for nothing: 'zeros' of the normalised image, its 'mean', or a 'blur'
    squares: int = 4,  # of occlusion: the image is covered by a grid of so many a side
    window: int | None = None,  # of sliding occlusion: pixels a side; default: a seventh of the image
    stride: int | None = None,  # of sliding occlusion: pixels from window to window; default: half a window
    precision: Precision | None = None,  # of occlusion; default: the learner's. Gradients are always float32
    bs: int | None = None,  # images that go through the network at once; default: 64, on a CPU 48 covered or 8 others
    seed: int = 0,  # of the noise in gradient_shap and saliency
    progress: bool = True,
) -> Explained:
    """Maps of what in each image supports a style, on the square that the network sees (see `place.placed`).

    occlusion, sliding_occlusion: the probability that the style loses when a part is covered, -1..1. The others follow
    the style's log-odds against all others, see `gradients.gradient_maps`. The learner's model is left as it was: all
    works on a copy.

    Raises:
        OSError: a file that cannot be opened as an image.
        ValueError: an unknown method, target or baseline, windows that do not fit, a learner that styleclf has not
            made, or a method that this network, or this machine without Captum, cannot do.
    """
    size = picture_of(learn).size
    _check(method, baseline, squares, size)
    wanted, vocab = wanted_styles(target, images, learn.dls.vocab), learn.dls.vocab
    model = private_copy(learn.model)
    predict = predictor(learn, precision)
    targs = np.full(len(images), -1) if wanted is None else wanted
    attr, probas, deltas = (np.full((len(images), *of), np.nan, np.float32) for of in ((size, size), (len(vocab),), ()))
    for rows, x in network_inputs(learn, images, progress):
        probas[rows] = predict(x).cpu().numpy()
        if wanted is None:
            targs[rows] = probas[rows].argmax(axis=1)
        which, covers = torch.from_numpy(targs[rows]).to(x.device), baseline_images(x, baseline)
        if method in GRADIENT_METHODS:
            # more new memory costs a processor more than it gains
            at_once = bs or (8 if x.device.type == "cpu" else 64)
            maps, deltas[rows] = gradient_maps(model, x, which, covers, method, at_once, seed)
        else:
            maps = occlusion_maps(predict, x, which, covers, _windows(x, method, squares, window, stride), bs)
        attr[rows] = maps.cpu().numpy()
    return Explained(attr, targs, probas, deltas)


def predictor(learn: Learner, precision: Precision | None = None) -> Callable[[Tensor], Tensor]:
    """What turns images `(n, 3, h, w)` into probabilities `(n, n_styles)` float32 as fast as the device allows."""
    size, device = picture_of(learn).size, next(learn.model.parameters()).device
    noise = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(0)).to(device)
    model = fold_batchnorm(private_copy(learn.model), noise)
    set_layout(model)
    precision = precision or learn.fitting_precision.precision
    hold_convolutions(model, precision)

    @torch.inference_mode()
    def predict(x: Tensor) -> Tensor:
        with autocast_context(x.device, precision):
            logits = model(x.contiguous(memory_format=torch.channels_last))
        return learn.loss_func.activation(logits.float())

    return predict


def methods_of(text: str) -> list[str]:
    """The methods of a flag: 'all', one, or several by commas. Raises ValueError for an unknown one or none."""
    methods = list(METHODS) if text == "all" else names(text)
    for method in methods or [text]:
        _check_method(method)
    return methods


def timing_line(method: str, found: Explained, seconds: float) -> str:
    """A line on what a method took, seconds an image, and on how well integrated gradients converged."""
    line = f"{method}: {seconds:.2f} s an image"
    if np.isnan(found.deltas).any():
        return line
    sums = np.abs(found.attr.sum(axis=(1, 2)))
    return f"{line}, log-odds of up to {sums.max():.1f} added up but for {np.abs(found.deltas).max():.2f}"


def _windows(x: Tensor, method: str, squares: int, window: int | None, stride: int | None) -> Windows:
    height, width = x.shape[2:]
    if method == "occlusion":
        side = -(-min(height, width) // squares)
        return sliding_windows(height, width, side, side, x.device)
    side = window or max(1, min(height, width) // 7)
    return sliding_windows(height, width, side, stride or max(1, side // 2), x.device)


def _check(method: str, baseline: str, squares: int, size: int) -> None:
    _check_method(method)
    if not 1 <= squares <= size:
        raise ValueError(f"squares must be 1 to {size} a side, not {squares}")
    check_baseline(baseline)
    if method in GRADIENT_METHODS:
        check_captum(method)


def _check_method(method: str) -> None:
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}")
