"""Loss functions for unbalanced styles. No loss here has weights of its own: an optimiser would not see them."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import torch
import torch.nn.functional as F
from fastai.losses import CrossEntropyLossFlat
from torch import Tensor, nn

Loss = Literal["cross_entropy", "focal"]
LOSSES = get_args(Loss)


def class_weights(labels: Sequence[str], vocab: Sequence[str]) -> Tensor:
    """`(n_styles,)` weights n / (n_styles * images of the style), so that every style counts alike; mean over images 1.

    A style of `vocab` without images has weight 0. Raises ValueError if a label is not in `vocab` or there is none.
    """
    counts = np.array([sum(label == style for label in labels) for style in vocab], dtype=float)
    if not len(labels) or counts.sum() < len(labels):
        raise ValueError(f"labels must come from {', '.join(map(str, vocab))}, and there must be some")
    weights = np.divide(len(labels) / (counts > 0).sum(), counts, out=np.zeros_like(counts), where=counts > 0)
    return torch.tensor(weights, dtype=torch.float32)


def create_loss(
    name: Loss = "cross_entropy",
    weight: Tensor | None = None,  # (n_styles,), as from `class_weights`
    label_smoothing: float = 0.0,  # share of the target spread over all styles, 0..1
    gamma: float = 2.0,  # focal loss only: how strongly easy images are turned down
) -> nn.Module:
    """The loss function of that name, with `activation` and `decodes` as fastai wants them. Raises ValueError."""
    if not 0 <= label_smoothing < 1:
        raise ValueError(f"label_smoothing must lie in 0..1, 1 excluded, not {label_smoothing}")
    if name == "cross_entropy":
        return CrossEntropyLossFlat(weight=weight, label_smoothing=label_smoothing)
    if name == "focal":
        return FocalLoss(gamma, weight, label_smoothing)
    raise ValueError(f"loss must be one of {', '.join(LOSSES)}, not {name!r}")


class FocalLoss(nn.Module):
    """Cross-entropy of each image times (1 - p_true) ** gamma (Lin et al. 2017), averaged with the class weights.

    `logits (n, n_styles)`, `targs (n,)` -> scalar, or `(n,)` with `reduction='none'`. With gamma 0 it is PyTorch's
    weighted cross-entropy. fastai's own applies the power to the weighted loss, so that rare styles count as hard ones.
    """

    def __init__(self, gamma: float = 2.0, weight: Tensor | None = None, label_smoothing: float = 0.0) -> None:
        super().__init__()
        if gamma < 0:
            raise ValueError(f"gamma must be 0 or more, not {gamma}")
        self.gamma, self.weight, self.label_smoothing = gamma, weight, label_smoothing
        self.reduction = "mean"  # fastai sets it to 'none' where it wants the loss of each image

    def forward(self, logits: Tensor, targs: Tensor) -> Tensor:
        logits, targs = logits.as_subclass(Tensor), targs.as_subclass(Tensor)
        weight = None if self.weight is None else self.weight.to(logits)
        p_true = logits.softmax(1).gather(1, targs[:, None])[:, 0]
        entropy = F.cross_entropy(logits, targs, weight, reduction="none", label_smoothing=self.label_smoothing)
        losses = (1 - p_true) ** self.gamma * entropy
        if self.reduction == "none":
            return losses
        return losses.sum() / (len(targs) if weight is None else weight[targs].sum())

    def activation(self, logits: Tensor) -> Tensor:
        """Probabilities."""
        return logits.softmax(-1)

    def decodes(self, logits: Tensor) -> Tensor:
        """The likeliest style's position."""
        return logits.argmax(-1)
