"""The contest: contenders train by turns, and tables tell how soon each of them was how good."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pandas as pd

from styleclf.benchmark.alternation import Entrant, take_turns
from styleclf.benchmark.contenders import CONTENDERS, Contender, lacks_1000
from styleclf.benchmark.task import BenchmarkTask, in_own_process

REFERENCE = CONTENDERS["fastai"].name
_CURVE_COLUMNS = ["contender", "device", "seconds", "top_1", "top_2"]
_ROUNDING = 1e-9  # by which equal scores may differ


class Contest(NamedTuple):
    """The tables of a contest on all devices.

    `results` has one row per contender and device: `contender, device, precision, n_epochs, first_batch_s,
    images_per_s, total_s, memory_mib, gpu_mib, top_1, top_1_lo, …, top_2_hi, target_top_2, target_s, ratio`. `curves`
    has `contender, device, seconds, top_1, top_2`, one row for every time the test fold was judged. Seconds are those
    of work: imports, decoding and training, not judging.
    """

    results: pd.DataFrame
    curves: pd.DataFrame
    names: Sequence[str] = ()  # of `CONTENDERS`


def run_contest(
    tasks: Sequence[BenchmarkTask],  # one per device
    names: Sequence[str],
    target: float | None = None,
) -> Contest:
    """Train the contenders of these names (of `CONTENDERS`) on every device, by turns.

    `target` is the top-2 accuracy to be reached; by default what plain fastai ended with on the device. Without
    pretrained weights the probe is left out; ValueError if nobody else is left. Raises what `take_turns` raises.
    """
    by_device = [_run_on_device(task, names) for task in tasks]
    results = pd.concat([contest.results for contest in by_device], ignore_index=True)
    curves = pd.concat([contest.curves for contest in by_device], ignore_index=True)
    with_target = _with_target(results, curves, target)
    return Contest(with_target, curves, names)


def _run_on_device(task: BenchmarkTask, names: Sequence[str]) -> Contest:
    """The contest on one device; its results have no target yet."""
    contenders = _able_contenders(task, names)
    with TemporaryDirectory() as folder:
        entrants = []
        for contender in contenders:
            own_task = in_own_process(task, Path(folder), contender.name)
            n_turns = contender.epochs(task) + 1
            entrants.append(Entrant(contender.name, contender.function, (own_task,), n_turns))
        outcomes = take_turns(entrants)
    rows = []
    points = []
    for contender in contenders:
        outcome = dict(outcomes[contender.name])
        entry = {"contender": contender.name, "device": task.device}
        for point in outcome.pop("curve"):
            points.append({**entry, **point})
        rows.append({**entry, **outcome})
    curves = pd.DataFrame(points, columns=_CURVE_COLUMNS)
    return Contest(pd.DataFrame(rows), curves)


def _able_contenders(task: BenchmarkTask, names: Sequence[str]) -> list[Contender]:
    """The contenders of these names, without the probe if weights are random. Raises ValueError if none are left."""
    able = []
    for name, contender in CONTENDERS.items():
        if name in names and (task.pretrained or name != "probe"):
            able.append(contender)
    if names and not able:
        raise ValueError("a probe needs pretrained weights: give --weights, or name other contenders")
    return able


def _with_target(
    results: pd.DataFrame,
    curves: pd.DataFrame,
    target: float | None = None,  # by default what plain fastai ended with
) -> pd.DataFrame:
    """The results with `target_top_2`, `target_s` and `ratio` on each device.

    `target_s` is when a contender first scored the target or more, NaN if it never did; `ratio` how many times sooner
    than plain fastai that was.
    """
    rows = []
    for row in results.to_dict("records"):
        contender = row["contender"]
        device = row["device"]
        device_target = _reference_top_2(results, device) if target is None else target
        seconds = _first_reached(curves, contender, device, target=device_target)
        reference_seconds = _first_reached(curves, REFERENCE, device, target=device_target)
        row |= {"target_top_2": device_target, "target_s": seconds, "ratio": reference_seconds / seconds}
        rows.append(row)
    return pd.DataFrame(rows)


def _reference_top_2(results: pd.DataFrame, device: str) -> float:
    """What plain fastai ended with on the device, NaN if it did not take part."""
    on_device = results[results["device"] == device]
    scores = on_device["top_2"][on_device["contender"] == REFERENCE]
    return next(iter(scores), float("nan"))


def _first_reached(
    curves: pd.DataFrame,
    name: str,
    device: str,
    *,
    target: float,
) -> float:
    """The first second at which the contender scored the target, NaN if it never did."""
    on_device = curves[curves["device"] == device]
    of_contender = on_device[on_device["contender"] == name]
    is_reached = of_contender["top_2"] >= target - _ROUNDING
    return of_contender["seconds"][is_reached].min()


def notes(task: BenchmarkTask, names: Sequence[str]) -> list[str]:
    """What a reader of the contest must know about its contenders."""
    sentences = []
    if "ancestor" in names and lacks_1000(task):
        sentences.append(
            "The ancestor's 1000-way layer started from random weights, because the file of weights has none: "
            "--weights-imagenet names one that does."
        )
    if not task.pretrained:
        sentences.append("Without pretrained weights there is no probe, and fastai trains by fit_one_cycle.")
    return sentences
