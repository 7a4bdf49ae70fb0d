"""Metric learning: losses that compare embeddings with one another, and what a training with them needs.

The losses and miners are pytorch-metric-learning's. A loss that has directions of styles (proxies) finds them in the
model's `CosineHead`: an optimiser sees them there, and an exported learner needs neither loss nor library.
"""

from types import MethodType
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import torch
from fastai.callback.core import Callback
from fastai.data.core import DataLoaders
from fastai.data.load import DataLoader
from torch import Tensor, nn

from styleclf.data import author_groups, check_style_sizes, diverse_batches, images_per_style
from styleclf.models import CosineHead, unit_directions
from styleclf.training.losses import ANGULAR, LOSSES

if TYPE_CHECKING:
    from pytorch_metric_learning.losses import BaseMetricLossFunction
    from pytorch_metric_learning.miners import BaseMiner

MetricLoss = Literal["cosface", "proxyanchor", "triplet", "supcon"]
METRIC_LOSSES = get_args(MetricLoss)
_DIRECTED = ("cosface", "proxyanchor")  # learn a direction for every style
_UNDIRECTED = ("triplet", "supcon")  # only compare images
NO_JOINT = "none"
_N_CENTERS = 3  # directions of a style, with sub-centers: pytorch-metric-learning's default
_MARGINS = {"cosface": 0.2, "proxyanchor": 0.1, "triplet": 0.1, "supcon": None}  # of cosines
_TEMPERATURE = 0.1  # of supcon
_WARM_UP = 0.3  # share of a training in which a margin grows


def _metric_loss(
    name: MetricLoss,
    embedding_size: int,
    n_styles: int,
    scale: float,  # of cosines; proxyanchor's alpha
    margin: float | None = None,  # between cosines; default: one that suits the loss
) -> tuple["BaseMetricLossFunction", "BaseMiner | None"]:
    """A loss of pytorch-metric-learning, on embeddings before the head, and the miner that goes with it, if any.

    Raises ValueError for an unknown name, a margin for a loss without one, or where the package is missing.
    """
    if name not in METRIC_LOSSES:
        raise ValueError(f"a metric loss is one of {', '.join(METRIC_LOSSES)}, not {name!r}")
    if margin is not None and _MARGINS[name] is None:
        raise ValueError(f"{name} has no margin, but {margin} is given")
    try:
        from pytorch_metric_learning import distances, losses, miners
    except ImportError as error:
        raise ValueError(f"{name} needs the package pytorch-metric-learning: pip install styleclf[metric]") from error
    margin = _MARGINS[name] if margin is None else margin
    if name == "cosface":
        return losses.CosFaceLoss(n_styles, embedding_size, margin=margin, scale=scale), None
    if name == "proxyanchor":
        return losses.ProxyAnchorLoss(n_styles, embedding_size, margin=margin, alpha=scale), None
    if name == "supcon":
        return losses.SupConLoss(_TEMPERATURE), None
    cosine = distances.CosineSimilarity()
    hard = miners.TripletMarginMiner(margin, type_of_triplets="semihard", distance=cosine)
    return losses.TripletMarginLoss(margin, distance=cosine), hard


class EmbeddingLoss(Callback):
    """Trains with a metric loss on embeddings: `weight` times it beside the learner's own loss, or it alone.

    The learner's own loss still judges the test images. A loss that only compares images leaves the cosine head as it
    is: before the test images are judged its directions are set to the prototypes of the epoch's training images.
    """

    order = 11  # after FittingPrecision

    def __init__(self, name: MetricLoss, scale: float, margin: float | None = None, weight: float | None = None):
        super().__init__()
        _metric_loss(name, 2, 2, scale, margin)  # what is wrong is told now, not at the first batch
        self.which, self.scale, self.margin, self.weight = name, scale, margin, weight

    @property
    def sets_prototypes(self) -> bool:
        """Whether a cosine head has to be pointed at the styles, because its loss does not."""
        return self.weight is None and self.which in _UNDIRECTED

    def before_fit(self) -> None:
        """Make the loss; in a callback that is pickled with its learner it would be in the way."""
        neck = self.model[-2]  # counted from the end: kept features of a probe are judged without the body
        n_styles, embedding_size = len(self.dls.vocab), neck[-1].out_features
        self.loss_of, self.miner = _metric_loss(self.which, embedding_size, n_styles, self.scale, self.margin)
        self.tied = next((name for name in ("W", "proxies") if name in self.loss_of._parameters), None)
        if self.tied:
            del self.loss_of._parameters[self.tied]

    def before_train(self) -> None:
        """Forget the embeddings of the epoch before."""
        self.seen: list[tuple[Tensor, Tensor]] = []

    def before_batch(self) -> None:
        """Have the embedding kept that the batch is about to get."""
        if self.training:
            self.kept: list[Tensor] = []
            _keep_next_output(self.model[1], self.kept)

    def after_loss(self) -> None:
        """Add the metric loss, or put it in place of the learner's."""
        if not self.training:
            return
        embeddings, targs = self.kept.pop().float(), self.yb[0].as_subclass(Tensor)
        self.seen.append((embeddings.detach(), targs))
        if self.tied:
            weight = self.model[2].weight
            setattr(self.loss_of, self.tied, weight.T if self.tied == "W" else weight)
        found = self.loss_of(embeddings, targs, self.miner and self.miner(embeddings, targs))
        self.learn.loss_grad = found if self.weight is None else self.loss_grad + self.weight * found
        self.learn.loss = self.learn.loss_grad.clone()

    def after_train(self) -> None:
        """Point the head at the prototypes of the epoch, if nothing else does."""
        if self.sets_prototypes and self.seen:
            embeddings, targs = (torch.cat(each) for each in zip(*self.seen, strict=True))
            self.model[2].point_at(prototypes(embeddings, targs, len(self.dls.vocab)))
        self.seen = []

    def after_fit(self) -> None:
        """Let go of the loss: a learner is exported without it."""
        self.loss_of = self.miner = None


class MarginWarmUp(Callback):
    """Lets the margin of an `ArcFaceLoss` grow from 0 over the first part of a training."""

    def before_batch(self) -> None:
        """Set the share of the margin that counts; test images are judged with all of it."""
        self.loss_func.share = min(1.0, self.pct_train / _WARM_UP) if self.training else 1.0

    def after_fit(self) -> None:
        """Whatever comes later has all of it."""
        self.loss_func.share = 1.0


def cosine_head(loss: str, embedding_size: int, n_styles: int, scale: float) -> CosineHead | None:
    """The head that a loss by angles or cosines wants; None for one that is content with a linear head."""
    if loss not in (*ANGULAR, *METRIC_LOSSES):
        return None
    return CosineHead(embedding_size, n_styles, scale, n_centers=_N_CENTERS if loss == "subcenter" else 1)


def metric_callbacks(
    loss: str, margin: float | None, scale: float, joint: str = NO_JOINT, joint_weight: float = 0.3
) -> list[Callback]:
    """What a learner with such a loss, or with a metric loss beside it, needs.

    Raises ValueError for an unknown loss, losses that do not go together, or a weight of 0 or less.
    """
    if loss not in (*LOSSES, *METRIC_LOSSES):
        raise ValueError(f"loss must be one of {', '.join((*LOSSES, *METRIC_LOSSES))}, not {loss!r}")
    angular = [MarginWarmUp()] if loss in ANGULAR else []
    if joint == NO_JOINT:
        return [EmbeddingLoss(loss, scale, margin)] if loss in METRIC_LOSSES else angular
    if loss in METRIC_LOSSES or joint in _DIRECTED:
        raise ValueError(
            f"joint training takes a loss on logits and {' or '.join(_UNDIRECTED)} beside it, not {loss} and {joint}"
        )
    if not joint_weight > 0:
        raise ValueError(f"joint_weight must be above 0, not {joint_weight}")
    return [*angular, EmbeddingLoss(joint, scale, weight=joint_weight)]


def _keep_next_output(module: nn.Module, kept: list[Tensor]) -> None:
    """Append the module's next output, and only that, to `kept`: no hook stays where a batch fails afterwards."""

    def keep(_: nn.Module, __: tuple, output: Tensor) -> None:
        hook.remove()
        kept.append(output)

    hook = module.register_forward_hook(keep)


def prototypes(embeddings: Tensor, targs: Tensor, n_styles: int) -> Tensor:
    """`(n_styles, d)`: the mean direction of every style's embeddings `(n, d)`, at length 1; zeros for one without."""
    members = torch.nn.functional.one_hot(targs, n_styles).T.to(embeddings.dtype)
    return unit_directions(members @ unit_directions(embeddings))


def use_diverse_batches(dls: DataLoaders) -> None:
    """Have training batches hold as many images of every style, by different authors, in place.

    About as many images make an epoch as before; batches are as large as before, or a little smaller. Raises
    ValueError for a style with too few images, and for batches that are too small.
    """
    loader, items = dls.train, dls.train_ds.items
    per_style = images_per_style(loader.bs, items["label"].nunique())
    check_style_sizes(items["label"], per_style)
    targs, groups = items["label"].map(list(dls.vocab).index).to_numpy(), author_groups(items)
    loader.bs = min(items["label"].nunique(), loader.bs // per_style) * per_style

    def get_idxs(loader: DataLoader) -> list[int]:
        rng = np.random.default_rng(loader.rng.randrange(2**32))
        batches = diverse_batches(targs, groups, len(loader), bs=loader.bs, per_style=per_style, rng=rng)
        return batches.ravel().tolist()

    loader.get_idxs = MethodType(get_idxs, loader)  # a mere function would be exported with every learner
