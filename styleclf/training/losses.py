"""Loss functions on logits, for unbalanced styles. None has weights of its own: an optimiser would not see them."""

import math
from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from typing import Literal, get_args

import numpy as np
import torch
import torch.nn.functional as F
from fastai.losses import CrossEntropyLossFlat
from torch import Tensor, nn

from styleclf.common import check_one_of

Loss = Literal["cross_entropy", "focal", "arcface", "subcenter"]
LOSSES = get_args(Loss)
ANGULAR = ("arcface", "subcenter")  # want a cosine head; with sub-centers that has several directions a style
_MARGIN = 20.0  # degrees; some ten styles lie 60 to 100 degrees apart, thousands of faces far less
SCALE = 12.0  # of cosines; a certainty of 0.99 among ten styles needs 6 or more, among thousands of faces 64 are used
_SMALLEST_SQUARED_SINE = 1e-6  # where the derivative of the sine is cut off, before it becomes infinite


def class_weights(labels: Collection[Hashable], vocab: Sequence[Hashable]) -> Tensor:
    """`(n_styles,)` weights n / (n_styles * images of the style), so that every style counts alike; mean over images 1.

    A style of `vocab` without images has weight 0. Raises ValueError if a label is not in `vocab` or there is none.

    >>> class_weights(["cubism", "cubism", "cubism", "fauvism"], ["cubism", "fauvism"])
    tensor([0.6667, 2.0000])
    """
    n_images = len(labels)
    counter = Counter(labels)
    counts = np.array([counter[style] for style in vocab], dtype=float)
    if n_images == 0 or counts.sum() < n_images:
        styles = ", ".join(map(str, vocab))
        raise ValueError(f"labels must come from {styles}, and there must be some")
    is_present = counts > 0
    images_per_style = n_images / is_present.sum()
    weights = np.zeros(len(counts))
    weights[is_present] = images_per_style / counts[is_present]
    return torch.tensor(weights, dtype=torch.float32)


def create_loss(
    name: Loss = "cross_entropy",
    weight: Tensor | None = None,  # (n_styles,), as from `class_weights`
    label_smoothing: float = 0.0,  # share of the target spread over all styles, 0..1
    *,
    gamma: float = 2.0,  # focal loss only: how strongly easy images are turned down
    margin: float | None = None,  # angular losses only: degrees
    scale: float = SCALE,  # angular losses only: that of their head
) -> nn.Module:
    """The loss function of that name, with `activation` and `decodes` as fastai wants them.

    Raises ValueError for an unknown name or a number outside its range.

    >>> create_loss("focal", gamma=1.0)
    FocalLoss()
    """
    check_one_of(name, LOSSES, "loss")
    if not 0 <= label_smoothing < 1:
        raise ValueError(f"label_smoothing must lie in 0..1, 1 excluded, not {label_smoothing}")
    if name == "cross_entropy":
        return CrossEntropyLossFlat(weight=weight, label_smoothing=label_smoothing)
    if name == "focal":
        return FocalLoss(gamma, weight, label_smoothing)
    return ArcFaceLoss(_MARGIN if margin is None else margin, scale, weight, label_smoothing=label_smoothing)


class FocalLoss(nn.Module):
    """Cross-entropy of each image times (1 - p_true) ** gamma (Lin et al. 2017), averaged with the class weights.

    `logits (n, n_styles)`, `targs (n,)` -> scalar, or `(n,)` with `reduction='none'`. With gamma 0 it is PyTorch's
    weighted cross-entropy. fastai's own applies the power to the weighted loss, so that rare styles count as hard ones.

    Raises ValueError for a gamma below 0.

    >>> FocalLoss(gamma=2.0)(torch.tensor([[2.0, 0.0], [0.0, 2.0]]), torch.tensor([0, 0]))
    tensor(0.8259)
    """

    y_int = True  # targets are positions: fastai's MixUp and CutMix then mix losses and not targets

    def __init__(self, gamma: float = 2.0, weight: Tensor | None = None, label_smoothing: float = 0.0) -> None:
        super().__init__()
        if gamma < 0:
            raise ValueError(f"gamma must be 0 or more, not {gamma}")
        self.gamma = gamma
        self.weight = weight
        self.label_smoothing = label_smoothing
        self.reduction = "mean"  # fastai sets it to 'none' where it wants the loss of each image

    def forward(self, logits: Tensor, targs: Tensor) -> Tensor:
        """The loss of logits `(n, n_styles)` and targets `(n,)`."""
        logits = logits.as_subclass(Tensor)
        targs = targs.as_subclass(Tensor)
        weight = None if self.weight is None else self.weight.to(logits)
        true_column = targs[:, None]
        p_true = logits.softmax(1).gather(1, true_column).squeeze(1)
        entropy = F.cross_entropy(logits, targs, weight, reduction="none", label_smoothing=self.label_smoothing)
        losses = (1 - p_true) ** self.gamma * entropy
        if self.reduction == "none":
            return losses
        total_weight = len(targs) if weight is None else weight[targs].sum()
        return losses.sum() / total_weight

    def activation(self, logits: Tensor) -> Tensor:
        """Probabilities."""
        return logits.softmax(-1)

    def decodes(self, logits: Tensor) -> Tensor:
        """The likeliest style's position."""
        return logits.argmax(-1)


class ArcFaceLoss(nn.Module):
    """Cross-entropy of cosines, in which the angle to the true style counts as larger by a margin (arXiv 1801.07698).

    `logits (n, n_styles)` are `scale` times cosines, as `models.CosineHead` gives them, `targs (n,)` -> scalar,
    averaged with the class weights, or `(n,)` with `reduction='none'`. Where the larger angle would exceed 180 degrees,
    the cosine is lowered by margin times sine of the margin, as in pytorch-metric-learning, so that the loss still
    grows with the angle. Gradients are finite for embeddings on a style's direction, too.

    Raises ValueError for a margin outside 0..90 degrees, 90 excluded, or a scale of 0 or less.

    >>> logits, targs = 12.0 * torch.tensor([[0.6, 0.4]]), torch.tensor([0])
    >>> ArcFaceLoss(margin=0.0)(logits, targs), ArcFaceLoss(margin=20.0)(logits, targs)
    (tensor(0.0868), tensor(1.5549))
    """

    y_int = True  # as in `FocalLoss`

    def __init__(
        self,
        margin: float = _MARGIN,  # degrees
        scale: float = SCALE,
        weight: Tensor | None = None,  # (n_styles,), as from `class_weights`
        *,
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__()
        if not 0 <= margin < 90:
            raise ValueError(f"margin must be 0 or more and less than 90 degrees, not {margin}")
        if not scale > 0:
            raise ValueError(f"scale must be above 0, not {scale}")
        self.margin = margin
        self.scale = scale
        self.weight = weight
        self.label_smoothing = label_smoothing
        self.share = 1.0  # of the margin that counts: a training warms up from 0
        self.reduction = "mean"

    def forward(self, logits: Tensor, targs: Tensor) -> Tensor:
        """The loss of scaled cosines `(n, n_styles)` and targets `(n,)`."""
        logits = logits.as_subclass(Tensor)
        targs = targs.as_subclass(Tensor)
        true_column = targs[:, None]
        true_cosine = logits.gather(1, true_column) / self.scale
        margin = math.radians(self.share * self.margin)
        true_logit = self.scale * _cosine_with_margin(true_cosine, margin)
        logits_with_margin = logits.scatter(1, true_column, true_logit)
        weight = None if self.weight is None else self.weight.to(logits)
        return F.cross_entropy(
            logits_with_margin, targs, weight, reduction=self.reduction, label_smoothing=self.label_smoothing
        )

    def activation(self, logits: Tensor) -> Tensor:
        """Probabilities, without any margin."""
        return logits.softmax(-1)

    def decodes(self, logits: Tensor) -> Tensor:
        """The nearest style's position."""
        return logits.argmax(-1)


def _cosine_with_margin(cosine: Tensor, margin: float) -> Tensor:
    """The cosine of an angle that is larger by `margin` (radians); beyond 180 degrees it goes on falling, in a line."""
    cos_margin = math.cos(margin)
    sin_margin = math.sin(margin)
    squared_sine = 1 - cosine**2
    sine = squared_sine.clamp_min(_SMALLEST_SQUARED_SINE).sqrt()
    curve = cosine * cos_margin - sine * sin_margin
    line = cosine - margin * sin_margin
    return torch.where(cosine >= -cos_margin, curve, line)
