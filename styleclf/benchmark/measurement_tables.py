"""Measurements apart from whole trainings, as a table of one row each."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd

from styleclf.benchmark import measurements as measures
from styleclf.benchmark.alternation import Entrant, take_turns
from styleclf.benchmark.contest import REFERENCE
from styleclf.benchmark.task import BenchmarkTask, in_own_process, repeat_images

_N_PREDICTED = (1, 256, 1000)  # files
_N_EMBEDDED = 256
_N_OCCLUDED, _SQUARES = 4, (4, 7)
_MOST_DECODED = 64
PARTS = ("training", "decoding", "prediction", "occlusion", "imports", "scaling")
_OF_ANY_DEVICE = ("decoding", "imports")
_COLUMNS = ["device", "part", "what", "value", "unit", "ratio", "against", "limit_share"]


def measure_parts(
    tasks: Sequence[BenchmarkTask],
    parts: Sequence[str],
    files: Sequence[Path],
    n_images: int = 512,
    factors: Sequence[int] = (1, 4, 16),
    n_scaling: int = 128,
    repeats: int = 3,
) -> pd.DataFrame:
    """These parts of `PARTS` measured on every device: a row a measurement, with `_COLUMNS`.

    `ratio` is how many times better than `against`, `limit_share` what share of the bare network's rate is reached.
    `files` are decoded, `n_images` make an epoch of a training loop, `n_scaling` times the factors are grown to.
    """
    found = []
    for task in tasks:
        own = [part for part in parts if task is tasks[0] or part not in _OF_ANY_DEVICE]
        found += _part_rows(task, own, files, n_images, factors, n_scaling, repeats)
    return pd.DataFrame(found, columns=_COLUMNS)


def _part_rows(
    task: BenchmarkTask,
    parts: Sequence[str],
    files: Sequence[Path],
    n_images: int,
    factors: Sequence[int],
    n_scaling: int,
    repeats: int,
) -> list[dict]:
    """The rows of one device."""
    with TemporaryDirectory() as folder:
        rows = {
            "training": lambda: _training_rows(task, n_images, repeats, Path(folder)),
            "decoding": lambda: _decoding_rows(files, task.size, repeats, Path(folder)),
            "prediction": lambda: _prediction_rows(task, repeats, Path(folder)),
            "occlusion": lambda: _occlusion_rows(task, repeats),
            "imports": lambda: _import_rows(repeats),
            "scaling": lambda: _scaling_rows(task, n_scaling, factors, Path(folder)),
        }
        return [{"device": task.device, "part": part, **each} for part in parts for each in rows[part]()]


def _table_row(
    what: str, value: float, unit: str, ratio: float | None = None, against: str = "", limit_share: float | None = None
) -> dict:
    """One measurement."""
    named = {"what": what, "value": value, "unit": unit, "ratio": ratio, "against": against}
    return {**named, "limit_share": limit_share}


def _training_rows(task: BenchmarkTask, n_images: int, repeats: int, folder: Path) -> list[dict]:
    """Training loops at equal architecture and size, beside the bare network's rate; waiting for images."""
    n_images = max(1, n_images // task.bs) * task.bs
    loop, groups = (n_images, repeats), {"the whole network": 0, "the late half": 1}
    entrants = [Entrant(REFERENCE, measures.fastai_loop, (task, *loop), repeats + 1)]
    for what, n_frozen in groups.items():
        own = in_own_process(task, folder, what)
        entrants += [
            Entrant(f"bare network, {what}", measures.bare_network, (own, n_frozen, *loop), repeats + 1),
            Entrant(f"styleclf, {what}", measures.styleclf_loop, (own, n_frozen, *loop), repeats + 1),
        ]
    entrants.append(
        Entrant("waiting", measures.waiting_shares, (in_own_process(task, folder, "waiting"), 1, *loop), repeats + 1)
    )
    found = take_turns(entrants)
    shares, rates = found.pop("waiting"), {name: median(each) for name, each in found.items()}
    rows = [_table_row(f"{REFERENCE}, the whole network", rates[REFERENCE], "images/s")]
    for what in groups:
        limit, own = rates[f"bare network, {what}"], rates[f"styleclf, {what}"]
        rows += [
            _table_row(f"styleclf, {what}", own, "images/s", own / rates[REFERENCE], REFERENCE, own / limit),
            _table_row(f"bare network, {what}: the limit", limit, "images/s", limit / rates[REFERENCE], REFERENCE),
        ]
    return [
        *rows,
        _table_row("styleclf, the late half: waiting for decoded images", 100 * shares["images"], "% of an epoch"),
        _table_row("styleclf, the late half: their random changes", 100 * shares["changes"], "% of an epoch"),
    ]


def _decoding_rows(files: Sequence[Path], size: int, repeats: int, folder: Path) -> list[dict]:
    """Milliseconds an image, four ways."""
    seconds = _measure_alone("decoding", measures.decoding, files, size, repeats, folder / "decoding")
    ways = {
        "full": "Pillow, full size, one thread",
        "draft": "styleclf, one thread",
        "store": "styleclf, first pass into the cache",
        "cached": "styleclf, from the cache",
    }
    rows = []
    for way, text in ways.items():
        compared = () if way == "full" else (seconds["full"] / seconds[way], "Pillow")
        rows.append(_table_row(text, 1000 * seconds[way] / len(files), "ms/image", *compared))
    return rows


def _prediction_rows(
    task: BenchmarkTask, repeats: int, folder: Path, counts: Sequence[int] = _N_PREDICTED, n_embedded: int = _N_EMBEDDED
) -> list[dict]:
    """Embedding, and the prediction of one file and of many."""
    own = in_own_process(task, folder, "prediction")
    seconds = _measure_alone("prediction", measures.prediction, own, counts, n_embedded, repeats)
    limit = max(1, n_embedded // task.bs) * task.bs / seconds["bare"]
    embedding = n_embedded / seconds["embedding"]
    rows = [
        _table_row("styleclf, embedding of decoded images", embedding, "images/s", None, "", embedding / limit),
        _table_row("bare network, forward: the limit", limit, "images/s"),
    ]
    for n in counts:
        files, call = ("1 file", "predict") if n == 1 else (f"{n:,} files", "get_preds")
        factor, unit = (1000, "ms") if n == 1 else (1, "s")
        own, theirs = factor * seconds[f"{n}"], factor * seconds[f"fastai {n}"]
        rows += [
            _table_row(f"fastai, {call} of {files}", theirs, unit),
            _table_row(f"styleclf, predict {files}", own, unit, theirs / own, f"learn.{call}"),
        ]
    return rows


def _occlusion_rows(
    task: BenchmarkTask, repeats: int, squares: Sequence[int] = _SQUARES, n_images: int = _N_OCCLUDED
) -> list[dict]:
    """Occlusion maps of an image, by grids of so many squares a side, and how far they are from Captum's."""
    rows = []
    for n in squares:
        found = _measure_alone(f"{n} x {n} squares", measures.occlusion, task, n, n_images, repeats)
        rows.append(_table_row(f"Captum, {n} x {n} squares", 1000 * found["captum"] / n_images, "ms/image"))
        for name, text in {"fp32": "in float32", "own": "at its precision"}.items():
            what = f"styleclf, {n} x {n} squares, {text}"
            ratio = found["captum"] / found[name]
            rows.append(_table_row(what, 1000 * found[name] / n_images, "ms/image", ratio, "Captum"))
            rows.append(_table_row(f"{what}: apart from Captum's", found[f"apart {name}"], "probability"))
    return rows


def _import_rows(repeats: int) -> list[dict]:
    """Seconds of imports."""
    print(f"imports: {repeats + 1} rounds", flush=True)
    seconds = measures.import_seconds(repeats)
    first = seconds.pop("fastai")
    ours = [_table_row(name, each, "s", first / each, "fastai") for name, each in seconds.items()]
    return [_table_row("fastai", first, "s"), *ours]


def _scaling_rows(task: BenchmarkTask, n_images: int, factors: Sequence[int], folder: Path) -> list[dict]:
    """Seconds and memory of decoding, probe and an epoch; a ratio of 1 or more is growth that is linear or better."""
    first, *_ = factors = sorted(factors)
    found = {}
    for factor in factors:
        each = repeat_images(in_own_process(task, folder, f"scaling-{factor}"), n_images, factor)
        found[factor] = {"n": len(each.design), **_measure_alone(f"{len(each.design)} images", measures.growth, each)}
    units = {"seconds": "s", "memory_mib": "MiB"} | ({"gpu_mib": "MiB of GPU"} if task.device == "cuda" else {})
    return [
        _table_row(
            f"{'seconds' if what == 'seconds' else 'memory'}, {found[factor]['n']:,} images ({factor} ×)",
            found[factor][what],
            unit,
            None if factor == first else _per_image(found[first], what) / _per_image(found[factor], what),
            "" if factor == first else f"an image at {first} ×",
        )
        for what, unit in units.items()
        for factor in factors
    ]


def _per_image(found: Mapping[str, float], what: str) -> float:
    """What one image costs."""
    return found[what] / found["n"]


def _measure_alone(name: str, function: Callable, *arguments: object) -> dict[str, float]:
    """What a function returns that runs in a process of its own."""
    return take_turns([Entrant(name, function, arguments)])[name]


def files_to_decode(originals: str, task: BenchmarkTask) -> tuple[list[Path], str]:
    """Up to 64 image files of the folder of originals, else of the task, and a sentence that tells which."""
    from styleclf.inference import image_files

    if Path(originals).is_dir():
        files = image_files([originals])
        return files[:_MOST_DECODED], f"Measured on {min(len(files), _MOST_DECODED)} images of {originals}."
    files = [task.images / filename for filename in task.design["filename"].iloc[:_MOST_DECODED]]
    return files, f"Measured on {len(files)} of the images themselves, because there is no folder {originals}."
