"""The contest: contenders train by turns, and tables tell how soon each was how good."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from styleclf.benchmark.alternation import Entrant, take_turns
from styleclf.benchmark.contenders import CONTENDERS, lacks_1000
from styleclf.benchmark.task import BenchmarkTask, in_own_process

REFERENCE = CONTENDERS["fastai"].name


def run_contest(
    tasks: Sequence[BenchmarkTask], names: Sequence[str], target: float | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The contenders of these names train on every device: the tables of `_contest_table`, with target."""
    found = [_contest_table(task, names) for task in tasks]
    results, curves = (pd.concat(tables, ignore_index=True) for tables in zip(*found, strict=True))
    return _with_target(results, curves, target), curves


def _contest_table(task: BenchmarkTask, names: Sequence[str], told: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The contenders of these names (of `CONTENDERS`) train by turns: `(results, curves)`.

    `results` has a row a contender: `contender, device, precision, n_epochs, first_batch_s, images_per_s, total_s,
    memory_mib, gpu_mib, top_1, top_1_lo, …, top_2_hi`. `curves` has `contender, device, seconds, top_1, top_2`, a row
    for every time the test fold was judged. Seconds are those of work: imports, decoding and training, not judging.
    Without pretrained weights the probe is left out; ValueError if nobody else is left.
    """
    runners = {each.name: each for name, each in CONTENDERS.items() if name in names}
    if not task.pretrained:
        runners.pop(CONTENDERS["probe"].name, None)
    if names and not runners:
        raise ValueError("a probe needs pretrained weights: give --weights, or name other contenders")
    with TemporaryDirectory() as folder:
        entrants = [
            Entrant(name, each.function, (in_own_process(task, Path(folder), name),), each.epochs(task) + 1)
            for name, each in runners.items()
        ]
        found = take_turns(entrants, told)
    rows = [{"contender": name, "device": task.device, **found[name]} for name in runners]
    curves = [{"contender": row["contender"], "device": task.device, **point} for row in rows for point in row["curve"]]
    columns = ["contender", "device", "seconds", "top_1", "top_2"]
    return pd.DataFrame(rows).drop(columns="curve", errors="ignore"), pd.DataFrame(curves, columns=columns)


def _with_target(results: pd.DataFrame, curves: pd.DataFrame, target: float | None = None) -> pd.DataFrame:
    """The results with `target_top_2`, `target_s` and `ratio` on each device.

    `target`: by default what plain fastai ended with. `target_s` is when a contender first scored as much, NaN if it
    never did; `ratio` how many times sooner than plain fastai that was.
    """
    rows = []
    for row in results.to_dict("records"):
        same = results[results["device"] == row["device"]]
        wanted = target if target is not None else _reference_of(same, "top_2")
        times = {name: _first_at(curves, name, row["device"], wanted) for name in (row["contender"], REFERENCE)}
        own, reference = times[row["contender"]], times[REFERENCE]
        rows.append({**row, "target_top_2": wanted, "target_s": own, "ratio": reference / own})
    return pd.DataFrame(rows)


def _reference_of(results: pd.DataFrame, column: str) -> float:
    """Plain fastai's value, NaN if it did not take part."""
    return next(iter(results.loc[results["contender"] == REFERENCE, column]), float("nan"))


def _first_at(curves: pd.DataFrame, name: str, device: str, target: float) -> float:
    """The first second at which the contender scored the target, NaN if it never did."""
    own = curves[(curves["contender"] == name) & (curves["device"] == device) & (curves["top_2"] >= target - 1e-9)]
    return own["seconds"].min() if len(own) else float("nan")


def notes(task: BenchmarkTask, names: Sequence[str]) -> list[str]:
    """What a reader of the contest must know of its contenders."""
    found = []
    if "ancestor" in names and lacks_1000(task):
        found.append(
            "The ancestor's 1000-way layer started from random weights, because the file of weights has none: "
            "--weights-imagenet names one that does."
        )
    if not task.pretrained:
        found.append("Without pretrained weights there is no probe, and fastai trains by fit_one_cycle.")
    return found
