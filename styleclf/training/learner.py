"""The learner: model, loss and callbacks around `dls`."""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import fastai.callback.schedule  # noqa: F401  (gives every learner its bar, fine_tune and lr_find)
import numpy as np
import torch
from fastai.callback.core import Callback
from fastai.data.core import DataLoaders
from fastai.data.transforms import Normalize
from fastai.learner import Learner
from fastai.metrics import AccumMetric
from fastcore.foundation import L
from torch import nn

from styleclf.common import short_repr
from styleclf.data import takes_several_labels
from styleclf.evaluation import label_matrix, mean_average_precision, top_1_accuracy, top_2_accuracy
from styleclf.models import (
    Features,
    FittingPrecision,
    ImageStats,
    Precision,
    arch_name,
    body_source,
    create_model,
    parameter_groups,
    set_layout,
)
from styleclf.training.callbacks import FrozenBatchNorm, History, ProbeFirst
from styleclf.training.label_losses import BinaryLoss, label_weights
from styleclf.training.losses import SCALE, Loss, class_weights, create_loss
from styleclf.training.memory import FittingBatches
from styleclf.training.metric_losses import METRIC_LOSSES, NO_JOINT, cosine_head, metric_callbacks, use_diverse_batches
from styleclf.training.portable import PortableLearner
from styleclf.training.time_budget import image_size

_BODY_GROUPS = 2  # of parameters
_LOSSES_OF_LABELS = ("auto", "cross_entropy")  # what several labels per image may be asked to be trained with


def style_learner(
    dls: DataLoaders,
    arch: str | Callable = "resnet18",  # any name of timm, or a function of that name
    weights: str | Path = "imagenet",  # 'imagenet', 'none', a file, a folder, hf-hub:… or a tag: see `body_source`
    *,
    stats: ImageStats | None = None,  # mean and standard deviation per channel, where those of the weights do not hold
    embedding_size: int = 16,
    features: Features = "style",  # 'pooled' for a model of timm that does not show its stages
    loss: str = "cross_entropy",  # focal; with a cosine head arcface, subcenter, cosface, proxyanchor, triplet, supcon
    class_weighting: bool = True,  # let every style count alike in the loss
    label_smoothing: float = 0.1,
    margin: float | None = None,  # degrees for arcface and subcenter, cosine for others; default: what suits the loss
    scale: float = SCALE,  # of the cosines of a cosine head
    joint: str = NO_JOINT,  # or triplet, supcon: on embeddings, beside the loss
    joint_weight: float = 0.3,
    wd: float = 0.01,
    precision: Precision = "auto",
    path: str | Path = ".",  # where fastai saves and exports to
    cbs: Callback | Sequence[Callback] = (),  # callbacks of fastai, beside those that every learner has
) -> Learner:
    """A fastai `Learner` that classifies the styles of `dls.vocab`; a body with pretrained weights starts frozen.

    Pretrained, it has its probe fitted before whatever fits it first, `train` or a verb of fastai such as `fine_tune`.
    Metrics are class-weighted top-1 and top-2 accuracy; `learn.history.table()` holds every epoch of every fit.
    Where a loss compares images, `dls` get batches that hold as many of every style, by different authors.
    The body is made for the size of the images. Warns if `dls` normalise them in another way than the weights expect.

    Raises what `create_model`, `create_loss`, `metric_callbacks` and `use_diverse_batches` raise.

    >>> dls = get_dls(design, images, arch="resnet10t", size=32, bs=16)
    >>> learn = style_learner(dls, "resnet10t", weights, embedding_size=8)
    >>> learn.model[1][1].out_features
    8
    """
    if not hasattr(dls, "valid"):
        raise ValueError(f"{short_repr(dls)} is not a DataLoaders: get_dls makes them of a design and its images")
    arch = arch_name(arch)
    _warn_of_other_stats(dls, arch, stats or body_source(arch, weights).stats)
    vocab = list(dls.vocab)
    gives_several_labels = takes_several_labels(dls)
    if gives_several_labels:
        check_loss_of_labels(loss, joint)
    loss_callbacks = metric_callbacks(loss, margin, scale, joint=joint, joint_weight=joint_weight)
    compares_images = loss in METRIC_LOSSES or joint != NO_JOINT
    if compares_images:
        use_diverse_batches(dls)
    head = cosine_head(loss, embedding_size, len(vocab), scale=scale)
    model = create_model(
        arch,
        len(vocab),
        embedding_size=embedding_size,
        features=features,
        weights=weights,
        size=image_size(dls),
        head=head,
    )
    set_layout(model)
    metrics: list[Callable] = [top_1_accuracy, top_2_accuracy]
    loss_function: nn.Module
    if gives_several_labels:
        metrics = [mean_average_precision]
        loss_function = _loss_of_labels(dls, vocab, class_weighting, label_smoothing=label_smoothing)
    else:
        weight = None
        if class_weighting and not compares_images:  # batches for comparing are balanced already
            weight = class_weights(dls.train_ds.items["label"], vocab).to(dls.device)
        loss_on_logits = cast(Loss, "cross_entropy" if loss in METRIC_LOSSES else loss)
        loss_function = create_loss(loss_on_logits, weight, label_smoothing, margin=margin, scale=scale)
    pretrained = str(weights) != "none"
    learn = PortableLearner(
        dls,
        model,
        loss_function,
        splitter=parameter_groups,
        cbs=[*_callbacks(precision, pretrained), *loss_callbacks, *L(cbs)],
        metrics=[AccumMetric(metric, flatten=False) for metric in metrics],
        wd=wd,
        path=path,
        train_bn=False,
    )
    learn.recorder.train_metrics = True
    learn.pretrained = pretrained
    if pretrained:
        learn.freeze_to(_BODY_GROUPS)
    return learn


def check_loss_of_labels(loss: str, joint: str) -> None:
    """Raise ValueError for a loss that wants one style per image, where an image may have several labels."""
    name = loss if loss not in _LOSSES_OF_LABELS else joint
    if name not in (*_LOSSES_OF_LABELS, NO_JOINT):
        raise ValueError(
            f"{name} needs one style per image, and this design gives several labels: leave the loss to auto, which "
            "is binary cross-entropy for each label"
        )


def _loss_of_labels(
    dls: DataLoaders,
    vocab: list[str],
    class_weighting: bool,
    *,
    label_smoothing: float,
) -> BinaryLoss:
    """The loss of several labels, in which images with and without each count alike if they are weighted."""
    weights = None
    if class_weighting:
        cells = list(dls.train_ds.items["label"])
        matrix = torch.from_numpy(label_matrix(cells, vocab)).float()
        weights = label_weights(matrix).to(dls.device)
    return BinaryLoss(weights, label_smoothing)


def _callbacks(precision: Precision, pretrained: bool) -> list[Callback]:
    """What every learner has, whatever its loss."""
    callbacks: list[Callback] = [FittingPrecision(precision), FittingBatches(), History()]
    if pretrained:
        callbacks += [FrozenBatchNorm(), ProbeFirst()]
    return callbacks


def arcface_learner(dls: DataLoaders, arch: str = "resnet18", embedding_size: int = 64, **options: Any) -> Learner:
    """A learner whose embeddings distinguish styles by their direction alone: `style_learner` with loss='arcface'.

    Its head is cosine, its loss has a margin on the angle to the true style (arXiv 1801.07698), which grows while the
    training warms up. `options` are other keywords of `style_learner`, such as `margin` (degrees) and `scale`.

    >>> dls = get_dls(design, images, arch="resnet10t", size=32, bs=16)
    >>> learn = arcface_learner(dls, "resnet10t", embedding_size=3, weights=weights)
    >>> learn.model[2]
    CosineHead()
    """
    options = {"loss": "arcface", "embedding_size": embedding_size, **options}
    return style_learner(dls, arch, **options)


def _warn_of_other_stats(dls: DataLoaders, arch: str, expected: ImageStats) -> None:
    """Warn if `dls` normalise in another way than the weights expect."""
    norms = [transform for transform in dls.valid.after_batch.fs if isinstance(transform, Normalize)]
    if not norms:
        warnings.warn(f"dls do not normalise images, but {arch} expects it: make them with get_dls", stacklevel=3)
        return
    mean, deviation = _numbers(norms[0].mean), _numbers(norms[0].std)
    expected_mean, expected_deviation = expected
    has_mean = np.allclose(mean, expected_mean, atol=1e-3)
    has_deviation = np.allclose(deviation, expected_deviation, atol=1e-3)
    if has_mean and has_deviation:
        return
    present_stats = f"mean {_rounded_statistics(mean)} and deviation {_rounded_statistics(deviation)}"
    fault = f"dls normalise with {present_stats}, but {arch} expects {expected_mean} and {expected_deviation}"
    advice = f"make them with get_dls(…, arch={arch!r}) and the same weights, or give both the same stats"
    warnings.warn(f"{fault}: {advice}", stacklevel=3)


def _numbers(stat: torch.Tensor) -> np.ndarray:
    return np.ravel(stat.cpu())


def _rounded_statistics(stat: np.ndarray) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in stat)
