"""What is measured apart from a whole training: loops, the bare network, decoding, prediction, occlusion, growth …

Each function that takes `turns` runs in a process of its own and is called as `function(*arguments, turns)`, see
`alternation`. What is compared alternates, and the median counts.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from styleclf.benchmark.alternation import Turns
from styleclf.benchmark.contenders import fastai_learner, styleclf_learner
from styleclf.benchmark.task import BenchmarkTask, of_images, prepare

if TYPE_CHECKING:
    from fastai.learner import Learner
    from torch import Tensor, nn

    from styleclf.models import Precision

_N_PROBED = 128  # images that a learner has seen whose explanations are timed
_IMPORTS = {
    "fastai": "from fastai.vision.all import *",
    "styleclf, all names": "from styleclf.all import *",
    "styleclf, to train": "import styleclf.training.learner",
    "styleclf, to read a design": "import styleclf.data.design",
}


# Rates of training


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
    x, y = _noise_batch(task, learn)

    def step() -> None:
        """One forward and backward pass."""
        output = _forward(model, x, parts.precision)
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
    prepare(task)
    learn = styleclf_learner(of_images(task, n_images))
    learn.freeze_to(n_frozen)
    return _loop_rates(learn, n_turns, turns)


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
    prepare(task)
    learn = styleclf_learner(of_images(task, n_images))
    learn.freeze_to(n_frozen)
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


def _forward(model: "nn.Module", x: "Tensor", precision: "Precision") -> "Tensor":
    """The network's output at that precision."""
    from styleclf.models import autocast_context

    with autocast_context(x.device, precision):
        return model(x)


def _noise_batch(task: BenchmarkTask, learn: "Learner") -> tuple["Tensor", "Tensor"]:
    """A batch of noise and styles on the learner's device, laid out as in training."""
    import torch

    from styleclf.models import channels_last

    x = torch.randn(task.bs, 3, task.size, task.size)
    n_styles = len(learn.dls.vocab)
    y = torch.randint(n_styles, (task.bs,))
    device = learn.dls.device
    return channels_last(x.to(device)), y.to(device)


# Seconds of single actions


def _alternate_seconds(
    actions: Mapping[str, Callable[[], object]],
    repeats: int,
    turns: Turns,
) -> dict[str, float]:
    """Median seconds of each action over `repeats` rounds, after a first round that warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for i in range(repeats + 1):
        for name, action in actions.items():
            start = turns.seconds
            action()
            if i > 0:
                seconds[name].append(turns.seconds - start)
        turns.end_turn(f"round {i + 1} of {repeats + 1}")
    return _medians(seconds)


def _medians(seconds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The median for every name."""
    return {name: median(values) for name, values in seconds.items()}


def decoding(
    files: Sequence[Path],
    size: int,
    repeats: int,
    folder: Path,
    turns: Turns,
) -> dict[str, float]:
    """Seconds to turn all files into squares of `size` pixels in four ways: `full, draft, store, cached`.

    `full` is Pillow alone; `draft` decodes at a fraction of the size where that is enough; `store` does so with all
    processors and writes the cache; `cached` opens the cache and reads every image from it. Files are in the system's
    memory by then, so that the disk does not count.
    """
    from PIL import Image

    from styleclf.data import cached_pixels, decode, readable_formats

    formats = readable_formats()
    files = list(files)
    n_stores = 0
    last_store = folder / "0"

    def full() -> None:
        """Pillow alone."""
        for path in files:
            with Image.open(path, formats=formats) as image:
                square = image.convert("RGB").resize((size, size), Image.Resampling.BICUBIC)
                np.asarray(square)

    def draft() -> None:
        """styleclf in one thread."""
        for path in files:
            decode(path, size)

    def store() -> None:
        """styleclf's first pass, into a new folder each time."""
        nonlocal n_stores, last_store
        last_store = folder / str(n_stores)
        n_stores += 1
        cached_pixels(files, size, folder=last_store, progress=False)

    def cached() -> None:
        """styleclf's later passes."""
        pixels = cached_pixels(files, size, folder=last_store, progress=False)
        for path in files:
            np.array(pixels.get(path))

    actions = {"full": full, "draft": draft, "store": store, "cached": cached}
    return _alternate_seconds(actions, repeats, turns)


def prediction(
    task: BenchmarkTask,
    counts: Sequence[int],
    n_embedded: int,
    repeats: int,
    turns: Turns,
) -> dict[str, float]:
    """Seconds to predict so many files, by styleclf and by fastai, and to embed `n_embedded` decoded images.

    Names: `256` and `fastai 256` for a count of 256, `embedding`, and `bare`, the network alone over as many images.
    fastai predicts one file by `predict`, more by `get_preds`.
    """
    import torch

    from styleclf.inference import body_features, learner_parts, predict_files

    prepare(task)
    task_of_counts = of_images(task, max(counts))
    learn = styleclf_learner(task_of_counts, cache=False)
    plain_learn = fastai_learner(task_of_counts)
    embedding_learn = styleclf_learner(of_images(task, n_embedded))
    precision = learner_parts(learn).precision
    for learner in (learn, embedding_learn, plain_learn):
        learner.model.to(learner.dls.device)
    train, _ = task_of_counts.parts()
    paths = task_of_counts.paths(train)
    images = embedding_learn.dls.test_dl(embedding_learn.dls.train_ds.items, with_labels=True)
    body = embedding_learn.model[:2].eval()
    x, _ = _noise_batch(task, embedding_learn)

    def fastai_predictions(n: int) -> object:
        """Predictions of the first `n` files."""
        if n == 1:
            return plain_learn.predict(paths[0])
        loader = plain_learn.dls.test_dl(paths[:n])
        return plain_learn.get_preds(dl=loader)

    def bare() -> None:
        """The network alone."""
        n_batches = max(1, n_embedded // task.bs)
        with torch.inference_mode():
            for _ in range(n_batches):
                _forward(body, x, precision)

    embed = partial(body_features, body, images, precision=precision, progress=False)
    actions: dict[str, Callable[[], object]] = {"embedding": embed, "bare": bare}
    for n in counts:
        actions[f"{n}"] = partial(predict_files, learn, paths[:n], progress=False)
        actions[f"fastai {n}"] = partial(fastai_predictions, n)
    with plain_learn.no_bar(), plain_learn.no_logging():
        return _alternate_seconds(actions, repeats, turns)


def occlusion(
    task: BenchmarkTask,
    squares: int,
    n_images: int,
    repeats: int,
    turns: Turns,
) -> dict[str, float]:
    """Seconds to map the images by Captum's occlusion as it is called by default, and by styleclf's.

    Names: `captum`, `fp32` and `own` (at the task's precision), `apart fp32` and `apart own`: how far a map is from
    Captum's at most, in probability. Captum's computes one covered image at a time, in float32.
    """
    import torch
    from captum.attr import Occlusion

    from styleclf.explain import network_inputs, occlusion_maps, predictor, private_copy, sliding_windows

    prepare(task)
    small_task = of_images(task, _N_PROBED)
    learn = _probed_learner(small_task)
    _, test = small_task.parts()
    paths = task.paths(test[:n_images])
    inputs = network_inputs(learn, paths, progress=False)
    x = torch.cat([batch for _, batch in inputs])
    covers = torch.zeros_like(x)
    side = -(-task.size // squares)  # pixels of a square
    windows = sliding_windows(task.size, task.size, side, stride=side, device=x.device)
    predictors = {"fp32": predictor(learn, "fp32"), "own": predictor(learn)}
    targs = predictors["fp32"](x).argmax(dim=1)
    model = private_copy(learn.model)
    captum_occlusion = Occlusion(lambda images: model(images).softmax(dim=1))
    maps: dict[str, torch.Tensor] = {}

    def captum() -> None:
        """Captum's maps."""
        maps["captum"] = _captum_maps(captum_occlusion, x, targs, side=side)

    def styleclf(name: str) -> None:
        """styleclf's maps by one of the predictors."""
        maps[name] = occlusion_maps(predictors[name], x, targs, covers=covers, windows=windows)

    actions: dict[str, Callable[[], object]] = {
        "captum": captum,
        "fp32": partial(styleclf, "fp32"),
        "own": partial(styleclf, "own"),
    }
    measured = _alternate_seconds(actions, repeats, turns)
    for name in predictors:
        distances = (maps[name] - maps["captum"]).abs()
        measured[f"apart {name}"] = float(distances.max())
    return measured


def _captum_maps(
    captum_occlusion: Any,
    x: "Tensor",  # (n, 3, h, w)
    targs: "Tensor",  # (n,)
    *,
    side: int,  # pixels of a square
) -> "Tensor":
    """Maps `(n, h, w)`, one image at a time."""
    import torch

    window = (3, side, side)
    by_image = []
    with torch.no_grad():
        for image, targ in zip(x, targs, strict=True):
            attr = captum_occlusion.attribute(
                image[None],
                target=int(targ),
                sliding_window_shapes=window,
                strides=window,
            )
            by_image.append(attr)
    return torch.cat(by_image)[:, 0]


def _probed_learner(task: BenchmarkTask) -> "Learner":
    """A learner after its probe, which can recognise styles."""
    from styleclf.training import train

    learn = styleclf_learner(task, cache=False)
    with learn.no_bar(), learn.no_logging():
        train(learn, 0 if learn.pretrained else 1)
    return learn


def growth(task: BenchmarkTask, turns: Turns) -> dict[str, float]:
    """`seconds, memory_mib` to decode all images of the task, fit the probe and train for one epoch."""
    prepare(task)
    from styleclf.benchmark.stopwatch import peak_memory
    from styleclf.training import train

    start = turns.seconds  # imports do not grow
    learn = styleclf_learner(task)
    with learn.no_bar(), learn.no_logging():
        train(learn, 1)
    return {"seconds": turns.seconds - start, **peak_memory()}


def import_seconds(repeats: int) -> dict[str, float]:
    """Median seconds of each of `_IMPORTS` in a fresh interpreter, by turns, after a first round."""
    seconds: dict[str, list[float]] = {name: [] for name in _IMPORTS}
    for i in range(repeats + 1):
        for name, statement in _IMPORTS.items():
            measured = _seconds_of_statement(statement)
            if i > 0:
                seconds[name].append(measured)
    return _medians(seconds)


def _seconds_of_statement(statement: str) -> float:
    """Seconds that a statement takes in a fresh interpreter, without starting it."""
    code = f"import time; start = time.perf_counter()\n{statement}\nprint(time.perf_counter() - start)"
    command = [sys.executable, "-W", "ignore", "-c", code]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(process.stdout.split()[-1])
