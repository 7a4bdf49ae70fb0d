"""Files that runs have left, read again: what is damaged, or of another program, is one sentence with its name.

JSON is read as a table of names, arrays by their names, tables by their columns. What is only a cache is asked for by
`cached_array`, which says None where the file is damaged: it is then made anew.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from styleclf.common.words import reason_of

# Text of tables stays in Python's own strings. Arrow's, which pandas takes where pyarrow is installed, refuse names of
# files that are not UTF-8.
pd.set_option("mode.string_storage", "python")

_ADVICE = "remove it, and run the recipe that wrote it again"
_SETTINGS_FILE = "settings.json"
_TABLES_OF_FACTS = ("settings", "places", "versions")
_TEXTS_OF_SETTINGS = ("images", "design", "arch", "weights", "model", "cv")  # or null
_NO_NUMBERS_ADVICE = f"{_ADVICE}, with a lower lr_max if its training diverged"
_KINDS_OF_NUMBERS = "fiub"  # as NumPy calls the types of real numbers
_DAMAGED_ARRAYS = (KeyError, ValueError, EOFError, BadZipFile)


def _damage(path: str | Path, fault: str) -> ValueError:
    """The error for a file that is not as a run writes it."""
    return ValueError(f"{path} is damaged, {fault}: {_ADVICE}")


def _check_is_no_pipe(path: str | Path) -> None:
    """Raise ValueError for a pipe or a device, of which reading might never end."""
    path = Path(path)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise _damage(path, "it is a pipe or a device and not a file")


def file_digest(path: str | Path) -> str:
    """A short fingerprint of a file's bytes."""
    content = Path(path).read_bytes()
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def read_json(path: str | Path, keys: Collection[str] = ()) -> dict[str, Any]:
    """The table of names in a JSON file, `keys` among them.

    Raises OSError where the file cannot be read, ValueError where it is damaged.
    """
    _check_is_no_pipe(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damage(path, f"it is not JSON ({error})") from error
    if not isinstance(values, dict):
        kind = _kind_of(values)
        raise _damage(path, f"it holds {kind} and not a table of names")
    for key in keys:
        if key not in values:
            raise _damage(path, f"it lacks {key!r}")
    if Path(path).name == _SETTINGS_FILE:
        _check_facts(values, path)
    return values


def _check_facts(facts: Mapping[str, Any], path: str | Path) -> None:
    """Raise ValueError where the facts of a run are of another kind than a run writes, as after a change by hand."""
    for name in _TABLES_OF_FACTS:
        table = facts.get(name, {})
        if not isinstance(table, dict):
            raise _damage(path, f"its {name} are {table!r} and not a table of names")
    settings = facts.get("settings", {})
    for name in _TEXTS_OF_SETTINGS:
        value = settings.get(name)
        if value is not None and not isinstance(value, str):
            raise _damage(path, f"the setting {name} is {value!r} and not text")
    seconds = facts.get("seconds", 0)
    if not isinstance(seconds, int | float):
        raise _damage(path, f"its seconds are {seconds!r} and not a number")


def _kind_of(value: object) -> str:
    """What a value of a JSON file is, in words."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return "a list"
    return f"only {value!r}"


def read_arrays(
    path: str | Path,
    dimensions: Mapping[str, str],
    numbers: Collection[str] = (),  # names of the arrays that hold finite numbers and nothing else
) -> dict[str, np.ndarray]:
    """The arrays of an .npz file by their names, as `{"embeddings": "images numbers", "filename": "images"}` says.

    A dimension that several arrays have must have one length. Raises OSError where the file cannot be read, ValueError
    where it is damaged or not of these arrays.
    """
    _check_is_no_pipe(path)
    try:
        with np.load(path) as file:
            arrays = {name: file[name] for name in dimensions}
    except (*_DAMAGED_ARRAYS, TypeError, AttributeError) as error:
        reason = reason_of(error) if str(error) else "it is empty"
        raise ValueError(f"{path} is damaged, or of another program ({reason}): {_ADVICE}") from error
    lengths: dict[str, int] = {}
    for name, array in arrays.items():
        dimension_names = dimensions[name].split()
        if not _fits(array, dimension_names, lengths):
            shape = array.shape
            expected = ", ".join(dimension_names)
            raise _damage(path, f"{name} has the shape {shape}, not as many {expected} as it should")
    for name in numbers:
        _check_numbers(arrays[name], name, path)
    return arrays


def _check_numbers(array: np.ndarray, name: str, path: str | Path) -> None:
    """Raise ValueError for an array with NaN, infinity or anything but numbers, with where the first of them stands."""
    if array.dtype.kind not in _KINDS_OF_NUMBERS:
        raise _damage(path, f"{name} are of the type {array.dtype} and not numbers")
    is_wrong = ~np.isfinite(array)
    if is_wrong.any():
        wrong_rows = np.unique(np.nonzero(is_wrong)[0])
        first = wrong_rows[0]
        n_wrong = len(wrong_rows)
        n_rows = len(array)
        rows = f"{n_wrong:,} of {n_rows:,} rows of {name}"
        raise ValueError(f"{path} has NaN or infinity in {rows}, the first is row {first}: {_NO_NUMBERS_ADVICE}")


def _fits(
    array: np.ndarray,
    names: Sequence[str],  # of its dimensions
    lengths: dict[str, int],  # of dimensions, to which new ones are added
) -> bool:
    """Whether an array has the named dimensions, each as long as everywhere else."""
    if array.ndim != len(names):
        return False
    expected = []
    for name, length in zip(names, array.shape, strict=True):
        expected.append(lengths.setdefault(name, length))
    return list(array.shape) == expected


def cached_array(path: Path, shape: Sequence[int | None], dtype: str) -> np.ndarray | None:
    """The memory-mapped array of a .npy file; None where there is no file, or one that is damaged.

    `shape` is what it must have, with None for any length.
    """
    try:
        array = np.load(path, mmap_mode="r")
    except (*_DAMAGED_ARRAYS, OSError):
        return None
    if not isinstance(array, np.ndarray):
        return None
    if array.dtype != np.dtype(dtype) or not _has_shape(array, shape):
        return None
    return array


def _has_shape(array: np.ndarray, shape: Sequence[int | None]) -> bool:
    """Whether an array has that shape, with None for any length."""
    if array.ndim != len(shape):
        return False
    for length, expected in zip(array.shape, shape, strict=True):
        if expected is not None and length != expected:
            return False
    return True


def read_table(
    path: str | Path,
    columns: Collection[str] = (),
    dtype: Any = None,
    *,
    numbers: Collection[str] = (),  # those of the columns that hold finite numbers and nothing else
) -> pd.DataFrame:
    """A table that a run has written, with at least `columns`; empty cells are empty texts.

    Raises OSError where the file cannot be read, ValueError where it is damaged.
    """
    _check_is_no_pipe(path)
    try:
        table = pd.read_csv(path, keep_default_na=False, dtype=dtype)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, ValueError) as error:
        reason = reason_of(error)
        raise _damage(path, f"it is not a table ({reason})") from error
    for column in columns:
        if column not in table:
            raise ValueError(f"{path} lacks the column {column}: {_ADVICE}")
    for column in numbers:
        table[column] = _column_of_numbers(table, column, path)
    return table


def _column_of_numbers(table: pd.DataFrame, column: str, path: str | Path) -> pd.Series:
    """A column as numbers. Raises ValueError, with its row, for a cell that is not a finite number."""
    values = pd.to_numeric(table[column], errors="coerce").astype(float)
    is_wrong = ~np.isfinite(values)
    if is_wrong.any():
        row = int(np.argmax(is_wrong))
        cell = str(table[column].iat[row])
        place = f"as {column} in row {row}"
        raise ValueError(f"{path} has {cell!r} {place}, which is not a number: {_NO_NUMBERS_ADVICE}")
    return values
