"""Image sizes along a training, and how much training fits into a time."""

import time
from collections.abc import Sequence
from typing import NamedTuple

import torch
from fastai.data.core import DataLoaders
from fastai.learner import Learner

from styleclf.data import Shrink
from styleclf.models import autocast_context, channels_last
from styleclf.output import spoken_seconds

_SIZE_STEP = 32  # pixels: what a network halves five times without remainder
_LEAST_SIZE = 64
_SHRUNK_FROM = 160  # smaller images have nothing to spare
_MOST_EPOCHS = {True: 6, False: 60}  # that a time buys with pretrained weights, where more gave nothing, and without
_SECONDS_TO_FINISH = 8.0  # for tables, figures and the export
_TIMED_STEPS = 3


class Plan(NamedTuple):
    """A training: how many epochs, the size of each in pixels, and about how many seconds it takes."""

    sizes: tuple[int, ...]
    seconds: float


def plan(learn: Learner, seconds: float) -> Plan:
    """The training that is done and judged within `seconds`: at least an epoch, or with a probe perhaps none.

    Epochs go before size, up to as many as were seen to help. A few batches of every size are timed, forward and
    backward; the model stays as it is.
    """
    n_batches, n_train, n_test = len(learn.dls.train), len(learn.dls.train_ds), len(learn.dls.valid_ds)
    steps = {size: _step_seconds(learn, size) for size in _affordable_sizes(image_size(learn.dls), learn.pretrained)}
    forward = _forward_seconds(learn)
    judging = (n_train + n_test) * forward + _SECONDS_TO_FINISH
    plans = [
        Plan((size,) * epochs, judging + epochs * (n_batches * step + n_test * forward))
        for epochs in range(_MOST_EPOCHS[learn.pretrained], 0, -1)
        for size, step in steps.items()
    ]
    if learn.pretrained:
        plans.append(Plan((), judging))
    return next((each for each in plans if each.seconds <= seconds), plans[-1])


def _affordable_sizes(size: int, pretrained: bool) -> list[int]:
    """The size that training goes through by default, and up to two steps below it."""
    (most,) = checked_steps(None, size, pretrained)
    return [most, *(each for each in (most - _SIZE_STEP, most - 2 * _SIZE_STEP) if each >= _LEAST_SIZE)]


def _step_seconds(learn: Learner, size: int) -> float:
    """Seconds to load a training batch of that size and to pass it forward and backward."""
    shrink_to(learn.dls, size)
    batches = iter(learn.dls.train)
    found = []
    for _ in range(min(1 + _TIMED_STEPS, len(learn.dls.train))):
        start = time.perf_counter()
        _forward_backward(learn, *next(batches))
        found.append(time.perf_counter() - start)
    shrink_to(learn.dls, None)
    return min(found)


def _forward_backward(learn: Learner, x: torch.Tensor, y: torch.Tensor) -> None:
    """Compute gradients and forget them; in evaluation mode, so that no running statistics change."""
    learn.model.eval()
    with autocast_context(x.device, learn.fitting_precision.precision):
        logits = learn.model(channels_last(x))
    learn.loss_func(logits.float(), y.as_subclass(torch.Tensor)).backward()
    logits[0, 0].item()  # waits for a GPU
    learn.model.zero_grad()


def _forward_seconds(learn: Learner) -> float:
    """Seconds to predict an image, in batches of the test set."""
    learn.model.eval()
    x = channels_last(learn.dls.valid.one_batch()[0])
    found = []
    for _ in range(_TIMED_STEPS):
        start = time.perf_counter()
        with torch.inference_mode(), autocast_context(x.device, learn.fitting_precision.precision):
            learn.model(x)[0, 0].item()
        found.append((time.perf_counter() - start) / len(x))
    return min(found)


def announce_plan(chosen: Plan) -> Plan:
    """The plan, after a line that says what it is."""
    what = (
        f"{len(chosen.sizes)} epochs at {' '.join(map(str, chosen.sizes))} pixels"
        if chosen.sizes
        else "the probe alone"
    )
    print(f"in the time that is left: {what}, about {spoken_seconds(chosen.seconds)} with judging", flush=True)
    return chosen


def sizes_of(epochs: int, steps: Sequence[int]) -> tuple[int, ...]:
    """Pixels a side in every epoch, going through the steps: 5 epochs of (160, 192) are 160 160 160 192 192."""
    return tuple(steps[i * len(steps) // epochs] for i in range(epochs))


def checked_steps(steps: Sequence[int] | None, size: int, pretrained: bool) -> tuple[int, ...]:
    """The sizes a training goes through: those given, else what suits. Raises ValueError for one beyond the images.

    From pretrained weights that is a step below the size the model is tested at: measured to be no worse than growing
    to it, and a quarter faster (see settings.ini).
    """
    if steps is None:
        return (size - _SIZE_STEP,) if pretrained and size >= _SHRUNK_FROM else (size,)
    wrong = [step for step in steps if not 1 <= step <= size]
    if wrong or not len(steps):
        raise ValueError(f"sizes must be one or more from 1 to the images' size, {size}, not {wrong or steps}")
    return tuple(steps)


def image_size(dls: DataLoaders) -> int:
    """Pixels a side of the images in a batch."""
    return dls.valid_ds[0][0].shape[-1]


def shrink_to(dls: DataLoaders, size: int | None) -> None:
    """Have training batches shrunk to that size, or no longer; foreign `dls` stay as they are."""
    for transform in dls.train.after_batch.fs:
        if isinstance(transform, Shrink):
            transform.size = size
