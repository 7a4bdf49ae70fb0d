"""An order of pictures that a table hands in: `file`, and `rank` and `reason` if there are any."""

import csv
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from styleclf.common import count_of

_FILE_COLUMNS = ("file", "filename", "path")
_RANK = "rank"
_REASON = "reason"
_NO_RANK = float("inf")


class ReviewOrder(NamedTuple):
    """Which pictures come first, and why."""

    ranks: dict[str, int]  # from 0, by names
    reasons: dict[str, str]
    n_unknown: int  # rows whose file is not among the pictures


def read_review_order(path: str | Path, names: Collection[str]) -> ReviewOrder:
    """The order in a table, by its column `rank` or else of its rows, of pictures by their names below a folder.

    A file may be named by its path in the folder, by a longer path that ends so, or by a bare name that is unique.

    Raises FileNotFoundError where there is no table, ValueError where it is none or names none of the pictures.
    """
    rows = _read_rows(Path(path))
    finder = _Finder(names)
    order = sorted(rows, key=_rank_of)
    ranks: dict[str, int] = {}
    reasons: dict[str, str] = {}
    n_unknown = 0
    for row in order:
        file = _file_of(row)
        name = finder.find(file)
        if not name:
            n_unknown += 1
            continue
        ranks.setdefault(name, len(ranks))
        reasons.setdefault(name, row.get(_REASON) or "")
    if not ranks:
        n_pictures = count_of(len(names), "picture")
        raise ValueError(f"{path} names none of the {n_pictures} to review: give the folder that it was made for")
    return ReviewOrder(ranks, reasons, n_unknown)


def _read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table by their columns. Raises what `read_review_order` raises."""
    if not path.is_file():
        raise FileNotFoundError(f"no table at {path}")
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is not a comma-separated UTF-8 table: {error}") from error
    columns = list(rows[0]) if rows else []
    if not set(columns) & set(_FILE_COLUMNS):
        present = ", ".join(map(str, columns)) or "no rows"
        raise ValueError(f"{path} lacks a column file (or filename, path); it has {present}")
    return rows


def _file_of(row: Mapping[str, str]) -> str:
    """The file that a row names."""
    for column in _FILE_COLUMNS:
        if row.get(column):
            return row[column]
    return ""


def _rank_of(row: Mapping[str, str]) -> float:
    """The rank of a row; rows without one keep their order, after those with one."""
    try:
        return float(row.get(_RANK) or _NO_RANK)
    except ValueError:
        return _NO_RANK


class _Finder:
    """Finds the picture that a table means."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = set(names)
        self._by_bare_name: dict[str, list[str]] = {}
        for name in names:
            bare_name = PurePosixPath(name).name
            self._by_bare_name.setdefault(bare_name, []).append(name)

    def find(self, file: str) -> str:
        """The name of the picture, or ''."""
        path = file.replace("\\", "/").removeprefix("./")
        parts = path.split("/")
        for start in range(len(parts)):
            end_of_path = "/".join(parts[start:])
            if end_of_path in self._names:
                return end_of_path
        if len(parts) > 1:
            return ""
        candidates = self._by_bare_name.get(path, [])
        return candidates[0] if len(candidates) == 1 else ""
