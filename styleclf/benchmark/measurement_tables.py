"""Measurements apart from whole trainings, as a table with one row each."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd

from styleclf.benchmark import measurements, training_rates
from styleclf.benchmark.alternation import Entrant, take_turns
from styleclf.benchmark.contest import REFERENCE
from styleclf.benchmark.flag_types import MEASUREMENTS
from styleclf.benchmark.task import BenchmarkTask, check_counts, in_own_process, repeat_images
from styleclf.common import say, select_names

_PARTS_OF_NO_DEVICE = ("decoding", "imports")  # measured once, whatever the devices
_COLUMNS = ["device", "part", "what", "value", "unit", "ratio", "against", "limit_share"]
_PREDICTED_COUNTS = (1, 256, 1000)  # files
_N_EMBEDDED = 256  # images
_N_OCCLUDED = 4  # images
_OCCLUSION_GRIDS = (4, 7)  # squares a side
_MAX_DECODED = 64  # files
_TRAINED_PARTS = {"the whole network": 0, "the late half": 1}  # parameter groups that stay frozen
_DECODING_WAYS = {
    "full": "Pillow, full size, one thread",
    "draft": "styleclf, one thread",
    "store": "styleclf, first pass into the cache",
    "cached": "styleclf, from the cache",
}
_OCCLUSION_WAYS = {"fp32": "in float32", "own": "at its precision"}


@dataclass(frozen=True)
class MeasurementPlan:
    """What is measured apart from whole trainings, and how often."""

    parts: Sequence[str] = MEASUREMENTS
    files: Sequence[Path] = ()  # to be decoded
    files_text: str = ""  # a sentence that says which files these are
    rate_images: int = 512  # in an epoch of a training loop
    factors: Sequence[int] = (1, 4, 16)  # how many times images are repeated
    scaling_images: int = 128  # that are repeated
    repeats: int = 3  # rounds of each measurement, of which the median counts


def measurement_plan(
    task: BenchmarkTask,
    parts: Collection[str] = ("all",),  # names of `MEASUREMENTS`; ('none',) for none
    originals: str | Path | None = None,  # folder of large images to decode; if it is missing, the task's own are used
    *,
    rate_images: int = 512,
    factors: Sequence[int] = (1, 4, 16),
    scaling_images: int = 128,
    repeats: int = 3,
) -> MeasurementPlan:
    """A plan whose parts can be measured here.

    Raises ValueError for other parts, counts below 1, a folder of originals without images, and if occlusion is to be
    measured without captum.
    """
    check_counts(rate_images=rate_images, scaling_images=scaling_images, repeats=repeats)
    chosen_parts = select_names(parts, MEASUREMENTS, "--further")
    if "occlusion" in chosen_parts:
        from styleclf.explain import check_captum

        check_captum("--further occlusion")
    files, text = files_to_decode(originals, task)
    return MeasurementPlan(
        chosen_parts,
        files,
        text,
        rate_images=rate_images,
        factors=factors,
        scaling_images=scaling_images,
        repeats=repeats,
    )


def files_to_decode(
    originals: str | Path | None,  # folder
    task: BenchmarkTask,
) -> tuple[list[Path], str]:
    """Up to 64 image files of the folder of originals, else of the task, and a sentence that says which."""
    from styleclf.data import image_files

    if originals is not None and Path(originals).is_dir():
        files = image_files([originals])
        files = files[:_MAX_DECODED]
        return files, f"Measured on {len(files)} images of {originals}."
    rows = task.design.iloc[:_MAX_DECODED]
    files = task.paths(rows)
    reason = f", because there is no folder {originals}" if originals is not None else ""
    return files, f"Measured on {len(files)} of the images themselves{reason}."


def measure_parts(tasks: Sequence[BenchmarkTask], plan: MeasurementPlan) -> pd.DataFrame:
    """The parts of the plan measured on every device: one row per measurement.

    Columns are `device, part, what, value, unit, ratio, against, limit_share`: `ratio` is how many times better the
    value is than that of `against`, `limit_share` the share of the bare network's rate that is reached, 0..1.
    """
    rows = []
    for task in tasks:
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # Windows keeps what is mapped
            for part in plan.parts:
                if task is not tasks[0] and part in _PARTS_OF_NO_DEVICE:
                    continue
                for row in _part_rows(part, task, plan, folder=Path(folder)):
                    rows.append({"device": task.device, "part": part, **row})
    return pd.DataFrame(rows, columns=_COLUMNS)


def _part_rows(
    part: str,
    task: BenchmarkTask,
    plan: MeasurementPlan,
    *,
    folder: Path,
) -> list[dict]:
    """The rows of one part on one device; `folder` is for temporary files."""
    if part == "training":
        return _training_rows(task, plan.rate_images, plan.repeats, folder=folder)
    if part == "decoding":
        return _decoding_rows(plan.files, task.size, plan.repeats, folder=folder)
    if part == "prediction":
        return _prediction_rows(task, plan.repeats, folder)
    if part == "occlusion":
        return _occlusion_rows(task, plan.repeats)
    if part == "imports":
        return _import_rows(plan.repeats)
    return _scaling_rows(task, plan.scaling_images, plan.factors, folder=folder)


def _table_row(
    name: str,
    value: float,
    unit: str,
    *,
    ratio: float | None = None,
    against: str = "",
    limit_share: float | None = None,
) -> dict:
    """One measurement."""
    return {
        "what": name,
        "value": value,
        "unit": unit,
        "ratio": ratio,
        "against": against,
        "limit_share": limit_share,
    }


def _measure_alone(name: str, function: Callable, arguments: tuple) -> dict[str, float]:
    """What a function returns that runs in a process of its own."""
    return take_turns([Entrant(name, function, arguments)])[name]


# One function for each part


def _training_rows(
    task: BenchmarkTask,
    n_images: int,
    repeats: int,
    *,
    folder: Path,
) -> list[dict]:
    """Training loops at equal architecture and size, beside the bare network's rate; waiting for images."""
    n_images = max(1, n_images // task.bs) * task.bs
    entrants = _training_entrants(task, n_images, repeats, folder=folder)
    rates_of = take_turns(entrants)
    shares = rates_of.pop("waiting")
    rates = {name: median(values) for name, values in rates_of.items()}
    reference = rates[REFERENCE]
    rows = [_table_row(f"{REFERENCE}, the whole network", reference, "images/s")]
    for part in _TRAINED_PARTS:
        limit = rates[f"bare network, {part}"]
        rate = rates[f"styleclf, {part}"]
        rows.append(
            _table_row(
                f"styleclf, {part}",
                rate,
                "images/s",
                ratio=rate / reference,
                against=REFERENCE,
                limit_share=rate / limit,
            )
        )
        limit_name = f"bare network, {part}: the limit"
        limit_row = _table_row(limit_name, limit, "images/s", ratio=limit / reference, against=REFERENCE)
        rows.append(limit_row)
    waiting = "styleclf, the late half: waiting for decoded images"
    changing = "styleclf, the late half: their random changes"
    percent_waiting = 100 * shares["images"]
    percent_changing = 100 * shares["changes"]
    rows.append(_table_row(waiting, percent_waiting, "% of an epoch"))
    rows.append(_table_row(changing, percent_changing, "% of an epoch"))
    return rows


def _training_entrants(
    task: BenchmarkTask,
    n_images: int,
    repeats: int,
    *,
    folder: Path,
) -> list[Entrant]:
    """The training loops, the bare network and the loader that is timed; each warms up for a turn."""
    n_turns = repeats + 1
    entrants = [Entrant(REFERENCE, training_rates.fastai_loop, (task, n_images, repeats), n_turns)]
    for part, n_frozen in _TRAINED_PARTS.items():
        own_task = in_own_process(task, folder, part)
        arguments = (own_task, n_frozen, n_images, repeats)
        entrants.append(Entrant(f"bare network, {part}", training_rates.bare_network, arguments, n_turns))
        entrants.append(Entrant(f"styleclf, {part}", training_rates.styleclf_loop, arguments, n_turns))
    own_task = in_own_process(task, folder, "waiting")
    arguments = (own_task, _TRAINED_PARTS["the late half"], n_images, repeats)
    entrants.append(Entrant("waiting", training_rates.waiting_shares, arguments, n_turns))
    return entrants


def _decoding_rows(
    files: Sequence[Path],
    size: int,
    repeats: int,
    *,
    folder: Path,
) -> list[dict]:
    """Milliseconds per image, four ways."""
    arguments = (files, size, repeats, folder / "decoding")
    seconds = _measure_alone("decoding", measurements.decoding, arguments)
    rows = []
    for way, name in _DECODING_WAYS.items():
        milliseconds = 1000 * seconds[way] / len(files)
        row = _table_row(name, milliseconds, "ms/image")
        if way != "full":
            ratio = seconds["full"] / seconds[way]
            row |= {"ratio": ratio, "against": "Pillow"}
        rows.append(row)
    return rows


def _prediction_rows(
    task: BenchmarkTask,
    repeats: int,
    folder: Path,
    *,
    counts: Sequence[int] = _PREDICTED_COUNTS,
    n_embedded: int = _N_EMBEDDED,
) -> list[dict]:
    """Embedding, and the prediction of one file and of many."""
    task = in_own_process(task, folder, "prediction")
    arguments = (task, counts, n_embedded, repeats)
    seconds = _measure_alone("prediction", measurements.prediction, arguments)
    n_forward = max(1, n_embedded // task.bs) * task.bs
    limit = n_forward / seconds["bare"]
    embedding = n_embedded / seconds["embedding"]
    rows = [
        _table_row("styleclf, embedding of decoded images", embedding, "images/s", limit_share=embedding / limit),
        _table_row("bare network, forward: the limit", limit, "images/s"),
    ]
    for n in counts:
        styleclf_seconds = seconds[f"{n}"]
        rows += _predicted_files_rows(n, styleclf_seconds, seconds[f"fastai {n}"])
    return rows


def _predicted_files_rows(n: int, styleclf_seconds: float, fastai_seconds: float) -> list[dict]:
    """The prediction of so many files by fastai and by styleclf."""
    ratio = fastai_seconds / styleclf_seconds
    if n == 1:
        return [
            _table_row("fastai, predict of 1 file", 1000 * fastai_seconds, "ms"),
            _table_row("styleclf, predict 1 file", 1000 * styleclf_seconds, "ms", ratio=ratio, against="learn.predict"),
        ]
    return [
        _table_row(f"fastai, get_preds of {n:,} files", fastai_seconds, "s"),
        _table_row(f"styleclf, predict {n:,} files", styleclf_seconds, "s", ratio=ratio, against="learn.get_preds"),
    ]


def _occlusion_rows(
    task: BenchmarkTask,
    repeats: int,
    grids: Sequence[int] = _OCCLUSION_GRIDS,
    *,
    n_images: int = _N_OCCLUDED,
) -> list[dict]:
    """Occlusion maps of an image, by grids of so many squares a side, and how far they are from Captum's."""
    rows = []
    for n in grids:
        grid = f"{n} x {n} squares"
        arguments = (task, n, n_images, repeats)
        values = _measure_alone(grid, measurements.occlusion, arguments)
        captum = values["captum"]
        milliseconds = 1000 * captum / n_images
        rows.append(_table_row(f"Captum, {grid}", milliseconds, "ms/image"))
        for way, words in _OCCLUSION_WAYS.items():
            name = f"styleclf, {grid}, {words}"
            milliseconds = 1000 * values[way] / n_images
            ratio = captum / values[way]
            distance = values[f"apart {way}"]
            rows.append(_table_row(name, milliseconds, "ms/image", ratio=ratio, against="Captum"))
            rows.append(_table_row(f"{name}: apart from Captum's", distance, "probability"))
    return rows


def _import_rows(repeats: int) -> list[dict]:
    """Seconds of imports."""
    say(f"imports: {repeats + 1} rounds")
    seconds = measurements.import_seconds(repeats)
    fastai_seconds = seconds.pop("fastai")
    rows = [_table_row("fastai", fastai_seconds, "s")]
    for name, value in seconds.items():
        ratio = fastai_seconds / value
        rows.append(_table_row(name, value, "s", ratio=ratio, against="fastai"))
    return rows


def _scaling_rows(
    task: BenchmarkTask,
    n_images: int,
    factors: Sequence[int],
    *,
    folder: Path,
) -> list[dict]:
    """Seconds and memory of decoding, probe and an epoch; a ratio of 1 or more is growth that is linear or better."""
    factors = sorted(factors)
    costs_by_factor = {}
    for factor in factors:
        own_task = in_own_process(task, folder, f"scaling-{factor}")
        repeated_task = repeat_images(own_task, n_images, factor)
        n_repeated = len(repeated_task.design)
        costs = _measure_alone(f"{n_repeated} images", measurements.growth, (repeated_task,))
        costs_by_factor[factor] = {"n": n_repeated, **costs}
    units = {"seconds": "s", "memory_mib": "MiB"}
    if task.device == "cuda":
        units["gpu_mib"] = "MiB of GPU"
    rows = []
    for cost, unit in units.items():
        for factor in factors:
            costs = costs_by_factor[factor]
            noun = "seconds" if cost == "seconds" else "memory"
            name = f"{noun}, {costs['n']:,} images ({factor} ×)"
            row = _table_row(name, costs[cost], unit)
            if factor != factors[0]:
                first_costs = costs_by_factor[factors[0]]
                first_per_image = first_costs[cost] / first_costs["n"]
                per_image = costs[cost] / costs["n"]
                row |= {"ratio": first_per_image / per_image, "against": f"an image at {factors[0]} ×"}
            rows.append(row)
    return rows
