"""What goes into an explanation: images as the network sees them, the styles asked about, and what covers a part."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from fastai.learner import Learner
from fastai.vision.core import TensorImage
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from styleclf.common import check_one_of, with_progress
from styleclf.inference import decoded_batches

Baseline = Literal["zeros", "mean", "blur"]
_BASELINES = get_args(Baseline)
_BATCH_SIZE = 8  # images in memory with all that is made of them
_BLUR_SHARE = 1 / 16  # of the side: the deviation of the Gaussian, after which strokes and outlines are gone


def network_inputs(
    learn: Learner,
    paths: Sequence[str | Path],
    *,
    progress: bool = True,
) -> Iterator[tuple[list[int], Tensor]]:
    """Batches of positions in `paths` and normalised images `(n, 3, size, size)` float32, on the learner's device.

    Raises OSError for a file that cannot be opened as an image.
    """
    device = next(learn.model.parameters()).device
    batches = decoded_batches(learn, paths, _BATCH_SIZE)
    n_batches = -(-len(paths) // _BATCH_SIZE)
    for positions, pixels, unreadable in with_progress(
        batches, n_batches, f"batches of {_BATCH_SIZE} images", progress
    ):
        for position, reason in unreadable.items():
            raise OSError(f"{paths[position]} cannot be opened as an image: {reason}")
        batch = TensorImage(pixels).to(device)
        x = learn.dls.valid.after_batch((batch,))[0]
        yield positions, x.as_subclass(Tensor).float()


def target_positions(
    target: str | Sequence[str],
    paths: Sequence[str | Path],
    vocab: Sequence[str],
) -> np.ndarray | None:
    """Positions in `vocab` `(n,)` of the style asked about for each image; None where that is the predicted one.

    `target` is 'pred'; 'true', which is the name of an image's folder; a style; or a style for each image. Raises
    ValueError for anything that is not a style.
    """
    vocab = list(vocab)
    if target == "pred":
        return None
    if target == "true":
        styles = _folder_styles(paths, vocab)
    elif isinstance(target, str):
        styles = [target] * len(paths)
    else:
        styles = list(target)
    if len(styles) != len(paths):
        numbers = f"{len(styles)} targets for {len(paths)} images"
        raise ValueError(f"there are {numbers}: give one for each, or one for all")
    for style in styles:
        if style not in vocab:
            raise ValueError(
                f"the target {style!r} is not a style: {_styles_sentence(vocab)}; 'pred' and 'true' are targets, too"
            )
    return np.array([vocab.index(style) for style in styles])


def _folder_styles(paths: Sequence[str | Path], vocab: list[str]) -> list[str]:
    """The true styles of images, which are the names of their folders. Raises ValueError for a folder of no style."""
    styles = []
    for path in paths:
        style = Path(path).parent.name
        if style not in vocab:
            raise ValueError(
                f"the true style of {path} is unknown, because its folder is not named after one "
                f"({_styles_sentence(vocab)}): name another target"
            )
        styles.append(style)
    return styles


def _styles_sentence(vocab: list[str]) -> str:
    return f"this learner's styles are {', '.join(vocab)}"


def baseline_images(x: Tensor, baseline: Baseline = "zeros") -> Tensor:
    """What takes the place of parts of images `(n, 3, h, w)`, of the same shape.

    'zeros' (of normalised images, so the mean colour of those that the architecture was trained with), 'mean' (each
    image's own mean colour) or 'blur' (the image without its strokes). Raises ValueError for another baseline.
    """
    check_baseline(baseline)
    if baseline == "zeros":
        return torch.zeros_like(x)
    if baseline == "mean":
        return x.mean(dim=(2, 3), keepdim=True).expand_as(x)
    deviation = max(1.0, _BLUR_SHARE * x.shape[-1])
    widest_mirror = min(x.shape[2:]) - 1  # what is mirrored at the edges cannot be wider than the image
    radius = min(int(3 * deviation), widest_mirror)
    return gaussian_blur(x, [2 * radius + 1] * 2, [deviation] * 2)


def check_baseline(baseline: str) -> None:
    """Raise ValueError for an unknown baseline."""
    check_one_of(baseline, _BASELINES, "baseline")
