"""What is measured apart from a whole training: loops, the bare network, decoding, prediction, occlusion, growth …

Each of these runs in a process of its own; whatever is compared alternates, and a median is told.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from styleclf.benchmark.alternation import Turns
from styleclf.benchmark.contenders import fastai_learner, styleclf_learner
from styleclf.benchmark.task import BenchmarkTask, of_images, prepare

if TYPE_CHECKING:
    from fastai.learner import Learner
    from torch import Tensor, nn

_N_PROBED = 128  # images that a learner knows whose explanations are timed
_IMPORTS = {
    "fastai": "from fastai.vision.all import *",
    "styleclf, all names": "from styleclf.all import *",
    "styleclf, to train": "import styleclf.learner",
    "styleclf, to read a design": "import styleclf.splits",
}


def bare_network(task: BenchmarkTask, n_frozen: int, n_images: int, n_turns: int, turns: Turns) -> list[float]:
    """Images per second, a turn each, of the network alone: forward and backward over one batch in memory.

    No loop over images trains faster than this at the same precision: the physical limit.
    """
    from torch.nn.functional import cross_entropy

    from styleclf.models import freeze_batchnorm

    prepare(task)
    learn = styleclf_learner(of_images(task, task.bs), cache=False)
    learn.freeze_to(n_frozen)
    model, precision = learn.model.to(learn.dls.device), learn.fitting_precision.precision
    model.train()
    if learn.pretrained:
        freeze_batchnorm(model[0])
    x, y = _some_batch(task, learn)

    def step() -> None:
        cross_entropy(_forward(model, x, precision).float(), y).backward()
        model.zero_grad()

    return _rates_of(step, len(x), n_images, n_turns, turns)


def _rates_of(step: Callable[[], object], bs: int, n_images: int, n_turns: int, turns: Turns) -> list[float]:
    """Images per second of a step that takes `bs` of them, a turn each; the first turn warms up and is left out."""
    rates = []
    for _ in range(n_turns + 1):
        start, n_steps = turns.seconds, max(1, n_images // bs)
        for _ in range(n_steps):
            step()
        rates.append(n_steps * bs / (turns.seconds - start))
        turns.over(f"{rates[-1]:.0f} images/s")
    return rates[1:]


def _forward(model: "nn.Module", x: "Tensor", precision: str) -> "Tensor":
    """The network's output at that precision."""
    from styleclf.models import autocast_context

    with autocast_context(x.device, precision):
        return model(x)


def _some_batch(task: BenchmarkTask, learn: "Learner") -> tuple["Tensor", "Tensor"]:
    """A batch of noise and styles on the learner's device, laid out as in training."""
    import torch

    from styleclf.models import channels_last

    x = torch.randn(task.bs, 3, task.size, task.size)
    y = torch.randint(len(learn.dls.vocab), (task.bs,))
    return channels_last(x.to(learn.dls.device)), y.to(learn.dls.device)


def fastai_loop(task: BenchmarkTask, n_images: int, n_turns: int, turns: Turns) -> list[float]:
    """Images per second, an epoch each, of plain fastai training the whole network."""
    prepare(task)
    learn = fastai_learner(of_images(task, n_images))
    learn.unfreeze()
    return _loop_rates(learn, n_turns, turns)


def styleclf_loop(task: BenchmarkTask, n_frozen: int, n_images: int, n_turns: int, turns: Turns) -> list[float]:
    """Images per second, an epoch each, of styleclf training all groups of the network but the first `n_frozen`."""
    prepare(task)
    learn = styleclf_learner(of_images(task, n_images))
    learn.freeze_to(n_frozen)
    return _loop_rates(learn, n_turns, turns)


def waiting_shares(task: BenchmarkTask, n_frozen: int, n_images: int, n_turns: int, turns: Turns) -> dict[str, float]:
    """What share of an epoch of styleclf's training passes in the loader, 0..1: the median of `n_turns` epochs.

    `images`: for decoded images to be read and made a batch. `changes`: for their random changes, which are computed.
    """
    prepare(task)
    learn = styleclf_learner(of_images(task, n_images))
    learn.freeze_to(n_frozen)
    with _timed_loader(learn, turns) as timed:
        rates = _loop_rates(learn, n_turns, turns)
    epochs = [n_images / rate for rate in rates]
    found = {what: np.array(each[1:]) / epochs for what, each in timed.items()}  # the first epoch warms up
    changes = float(np.median(found["changes"]))
    return {"images": float(np.median(found["all"])) - changes, "changes": changes}


@contextmanager
def _timed_loader(learn: "Learner", turns: Turns) -> Iterator[dict[str, list[float]]]:
    """Seconds an epoch in the learner's training loader: `all`, and of those `changes`, its transforms of batches."""
    loader = learn.dls.train
    timed, transforms = Timed(loader, turns), loader.after_batch
    transforms.split_idx = loader.dataset.split_idx  # which fastai tells to nothing but pipelines

    def changed(batch: tuple) -> tuple:
        start = turns.seconds
        batch = transforms(batch)
        timed.seconds["changes"][-1] += turns.seconds - start
        return batch

    loader.after_batch, learn.dls.loaders[0] = changed, timed
    try:
        yield timed.seconds
    finally:
        loader.after_batch, learn.dls.loaders[0] = transforms, loader


class Timed:
    """A loader that takes the time its user waits for every batch."""

    def __init__(self, loader: Iterable, turns: Turns) -> None:
        self.loader, self.turns, self.seconds = loader, turns, {"all": [], "changes": []}

    def __iter__(self) -> Iterator[tuple]:
        for each in self.seconds.values():
            each.append(0.0)
        start, batches = self.turns.seconds, iter(self.loader)
        for batch in batches:
            self.seconds["all"][-1] += self.turns.seconds - start
            yield batch
            start = self.turns.seconds
        self.seconds["all"][-1] += self.turns.seconds - start

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> object:
        return getattr(self.loader, name)


def _loop_rates(learn: "Learner", n_turns: int, turns: Turns) -> list[float]:
    """Images per second of every epoch but the first, which warms up."""
    from styleclf.benchmark.stopwatch import watch_training

    with watch_training(learn, turns) as watch, learn.no_bar():
        learn.fit_one_cycle(n_turns + 1)
    return watch.rates[1:]


def _alternate_seconds(actions: Mapping[str, Callable[[], object]], repeats: int, turns: Turns) -> dict[str, float]:
    """Median seconds of each action over `repeats` rounds, after a first round that warms up."""
    seconds = {name: [] for name in actions}
    for i in range(repeats + 1):
        for name, action in actions.items():
            start = turns.seconds
            action()
            if i:
                seconds[name].append(turns.seconds - start)
        turns.over(f"round {i + 1} of {repeats + 1}")
    return {name: median(values) for name, values in seconds.items()}


def decoding(files: Sequence[Path], size: int, repeats: int, folder: Path, turns: Turns) -> dict[str, float]:
    """Seconds to turn all files into squares of `size` pixels in four ways: `full, draft, store, cached`.

    `full` is Pillow alone; `draft` decodes at a fraction of the size where that is enough; `store` does so with all
    processors and writes the cache; `cached` opens the cache and reads every image from it. Files are in the system's
    memory by then, so that the disk does not count.
    """
    from PIL import Image

    from styleclf.data import cached_pixels, decode

    def full(path: Path) -> np.ndarray:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BICUBIC))

    files, count = list(files), iter(range(repeats + 1))
    last = folder / "0"

    def store() -> None:
        nonlocal last
        last = folder / str(next(count))
        cached_pixels(files, size, folder=last, progress=False)

    def cached() -> None:
        found = cached_pixels(files, size, folder=last, progress=False)
        for path in files:
            np.array(found.get(path))

    actions = {
        "full": lambda: [full(path) for path in files],
        "draft": lambda: [decode(path, size) for path in files],
        "store": store,
        "cached": cached,
    }
    return _alternate_seconds(actions, repeats, turns)


def prediction(
    task: BenchmarkTask, counts: Sequence[int], n_embedded: int, repeats: int, turns: Turns
) -> dict[str, float]:
    """Seconds to predict so many files, by styleclf and by fastai, and to embed `n_embedded` decoded images.

    Names: `256` and `fastai 256` for a count of 256, `embedding`, and `bare`, the network alone over as many images.
    fastai predicts one file by `predict`, more by `get_preds`.
    """
    import torch

    from styleclf.inference import body_features, predict_files

    prepare(task)
    short = of_images(task, max(counts))
    ours, theirs = styleclf_learner(short, cache=False), fastai_learner(short)
    decoded = styleclf_learner(of_images(task, n_embedded))
    precision = ours.fitting_precision.precision
    for learn in (ours, decoded, theirs):
        learn.model.to(learn.dls.device)
    paths = [short.images / filename for filename in short.parts()[0]["filename"]]
    embedded = decoded.dls.test_dl(decoded.dls.train_ds.items, with_labels=True)
    body, (x, _) = decoded.model[:2].eval(), _some_batch(task, decoded)

    def predicted_by_fastai(n: int) -> object:
        return theirs.predict(paths[0]) if n == 1 else theirs.get_preds(dl=theirs.dls.test_dl(paths[:n]))

    def bare() -> None:
        with torch.inference_mode():
            for _ in range(max(1, n_embedded // task.bs)):
                _forward(body, x, precision)

    actions = {"embedding": lambda: body_features(body, embedded, precision=precision, progress=False), "bare": bare}
    for n in counts:
        actions[f"{n}"] = partial(predict_files, ours, paths[:n], progress=False)
        actions[f"fastai {n}"] = partial(predicted_by_fastai, n)
    with theirs.no_bar(), theirs.no_logging():
        return _alternate_seconds(actions, repeats, turns)


def occlusion(task: BenchmarkTask, squares: int, n_images: int, repeats: int, turns: Turns) -> dict[str, float]:
    """Seconds to map the images by Captum's occlusion as it is called by default, and by styleclf's.

    Names: `captum`, `fp32` and `own` (at the task's precision), `apart fp32` and `apart own`: how far a map is from
    Captum's at most, in probability. Captum's computes one covered image at a time, in float32.
    """
    import torch
    from captum.attr import Occlusion

    from styleclf.explain import network_inputs, occlusion_maps, predictor, private_copy, sliding_windows

    prepare(task)
    short, side = of_images(task, _N_PROBED), -(-task.size // squares)
    learn = _probed_learner(short)
    paths = [short.images / filename for filename in short.parts()[1]["filename"][:n_images]]
    x = torch.cat([x for _, x in network_inputs(learn, paths, progress=False)])
    covers, windows = torch.zeros_like(x), sliding_windows(task.size, task.size, side, side, x.device)
    predictors = {"fp32": predictor(learn, "fp32"), "own": predictor(learn)}
    targs, model, found = predictors["fp32"](x).argmax(dim=1), private_copy(learn.model), {}
    theirs = Occlusion(lambda x: model(x).softmax(dim=1))
    how = dict(sliding_window_shapes=(3, side, side), strides=(3, side, side))

    def captums() -> None:
        with torch.no_grad():
            maps = [theirs.attribute(x[i : i + 1], target=int(targ), **how) for i, targ in enumerate(targs)]
        found["captum"] = torch.cat(maps)[:, 0]

    def ours(name: str) -> None:
        found[name] = occlusion_maps(predictors[name], x, targs, covers, windows)

    seconds = _alternate_seconds(
        {"captum": captums, **{name: partial(ours, name) for name in predictors}}, repeats, turns
    )
    return seconds | {f"apart {name}": float((found[name] - found["captum"]).abs().max()) for name in predictors}


def _probed_learner(task: BenchmarkTask) -> "Learner":
    """A learner after its probe: one that tells styles apart."""
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
    seconds = {name: [] for name in _IMPORTS}
    for i in range(repeats + 1):
        for name, line in _IMPORTS.items():
            code = f"import time; start = time.perf_counter()\n{line}\nprint(time.perf_counter() - start)"
            command = [sys.executable, "-W", "ignore", "-c", code]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            if i:
                seconds[name].append(float(done.stdout.split()[-1]))
    return {name: median(values) for name, values in seconds.items()}
