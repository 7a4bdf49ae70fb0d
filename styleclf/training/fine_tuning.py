"""The way from pretrained weights to a trained classifier: probe, fine-tuning, and the average of both."""

import math
import time
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
import torch
from fastai.callback.core import Callback
from fastai.callback.schedule import ParamScheduler, SchedExp
from fastai.learner import Learner
from fastcore.foundation import L
from torch import nn

from styleclf.common import check_one_of, check_whole, expect_rest, pass_before_epochs
from styleclf.inference import body_features, learner_parts
from styleclf.models import CosineHead, check_image_size, smaller_size
from styleclf.training.body_choice import choose_trained_body
from styleclf.training.callbacks import GrowingImages, check_has_images, epoch_lines, history_of, is_graph
from styleclf.training.label_probe import fit_probe_of
from styleclf.training.metric_losses import prototypes
from styleclf.training.time_budget import affordable_plan, announce_plan, checked_steps, image_size, shrink_to, sizes_of

Schedule = Literal["one_cycle", "exponential"]
_SCHEDULES = get_args(Schedule)
_LR_PRETRAINED = 3e-4
_LR_SCRATCH = 3e-3
_HEAD_RATE_FACTOR = 10  # times the peak rate, for the directions of a cosine head
_PROBE_SHARE = 0.5
_ALL_BODY = 2  # parameter groups

Rates = float | slice | list[float]  # one for all parameter groups, lower ones for earlier groups, or one per group


def train(
    learn: Learner,  # from `style_learner`
    epochs: int,
    lr_max: float | slice | None = None,  # peak rate; by default the one that suits pretrained or random weights
    *,
    schedule: Schedule = "one_cycle",
    lr_final: float = 1e-6,  # where the exponential schedule ends
    n_frozen: int = 1,  # parameter groups of a pretrained body that stay as they are: 1 its early half, 0 none
    sizes: Sequence[int] | None = None,  # pixels a side that training goes through; by default what suits
    probe_share: float = _PROBE_SHARE,  # of the probe's weights in the average with the fine-tuned ones
    mirrored: bool = False,  # let the probe see mirror images as well
    lr_head: float | None = None,  # peak rate of a cosine head, which is a group of its own; default: ten times lr_max
    seconds: float | None = None,  # choose epochs and sizes, in place of those given, to be done by then
    cbs: Callback | Sequence[Callback] = (),  # fastai's callbacks for the epochs of fine-tuning
) -> pd.DataFrame:
    """Fit neck and head to the frozen body's features, fine-tune for `epochs`, average both; returns the history.

    A body with random weights has no features worth a probe: all is then trained from the start. Of pretrained bodies
    side by side one is trained, see `choose_trained_body`. `lr_max` is the
    rate of every group; a `slice(low, high)` gives lower ones to earlier groups. 'exponential' decays from `lr_max` to
    `lr_final`, lower groups in proportion. Epoch 0 of the history is the state after the probe; its last row is that
    before the averaging (Wortsman et al. 2022), which keeps what the probe knew of painters unlike those trained on.

    Raises ValueError for an unknown schedule, too few epochs, a rate of 0 or less, `n_frozen` outside 0..2, a share
    outside 0..1, sizes beyond the images', or a learner that styleclf has not made.

    >>> dls = get_dls(design, images, arch="resnet10t", size=32, bs=16)
    >>> learn = style_learner(dls, "resnet10t", weights)
    >>> history = train(learn, 0)  # the probe alone
    >>> history["epoch"].tolist()
    [0]
    """
    start = time.monotonic()
    check_training(learn, epochs, schedule=schedule, n_frozen=n_frozen, probe_share=probe_share)
    model = learn.model
    rates = _group_rates(model, peak_rates(lr_max, learn.pretrained), lr_head)
    epoch_sizes = sizes_of(epochs, _usable_steps(learn, sizes))
    with epoch_lines(learn):
        if learn.pretrained:
            with pass_before_epochs(epochs):
                _train_probe(learn, start, mirrored)
            if n_frozen < _ALL_BODY and (epochs or seconds):
                choose_trained_body(learn)
        learn.freeze_to(n_frozen if learn.pretrained else 0)
        if seconds is not None:
            plan = affordable_plan(learn, seconds - (time.monotonic() - start))
            announce_plan(plan)
            expect_rest(plan.seconds, seconds)
            epoch_sizes = plan.sizes
        if epoch_sizes:
            probe_state = {name: value.clone() for name, value in model.state_dict().items()}
            callbacks = _drawable(cbs, learn)
            with learn.added_cbs(callbacks):
                _fit_epochs(learn, epoch_sizes, rates, schedule=schedule, lr_final=lr_final)
            _average(model, probe_state, probe_share if learn.pretrained else 0)
    if epoch_sizes and any(getattr(callback, "sets_prototypes", False) for callback in learn.cbs):
        _point_at_training_images(learn)
    return history_of(learn).table()


def _drawable(cbs: Callback | Sequence[Callback], learn: Learner) -> list[Callback]:
    """Those callbacks; where a learner has lost its bar to lines, without the graph that is drawn at it."""
    has_bar = hasattr(learn, "progress")
    return [callback for callback in L(cbs) if has_bar or not is_graph(callback)]


def _usable_steps(learn: Learner, sizes: Sequence[int] | None) -> tuple[int, ...]:
    """The sizes of `checked_steps`, or the images' own where the body takes no smaller ones.

    Raises ValueError for a size that was asked for and that the body does not take.
    """
    body = learner_parts(learn).body
    size = image_size(learn.dls)
    check_image_size(body, size)
    steps = checked_steps(sizes, size, learn.pretrained)
    if sizes is None:
        return tuple(smaller_size(body, size, size - step) for step in steps)
    for step in steps:
        check_image_size(body, step)
    return steps


def check_training(
    learn: Learner,
    epochs: int,
    *,
    schedule: Schedule,
    n_frozen: int,
    probe_share: float,
) -> None:
    """Raise ValueError for values that no training can be made of, or a learner that styleclf has not made."""
    learner_parts(learn)
    check_has_images(learn)
    check_epochs(epochs, pretrained=learn.pretrained)
    check_one_of(schedule, _SCHEDULES, "schedule")
    if not 0 <= n_frozen <= 2:
        raise ValueError(
            f"n_frozen must be 0 (train all), 1 (keep the early body) or 2 (keep the body), not {n_frozen}"
        )
    if not 0 <= probe_share <= 1:
        raise ValueError(f"probe_share must be within 0..1, not {probe_share}")


def check_epochs(epochs: int, *, pretrained: bool) -> None:
    """Raise ValueError for what is no number of epochs, or none where there are random weights and so no probe."""
    check_whole(epochs, "epochs", least=0)
    if epochs == 0 and not pretrained:
        advice = "raise epochs, or give pretrained weights"
        raise ValueError(f"epochs is 0, and the probe alone makes nothing of a body with random weights: {advice}")


def peak_rates(lr_max: float | slice | None, pretrained: bool) -> float | slice:
    """Peak learning rates: those given, else gentle ones for pretrained weights and high ones for random weights.

    Raises ValueError for a rate that is 0 or less, or no finite number.
    """
    if isinstance(lr_max, slice):
        for rate in (lr_max.start, lr_max.stop):
            if rate is not None:
                _check_rate(rate, "lr_max")
        return lr_max
    if lr_max is None:
        return _LR_PRETRAINED if pretrained else _LR_SCRATCH
    _check_rate(lr_max, "lr_max")
    return lr_max


def _group_rates(model: nn.Sequential, rates: float | slice, lr_head: float | None) -> Rates:
    """The peak rates, one per group where a cosine head has its own. Raises ValueError as `peak_rates` does."""
    if lr_head is not None:
        _check_rate(lr_head, "lr_head")
    has_cosine_head = isinstance(model[2], CosineHead)
    if isinstance(rates, slice) or not has_cosine_head:
        return rates
    if lr_head is None:
        lr_head = _HEAD_RATE_FACTOR * rates
    return [rates, rates, rates, lr_head]


def _check_rate(rate: float, name: str) -> None:
    if not 0 < rate < math.inf:  # nan is neither
        raise ValueError(f"{name} must be above 0 and finite, not {rate}")


def _train_probe(learn: Learner, start: float, mirrored: bool) -> None:
    """Fit neck and head, and add that to the history with the time since `start`."""
    precision = learner_parts(learn).precision
    scores = fit_probe_of(learn.model, learn.dls, precision, mirrored=mirrored)
    history_of(learn).add_probe(scores, time.monotonic() - start)


def _point_at_training_images(learn: Learner) -> None:
    """Point a cosine head at the prototypes of the training images, without random changes."""
    parts = learner_parts(learn)
    body_and_neck = learn.model[:2]
    dl = learn.dls.test_dl(learn.dls.train_ds.items, with_labels=True)
    embeddings, targs = body_features(body_and_neck, dl, precision=parts.precision)
    directions = prototypes(torch.from_numpy(embeddings), torch.from_numpy(targs), len(parts.vocab))
    learn.model[2].point_at(directions)


def _fit_epochs(
    learn: Learner,
    sizes: Sequence[int],
    rates: Rates,
    *,
    schedule: Schedule,
    lr_final: float,
) -> None:
    """Fit an epoch for each size, by one-cycle or by an exponential decay from the rates to `lr_final`."""
    try:
        with learn.added_cbs([GrowingImages(sizes)]):
            if schedule == "one_cycle":
                learn.fit_one_cycle(len(sizes), rates)
            else:
                _fit_exponential(learn, len(sizes), rates, lr_final=lr_final)
    finally:  # later trainings see the images as they are
        shrink_to(learn.dls, None)


def _fit_exponential(
    learn: Learner,
    epochs: int,
    rates: Rates,
    *,
    lr_final: float,
) -> None:
    """Fit while the rates decay, those of lower groups in proportion."""
    learn.opt.set_hyper("lr", rates)
    start = np.array([group["lr"] for group in learn.opt.hypers])
    end = start * (lr_final / start.max())
    schedule = SchedExp(start, end)
    learn.fit(epochs, cbs=ParamScheduler({"lr": schedule}))


def _average(model: nn.Module, other_state: dict[str, torch.Tensor], share: float) -> None:
    """Mix `share` of another state of the model into its weights, in place; counters stay."""
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                value.lerp_(other_state[name], share)
