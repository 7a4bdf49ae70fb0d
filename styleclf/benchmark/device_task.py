"""What every check of a device needs: one architecture and its noise, the clock, and the rows that come of it."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import torch
from fastai.callback.core import Callback
from fastai.learner import Learner
from torch import Tensor

from styleclf.benchmark.device_plan import DevicePlan
from styleclf.data import get_dls
from styleclf.models import Precision, channels_last
from styleclf.training import style_learner

_SHORTEST = 1e-9  # seconds


class Measure(NamedTuple):
    """One number of a check: a row of the table."""

    check: str
    value: float
    unit: str
    verdict: str = ""  # good, slow, or failed; empty where there is nothing to judge
    note: str = ""


class DeviceTask(NamedTuple):
    """One architecture at one precision on a device, and the noise pictures."""

    plan: DevicePlan
    design: pd.DataFrame
    folder: Path
    arch: str
    precision: Precision

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return torch.device(self.plan.device)

    def learner(self) -> Learner:
        """A learner with random weights, the same for all precisions."""
        torch.manual_seed(self.plan.seed)
        dls = get_dls(
            self.design,
            self.folder,
            arch=self.arch,
            size=self.plan.size,
            weights="none",
            bs=self.plan.bs,
            cache=self.folder / "cache",
            device=self.device,
        )
        learn = style_learner(dls, self.arch, "none", precision=self.precision)
        learn.model.to(self.device)
        return learn

    def batch(self) -> tuple[Tensor, Tensor]:
        """Noise as images, and styles, on the device."""
        images, styles = self.noise(self.plan.bs)
        return channels_last(images.to(self.device)), styles.to(self.device)

    def noise(self, n_images: int) -> tuple[Tensor, Tensor]:
        """So many images of noise, normalised, and styles, in the processor's memory."""
        generator = torch.Generator().manual_seed(self.plan.seed)
        size = self.plan.size
        images = torch.randn(n_images, 3, size, size, generator=generator)
        return images, torch.arange(n_images) % 2


def synchronize(device: torch.device) -> None:
    """Wait until the device has finished its work."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    if device.type == "mps":
        torch.mps.synchronize()


def action_seconds(action: Callable[[], object], device: torch.device) -> float:
    """How long an action takes, once everything before it is done."""
    synchronize(device)
    start = time.monotonic()
    action()
    synchronize(device)
    return max(time.monotonic() - start, _SHORTEST)


class LoopClock(Callback):
    """The seconds of every epoch's training loop, without its validation."""

    order = 60  # after the recorder and the history

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def before_train(self) -> None:
        """Start the clock."""
        self.start = time.monotonic()

    def after_train(self) -> None:
        """Stop it."""
        synchronize(self.dls.device)
        self.seconds.append(max(time.monotonic() - self.start, _SHORTEST))


def finite_verdict(loss: float) -> str:
    """Whether a loss is a number."""
    return verdict_of(math.isfinite(loss))


def verdict_of(is_good: bool) -> str:
    """The word for it."""
    return "good" if is_good else "failed"
