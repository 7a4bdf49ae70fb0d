"""Results of a league in its folder, one entry at a time: whoever goes on finds them there.

bodies/<entry>.npz          hits (n,) of every painting
bodies/<entry>-kernel.npz   products (n, n), which bodies side by side are made of
bodies/<entry>.json         scores' circumstances, cost and abilities; written last
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from styleclf.benchmark.league.entries import LeagueEntry
from styleclf.benchmark.league.judging import KS
from styleclf.benchmark.league.kernels import FeatureKernel
from styleclf.benchmark.league.rules import LeagueTask
from styleclf.common import read_arrays, read_json, say, whole_file, write_json

_FACTS = (
    "name",
    "arch",
    "weights",
    "size",
    "stamp",
    "seconds",
    "images_per_s",
    "widths",
    "judging_seconds",
)
_PAINTERS = "painters"
_HITS = {
    "top_1": "images",
    "top_2": "images",
    _PAINTERS: "images",
}
_FOLDER = "bodies"
_KERNEL = {"products": "images images"}


class Result(NamedTuple):
    """What a league knows of one entry."""

    facts: dict[str, Any]
    hits: dict[int, np.ndarray]  # by number of guesses, (n,) each, 0..1
    painter_hits: np.ndarray  # (n,) with one guess, how much more where folds mix painters


def write_result(task: LeagueTask, entry: LeagueEntry, result: Result, kernel: FeatureKernel) -> None:
    """Keep a result, its facts last."""
    arrays = {_PAINTERS: result.painter_hits}
    for k in KS:
        arrays[f"top_{k}"] = result.hits[k]
    _write_arrays(_file(task, entry, "-kernel.npz"), {"products": kernel.products})
    _write_arrays(_file(task, entry, ".npz"), arrays)
    write_json(result.facts, _file(task, entry, ".json"))


def _write_arrays(file: Path, arrays: dict[str, Any]) -> None:
    with whole_file(file) as partial_file:
        np.savez(partial_file, **arrays)


def finished_result(task: LeagueTask, entry: LeagueEntry) -> Result | None:
    """The result that the folder has of an entry; None where it has none, or one of other weights, or a damaged one."""
    facts_file = _file(task, entry, ".json")
    if not facts_file.is_file():
        return None
    try:
        facts = read_json(facts_file, _FACTS)
        arrays = read_arrays(_file(task, entry, ".npz"), _HITS, _HITS)
    except (ValueError, OSError) as error:
        say(f"{entry.name} is judged again: {error}")
        return None
    if facts["stamp"] != stamp_of(entry):
        say(f"{entry.name} is judged again: its weights have changed")
        return None
    painter_hits = arrays[_PAINTERS]
    if len(painter_hits) != len(task.targs):
        return None
    hits = {k: arrays[f"top_{k}"] for k in KS}
    return Result(facts, hits, painter_hits)


def saved_kernel(task: LeagueTask, entry: LeagueEntry) -> FeatureKernel:
    """The kernel of a finished body. Raises OSError where there is none, ValueError where it is damaged."""
    facts = read_json(_file(task, entry, ".json"), _FACTS)
    arrays = read_arrays(_file(task, entry, "-kernel.npz"), _KERNEL)
    return FeatureKernel(arrays["products"], tuple(facts["widths"]))


def longest_judging(task: LeagueTask) -> float:
    """Seconds that the judging of an entry took at most in this folder; 0 where none has been judged."""
    longest = 0.0
    folder = task.folder / _FOLDER
    for file in folder.glob("[!.]*.json"):  # a Mac leaves ._files on a shared disk
        facts = read_json(file, _FACTS)
        longest = max(longest, facts["judging_seconds"])
    return longest


def stamp_of(entry: LeagueEntry) -> list[str]:
    """What shows that files hold other weights by now: size and time of change of each; '' for what is not a file."""
    stamps = []
    for weights in entry.weights_of:
        stamp = ""
        if Path(weights).is_file():
            status = Path(weights).stat()
            stamp = f"{status.st_size} {status.st_mtime_ns}"
        stamps.append(stamp)
    return stamps


def _file(task: LeagueTask, entry: LeagueEntry, suffix: str) -> Path:
    """A file of the entry's."""
    return task.folder / _FOLDER / f"{entry.file_name}{suffix}"
