"""How long single actions take: decoding, prediction, occlusion, imports, and growth with the number of images.

Each function that takes `turns` runs in a process of its own, as those of `training_rates` do.
"""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from styleclf.benchmark.alternation import Turns
from styleclf.benchmark.contenders import fastai_learner, styleclf_learner
from styleclf.benchmark.task import BenchmarkTask, of_images, prepare
from styleclf.benchmark.training_rates import forward_pass, noise_batch

if TYPE_CHECKING:
    from fastai.learner import Learner
    from torch import Tensor

_N_PROBED = 128  # images that a learner has seen whose explanations are timed
_IMPORTS = {
    "fastai": "from fastai.vision.all import *",
    "styleclf, all names": "from styleclf.all import *",
    "styleclf, to train": "import styleclf.training.learner",
    "styleclf, to read a design": "import styleclf.data.design",
}


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
    x, _ = noise_batch(task, embedding_learn)

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
                forward_pass(body, x, precision)

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
    values = _alternate_seconds(actions, repeats, turns)
    for name in predictors:
        distances = (maps[name] - maps["captum"]).abs()
        values[f"apart {name}"] = float(distances.max())
    return values


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
            duration = _seconds_of_statement(statement)
            if i > 0:
                seconds[name].append(duration)
    return _medians(seconds)


def _seconds_of_statement(statement: str) -> float:
    """Seconds that a statement takes in a fresh interpreter, without starting it."""
    code = f"import time; start = time.perf_counter()\n{statement}\nprint(time.perf_counter() - start)"
    command = [sys.executable, "-W", "ignore", "-c", code]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(process.stdout.split()[-1])
