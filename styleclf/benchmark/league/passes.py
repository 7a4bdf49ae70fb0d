"""One pass of all paintings through a frozen body, and what comes of it; bodies side by side need no further pass."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from styleclf.benchmark.league.abilities import ABILITIES, YES, abilities_of, images_per_second, size_of
from styleclf.benchmark.league.entries import LeagueEntry
from styleclf.benchmark.league.judging import judge_coordinates
from styleclf.benchmark.league.kernels import FeatureKernel, joined_kernel, kernel_of
from styleclf.benchmark.league.results import (
    Result,
    finished_result,
    longest_judging,
    saved_kernel,
    stamp_of,
    write_result,
)
from styleclf.benchmark.league.rules import LeagueTask
from styleclf.common import spoken_seconds
from styleclf.data import author_groups
from styleclf.inference import Backbone
from styleclf.models import SideBySide, StyleBody

_GUESSED_JUDGING = 20.0  # seconds, before any body has been judged
_GO_ON = "run the same command again to go on"


def judge_body(task: LeagueTask, entry: LeagueEntry) -> Result:
    """The result of one body, after a pass over all paintings. Raises ValueError where the time does not suffice."""
    _check_time(task, 0)
    rules = task.rules
    backbone = Backbone(
        entry.arch,
        entry.weights,
        rules.features,
        size=rules.size,
        fit=rules.fit,
        precision=rules.precision,
    )
    body = backbone.body()
    rate = images_per_second(body, backbone)
    seconds = len(task.paintings) / rate
    _check_time(task, seconds)
    features = backbone.cached_features(task.paintings.paths())
    if rules.features != "style":
        features = np.maximum(features, 0)  # the activation that a probe sees them through
    _, n_features = features.shape
    widths = [n_features]
    if isinstance(body, StyleBody | SideBySide):
        widths = body.widths()
    kernel = kernel_of(features, widths)
    n_parameters, megabytes = size_of(body)
    facts = {
        "size": str(backbone.image_size),
        "n_features": n_features,
        "seconds": round(seconds, 2),
        "images_per_s": round(rate, 2),
        "parameters_m": round(n_parameters, 2),
        "mb": round(megabytes, 1),
        "licence": backbone.source.licence or "not stated",
        **abilities_of(body, backbone, onnx=rules.onnx),
    }
    return _judged_kernel(task, entry, kernel, facts)


def _check_time(task: LeagueTask, pass_seconds: float) -> None:
    """Raise ValueError where a body that needs so long for its pass would not be done in time."""
    judging_seconds = longest_judging(task) or _GUESSED_JUDGING
    seconds = pass_seconds + judging_seconds
    if seconds <= task.seconds_left:
        return
    seconds_left = max(0.0, task.seconds_left)
    times = f"it takes {spoken_seconds(seconds)} or more, and {spoken_seconds(seconds_left)} are left of --minutes"
    raise ValueError(f"{times}: {_GO_ON}")


def judge_side_by_side(task: LeagueTask, entry: LeagueEntry) -> Result:
    """The result of bodies side by side, from the kernels of each: no image is seen again.

    Raises ValueError where one of them has no result, or the time does not suffice.
    """
    _check_time(task, 0)
    kernels = []
    facts_of_bodies = []
    for body in entry.alone():
        result = finished_result(task, body)
        if result is None:
            raise ValueError(f"{body.name} alone has no result")
        facts_of_bodies.append(result.facts)
        kernels.append(saved_kernel(task, body))
    facts = _added_facts(facts_of_bodies, len(task.paintings))
    return _judged_kernel(task, entry, joined_kernel(kernels), facts)


def _added_facts(facts_of_bodies: Sequence[dict[str, Any]], n: int) -> dict[str, Any]:
    """Cost and abilities of bodies side by side, for n paintings."""
    facts: dict[str, Any] = {}
    for name, digits in {"n_features": 0, "seconds": 2, "parameters_m": 2, "mb": 1}.items():
        total = sum(of_body[name] for of_body in facts_of_bodies)
        facts[name] = round(total, digits)
    for name, separator in {"size": "+", "licence": " and "}.items():
        texts = dict.fromkeys(of_body[name] for of_body in facts_of_bodies)
        facts[name] = separator.join(texts)
    for ability in ABILITIES:
        failures = [of_body[ability] for of_body in facts_of_bodies if of_body[ability] != YES]
        facts[ability] = failures[0] if failures else YES
    facts["images_per_s"] = round(n / facts["seconds"], 2)
    return facts


def _judged_kernel(task: LeagueTask, entry: LeagueEntry, kernel: FeatureKernel, facts: dict[str, Any]) -> Result:
    """The result of the probes on a kernel, which is kept."""
    start = time.monotonic()
    noun = f"draws of folds of {entry.name}"
    groups = author_groups(task.paintings.rows)
    judgement = judge_coordinates(kernel.coordinates(), task.targs, task.draws, groups=groups, noun=noun)
    further = {
        "name": entry.name,
        "arch": entry.arch,
        "weights": entry.weights,
        "stamp": stamp_of(entry),
        "widths": list(kernel.widths),
        "strengths": judgement.strengths,
        "judging_seconds": round(time.monotonic() - start, 2),
    }
    result = Result({**further, **facts}, judgement.hits, judgement.painter_hits)
    write_result(task, entry, result, kernel)
    return result
