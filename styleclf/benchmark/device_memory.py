"""What becomes of a training where the memory of a device ends in the middle of a batch."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from fastai.learner import Learner
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from styleclf.benchmark.device_task import DeviceTask, Measure, verdict_of
from styleclf.models import autocast_context

_MEMORY_SHARE = 0.6  # of what a batch needs, which is left to it


def batch_that_does_not_fit(task: DeviceTask) -> list[Measure]:
    """How many images of a batch go through the network at once where memory ends; the training must go on.

    CUDA is left less memory than a batch needs. Elsewhere the body refuses larger batches, as a device would.
    """
    learn = task.learner()
    shortage = _little_cuda_memory if task.device.type == "cuda" else _refusing_body
    with learn.no_bar(), learn.no_logging(), shortage(learn, task):
        learn.fit(1)
    n_images = learn.fitting_batches.n_images or task.plan.bs
    loss = learn.history.rows[-1]["train_loss"]
    is_good = n_images < task.plan.bs and bool(np.isfinite(loss))
    note = f"of {task.plan.bs}; loss {loss:.3f}"
    return [Measure("batch that does not fit", n_images, "images at a time", verdict_of(is_good), note)]


@contextmanager
def _little_cuda_memory(learn: Learner, task: DeviceTask) -> Iterator[None]:
    """Leave a part of the memory that a batch takes."""
    x, styles = task.batch()
    torch.cuda.reset_peak_memory_stats()
    with autocast_context(task.device, task.precision):
        output = learn.model.train()(x)
    cross_entropy(output.float(), styles).backward()
    learn.model.zero_grad()
    peak = torch.cuda.max_memory_allocated()
    del x, output
    baseline = torch.cuda.memory_allocated()
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(task.device).total_memory
    limit = baseline + _MEMORY_SHARE * (peak - baseline)
    torch.cuda.set_per_process_memory_fraction(limit / total)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


@contextmanager
def _refusing_body(learn: Learner, task: DeviceTask) -> Iterator[None]:
    """Have the body refuse batches of more than a quarter."""
    most = max(1, task.plan.bs // 4)

    def refuse(_: nn.Module, inputs: tuple[Tensor]) -> None:
        """Run out of memory."""
        if len(inputs[0]) > most:
            raise torch.OutOfMemoryError("out of memory (made up: this device has none of its own)")

    hook = learn.model[0].register_forward_pre_hook(refuse)
    try:
        yield
    finally:
        hook.remove()
