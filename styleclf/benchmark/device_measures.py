"""What is measured on a device: whether it computes what a processor does, and how fast beside the bare network."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from fastai.callback.core import Callback
from fastai.learner import Learner
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from styleclf.benchmark.device_plan import DevicePlan
from styleclf.data import get_dls
from styleclf.explain import occlusion_maps, private_copy, sliding_windows
from styleclf.inference import body_features, predict_design
from styleclf.models import Precision, autocast_context, channels_last
from styleclf.training import fit_probe, fitted_learner, style_learner

_MIB = 2**20
_LARGEST_DIFFERENCES = {"fp32": 0.01, "bf16": 0.05, "fp16": 0.01}  # of features, from a processor's; CUDA has TF32
_LEAST_LIKENESS = 0.999  # cosine of gradients
_LARGEST_MAP_DIFFERENCE = 0.01  # of probability
_LEAST_SHARE = 0.5  # of the bare network's rate, below which a loop waits for something else
_MEMORY_SHARE = 0.6  # of what a batch needs, which is left to it
_N_SQUARES = 4  # that an image is covered in, a side
_N_COMPARED = 4  # images that a processor looks at, too
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


# Time and memory


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


def _peak_memory(device: torch.device) -> float:
    """MiB of the device's memory that were in use at most; NaN where that is not counted."""
    return torch.cuda.max_memory_allocated() / _MIB if device.type == "cuda" else float("nan")


# At every precision


def feature_differences(task: DeviceTask) -> list[Measure]:
    """How far features are from those that a processor computes in fp32, as a share of their size."""
    learn = task.learner()
    body = learn.model[0].eval()
    images, styles = task.noise(_N_COMPARED)
    features, _ = body_features(body, [(images, styles)], precision=task.precision, progress=False)
    reference, _ = body_features(body.cpu(), [(images, styles)], precision="fp32", progress=False)
    distance = np.linalg.norm(features - reference)
    difference = float(distance / np.linalg.norm(reference))
    largest = _LARGEST_DIFFERENCES[task.precision]
    is_good = difference <= largest  # not for NaN
    note = f"of the features' size; at most {100 * largest:g} % is expected"
    return [Measure("features", 100 * difference, "% off", _verdict(is_good), note)]


def extraction_rates(task: DeviceTask) -> list[Measure]:
    """Images a second that the body embeds, from the processor's memory and back, beside the bare network."""
    body = task.learner().model[0].eval()
    images, styles = task.noise(task.plan.bs)
    n_batches = max(1, task.plan.n_images // task.plan.bs)
    batches = [(images, styles)] * n_batches
    x, _ = task.batch()

    def embed() -> None:
        """As users do."""
        body_features(body, batches, precision=task.precision, progress=False)

    def pass_bare() -> None:
        """The network alone."""
        with torch.inference_mode(), autocast_context(task.device, task.precision):
            for _ in range(n_batches):
                body(x)

    return _rates("extraction", embed, pass_bare, n_images=n_batches * len(x), device=task.device)


def training_rates(task: DeviceTask) -> list[Measure]:
    """Images a second of a training loop beside the bare network's, and the memory that it takes."""
    learn = task.learner()
    clock = LoopClock()
    x, styles = task.batch()
    n_batches = max(1, task.plan.n_images // task.plan.bs)
    if task.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    with learn.no_bar(), learn.no_logging(), learn.added_cbs([clock]):
        learn.fit(2)  # the first epoch warms up
    memory = _peak_memory(task.device)
    loss = learn.history.rows[-1]["train_loss"]
    model = learn.model.train()

    def step_bare() -> None:
        """The network alone, forward and backward."""
        for _ in range(n_batches):
            with autocast_context(task.device, task.precision):
                output = model(x)
            loss = cross_entropy(output.float(), styles)
            loss.backward()
            model.zero_grad()

    step_bare()
    bare_rate = n_batches * len(x) / action_seconds(step_bare, task.device)
    rate = n_batches * task.plan.bs / clock.seconds[-1]
    measures = [_rate_measure("training", rate, bare_rate)]
    measures.append(_finite_measure("training loss", loss))
    if np.isfinite(memory):
        measures.append(Measure("training memory", memory, "MiB", note=f"in batches of {task.plan.bs}"))
    return measures


def _rates(
    check: str,
    action: Callable[[], object],
    bare_action: Callable[[], object],
    *,
    n_images: int,
    device: torch.device,
) -> list[Measure]:
    """The rate of an action beside that of a bare one, each after a round that warms up."""
    seconds = []
    for function in (action, bare_action):
        function()
        seconds.append(action_seconds(function, device))
    rate, bare_rate = n_images / np.array(seconds)
    return [_rate_measure(check, rate, bare_rate)]


def _rate_measure(check: str, rate: float, bare_rate: float) -> Measure:
    """A rate, with its share of the bare network's."""
    share = rate / bare_rate
    verdict = "good" if share >= _LEAST_SHARE else "slow"
    return Measure(check, rate, "images/s", verdict, f"{share:.0%} of the bare network's {bare_rate:,.0f}")


def _finite_measure(check: str, loss: float) -> Measure:
    """A loss, which has failed where it is not a number."""
    return Measure(check, loss, "nats", _finite_verdict(loss))


def _finite_verdict(loss: float) -> str:
    """Whether a loss is a number."""
    return _verdict(bool(np.isfinite(loss)))


def _verdict(is_good: bool) -> str:
    """The word for it."""
    return "good" if is_good else "failed"


# Once for an architecture


def gradient_likeness(task: DeviceTask) -> list[Measure]:
    """How alike the gradients of all weights are to a processor's, in fp32: their cosine."""
    learn = task.learner()
    model = learn.model.eval()
    images, styles = task.noise(_N_COMPARED)
    gradients = []
    for device in (task.device, torch.device("cpu")):
        model.to(device).zero_grad()
        cross_entropy(model(images.to(device)), styles.to(device)).backward()
        gradients.append(_all_gradients(model))
    on_device, on_processor = gradients
    likeness = float(torch.cosine_similarity(on_device, on_processor, dim=0))
    is_good = likeness >= _LEAST_LIKENESS
    note = f"to a processor's, in fp32; at least {_LEAST_LIKENESS} is expected"
    return [Measure("gradients", likeness, "cosine", _verdict(is_good), note)]


def _all_gradients(model: nn.Module) -> Tensor:
    """The gradients of all weights, one after another, in the processor's memory."""
    parts = []
    for parameter in model.parameters():
        if parameter.grad is not None:
            flat = parameter.grad.flatten().cpu()
            parts.append(flat)
    return torch.cat(parts).double()


def occlusion_difference(task: DeviceTask) -> list[Measure]:
    """How far occlusion maps are from a processor's at most, in probability, and how many a second there are."""
    learn = task.learner()
    images, _ = task.noise(task.plan.n_maps)
    maps, rate = _maps_and_rate(learn, images, task.device)
    expected_maps, processor_rate = _maps_and_rate(learn, images, torch.device("cpu"))
    difference = float((maps - expected_maps).abs().max())
    is_good = difference <= _LARGEST_MAP_DIFFERENCE
    note = f"of probability, from a processor's maps; at most {_LARGEST_MAP_DIFFERENCE} is expected"
    return [
        Measure("occlusion", difference, "off", _verdict(is_good), note),
        Measure("occlusion", rate, "maps/s", note=f"a processor: {processor_rate:,.1f}"),
    ]


def _maps_and_rate(learn: Learner, images: Tensor, device: torch.device) -> tuple[Tensor, float]:
    """Occlusion maps `(n, size, size)` of images for the first style, in fp32, and how many a second there are."""
    predict = _class_probabilities(private_copy(learn.model).to(device))
    x = channels_last(images.to(device))
    covers = torch.zeros_like(x)
    height, width = x.shape[2:]
    side = height // _N_SQUARES
    windows = sliding_windows(height, width, side, stride=side, device=device)
    targs = torch.zeros(len(x), dtype=torch.long, device=device)

    def occlude() -> Tensor:
        """The maps of all images."""
        with torch.inference_mode():
            return occlusion_maps(predict, x, targs, covers=covers, windows=windows)

    maps = occlude().cpu()
    return maps, len(x) / action_seconds(occlude, device)


def _class_probabilities(model: nn.Module) -> Callable[[Tensor], Tensor]:
    """Images to probabilities, in fp32."""
    return lambda x: model(x).softmax(dim=1)


def batch_that_does_not_fit(task: DeviceTask) -> list[Measure]:
    """How many images of a batch go through the network at once where memory ends; the training must go on.

    CUDA is left less memory than a batch needs. Elsewhere the body refuses larger batches, as a device would.
    """
    learn = task.learner()
    limited = _little_cuda_memory if task.device.type == "cuda" else _refusing_body
    with learn.no_bar(), learn.no_logging(), limited(learn, task):
        learn.fit(1)
    n_images = learn.fitting_batches.n_images or task.plan.bs
    loss = learn.history.rows[-1]["train_loss"]
    is_good = n_images < task.plan.bs and bool(np.isfinite(loss))
    note = f"of {task.plan.bs}; loss {loss:.3f}"
    return [Measure("batch that does not fit", n_images, "images at a time", _verdict(is_good), note)]


@contextmanager
def _little_cuda_memory(learn: Learner, task: DeviceTask) -> Iterator[None]:
    """Leave a part of the memory that a batch takes."""
    x, styles = task.batch()
    torch.cuda.reset_peak_memory_stats()
    with autocast_context(task.device, task.precision):
        output = learn.model.train()(x)
    cross_entropy(output.float(), styles).backward()
    learn.model.zero_grad()
    needed = torch.cuda.max_memory_allocated()
    del x, output
    held = torch.cuda.memory_allocated()
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(task.device).total_memory
    left = held + _MEMORY_SHARE * (needed - held)
    torch.cuda.set_per_process_memory_fraction(left / total)
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


# The practice set


def practice_set(design: pd.DataFrame, images: Path, task: DeviceTask) -> list[Measure]:
    """Seconds to train on the practice set from random weights, to fit a probe, and to predict the test fold."""
    plan = task.plan
    options: dict[str, Any] = dict(
        arch=task.arch,
        weights="none",
        epochs=1,
        size=plan.size,
        bs=plan.bs,
        seed=plan.seed,
    )
    learners: list[Learner] = []
    scores: dict[str, float] = {}
    tested = design[design["fold"] == "0"]
    tested = tested.reset_index(drop=True)

    def fit() -> None:
        """One epoch, with decoding."""
        learn = fitted_learner(design, images, 0, **options)
        learners.append(learn)

    def probe() -> None:
        """The best linear classifier of what the body sees now."""
        values = fit_probe(learn.model, learn.dls, progress=False)
        scores.update(values)

    def predict() -> None:
        """The test fold."""
        predict_design(learn, tested, images, progress=False)

    train_seconds = action_seconds(fit, task.device)
    (learn,) = learners
    loss = learn.history.rows[-1]["train_loss"]
    probe_seconds = action_seconds(probe, task.device)
    predict_seconds = action_seconds(predict, task.device)
    n_images = len(learn.dls.train_ds)
    note = f"{n_images} images, one epoch with decoding; loss {loss:.3f}"
    return [
        Measure("practice set: training", train_seconds, "s", _finite_verdict(loss), note),
        _probe_measure(scores, probe_seconds),
        Measure("practice set: prediction", predict_seconds, "s", note=f"{len(tested)} images"),
    ]


def _probe_measure(scores: dict[str, float], seconds: float) -> Measure:
    """The probe of the practice set, which has failed where its loss is not a number."""
    accuracy = scores["train_top_1_accuracy"]
    verdict = _finite_verdict(scores["train_loss"])
    note = f"top-1 {accuracy:.2f} on its own training images, of a body hardly trained"
    return Measure("practice set: probe", seconds, "s", verdict, note)
