"""What all contenders are given alike: images, fold, architecture, weights, sizes, device."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from styleclf.data import VAL, AuthorSplitter
from styleclf.models import USUAL_SIZE

if TYPE_CHECKING:
    from styleclf.models import Precision

_PRACTICE_IMAGES = Path("data/sample")


@dataclass(frozen=True)
class BenchmarkTask:
    """One comparison; `design` is as `read_design` returns it, `fold` is tested on, the others are trained on."""

    design: pd.DataFrame
    images: Path
    fold: str = "0"
    arch: str = "resnet18"
    weights: str = "imagenet"  # imagenet, none, or a file of weights for the body
    weights_imagenet: str | None = None  # for the ancestor: a file that has the 1000-way layer too
    stats_imagenet: Sequence[float] | None = None  # mean and deviation they expect, else the architecture's
    size: int = USUAL_SIZE
    bs: int = 32
    fastai_epochs: int = 3
    ancestor_epochs: int = 12
    epochs: int = 6
    precision: "Precision" = "auto"
    device: str = "cpu"  # cpu, cuda or mps
    seed: int = 0
    cache: Path = Path(gettempdir())  # decoded images go here: a fresh folder, so that decoding is part of the work

    @property
    def pretrained(self) -> bool:
        """Whether the body starts from trained weights."""
        return self.weights != "none"

    def parts(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows to train on and those to test on."""
        train, test = AuthorSplitter(self.fold)(self.design)
        return self.design.iloc[train], self.design.iloc[test]

    def paths(self, rows: pd.DataFrame) -> list[Path]:
        """The image files of rows of the design."""
        return [self.images / filename for filename in rows["filename"]]


def benchmark_tasks(
    images: Path,
    devices: Sequence[str] = ("auto",),
    **options: Any,
) -> list[BenchmarkTask]:
    """The same task on every device, with folds made of the images, and `options` of `BenchmarkTask`; checked.

    A size that is None, or not among the options, is that of the body.

    Raises what `annotate`, `make_design`, `present_devices` and `check_task` raise.
    """
    from styleclf.data import annotate, make_design
    from styleclf.models import body_source

    if options.get("size") is None:
        source = body_source(options.get("arch", BenchmarkTask.arch), options.get("weights", BenchmarkTask.weights))
        options["size"] = source.size
    annotation, _ = annotate(images)
    design = make_design(annotation, seed=options.get("seed", 0))
    tasks = []
    for device in present_devices(devices):
        tasks.append(BenchmarkTask(design, images, device=device, **options))
    check_task(tasks[0])
    return tasks


def prepare(task: BenchmarkTask) -> None:
    """Choose the device and the random numbers of this process."""
    from fastai.torch_core import default_device, set_seed

    default_device(task.device != "cpu")
    set_seed(task.seed)
    random.seed(task.seed)


def of_images(task: BenchmarkTask, n_images: int) -> BenchmarkTask:
    """The same task with exactly `n_images` to train on, repeated if need be, and a batch to test on."""
    train, test = task.parts()
    n_tested = min(len(test), task.bs)
    train = train.iloc[_spread_evenly(len(train), n_images)]
    test = test.iloc[_spread_evenly(len(test), n_tested)]
    design = pd.concat([train, test], ignore_index=True)
    return replace(task, design=design)


def repeat_images(task: BenchmarkTask, n_images: int, factor: int) -> BenchmarkTask:
    """The same task with `n_images` of the folds, all of them `factor` times."""
    rows = task.design[task.design["fold"] != VAL]
    rows = rows.sort_values("filename")
    n_rows = min(n_images, len(rows))
    base = rows.iloc[_spread_evenly(len(rows), n_rows)]
    design = pd.concat([base] * factor, ignore_index=True)
    return replace(task, design=design)


def _spread_evenly(n: int, n_positions: int) -> np.ndarray:
    """`(n_positions,)` positions below `n`, spread evenly if there are enough, else all of them again and again."""
    positions = np.arange(n_positions)
    if n_positions > n:
        return positions % n
    return positions * n // n_positions


def in_own_process(task: BenchmarkTask, folder: Path, name: str) -> BenchmarkTask:
    """The task with a cache of its own."""
    return replace(task, cache=folder / name)


def present_devices(names: Sequence[str]) -> list[str]:
    """The devices by name, each once; 'auto' is the GPU if there is one, else the processor.

    Raises ValueError for a device that this machine does not have.
    """
    import torch

    present = ["cpu"]
    if torch.backends.mps.is_available():
        present.insert(0, "mps")
    if torch.cuda.is_available():
        present.insert(0, "cuda")
    if list(names) == ["auto"]:
        return present[:1]
    absent = [name for name in names or [""] if name not in present]
    if absent:
        devices = ", ".join(present)
        raise ValueError(f"this machine has no device {absent[0]!r}: choose from {devices}")
    return list(dict.fromkeys(names))


def find_images(images: str) -> Path:
    """The folder of that name; the practice set, data/sample, is painted where it is missing."""
    from styleclf.data import paint_samples

    folder = Path(images)
    return paint_samples(folder) if folder == _PRACTICE_IMAGES else folder


def check_counts(**counts: int) -> None:
    """Raise ValueError for a count below 1."""
    for name, count in counts.items():
        if count < 1:
            raise ValueError(f"{name} must be 1 or more, not {count}")


def check_task(task: BenchmarkTask) -> None:
    """Raise ValueError or OSError now for what would otherwise fail minutes later."""
    check_counts(
        size=task.size,
        bs=task.bs,
        fastai_epochs=task.fastai_epochs,
        ancestor_epochs=task.ancestor_epochs,
        epochs=task.epochs,
    )
    if task.stats_imagenet and len(task.stats_imagenet) != 2:
        raise ValueError(f"stats_imagenet must be a mean and a deviation, not {task.stats_imagenet}")
    task.parts()

    import torch

    from styleclf.models import create_model, resolve_precision

    resolve_precision(task.precision, torch.device(task.device))
    create_model(task.arch, 2, weights=task.weights)
    if task.weights_imagenet:
        create_model(task.arch, 2, features="imagenet", weights=task.weights_imagenet)
