"""What all contenders are given alike: images, fold, architecture, weights, sizes, device."""

import random
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pandas as pd

from styleclf.data import VAL, AuthorSplitter


@dataclass(frozen=True)
class BenchmarkTask:
    """One comparison; `design` as `read_design` returns it, `fold` is tested on and the others are trained on."""

    design: pd.DataFrame
    images: Path
    fold: str = "0"
    arch: str = "resnet18"
    weights: str = "imagenet"  # imagenet, none, or a file of weights for the body
    weights_imagenet: str | None = None  # for the ancestor: a file that has the 1000-way layer too
    stats_imagenet: tuple[float, float] | None = None  # mean and deviation they expect, else the architecture's
    size: int = 224
    bs: int = 32
    fastai_epochs: int = 3
    ancestor_epochs: int = 12
    epochs: int = 6
    precision: str = "auto"
    device: str = "cpu"  # cpu, cuda or mps
    seed: int = 0
    cache: Path = Path(gettempdir())  # decoded images go here: a fresh folder, so that decoding is part of the work

    @property
    def pretrained(self) -> bool:
        """Whether the body starts from weights that know something."""
        return self.weights != "none"

    def parts(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows to train on and those to test on."""
        train, test = AuthorSplitter(self.fold)(self.design)
        return self.design.iloc[train], self.design.iloc[test]


def prepare(task: BenchmarkTask) -> None:
    """Choose the device and the random numbers of this process."""
    from fastai.torch_core import default_device, set_seed

    default_device(task.device != "cpu")
    set_seed(task.seed)
    random.seed(task.seed)


def of_images(task: BenchmarkTask, n_images: int) -> BenchmarkTask:
    """The same task with exactly `n_images` to train on, repeated if need be, and a batch to test on."""
    train, test = task.parts()
    wanted = (train, n_images), (test, min(len(test), task.bs))
    design = pd.concat([rows.iloc[_spread_evenly(len(rows), n)] for rows, n in wanted], ignore_index=True)
    return replace(task, design=design)


def repeat_images(task: BenchmarkTask, n_images: int, factor: int) -> BenchmarkTask:
    """The same task with `n_images` of the folds, all of them `factor` times."""
    rows = task.design[task.design["fold"] != VAL].sort_values("filename")
    base = rows.iloc[_spread_evenly(len(rows), min(n_images, len(rows)))]
    return replace(task, design=pd.concat([base] * factor, ignore_index=True))


def _spread_evenly(n: int, wanted: int) -> np.ndarray:
    """`(wanted,)` positions below `n`, spread evenly where there are enough, else all of them again and again."""
    return np.arange(wanted) * n // wanted if wanted <= n else np.arange(wanted) % n


def in_own_process(task: BenchmarkTask, folder: Path, name: str) -> BenchmarkTask:
    """The task with a cache of its own."""
    return replace(task, cache=folder / name)


def parse_choice(text: str, known: Collection[str], what: str) -> list[str]:
    """The names in `text` (separated by commas; 'all'; 'none'), in the order of `known`. Raises ValueError."""
    names = {name.strip() for name in text.split(",") if name.strip()}
    if names in ({"all"}, {"none"}):
        return list(known) if names == {"all"} else []
    if not names or names - set(known):
        raise ValueError(f"{what} must be all, none, or some of {', '.join(known)}, not {text!r}")
    return [name for name in known if name in names]


def parse_devices(text: str) -> list[str]:
    """'auto' is the GPU where there is one, else the processor. Raises ValueError for a device that is not there."""
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if text == "auto":
        return [next(device for device, is_there in there.items() if is_there)]
    names = [name.strip() for name in text.split(",")]
    missing = [name for name in names if not there.get(name)]
    if missing:
        present = ", ".join(device for device, is_there in there.items() if is_there)
        raise ValueError(f"there is no device {missing[0]!r} here: choose from {present}")
    return list(dict.fromkeys(names))


def find_images(images: str) -> Path:
    """The folder of that name; 'auto' is ../shared/wikiart11 where it is there, else the practice set, painted now."""
    from styleclf.data import paint_samples

    shared, practice = Path("../shared/wikiart11"), Path("data/sample")
    folder = (shared if shared.is_dir() else practice) if images == "auto" else Path(images)
    return paint_samples(folder) if folder == practice else folder


def check_task(task: BenchmarkTask, **counts: int) -> None:
    """Raise ValueError or OSError now for what would otherwise fail minutes later; `counts` must be 1 or more, too."""
    counts |= {name: getattr(task, name) for name in ("size", "bs", "fastai_epochs", "ancestor_epochs", "epochs")}
    for name, count in counts.items():
        if count < 1:
            raise ValueError(f"{name} must be 1 or more, not {count}")
    if task.stats_imagenet and len(task.stats_imagenet) != 2:
        raise ValueError(f"stats_imagenet must be a mean and a deviation, not {task.stats_imagenet}")
    task.parts()

    import torch

    from styleclf.models import create_model, resolve_precision

    resolve_precision(task.precision, torch.device(task.device))
    create_model(task.arch, 2, weights=task.weights)
    if task.weights_imagenet:
        create_model(task.arch, 2, features="imagenet", weights=task.weights_imagenet)
