"""The loss of several labels per image: one yes or no for each of them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_MIDDLE = 0.5  # between a label and none


def label_weights(matrix: Tensor) -> Tensor:
    """`(2, n_labels)` how much an image without and with each label counts, so that both kinds count alike.

    `matrix (n, n_labels)` of 0 and 1. The mean over images is 1; a kind without images has the weight 0.

    >>> label_weights(torch.tensor([[1.0], [0.0], [0.0], [0.0]]))
    tensor([[0.6667],
            [2.0000]])
    """
    n_images = len(matrix)
    n_with = matrix.sum(dim=0)
    n_without = n_images - n_with
    n_of_kind = torch.stack([n_without, n_with])
    occurs = n_of_kind > 0
    n_kinds = occurs.sum(dim=0)
    images_of_kind = n_of_kind.clamp_min(1)
    weights = n_images / n_kinds / images_of_kind
    return torch.where(occurs, weights, 0)


class BinaryLoss(nn.Module):
    """Binary cross-entropy of every label, averaged over labels and images with the weights of `label_weights`.

    `logits (n, n_labels)`, `targs (n, n_labels)` of 0 and 1 -> scalar, or `(n,)` with `reduction='none'`. Raises
    ValueError for a share of smoothing outside 0..1.

    >>> BinaryLoss()(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, 1.0]]))
    tensor(0.6931)
    """

    def __init__(
        self,
        weights: Tensor | None = None,  # (2, n_labels), as from `label_weights`
        label_smoothing: float = 0.0,  # share of each target that is moved to the middle
    ) -> None:
        super().__init__()
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"label_smoothing must lie in 0..1, 1 excluded, not {label_smoothing}")
        self.weights = weights
        self.label_smoothing = label_smoothing
        self.reduction = "mean"  # fastai sets it to 'none' where it wants the loss of each image

    def forward(self, logits: Tensor, targs: Tensor) -> Tensor:
        """The loss of logits and targets, both `(n, n_labels)`."""
        logits = logits.as_subclass(Tensor)
        targs = targs.as_subclass(Tensor).to(logits)
        middle = torch.full_like(targs, _MIDDLE)
        smooth_targs = targs.lerp(middle, self.label_smoothing)
        losses = F.binary_cross_entropy_with_logits(
            logits,
            smooth_targs,
            reduction="none",
        )
        if self.weights is not None:
            without, with_label = self.weights.to(logits)
            weights = torch.where(targs > 0, with_label, without)
            losses = losses * weights
        of_images = losses.mean(dim=1)
        if self.reduction == "none":
            return of_images
        return of_images.mean()

    def activation(self, logits: Tensor) -> Tensor:
        """Probabilities, which need not add up to 1."""
        return logits.sigmoid()

    def decodes(self, logits: Tensor) -> Tensor:
        """Which labels are likelier than not."""
        return logits > 0
