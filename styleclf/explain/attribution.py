"""The one door: maps of what speaks for a style, by any method, for any learner of styleclf."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from fastai.learner import Learner
from fastcore.meta import delegates
from torch import Tensor, nn

from styleclf.common import check_one_of, check_paths
from styleclf.explain.gradients import GRADIENT_METHODS, check_captum, gradient_maps
from styleclf.explain.incremental import PartlyChanged
from styleclf.explain.inputs import baseline_images, check_baseline, network_inputs, target_positions
from styleclf.explain.map_options import MapOptions
from styleclf.explain.model_copy import private_copy
from styleclf.explain.occlusion import Windows, occlusion_maps, sliding_windows
from styleclf.inference import learner_parts
from styleclf.models import Precision, autocast_context, fold_batchnorm, hold_convolutions, in_parts, set_layout

METHODS = ("occlusion", "sliding_occlusion", *GRADIENT_METHODS)
_CPU_GRADIENT_BATCH_SIZE = 8  # more new memory costs a processor more than it gains
_GPU_GRADIENT_BATCH_SIZE = 64


class Explanations(NamedTuple):
    """The result of `explained_images`.

    `attr (n, size, size)` float32, above 0 where the image supports the style, below where it hinders it; `targs (n,)`
    positions of the styles asked about; `probas (n, n_styles)`; `deltas (n,)`, what integrated gradients miss of the
    log-odds that they explain, NaN for other methods.
    """

    attr: np.ndarray
    targs: np.ndarray
    probas: np.ndarray
    deltas: np.ndarray


@delegates(MapOptions)
def explained_images(
    learn: Learner,
    images: Sequence[str | Path],  # image files
    method: str = "occlusion",  # one of METHODS
    *,
    target: str | Sequence[str] = "pred",  # 'pred', 'true' (the image's folder), a style, or a style for each image
    bs: int | None = None,  # images that go through the network at once; default: 64, on a CPU 48 covered or 8 others
    progress: bool = True,
    **kwargs: Any,  # the options of a map, see `MapOptions`
) -> Explanations:
    """Maps of what in each image supports a style, on the square that the network sees (see `map_on_picture`).

    occlusion, sliding_occlusion: the probability that the style loses when a part is covered, -1..1. The others follow
    the style's log-odds against all others, see `gradients.gradient_maps`. The learner's model is left as it was: all
    works on a copy.

    Raises:
        OSError: a file that cannot be opened as an image.
        ValueError: an unknown method, target or baseline, windows that do not fit, a learner that styleclf has not
            made, or a method that this network, or this machine without Captum, cannot do.

    >>> maps = explained_images(learn, pictures, progress=False)
    >>> maps.attr.shape, maps.probas.shape
    ((2, 32, 32), (2, 8))
    """
    options = MapOptions(**kwargs)
    return explanations(learn, images, method, target=target, options=options, bs=bs, progress=progress)


@delegates(MapOptions)
def attribute(
    learn: Learner,
    images: Sequence[str | Path],  # image files
    method: str = "occlusion",  # one of METHODS
    *,
    target: str | Sequence[str] = "pred",  # 'pred', 'true' (the image's folder), a style, or a style for each image
    bs: int | None = None,  # images that go through the network at once; default: 64, on a CPU 48 covered or 8 others
    progress: bool = True,
    **kwargs: Any,  # the options of a map, see `MapOptions`
) -> np.ndarray:
    """The maps `attr (n, size, size)` float32 of `explained_images`, which takes the same parameters.

    >>> attribute(learn, pictures, progress=False).shape
    (2, 32, 32)
    """
    return explained_images(learn, images, method, target=target, bs=bs, progress=progress, **kwargs).attr


@torch.inference_mode(False)  # tensors that are made in that mode never have gradients
def explanations(
    learn: Learner,
    images: Sequence[str | Path],
    method: str,
    *,
    target: str | Sequence[str] = "pred",
    options: MapOptions,
    bs: int | None = None,
    progress: bool = True,
) -> Explanations:
    """What `explained_images` returns, with the options of maps as one value."""
    check_paths(images, "images")
    parts = learner_parts(learn)
    size = parts.picture.size
    _check_request(method, options, size)
    positions = target_positions(target, images, parts.vocab)
    model = private_copy(learn.model)
    predict = predictor(learn, options.precision)
    n = len(images)
    targs = np.full(n, -1) if positions is None else positions
    attr = np.full((n, size, size), np.nan, np.float32)
    probas = np.full((n, len(parts.vocab)), np.nan, np.float32)
    deltas = np.full(n, np.nan, np.float32)
    for rows, x in network_inputs(learn, images, progress=progress):
        probas[rows] = predict(x).cpu().numpy()
        if positions is None:
            targs[rows] = probas[rows].argmax(axis=1)
        batch_targs = torch.from_numpy(targs[rows]).to(x.device)
        if method in GRADIENT_METHODS:
            maps, deltas[rows] = _gradient_maps(model, x, batch_targs, method=method, options=options, bs=bs)
        else:
            maps = _occlusion_maps(predict, x, batch_targs, method=method, options=options, bs=bs)
        attr[rows] = maps.cpu().numpy()
    return Explanations(attr, targs, probas, deltas)


def _gradient_maps(
    model: nn.Module,
    x: Tensor,
    targs: Tensor,
    *,
    method: str,
    options: MapOptions,
    bs: int | None,
) -> tuple[Tensor, Tensor]:
    """`gradient_maps` of a batch, with its covers."""
    covers = baseline_images(x, options.baseline)
    if bs is None:
        bs = _CPU_GRADIENT_BATCH_SIZE if x.device.type == "cpu" else _GPU_GRADIENT_BATCH_SIZE
    return gradient_maps(model, x, targs, covers=covers, method=method, bs=bs, seed=options.seed)


def _occlusion_maps(
    predict: Callable[[Tensor], Tensor],
    x: Tensor,
    targs: Tensor,
    *,
    method: str,
    options: MapOptions,
    bs: int | None,
) -> Tensor:
    """`occlusion_maps` of a batch, with its covers and windows."""
    covers = baseline_images(x, options.baseline)
    windows = _occlusion_windows(x, method, options)
    return occlusion_maps(predict, x, targs, covers=covers, windows=windows, bs=bs)


def predictor(learn: Learner, precision: Precision | None = None) -> Callable[[Tensor], Tensor]:
    """A function from images `(n, 3, h, w)` to probabilities `(n, n_styles)` float32, as fast as the device allows.

    It works on a copy of the network. Raises ValueError for a learner that styleclf has not made.
    """
    parts = learner_parts(learn)
    size = parts.picture.size
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(1, 3, size, size, generator=generator).to(parts.device)
    model = fold_batchnorm(private_copy(learn.model), noise)
    set_layout(model)
    precision = precision or parts.precision
    hold_convolutions(model, precision)

    @torch.inference_mode()
    def predict(x: Tensor) -> Tensor:
        """Probabilities of images."""
        # parts of covered copies would compute the image that they share anew, and as full maps
        at_once = len(x) if isinstance(x, PartlyChanged) else None
        images = x.contiguous(memory_format=torch.channels_last)
        with autocast_context(x.device, precision):
            logits = in_parts(model, model, images, at_once=at_once)
        return learn.loss_func.activation(logits.float())

    return predict


def methods_of(names: Sequence[str]) -> list[str]:
    """The methods of these names, of which 'all' alone stands for every method.

    Raises ValueError for an unknown name or none.

    >>> methods_of(["gradcam", "saliency"])
    ['gradcam', 'saliency']
    """
    if tuple(names) == ("all",):
        return list(METHODS)
    for name in names or [""]:
        check_one_of(name, METHODS, "method")
    return list(names)


def timing_line(
    method: str,
    result: Explanations,
    seconds: float,
) -> str:
    """A line on how long a method took, in seconds per image, and on how well integrated gradients converged."""
    line = f"{method}: {seconds:.2f} s per image"
    if np.isnan(result.deltas).any():
        return line
    largest_sum = np.abs(result.attr.sum(axis=(1, 2))).max()
    largest_delta = np.abs(result.deltas).max()
    return f"{line}, log-odds of up to {largest_sum:.1f} added up but for {largest_delta:.2f}"


def _occlusion_windows(
    x: Tensor,
    method: str,
    options: MapOptions,
) -> Windows:
    """The windows of a method of occlusion on images `(n, 3, h, w)`."""
    height, width = x.shape[2:]
    shorter = min(height, width)
    if method == "occlusion":
        window = stride = -(-shorter // options.squares)
    else:
        window = options.window or max(1, shorter // 7)
        stride = options.stride or max(1, window // 2)
    return sliding_windows(height, width, window, stride=stride, device=x.device)


def _check_request(
    method: str,
    options: MapOptions,
    size: int,
) -> None:
    check_one_of(method, METHODS, "method")
    if not 1 <= options.squares <= size:
        raise ValueError(f"squares must be 1 to {size} a side, not {options.squares}")
    check_baseline(options.baseline)
    if method in GRADIENT_METHODS:
        check_captum(method)
