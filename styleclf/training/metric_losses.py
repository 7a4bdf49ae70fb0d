"""Metric learning: losses that compare embeddings with one another, and what a training with them needs.

The losses and miners are pytorch-metric-learning's. A loss that has directions of styles (proxies) finds them in the
model's `CosineHead`: an optimiser sees them there, and an exported learner needs neither loss nor library.
"""

from types import MethodType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from fastai.callback.core import Callback
from fastai.callback.mixup import MixHandler
from fastai.data.core import DataLoaders
from fastai.data.load import DataLoader
from torch import Tensor, nn

from styleclf.common import check_one_of, needs_package
from styleclf.data import author_groups, check_style_sizes, diverse_batches, images_per_style
from styleclf.models import CosineHead, unit_directions
from styleclf.training.losses import ANGULAR, LOSSES

if TYPE_CHECKING:
    from pytorch_metric_learning.losses import BaseMetricLossFunction
    from pytorch_metric_learning.miners import BaseMiner

_DIRECTED = ("cosface", "proxyanchor")  # learn a direction for every style
_UNDIRECTED = ("triplet", "supcon")  # only compare images
METRIC_LOSSES = (*_DIRECTED, *_UNDIRECTED)
NO_JOINT = "none"
_DIRECTIONS_NAMES = ("W", "proxies")  # of parameters of pytorch-metric-learning's losses
_N_CENTERS = 3  # directions of a style, with sub-centers: pytorch-metric-learning's default
_MARGINS = {"cosface": 0.2, "proxyanchor": 0.1, "triplet": 0.1, "supcon": None}  # of cosines
_TEMPERATURE = 0.1  # of supcon
_WARM_UP = 0.3  # share of a training in which a margin grows


def _metric_loss(
    name: str,
    embedding_size: int,
    n_styles: int,
    *,
    scale: float,  # of cosines; proxyanchor's alpha
    margin: float | None = None,  # between cosines; default: one that suits the loss
) -> tuple["BaseMetricLossFunction", "BaseMiner | None"]:
    """A loss of pytorch-metric-learning, on embeddings before the head, and the miner that goes with it, if any.

    Raises ValueError for an unknown name, a margin for a loss without one, or where the package is missing.
    """
    check_one_of(name, METRIC_LOSSES, "a metric loss")
    if margin is not None and _MARGINS[name] is None:
        raise ValueError(f"{name} has no margin, but {margin} is given: leave it out")
    with needs_package("pytorch-metric-learning", "metric", name):
        from pytorch_metric_learning import distances, losses, miners
    margin = _MARGINS[name] if margin is None else margin
    if name == "cosface":
        return losses.CosFaceLoss(n_styles, embedding_size, margin=margin, scale=scale), None
    if name == "proxyanchor":
        return losses.ProxyAnchorLoss(n_styles, embedding_size, margin=margin, alpha=scale), None
    if name == "supcon":
        return losses.SupConLoss(_TEMPERATURE), None
    cosine = distances.CosineSimilarity()
    semihard = miners.TripletMarginMiner(margin, type_of_triplets="semihard", distance=cosine)
    return losses.TripletMarginLoss(margin, distance=cosine), semihard


class EmbeddingLoss(Callback):
    """Trains with a metric loss on embeddings: `weight` times it beside the learner's own loss, or it alone.

    The learner's own loss still judges the test images. A loss that only compares images leaves the cosine head as it
    is: before the test images are judged its directions are set to the prototypes of the epoch's training images.

    Raises ValueError for an unknown loss, a margin for a loss without one, or where the package is missing.
    """

    order = 11  # after FittingPrecision

    def __init__(self, loss: str, scale: float, margin: float | None = None, *, weight: float | None = None) -> None:
        super().__init__()
        _metric_loss(loss, 2, 2, scale=scale, margin=margin)  # bad values are reported now, not at the first batch
        self.metric_loss = loss
        self.scale = scale
        self.margin = margin
        self.weight = weight

    @property
    def sets_prototypes(self) -> bool:
        """Whether a cosine head has to be pointed at the styles, because its loss does not."""
        return self.weight is None and self.metric_loss in _UNDIRECTED

    def before_fit(self) -> None:
        """Make the loss; in a callback that is pickled with its learner it would be in the way.

        Raises ValueError where images are mixed: a mixture cannot be compared with images of one style.
        """
        for callback in self.learn.cbs:
            if isinstance(callback, MixHandler):
                kind = type(callback).__name__
                raise ValueError(f"{self.metric_loss} compares images of one style, which {kind} mixes: leave it out")
        neck = self.model[-2]  # counted from the end: kept features of a probe are judged without the body
        embedding_size = neck[-1].out_features
        self.loss_of, self.miner = _metric_loss(
            self.metric_loss, embedding_size, len(self.dls.vocab), scale=self.scale, margin=self.margin
        )
        self.directions_name = None  # of the parameter that the head's weight stands for
        for name in _DIRECTIONS_NAMES:
            if name in self.loss_of._parameters:
                self.directions_name = name
                del self.loss_of._parameters[name]

    def before_train(self) -> None:
        """Forget the embeddings of the epoch before."""
        self.batches: list[tuple[Tensor, Tensor]] = []  # embeddings and targets

    def before_batch(self) -> None:
        """Have the embeddings kept that the batch is about to get."""
        if self.training:
            self.n_batches_done = len(self.batches)
            self.neck_outputs: list[Tensor] = []
            _keep_next_output(self.model[1], self.neck_outputs)

    def forget_attempt(self) -> None:
        """Start again with a batch that has failed, because memory ended."""
        if self.training:
            del self.batches[self.n_batches_done :]
            self.before_batch()

    def after_loss(self) -> None:
        """Add the metric loss, or put it in place of the learner's."""
        if not self.training:
            return
        embeddings = self.neck_outputs.pop().float()
        targs = self.yb[0].as_subclass(Tensor)
        self.batches.append((embeddings.detach(), targs))
        self._lend_directions()
        pairs = None if self.miner is None else self.miner(embeddings, targs)
        loss = self.loss_of(embeddings, targs, pairs)
        if self.weight is not None:
            loss = self.loss_grad + self.weight * loss
        self.learn.loss_grad = loss
        self.learn.loss = loss.clone()

    def _lend_directions(self) -> None:
        """Hand the head's directions of styles to a loss that has some."""
        if self.directions_name == "W":
            self.loss_of.W = self.model[2].weight.T
        elif self.directions_name == "proxies":
            self.loss_of.proxies = self.model[2].weight

    def after_train(self) -> None:
        """Point the head at the prototypes of the epoch, if nothing else does."""
        if self.sets_prototypes and self.batches:
            embeddings, targs = zip(*self.batches, strict=True)
            directions = prototypes(torch.cat(embeddings), torch.cat(targs), len(self.dls.vocab))
            self.model[2].point_at(directions)
        self.batches = []

    def after_fit(self) -> None:
        """Let go of the loss: a learner is exported without it."""
        self.loss_of = None
        self.miner = None


class MarginWarmUp(Callback):
    """Lets the margin of an `ArcFaceLoss` grow from 0 over the first part of a training."""

    def before_batch(self) -> None:
        """Set the share of the margin that counts; test images are judged with all of it."""
        share = min(1.0, self.pct_train / _WARM_UP) if self.training else 1.0
        _loss_itself(self.loss_func).share = share

    def after_fit(self) -> None:
        """Let all of the margin count in whatever comes later."""
        _loss_itself(self.loss_func).share = 1.0


def _loss_itself(loss_func: Any) -> Any:
    """The learner's loss, which fastai's MixUp and CutMix replace by a method of theirs while they train."""
    mixing = getattr(loss_func, "__self__", None)
    return mixing.old_lf if isinstance(mixing, MixHandler) else loss_func


def cosine_head(loss: str, embedding_size: int, n_styles: int, *, scale: float) -> CosineHead | None:
    """The head that a loss on angles or cosines needs; None for a loss that takes a linear head."""
    if loss not in (*ANGULAR, *METRIC_LOSSES):
        return None
    n_centers = _N_CENTERS if loss == "subcenter" else 1
    return CosineHead(embedding_size, n_styles, scale, n_centers=n_centers)


def metric_callbacks(
    loss: str, margin: float | None, scale: float, *, joint: str = NO_JOINT, joint_weight: float = 0.3
) -> list[Callback]:
    """The callbacks that a learner with such a loss, or with a metric loss beside it, needs.

    Raises ValueError for an unknown loss, losses that do not go together, or a weight of 0 or less.
    """
    check_one_of(loss, (*LOSSES, *METRIC_LOSSES), "loss")
    warm_up: list[Callback] = [MarginWarmUp()] if loss in ANGULAR else []
    if joint == NO_JOINT:
        return [EmbeddingLoss(loss, scale, margin)] if loss in METRIC_LOSSES else warm_up
    check_one_of(joint, (NO_JOINT, *_UNDIRECTED, *_DIRECTED), "joint")
    if loss in METRIC_LOSSES or joint in _DIRECTED:
        names = " or ".join(_UNDIRECTED)
        raise ValueError(f"joint training takes a loss on logits and {names} beside it, not {loss} and {joint}")
    if not joint_weight > 0:
        raise ValueError(f"joint_weight must be above 0, not {joint_weight}")
    return [*warm_up, EmbeddingLoss(joint, scale, weight=joint_weight)]


def _keep_next_output(module: nn.Module, outputs: list[Tensor]) -> None:
    """Append the module's next output, and only that, to `outputs`: no hook stays where a batch fails afterwards."""

    def _keep(module: nn.Module, inputs: tuple, output: Tensor) -> None:
        hook.remove()
        outputs.append(output)

    hook = module.register_forward_hook(_keep)


def prototypes(embeddings: Tensor, targs: Tensor, n_styles: int) -> Tensor:
    """`(n_styles, d)`: the mean direction, at length 1, of every style's embeddings `(n, d)`; zeros if it has none."""
    members = torch.nn.functional.one_hot(targs, n_styles).T.to(embeddings.dtype)
    return unit_directions(members @ unit_directions(embeddings))


def use_diverse_batches(dls: DataLoaders) -> None:
    """Have training batches hold as many images of every style, by different authors, in place.

    About as many images make an epoch as before; batches are as large as before, or a little smaller. Raises
    ValueError for a style with too few images, and for batches that are too small.
    """
    loader = dls.train
    items = dls.train_ds.items
    labels = items["label"]
    n_styles = labels.nunique()
    per_style = images_per_style(loader.bs, n_styles)
    check_style_sizes(labels, per_style)
    vocab = list(dls.vocab)
    targs = labels.map(vocab.index).to_numpy()
    groups = author_groups(items)
    styles_per_batch = min(n_styles, loader.bs // per_style)
    loader.bs = styles_per_batch * per_style

    def _get_idxs(loader: DataLoader) -> list[int]:
        seed = loader.rng.randrange(2**32)
        rng = np.random.default_rng(seed)
        batches = diverse_batches(targs, groups, len(loader), bs=loader.bs, per_style=per_style, rng=rng)
        return batches.ravel().tolist()

    loader.get_idxs = MethodType(_get_idxs, loader)  # a mere function would be exported with every learner
