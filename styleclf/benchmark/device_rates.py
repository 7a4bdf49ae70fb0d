"""How fast a device embeds, trains and predicts, beside the bare network and on the practice set."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from fastai.learner import Learner
from torch.nn.functional import cross_entropy

from styleclf.benchmark.device_task import DeviceTask, LoopClock, Measure, action_seconds, finite_verdict
from styleclf.inference import body_features, predict_design
from styleclf.models import autocast_context
from styleclf.training import fit_probe, fitted_learner

_MIB = 2**20
_LEAST_SHARE = 0.5  # of the bare network's rate, below which a loop waits for something else


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
    if math.isfinite(memory):
        note = f"in batches of {task.plan.bs}"
        measures.append(Measure("training memory", memory, "MiB", note=note))
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
    note = f"{share:.0%} of the bare network's {bare_rate:,.0f}"
    return Measure(check, rate, "images/s", verdict, note)


def _finite_measure(check: str, loss: float) -> Measure:
    """A loss, which has failed where it is not a number."""
    return Measure(check, loss, "nats", finite_verdict(loss))


def _peak_memory(device: torch.device) -> float:
    """MiB of the device's memory that were in use at most; NaN where that is not counted."""
    if device.type != "cuda":
        return math.nan
    return torch.cuda.max_memory_allocated() / _MIB


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
    test_rows = design[design["fold"] == "0"]
    test_rows = test_rows.reset_index(drop=True)

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
        predict_design(learn, test_rows, images, progress=False)

    train_seconds = action_seconds(fit, task.device)
    (learn,) = learners
    loss = learn.history.rows[-1]["train_loss"]
    probe_seconds = action_seconds(probe, task.device)
    predict_seconds = action_seconds(predict, task.device)
    n_images = len(learn.dls.train_ds)
    note = f"{n_images} images, one epoch with decoding; loss {loss:.3f}"
    return [
        Measure("practice set: training", train_seconds, "s", finite_verdict(loss), note),
        _probe_measure(scores, probe_seconds),
        Measure("practice set: prediction", predict_seconds, "s", note=f"{len(test_rows)} images"),
    ]


def _probe_measure(scores: dict[str, float], seconds: float) -> Measure:
    """The probe of the practice set, which has failed where its loss is not a number."""
    accuracy = scores["train_top_1_accuracy"]
    verdict = finite_verdict(scores["train_loss"])
    note = f"top-1 {accuracy:.2f} on its own training images, of a body hardly trained"
    return Measure("practice set: probe", seconds, "s", verdict, note)
