"""One whole training: design and images in, trained learner out.

The signature of `fitted_learner` is the schema of a training: its keywords are the flags of every recipe that trains
(`@delegates(fitted_learner)`), the comments beside them their help. So nothing heavy is imported before it is called.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from styleclf.common import (
    Count,
    CountFromZero,
    Embedding,
    FeaturesName,
    FitName,
    Numbers,
    PixelsOrNone,
    PositiveNumberOrNone,
    PrecisionName,
    Seed,
    Shares,
    check_values,
    count_of,
    say,
)
from styleclf.training.flag_types import (
    Decay,
    FrozenGroups,
    HeadRate,
    JointName,
    JointWeight,
    LossName,
    Margin,
    ProbeShare,
    Rate,
    RestRatio,
    Scale,
    ScheduleName,
    Smoothing,
    Strength,
    TrainSizes,
)

if TYPE_CHECKING:
    import pandas as pd
    from fastai.learner import Learner

    from styleclf.data import Fit
    from styleclf.models import Features, Precision
    from styleclf.training.fine_tuning import Schedule

_FEW_STEPS = 20  # of fine-tuning: 216 images have 5 an epoch
_SHORT_TRAINING = (
    "note: fine-tuning has only {} and may not pay: on 216 images one epoch was worse than none, by 5.8 points of "
    "accuracy (95 % interval 1.3 to 10.4); epochs = 0 stops after the probe, and more epochs were tried on larger sets"
)


def fitted_learner(
    design: "pd.DataFrame",
    images: str | Path,
    fold: int | str,
    *watching: Callable[["Learner"], AbstractContextManager],  # around the training, such as KeptEmbeddings().watching
    arch: str = "resnet18",  # any architecture of timm, local-dir:FOLDER or hf-hub:owner/name
    weights: str = "imagenet",  # imagenet, none, a file, a folder, hf-hub:…, a tag, or auto: imagenet if at hand
    image_mean: Shares | None = None,  # per channel, as 0.5,0.5,0.5, where the weights want another than they say
    image_std: Shares | None = None,  # deviation per channel, likewise
    features: FeaturesName = "style",  # style: pooled and statistics of the stages; pooled; imagenet: and 1000 classes
    embedding_size: Embedding = 16,  # numbers in an embedding
    epochs: CountFromZero = 6,  # of fine-tuning; 0 stops after the probe of pretrained features
    minutes: PositiveNumberOrNone = None,  # choose epochs and sizes so that a training is done by then
    lr_max: Rate = None,  # peak learning rate; default: 3e-4 from pretrained weights, 3e-3 from scratch
    schedule: ScheduleName = "one_cycle",  # or exponential: decay from lr_max to a final rate
    n_frozen: FrozenGroups = 1,  # parameter groups of a pretrained body kept as they are: 1 the early half, 0 none
    train_sizes: TrainSizes = None,  # pixels a side that training goes through, as 160,192; default: what suits
    mirrored: bool = False,  # let the probe see mirror images as well: twice its time
    probe_share: ProbeShare = 0.5,  # of the probe in the average with the fine-tuned weights
    augment: Strength = 1.0,  # strength of the random changes of training images; 0 none
    loss: LossName = "auto",  # cross_entropy, focal, arcface, subcenter, cosface, proxyanchor, triplet or supcon
    margin: Margin = None,  # degrees for arcface and subcenter, cosine for others; default: what suits the loss
    scale: Scale = 12.0,  # of cosines, for arcface and the losses named after it
    lr_head: HeadRate = None,  # peak learning rate of the head that those have; default: ten times lr_max
    joint: JointName = "none",  # or triplet, supcon: a loss on embeddings beside the other
    joint_weight: JointWeight = 0.3,  # of the joint loss
    rest_ratio: RestRatio = 3.0,  # of one style against the rest: images of the rest to train on, for each of the style
    label_smoothing: Smoothing = 0.1,  # share of each target spread over all styles
    wd: Decay = 0.01,  # weight decay
    size: PixelsOrNone = None,  # pixels a side; default: what suits the body
    fit: FitName = "squash",  # squash, crop or pad images to a square
    bs: Count = 32,  # images in a batch
    cache: bool = True,  # keep decoded images in data/.cache, or where STYLECLF_CACHE says
    precision: PrecisionName = "auto",  # auto, fp32, bf16 or fp16
    seed: Seed = 0,  # of weights, batches and random changes
) -> "Learner":
    """A learner trained on all folds of the design but `fold` and the validation set, or on all but that for 'val'.

    Images are decoded once, then come probe, fine-tuning and average (see `training.train`); the learner's `history`
    has the course of it. For 'val' no epoch is judged on it: that is left to whoever opens it. A design made by
    `against_rest` is thinned where it is trained on. The same seed on the same machine gives the same learner,
    whatever was trained before.

    Raises what `get_dls`, `style_learner` and `train` raise: ValueError for values they cannot use, OSError for files.

    >>> learn = fitted_learner(design, images, 0, arch="resnet10t", weights=weights, size=32, epochs=0)
    >>> len(learn.dls.vocab)
    8
    """
    start = time.monotonic()
    check_values(fitted_learner, locals())
    sizes = None if train_sizes is None else Numbers(train_sizes, "train_sizes")

    from fastai.torch_core import set_seed

    from styleclf.data import VAL, get_dls, is_against_rest, thin_rest
    from styleclf.models import body_source, resolve_precision, weights_at_hand
    from styleclf.training.callbacks import SkipValidation
    from styleclf.training.fine_tuning import check_epochs, train
    from styleclf.training.learner import style_learner

    set_seed(seed)
    weights = weights_at_hand(weights, arch)
    check_epochs(epochs, pretrained=weights != "none")
    source = body_source(arch, weights, image_mean=image_mean, image_std=image_std)
    source.announce()
    loss = loss_name(loss, design)
    if is_against_rest(design):
        design = thin_rest(design, fold, rest_ratio, seed=seed)
    dls = get_dls(
        design,
        images,
        fold,
        arch=arch,
        size=size,
        weights=weights,
        stats=source.stats,
        fit=cast("Fit", fit),
        bs=bs,
        augment=augment,
        cache=cache,
    )
    learn = style_learner(
        dls,
        arch,
        weights,
        stats=source.stats,
        embedding_size=embedding_size,
        features=cast("Features", features),
        loss=loss,
        label_smoothing=label_smoothing,
        margin=margin,
        scale=scale,
        joint=joint,
        joint_weight=joint_weight,
        wd=wd,
        precision=cast("Precision", precision),
    )
    resolved_precision = resolve_precision(cast("Precision", precision), dls.device)
    images = f"{len(dls.train_ds)} images to train on, {len(dls.valid_ds) or 'none'} to test on"
    say(f"{arch} on {dls.device} in {resolved_precision}: {images}")
    if minutes is None and learn.pretrained and _is_short(epochs, len(dls.train)):
        say(_SHORT_TRAINING.format(count_of(epochs * len(dls.train), "step")))
    with ExitStack() as contexts:
        if str(fold) == VAL:
            contexts.enter_context(learn.added_cbs([SkipValidation()]))
        for watch in watching:
            contexts.enter_context(watch(learn))
        seconds = None
        if minutes is not None:
            seconds = 60 * minutes - (time.monotonic() - start)
        train(
            learn,
            epochs,
            lr_max,
            schedule=cast("Schedule", schedule),
            n_frozen=n_frozen,
            sizes=sizes,
            probe_share=probe_share,
            mirrored=mirrored,
            lr_head=lr_head,
            seconds=seconds,
        )
    return learn


def settled_body(flags: dict[str, Any]) -> dict[str, Any]:
    """Put into the flags of a training, in place, what weights of 'auto' and no size stand for, for all its folds.

    Returns what settings.json should say of the body: its weights, their licence, what they expect of images. Raises
    what `body_source` raises.
    """
    from styleclf.models import body_source, weights_at_hand

    arch = flags["arch"]
    flags["weights"] = weights_at_hand(flags["weights"], arch)
    source = body_source(arch, flags["weights"], image_mean=flags["image_mean"], image_std=flags["image_std"])
    flags["size"] = flags["size"] or source.size
    return source.facts()


def _is_short(epochs: int, n_batches: int) -> bool:
    """Whether there is fine-tuning, but of so few steps that the probe alone may be better."""
    return 0 < epochs * n_batches < _FEW_STEPS


def loss_name(loss: str, design: "pd.DataFrame") -> str:
    """The name of the loss: for 'auto' the one that suits the design."""
    from styleclf.data import is_against_rest

    if loss != "auto":
        return loss
    return "focal" if is_against_rest(design) else "cross_entropy"
