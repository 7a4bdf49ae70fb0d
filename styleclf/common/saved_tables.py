"""Arrays and tables that runs have left, read again: what is damaged, or of another program, is one sentence.

What is only a cache is asked for by `cached_array`, which says None where the file is damaged: it is then made anew.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, is_zipfile

import numpy as np
import pandas as pd

from styleclf.common.saved import ADVICE, check_is_no_pipe, damage
from styleclf.common.words import reason_of

_NO_NUMBERS_ADVICE = f"{ADVICE}, with a lower lr_max if its training diverged"
_KINDS_OF_NUMBERS = "fiub"  # as NumPy calls the types of real numbers
_DAMAGED_ARRAYS = (KeyError, ValueError, EOFError, BadZipFile)


def keep_python_strings() -> None:
    """Let the text of tables stay in Python's own strings, in this process.

    Arrow's, which pandas takes where pyarrow is installed, refuse names of files that are not UTF-8.
    """
    pd.set_option("mode.string_storage", "python")


keep_python_strings()


def read_arrays(
    path: str | Path,
    dimensions: Mapping[str, str],
    numbers: Collection[str] = (),  # names of the arrays that hold finite numbers and nothing else
) -> dict[str, np.ndarray]:
    """The arrays of an .npz file by their names, as `{"embeddings": "images numbers", "filename": "images"}` says.

    A dimension that several arrays have must have one length. Raises OSError where the file cannot be read, ValueError
    where it is damaged or not of these arrays.
    """
    check_is_no_pipe(path)
    try:
        with np.load(path) as file:
            arrays = {name: file[name] for name in dimensions}
    except (*_DAMAGED_ARRAYS, TypeError, AttributeError) as error:
        reason = reason_of(error) if is_zipfile(path) else "it is no archive of arrays"
        raise ValueError(f"{path} is damaged, or of another program ({reason}): {ADVICE}") from error
    lengths: dict[str, int] = {}
    for name, array in arrays.items():
        dimension_names = dimensions[name].split()
        if not _fits(array, dimension_names, lengths):
            shape = array.shape
            nouns = ", ".join(dimension_names)
            raise damage(path, f"{name} has the shape {shape}, not as many {nouns} as it should")
    for name in numbers:
        _check_numbers(arrays[name], name, path)
    return arrays


def _check_numbers(array: np.ndarray, name: str, path: str | Path) -> None:
    """Raise ValueError for an array with NaN, infinity or anything but numbers, with where the first of them stands."""
    if array.dtype.kind not in _KINDS_OF_NUMBERS:
        raise damage(path, f"{name} are of the type {array.dtype} and not numbers")
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
    expected_shape = []
    for name, length in zip(names, array.shape, strict=True):
        expected_shape.append(lengths.setdefault(name, length))
    return list(array.shape) == expected_shape


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
    for length, expected_length in zip(array.shape, shape, strict=True):
        if expected_length is not None and length != expected_length:
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
    check_is_no_pipe(path)
    try:
        table = pd.read_csv(path, keep_default_na=False, dtype=dtype)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, ValueError) as error:
        reason = reason_of(error)
        raise damage(path, f"it is not a table ({reason})") from error
    for column in columns:
        if column not in table:
            raise ValueError(f"{path} lacks the column {column}: {ADVICE}")
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
