"""Tables of images as text files: the user's own list of images, and the annotation that a catalogue leaves."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from styleclf.common import count_of
from styleclf.data.annotation.own_tables import check_table_exists, read_own_table

ANNOTATION_COLUMNS = ("label", "author", "title", "filename", "width", "height")  # `copy_of` and the user's own follow
_N_EXAMPLES = 3  # names in an error message


def read_annotation(path: str | Path) -> pd.DataFrame:
    """Read annotation.csv: text columns as str with '' for nothing, `width` and `height` as int.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a column is missing, a file is named twice, or a width or height is not a whole number.

    >>> annotation, _ = annotate(images, progress=False)
    >>> write_table(annotation, folder / "annotation.csv")
    >>> len(read_annotation(folder / "annotation.csv"))
    96
    """
    advice = f": recipes/design.py --csv {path} makes a design of it"
    table = read_text_table(path, ANNOTATION_COLUMNS, advice)
    if _has_backslashes(table):  # a program of Windows may have written it since
        table["filename"] = table["filename"].str.replace("\\", "/", regex=False)
    check_no_duplicates(table["filename"], path)
    for side in ("width", "height"):
        table[side] = _whole_numbers(table[side], path)
    if "copy_of" not in table:
        table["copy_of"] = ""
    return table


def _has_backslashes(table: pd.DataFrame) -> bool:
    """Whether every file stands in a folder of its label's name, with a slash that leans back behind it."""
    if table.empty:
        return False
    for filename, label in zip(table["filename"], table["label"], strict=True):
        if not label or not filename.startswith(f"{label}\\"):
            return False
    return True


def read_text_table(
    path: str | Path,
    columns: Sequence[str],  # that it must have
    advice: str = "",  # ends the sentence about a missing column
) -> pd.DataFrame:
    """Read a table with all values as text, '' for nothing; 'NA' and 'nan' stay the names that they may be.

    It may have been saved by a spreadsheet since, with other separators and in another encoding.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not a table of text, has two columns of one name, or one of `columns` is missing; the sentence
            then ends with the advice.
    """
    check_table_exists(path)
    table = _as_written_here(path)
    if table is None or set(columns).difference(table):
        table = read_own_table(path, {name: name for name in columns}).rows
    _check_names_differ(table.columns, path)
    missing = [name for name in columns if name not in table]
    if missing:
        present = ", ".join(table.columns)
        absent = ", ".join(missing)
        raise ValueError(f"{path} lacks the columns {absent}; it has {present}{advice}")
    return table


def _check_names_differ(names: pd.Index, path: str | Path) -> None:
    """Raise ValueError for columns whose names differ in blanks only."""
    duplicates = names[names.duplicated()]
    if len(duplicates):
        raise ValueError(f"{path} has two columns {duplicates[0]!r}: rename or remove one of them")


def _as_written_here(path: str | Path) -> pd.DataFrame | None:
    """A CSV table as styleclf writes it, in text; None for another, such as one that a spreadsheet has saved anew."""
    try:
        table = pd.read_csv(
            path,
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",  # spreadsheets write a byte order mark
            index_col=False,
        )
    except (UnicodeDecodeError, pd.errors.EmptyDataError, pd.errors.ParserError):
        return None
    table = table.fillna("")
    table.columns = table.columns.str.strip()
    return table


def check_no_duplicates(filenames: pd.Series, path: str | Path) -> None:
    """Raise ValueError, with examples, if the table at `path` names a file more than once."""
    duplicates = filenames[filenames.duplicated()].unique()
    if len(duplicates):
        examples = ", ".join(duplicates[:_N_EXAMPLES])
        n_files = count_of(len(duplicates), "file")
        advice = "keep one row per file, with several authors in one cell (a|b)"
        raise ValueError(f"{path} names {n_files} more than once, such as {examples}: {advice}")


def names_outside(filenames: Iterable[str]) -> list[str]:
    """Those filenames that lead out of the folder of images: absolute ones, and those with too many `..`.

    >>> names_outside(["cubism/a.jpg", "../b.jpg", "cubism/../../c.jpg", "/d.jpg", "cubism/../e..jpg"])
    ['../b.jpg', 'cubism/../../c.jpg', '/d.jpg']
    """
    outside = []
    for filename in filenames:
        first_part, *_ = os.path.normpath(filename).split(os.sep)
        if os.path.isabs(filename) or first_part == os.pardir:
            outside.append(filename)
    return outside


def _whole_numbers(column: pd.Series, path: str | Path) -> pd.Series:
    is_number = column.str.fullmatch("[0-9]+")
    if not is_number.all():
        side = column.name
        text = column[~is_number].iat[0]
        raise ValueError(f"{path} has {text!r} as {side}: give a whole number of pixels")
    return column.astype("int64")
