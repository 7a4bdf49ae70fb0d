"""Tables that a user brings: any separator, encoding and header that a spreadsheet writes."""

import csv
import io
import re
import warnings
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from styleclf.common import reason_of
from styleclf.data.annotation.column_choice import choice_sentences, chosen_columns
from styleclf.data.annotation.column_map import COLUMN_NAMES, header_cells, new_names
from styleclf.data.annotation.file_names import bare_key
from styleclf.data.annotation.label_columns import with_joined_labels
from styleclf.data.annotation.text_encoding import decoded_text
from styleclf.data.images.formats import looks_like_image

_SEPARATORS = ",;\t|"
_MOST_LINES_ABOVE = 20  # of titles and dates, which spreadsheets have above the names of columns
_CELL_AS_FORMULA = re.compile(r'^="(.*)"$', re.DOTALL)  # how exports keep Excel from changing a text
_OTHER_KINDS = {  # by their first letters
    r"<": "a web page",
    r"[\[{]\s*[\[\]{}\"]": "JSON",
    r"\{\\rtf": "a text document",
    r"%PDF": "a PDF",
}
_TOO_MANY_CELLS = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_OPEN_QUOTE = re.compile(r"EOF inside string starting at row (\d+)")


class OwnTable(NamedTuple):
    """A user's table with columns named as styleclf does, and what was made of its text."""

    rows: pd.DataFrame  # all text, '' for nothing
    note: str  # about the encoding, or ''


def read_own_table(
    path: str | Path,
    names: Mapping[str, str] = COLUMN_NAMES,  # of each column, what it may be called
    known_files: Collection[str] = (),  # names that decide between encodings
    *,
    mapping: Mapping[str, str] | None = None,  # the user's column by the name that it shall have
) -> OwnTable:
    """Read a table of any usual separator and encoding, whose columns may have other names than styleclf's.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is an empty file, a workbook, no table of text, or lacks a mapped column.
    """
    mapping = mapping or {}
    path = Path(path)
    check_table_exists(path)
    text, note = decoded_text(path, known_files)
    text = _without_line_of_excel(text)
    if not text.strip():
        raise ValueError(f"{path} is empty: give a line of column names, and one line per image")
    _check_kind(text, path)
    wanted_names = {**names, **mapping}
    text = _without_lines_above(text, names, mapping)
    separator = _separator_of(text, wanted_names)
    rows = _cells_of(text, separator, path)
    _check_quotes(rows, separator, known_files, path=path)
    rows = with_joined_labels(rows, mapping, path)
    if names is COLUMN_NAMES:
        choices = chosen_columns(rows, mapping, known_files)
        mapping = {**choices, **mapping}
        notes = [note, *choice_sentences(rows, choices, path)]
        note = "; ".join(filter(None, notes))
    name_of_column = new_names(list(rows.columns), names, mapping, path=path)
    wanted_columns = [column for column, name in name_of_column.items() if name in wanted_names]
    _check_twins(rows, wanted_columns, path)
    return OwnTable(rows.rename(columns=name_of_column), note)


def check_table_exists(path: str | Path) -> None:
    """Raise FileNotFoundError where there is no file."""
    path = Path(path)
    if not path.is_file():
        kind = "it is a folder" if path.is_dir() else "there is no such file"
        raise FileNotFoundError(f"no table at {path}, {kind}: name a file")


def _check_kind(text: str, path: Path) -> None:
    """Raise ValueError for a text of another kind than a table."""
    beginning = text.lstrip()
    for letters, kind in _OTHER_KINDS.items():
        if re.match(letters, beginning):
            raise ValueError(f"{path} is {kind} and no table: save the table as CSV in UTF-8, and name that file")


def _without_lines_above(text: str, names: Mapping[str, str], mapping: Mapping[str, str]) -> str:
    """The text from the line on that names the columns: the first with two that are understood, if there is any.

    Where the first line names one, or columns are mapped, there is nothing above it.
    """
    lines = text.split("\n", _MOST_LINES_ABOVE)
    for position, line in enumerate(lines[:_MOST_LINES_ABOVE]):
        n_understood = max(_n_columns(line, separator, names)[0] for separator in _SEPARATORS)
        if position == 0 and (n_understood or mapping):
            return text
        if n_understood > 1:
            return "\n".join(lines[position:])
    return text


def _without_line_of_excel(text: str) -> str:
    """The text without a first line such as 'sep=;', by which Excel is told the separator."""
    first_line, line_break, further_lines = text.partition("\n")
    is_for_excel = first_line.strip().lower().startswith("sep=")
    return further_lines if is_for_excel and line_break else text


def _cells_of(text: str, separator: str, path: Path) -> pd.DataFrame:
    """The table in a text, all text, '' for nothing. Raises ValueError for a text that is no table."""
    try:
        with warnings.catch_warnings(record=True) as lost_cells:
            warnings.simplefilter("always", pd.errors.ParserWarning)
            file = io.StringIO(text)
            rows = pd.read_csv(file, sep=separator, dtype=str, keep_default_na=False, index_col=False)
        if lost_cells:
            _check_lost_cells(text, separator, path)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, csv.Error) as error:
        reason = _reason_in_words(reason_of(error), separator)
        raise ValueError(f"{path} is not a table with {separator!r} between its columns: {reason}") from error
    return rows.fillna("").replace(_CELL_AS_FORMULA, r"\1", regex=True)


def _check_lost_cells(text: str, separator: str, path: Path) -> None:
    """Raise ValueError where a cell that is not empty stands behind the last column that has a name."""
    file = io.StringIO(text)
    header, *rows = csv.reader(file, delimiter=separator)
    n_columns = len(header)
    for row in rows:
        for cell in row[n_columns:]:
            if cell.strip():
                problem = f"has names for {n_columns} columns, and {cell!r} stands behind the last of them"
                raise ValueError(f"{path} {problem}: give every column a name")


def _reason_in_words(message: str, separator: str) -> str:
    """What pandas says of a text that is no table, with what to do where that is known."""
    too_many = _TOO_MANY_CELLS.search(message)
    if too_many:
        n_columns, line, n_cells = too_many.groups()
        advice = f"put a cell that holds {separator!r} into quotation marks"
        return f"line {line} has {n_cells} cells, and {n_columns} columns have names: {advice}"
    open_quote = _OPEN_QUOTE.search(message)
    if open_quote:
        line_number = int(open_quote[1]) + 1
        return f"nothing closes the quotation mark in line {line_number}: close it, or remove it"
    return message


def _check_quotes(
    rows: pd.DataFrame,
    separator: str,  # between columns
    known_files: Collection[str],
    *,
    path: Path,
) -> None:
    """Raise ValueError where a cell holds the row of another file, as behind a quotation mark that nothing closes."""
    known_keys = set(map(bare_key, known_files))
    for column in rows:
        has_lines = rows[column].str.contains("\n", regex=False)
        for cell in rows.loc[has_lines, column]:
            first_line, *further_lines = cell.split("\n")
            pieces = separator.join(further_lines).split(separator)
            if not known_keys.isdisjoint(map(bare_key, pieces)):
                fault = f"a quotation mark that nothing closes, before {first_line!r}"
                advice = "close it, or remove it"
                raise ValueError(f"{path} has {fault}, so that further rows are read as one cell: {advice}")


def _check_twins(rows: pd.DataFrame, columns: Collection[str], path: Path) -> None:
    """Raise ValueError for two columns of one of these names that say different things."""
    for column in columns:
        twin = f"{column}.1"  # as pandas calls the second one
        if column in rows and twin in rows:
            differs = rows[column] != rows[twin]
            if differs.any():
                first, second = rows.loc[differs, [column, twin]].iloc[0]
                description = f"two columns {column!r}, which differ, such as {first!r} and {second!r}"
                raise ValueError(f"{path} has {description} in one row: rename or remove one of them")


def check_own_columns(
    table: pd.DataFrame,
    columns: Sequence[str],
    path: str | Path,  # of the table
) -> None:
    """Raise ValueError, with the columns there are and the names that would do, if one is missing."""
    for column in columns:
        if column not in table:
            names = map(str, table.columns)
            present = ", ".join(map(repr, names))
            _, *usual_names = COLUMN_NAMES[column].split("|")
            choices = ", ".join(usual_names[:4])
            is_a_row = any(looks_like_image(Path(name)) for name in map(str, table.columns))
            advice = ": write a line with the names of columns above its first row" if is_a_row else ""
            raise ValueError(f"{path} lacks the column {column} (or {choices}); it has {present}{advice}")


def _separator_of(text: str, names: Mapping[str, str]) -> str:
    """The separator at which the first line falls into most columns with names that are understood."""
    first_line = text.lstrip("\n").split("\n", 1)[0]
    return max(_SEPARATORS, key=lambda separator: _n_columns(first_line, separator, names))


def _n_columns(
    line: str,
    separator: str,
    names: Mapping[str, str],  # of each column, what it may be called
) -> tuple[int, int]:
    """How many columns have names that are understood, and how many there are."""
    columns = header_cells(line, separator)
    name_of_column = new_names(columns, names)
    known_names = set(names).intersection(name_of_column.values())
    return len(known_names), len(columns)
