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

from styleclf.inference import decoded_batches
from styleclf.output import tracked

Baseline = Literal["zeros", "mean", "blur"]
_BASELINES = get_args(Baseline)
_AT_ONCE = 8  # images in memory with all that is made of them
_BLUR = 1 / 16  # of the side: the deviation of the Gaussian, after which strokes and outlines are gone


def network_inputs(
    learn: Learner, paths: Sequence[str | Path], progress: bool = True
) -> Iterator[tuple[list[int], Tensor]]:
    """Batches of positions in `paths` and normalised images `(n, 3, size, size)` float32, on the learner's device.

    Raises OSError for a file that cannot be opened as an image.
    """
    device = next(learn.model.parameters()).device
    unreadable: dict[int, str] = {}
    batches = decoded_batches(learn, paths, _AT_ONCE, unreadable)
    for positions, pixels in tracked(batches, -(-len(paths) // _AT_ONCE), f"batches of {_AT_ONCE} images", progress):
        for position, reason in unreadable.items():
            raise OSError(f"{paths[position]} cannot be opened as an image: {reason}")
        x = learn.dls.valid.after_batch((TensorImage(pixels).to(device),))[0]
        yield positions, x.as_subclass(Tensor).float()


def wanted_styles(target: str | Sequence[str], paths: Sequence[str | Path], vocab: Sequence[str]) -> np.ndarray | None:
    """Positions in `vocab` `(n,)` of the style asked about for each image; None where that is the predicted one.

    `target`: 'pred'; 'true', which is the name of an image's folder; a style; or a style for each image. Raises
    ValueError for what is no style.
    """
    if target == "pred":
        return None
    known = f"this learner's styles are {', '.join(vocab)}"
    if target == "true":
        styles = [Path(path).parent.name for path in paths]
        lost = next((path for path, style in zip(paths, styles, strict=True) if style not in vocab), None)
        if lost is not None:
            raise ValueError(
                f"the true style of {lost} is unknown, for its folder is none ({known}): name another target"
            )
    else:
        styles = [target] * len(paths) if isinstance(target, str) else list(target)
    if len(styles) != len(paths):
        raise ValueError(f"there are {len(styles)} targets for {len(paths)} images: one each is needed, or one for all")
    unknown = next((style for style in styles if style not in vocab), None)
    if unknown is not None:
        raise ValueError(f"the target {unknown!r} is no style: {known}; 'pred' and 'true' are targets, too")
    return np.array([list(vocab).index(style) for style in styles])


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
    deviation = max(1.0, _BLUR * x.shape[-1])
    reach = min(
        int(3 * deviation), min(x.shape[2:]) - 1
    )  # what is mirrored at the edges cannot be wider than the image
    return gaussian_blur(x, [2 * reach + 1] * 2, [deviation] * 2)


def check_baseline(baseline: str) -> None:
    """Raise ValueError for what is no baseline."""
    if baseline not in _BASELINES:
        raise ValueError(f"baseline must be one of {', '.join(_BASELINES)}, not {baseline!r}")
