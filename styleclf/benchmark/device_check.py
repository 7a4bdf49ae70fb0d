"""A device looked at from all sides within minutes: one table of what was measured, and what of it failed.

Nothing but the packages is needed: pictures are made here, weights are random.
"""

import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from styleclf.benchmark.device_plan import DevicePlan, noise_pictures
from styleclf.common import reason_of, say, spoken_seconds

if TYPE_CHECKING:
    from styleclf.benchmark.device_task import Measure

_COLUMNS = ["arch", "precision", "check", "value", "unit", "verdict", "note"]
_SECONDS_PER_MINUTE = 60


class _Check(NamedTuple):
    """Something to be measured."""

    arch: str
    precision: str
    name: str
    measure: Callable[[], Sequence["Measure"]]


def check_device(plan: DevicePlan) -> pd.DataFrame:
    """The table of a device: `arch, precision, check, value, unit, verdict, note`, one row per number.

    `verdict` is good, slow, failed, or empty where there is nothing to judge. A check that raises an error has failed,
    and the others go on. What would begin after `plan.minutes` is left out, with a row that says so.
    """
    from fastai.torch_core import default_device

    from styleclf.data import annotate, make_design, paint_samples

    default_device(plan.device != "cpu")
    start = time.monotonic()
    rows = []
    with TemporaryDirectory() as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a design so small, and of precisions that a device only imitates
        folder = Path(temporary)
        noise = noise_pictures(folder / "noise", plan)
        practice = paint_samples(folder / "practice", plan.n_practice, plan.size, progress=False)
        annotation, _ = annotate(practice, progress=False)
        practice_design = make_design(annotation, val_share=0, seed=plan.seed)
        for check in _checks(plan, noise, practice_design, folder=folder):
            seconds = time.monotonic() - start
            if seconds > _SECONDS_PER_MINUTE * plan.minutes:
                rows.append(_row(check, "left out", f"after {spoken_seconds(seconds)}"))
                continue
            rows.extend(_rows(check))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _checks(plan: DevicePlan, noise: pd.DataFrame, practice_design: pd.DataFrame, *, folder: Path) -> Iterator[_Check]:
    """All checks of a device: the practice set first, then every architecture."""
    from styleclf.benchmark.device_agreement import feature_differences, gradient_likeness, occlusion_difference
    from styleclf.benchmark.device_memory import batch_that_does_not_fit
    from styleclf.benchmark.device_rates import extraction_rates, practice_set, training_rates
    from styleclf.benchmark.device_task import DeviceTask

    def check(arch: str, precision: str, name: str, function: Callable) -> _Check:
        """What a function measures of an architecture at a precision."""
        task = DeviceTask(plan, noise, folder / "noise", arch, precision)  # type: ignore[arg-type]
        return _Check(arch, precision, name, partial(function, task))

    of_practice_set = partial(practice_set, practice_design, folder / "practice")
    yield check(plan.archs[0], "auto", "practice set", of_practice_set)
    for arch in plan.archs:
        for precision in plan.precisions:
            yield check(arch, precision, "feature differences", feature_differences)
            yield check(arch, precision, "extraction rates", extraction_rates)
            yield check(arch, precision, "training rates", training_rates)
        yield check(arch, "fp32", "gradient likeness", gradient_likeness)
        yield check(arch, "fp32", "occlusion difference", occlusion_difference)
        yield check(arch, "auto", "batch that does not fit", batch_that_does_not_fit)


def _rows(check: _Check) -> list[dict]:
    """The rows of a check; one that says why, if it fails."""
    network = f"{check.arch} {check.precision}"
    try:
        measures = check.measure()
    except Exception as error:  # whatever a strange device raises is a result
        reason = reason_of(error)
        say(f"{network}, {check.name}: failed ({reason})")
        return [_row(check, "failed", reason)]
    rows = []
    for measure in measures:
        number = _number_text(measure.value)
        say(f"{network}, {measure.check}: {number} {measure.unit}")
        row = {"arch": check.arch, "precision": check.precision}
        row |= measure._asdict()
        rows.append(row)
    return rows


def _row(check: _Check, verdict: str, note: str) -> dict:
    """A row without a number."""
    return {
        "arch": check.arch,
        "precision": check.precision,
        "check": check.name,
        "verdict": verdict,
        "note": note,
    }


def device_check_text(table: pd.DataFrame, plan: DevicePlan) -> str:
    """The table of `check_device` as Markdown, with a sentence before it that says what failed."""
    from styleclf.benchmark.report import machine_text

    machine = machine_text()
    setting = f"{plan.device}, {plan.size} px, batches of {plan.bs}, random weights. Machine: {machine}."
    lines = [
        _verdict_text(table),
        "",
        setting,
        "",
        "| arch | precision | check | value | verdict | note |",
        "|---|---|---|---|---|---|",
    ]
    for row in table.itertuples():
        value = ""
        if not pd.isna(row.value):
            number = _number_text(row.value)
            value = f"{number} {row.unit}"
        cells = [row.arch, row.precision, row.check, value, row.verdict, row.note]
        line = " | ".join(cells)
        lines.append(f"| {line} |")
    return "\n".join(lines) + "\n"


def _verdict_text(table: pd.DataFrame) -> str:
    """How many checks went well, in one sentence."""
    counts = Counter(table["verdict"])
    n_judged = len(table) - counts[""]
    n_failed = counts["failed"]
    n_slow = counts["slow"]
    n_left_out = counts["left out"]
    parts = [f"{n_failed} of {n_judged} checks failed"]
    if n_slow:
        parts.append(f"{n_slow} slower than half of the bare network")
    if n_left_out:
        parts.append(f"{n_left_out} left out for want of time")
    sentence = ", ".join(parts)
    return f"{sentence}."


def _number_text(value: float) -> str:
    """A number with about three digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
