"""How fast training is: loops over images, the bare network that limits them, and what they wait for.

Each function that takes `turns` runs in a process of its own and is called as `function(*arguments, turns)`, see
`alternation`. What is compared alternates, and the median counts.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from styleclf.benchmark.alternation import Turns
from styleclf.benchmark.contenders import fastai_learner, styleclf_learner
from styleclf.benchmark.task import BenchmarkTask, of_images, prepare

if TYPE_CHECKING:
    from fastai.learner import Learner
    from torch import Tensor, nn

    from styleclf.models import Precision


def bare_network(
    task: BenchmarkTask,
    n_frozen: int,
    n_images: int,
    n_turns: int,
    turns: Turns,
) -> list[float]:
    """Images per second, one rate per turn, of the network alone: forward and backward over one batch in memory.

    No loop over images trains faster than this at the same precision: it is the physical limit.
    """
    from torch.nn.functional import cross_entropy

    from styleclf.inference import learner_parts
    from styleclf.models import freeze_batchnorm

    prepare(task)
    learn = styleclf_learner(of_images(task, task.bs), cache=False)
    learn.freeze_to(n_frozen)
    model = learn.model.to(learn.dls.device)
    model.train()
    parts = learner_parts(learn)
    if learn.pretrained:
        freeze_batchnorm(parts.body)
    x, y = noise_batch(task, learn)

    def step() -> None:
        """One forward and backward pass."""
        output = forward_pass(model, x, parts.precision)
        loss = cross_entropy(output.float(), y)
        loss.backward()
        model.zero_grad()

    n_steps = max(1, n_images // len(x))
    rates = []
    for _ in range(n_turns + 1):
        start = turns.seconds
        for _ in range(n_steps):
            step()
        seconds = turns.seconds - start
        rate = n_steps * len(x) / seconds
        rates.append(rate)
        turns.end_turn(f"{rate:.0f} images/s")
    return rates[1:]  # the first turn warms up


def fastai_loop(
    task: BenchmarkTask,
    n_images: int,
    n_turns: int,
    turns: Turns,
) -> list[float]:
    """Images per second, one rate per epoch, of plain fastai training the whole network."""
    prepare(task)
    learn = fastai_learner(of_images(task, n_images))
    learn.unfreeze()
    return _loop_rates(learn, n_turns, turns)


def styleclf_loop(
    task: BenchmarkTask,
    n_frozen: int,
    n_images: int,
    n_turns: int,
    turns: Turns,
) -> list[float]:
    """Images per second, one rate per epoch, of styleclf training all groups but the first `n_frozen`."""
    learn = _partly_frozen(task, n_frozen, n_images)
    return _loop_rates(learn, n_turns, turns)


def _partly_frozen(task: BenchmarkTask, n_frozen: int, n_images: int) -> "Learner":
    """A learner of styleclf on so many images, whose first `n_frozen` parameter groups are frozen."""
    prepare(task)
    learn = styleclf_learner(of_images(task, n_images))
    learn.freeze_to(n_frozen)
    return learn


def waiting_shares(
    task: BenchmarkTask,
    n_frozen: int,
    n_images: int,
    n_turns: int,
    turns: Turns,
) -> dict[str, float]:
    """The share of an epoch of styleclf's training that passes in the loader, 0..1: the median of `n_turns` epochs.

    `images`: until decoded images are read and made a batch. `changes`: until their random changes are computed.
    """
    learn = _partly_frozen(task, n_frozen, n_images)
    with _timed_loader(learn, turns) as seconds:
        rates = _loop_rates(learn, n_turns, turns)
    epoch_seconds = n_images / np.array(rates)
    shares_in_loader = seconds["all"][1:] / epoch_seconds  # the first epoch warms up
    shares_of_changes = seconds["changes"][1:] / epoch_seconds
    in_loader = float(np.median(shares_in_loader))
    changes = float(np.median(shares_of_changes))
    return {"images": in_loader - changes, "changes": changes}


def _loop_rates(learn: "Learner", n_turns: int, turns: Turns) -> list[float]:
    """Images per second of every epoch but the first, which warms up."""
    from styleclf.benchmark.stopwatch import watch_training

    with watch_training(learn, turns) as stopwatch, learn.no_bar():
        learn.fit_one_cycle(n_turns + 1)
    return stopwatch.rates[1:]


@contextmanager
def _timed_loader(learn: "Learner", turns: Turns) -> Iterator[dict[str, list[float]]]:
    """Seconds per epoch in the learner's training loader: `all`, and of those `changes`, its transforms of batches."""
    loader = learn.dls.train
    timed_loader = TimedLoader(loader, turns)
    transforms = loader.after_batch
    transforms.split_idx = loader.dataset.split_idx  # which fastai tells to nothing but pipelines

    def timed_transforms(batch: tuple) -> tuple:
        """The transforms of batches, on the clock."""
        start = turns.seconds
        batch = transforms(batch)
        timed_loader.seconds["changes"][-1] += turns.seconds - start
        return batch

    loader.after_batch = timed_transforms
    learn.dls.loaders[0] = timed_loader
    try:
        yield timed_loader.seconds
    finally:
        loader.after_batch = transforms
        learn.dls.loaders[0] = loader


class TimedLoader:
    """A loader that takes the time that its user waits for every batch."""

    def __init__(self, loader: Iterable, turns: Turns) -> None:
        self.loader = loader
        self.turns = turns
        self.seconds: dict[str, list[float]] = {"all": [], "changes": []}  # one number per epoch

    def __iter__(self) -> Iterator[tuple]:
        for epochs in self.seconds.values():
            epochs.append(0.0)
        start = self.turns.seconds
        for batch in self.loader:
            self._count(start)
            yield batch
            start = self.turns.seconds
        self._count(start)

    def _count(self, start: float) -> None:
        """Add the seconds since `start` to those of the epoch."""
        self.seconds["all"][-1] += self.turns.seconds - start

    def __len__(self) -> int:
        return len(self.loader)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)


def forward_pass(model: "nn.Module", x: "Tensor", precision: "Precision") -> "Tensor":
    """The network's output at that precision."""
    from styleclf.models import autocast_context

    with autocast_context(x.device, precision):
        return model(x)


def noise_batch(task: BenchmarkTask, learn: "Learner") -> tuple["Tensor", "Tensor"]:
    """A batch of noise and styles on the learner's device, laid out as in training."""
    import torch

    from styleclf.models import channels_last

    x = torch.randn(task.bs, 3, task.size, task.size)
    n_styles = len(learn.dls.vocab)
    y = torch.randint(n_styles, (task.bs,))
    device = learn.dls.device
    return channels_last(x.to(device)), y.to(device)
