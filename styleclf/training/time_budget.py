"""Image sizes along a training, and how much training fits into a time."""

import time
from collections.abc import Sequence
from typing import NamedTuple

import torch
from fastai.data.core import DataLoaders
from fastai.learner import Learner
from torch import nn

from styleclf.common import count_of, say, spoken_seconds
from styleclf.data import Shrink
from styleclf.inference import learner_parts
from styleclf.models import autocast_context, channels_last, free_memory, in_parts, is_out_of_memory, smaller_size

_SIZE_STEP = 32  # pixels: what a network halves five times without remainder
_SMALLEST_SIZE = 64  # pixels
_SMALLEST_SHRUNK = 160  # pixels: smaller images have nothing to spare
_N_STEPS_DOWN = 2  # sizes that a plan may choose below the usual one
_MOST_EPOCHS = {True: 6, False: 60}  # that a time buys with pretrained weights, where more gave nothing, and without
_SECONDS_TO_FINISH = 8.0  # for tables, figures and the export
_PASSES_TO_JUDGE = 2  # by a body that was trained: for its novelty, and for its predictions
_N_TIMED = 3  # batches


class Plan(NamedTuple):
    """A training: how many epochs, the size of each in pixels, and about how many seconds it takes."""

    sizes: tuple[int, ...]
    seconds: float


def affordable_plan(learn: Learner, seconds: float) -> Plan:
    """The training that is done and judged within `seconds`: at least an epoch, or with a probe perhaps none.

    Epochs go before size, up to as many as were seen to help. A few batches of every size are timed, forward and
    backward; the model stays as it is.
    """
    largest = image_size(learn.dls)
    step_seconds = {}
    body = learner_parts(learn).body
    for size in _affordable_sizes(body, largest, learn.pretrained):
        step_seconds[size] = _step_seconds(learn, size)
    image_seconds = _forward_seconds(learn)
    n_batches = len(learn.dls.train)
    n_train = len(learn.dls.train_ds)
    n_test = len(learn.dls.valid_ds)
    pass_seconds = (n_train + n_test) * image_seconds
    no_epochs = Plan((), pass_seconds + _SECONDS_TO_FINISH)
    plan = no_epochs
    judging_seconds = _PASSES_TO_JUDGE * pass_seconds + _SECONDS_TO_FINISH
    for epochs in range(_MOST_EPOCHS[learn.pretrained], 0, -1):
        for size, step in step_seconds.items():
            epoch_seconds = n_batches * step + n_test * image_seconds
            plan = Plan((size,) * epochs, judging_seconds + epochs * epoch_seconds)
            if plan.seconds <= seconds:
                return plan
    return no_epochs if learn.pretrained else plan


def _affordable_sizes(body: nn.Module, size: int, pretrained: bool) -> list[int]:
    """The size that training goes through by default, and up to two steps below it, as far as the body takes them."""
    (default,) = checked_steps(None, size, pretrained)
    sizes = [smaller_size(body, size, size - default)]
    for n_steps in range(1, _N_STEPS_DOWN + 1):
        smaller = smaller_size(body, size, size - default + n_steps * _SIZE_STEP)
        if _SMALLEST_SIZE <= smaller < sizes[-1]:
            sizes.append(smaller)
    return sizes


def _step_seconds(learn: Learner, size: int) -> float:
    """Seconds to load a training batch of that size and to pass it forward and backward."""
    shrink_to(learn.dls, size)
    batches = iter(learn.dls.train)
    durations = []
    for _ in range(min(1 + _N_TIMED, len(learn.dls.train))):
        start = time.perf_counter()
        _forward_backward(learn, *next(batches))
        durations.append(time.perf_counter() - start)
    shrink_to(learn.dls, None)
    return min(durations)


def _forward_backward(learn: Learner, x: torch.Tensor, y: torch.Tensor) -> None:
    """Compute gradients and forget them, in halves where the device does not hold all images."""
    try:
        _compute_gradients(learn, x, y)
        return
    except RuntimeError as error:
        if not is_out_of_memory(error) or len(x) == 1:
            raise
    free_memory()
    half = -(-len(x) // 2)
    for images, targs in zip(x.split(half), y.split(half), strict=True):
        _forward_backward(learn, images, targs)


def _compute_gradients(learn: Learner, x: torch.Tensor, y: torch.Tensor) -> None:
    """Compute gradients and forget them; in evaluation mode, so that no running statistics change."""
    learn.model.eval()
    with autocast_context(x.device, learner_parts(learn).precision):
        logits = learn.model(channels_last(x))
    learn.loss_func(logits.float(), y.as_subclass(torch.Tensor)).backward()
    logits[0, 0].item()  # waits for a GPU
    learn.model.zero_grad()


def _forward_seconds(learn: Learner) -> float:
    """Seconds to predict an image, in batches of the test set."""
    precision = learner_parts(learn).precision
    learn.model.eval()
    dl = learn.dls.valid if len(learn.dls.valid_ds) else learn.dls.train
    x = channels_last(dl.one_batch()[0])
    durations = []
    for _ in range(_N_TIMED):
        start = time.perf_counter()
        with torch.inference_mode(), autocast_context(x.device, precision):
            in_parts(learn.model, learn.model, x)[0, 0].item()
        durations.append((time.perf_counter() - start) / len(x))
    return min(durations)


def announce_plan(plan: Plan) -> None:
    """Print a line that says what the plan is."""
    training = "the probe alone"
    if plan.sizes:
        sizes = " then ".join(str(size) for size in dict.fromkeys(plan.sizes))
        training = f"{count_of(len(plan.sizes), 'epoch')} at {sizes} pixels"
    say(f"in the time that is left: {training}, about {spoken_seconds(plan.seconds)} with judging")


def sizes_of(epochs: int, steps: Sequence[int]) -> tuple[int, ...]:
    """Pixels a side in every epoch, going through the steps.

    >>> sizes_of(5, (160, 192))
    (160, 160, 160, 192, 192)
    """
    n_steps = len(steps)
    sizes = []
    for epoch in range(epochs):
        step = epoch * n_steps // epochs
        sizes.append(steps[step])
    return tuple(sizes)


def checked_steps(steps: Sequence[int] | None, size: int, pretrained: bool) -> tuple[int, ...]:
    """The sizes a training goes through: those given, else what suits. Raises ValueError for one beyond the images.

    From pretrained weights that is a step below the size the model is tested at: measured to be no worse than growing
    to it, and a quarter faster (see settings.ini).
    """
    if steps is None:
        has_room = pretrained and size >= _SMALLEST_SHRUNK
        return (size - _SIZE_STEP,) if has_room else (size,)
    outside = [step for step in steps if not 1 <= step <= size]
    if outside or not len(steps):
        wrong_steps = outside or steps
        raise ValueError(f"sizes must be one or more from 1 to the images' size, {size}, not {wrong_steps}")
    return tuple(steps)


def image_size(dls: DataLoaders) -> int:
    """Pixels a side of the images in a batch."""
    ds = dls.valid_ds if len(dls.valid_ds) else dls.train_ds
    image = ds[0][0]
    return image.shape[-1]


def shrink_to(dls: DataLoaders, size: int | None) -> None:
    """Have training batches shrunk to that size, or no longer; `dls` made elsewhere stay as they are."""
    for transform in dls.train.after_batch.fs:
        if isinstance(transform, Shrink):
            transform.size = size
