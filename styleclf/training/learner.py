"""The learner: model, loss and callbacks around `dls`."""

import warnings
from pathlib import Path

import fastai.callback.schedule  # noqa: F401  (gives every learner its bar, fine_tune and lr_find)
import numpy as np
import torch
from fastai.data.core import DataLoaders
from fastai.data.transforms import Normalize
from fastai.learner import Learner
from fastai.metrics import AccumMetric

from styleclf.evaluation import top_1_accuracy, top_2_accuracy
from styleclf.models import (
    Features,
    FittingPrecision,
    Precision,
    create_model,
    image_stats,
    parameter_groups,
    set_layout,
)
from styleclf.training.callbacks import FrozenBatchNorm, History
from styleclf.training.losses import SCALE, class_weights, create_loss
from styleclf.training.metric_losses import METRIC_LOSSES, NO_JOINT, cosine_head, metric_callbacks, use_diverse_batches


def style_learner(
    dls: DataLoaders,
    arch: str = "resnet18",  # any name of timm
    weights: str | Path = "imagenet",  # 'imagenet', a file of weights for the body, or 'none'
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
) -> Learner:
    """A fastai `Learner` that classifies the styles of `dls.vocab`; a body with pretrained weights starts frozen.

    Metrics are class-weighted top-1 and top-2 accuracy; `learn.history.table()` holds every epoch of every fit.
    Where a loss compares images, `dls` get batches that hold as many of every style, by different authors.
    Warns if `dls` normalise images in another way than the architecture was trained with.

    Raises what `create_model`, `create_loss`, `metric_callbacks` and `use_diverse_batches` raise.
    """
    _warn_of_other_stats(dls, arch)
    vocab = list(dls.vocab)
    watching = metric_callbacks(loss, margin, scale, joint, joint_weight)
    comparing = loss in METRIC_LOSSES or joint != NO_JOINT
    if comparing:
        use_diverse_batches(dls)
    model = create_model(
        arch, len(vocab), embedding_size, features, weights, cosine_head(loss, embedding_size, len(vocab), scale)
    )
    set_layout(model)
    weighted = class_weighting and not comparing  # such batches are balanced already
    weight = class_weights(dls.train_ds.items["label"], vocab).to(dls.device) if weighted else None
    pretrained = str(weights) != "none"
    cbs = [FittingPrecision(precision), History(), *([FrozenBatchNorm()] if pretrained else []), *watching]
    on_logits = "cross_entropy" if loss in METRIC_LOSSES else loss
    learn = Learner(
        dls,
        model,
        create_loss(on_logits, weight, label_smoothing, margin=margin, scale=scale),
        splitter=parameter_groups,
        cbs=cbs,
        metrics=[AccumMetric(top_1_accuracy, flatten=False), AccumMetric(top_2_accuracy, flatten=False)],
        wd=wd,
        path=path,
        train_bn=False,
    )
    learn.recorder.train_metrics = True
    learn.pretrained = pretrained
    if pretrained:
        learn.freeze_to(2)  # the body
    return learn


def arcface_learner(dls: DataLoaders, arch: str = "resnet18", embedding_size: int = 64, **how: object) -> Learner:
    """A learner whose embeddings tell styles by their direction alone: `style_learner` with loss='arcface'.

    Its head is cosine, its loss has a margin on the angle to the true style (arXiv 1801.07698), which grows while the
    training warms up. `how` are other keywords of `style_learner`, such as `margin` (degrees) and `scale`.
    """
    return style_learner(dls, arch, embedding_size=embedding_size, **{"loss": "arcface", **how})


def _warn_of_other_stats(dls: DataLoaders, arch: str) -> None:
    """Warn if `dls` normalise in another way than the architecture's weights expect."""
    norms = [tfm for tfm in dls.valid.after_batch.fs if isinstance(tfm, Normalize)]
    expected = image_stats(arch)
    if not norms:
        warnings.warn(f"dls do not normalise images, but {arch} expects it: make them with get_dls", stacklevel=3)
    elif not all(
        np.allclose(np.ravel(t.cpu()), s, atol=1e-3)
        for t, s in zip((norms[0].mean, norms[0].std), expected, strict=True)
    ):
        warnings.warn(
            f"dls normalise with mean {_rounded(norms[0].mean)} and deviation {_rounded(norms[0].std)}, "
            f"but {arch} expects {expected[0]} and {expected[1]}: make them with get_dls(…, arch={arch!r}), "
            "unless your weights want it so",
            stacklevel=3,
        )


def _rounded(stat: torch.Tensor) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in np.ravel(stat.cpu()))
