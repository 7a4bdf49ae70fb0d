"""Which of several columns of a user's table is read, where more than one may be meant by a name."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from styleclf.data.annotation.column_map import columns_called
from styleclf.data.annotation.file_names import stem_key

_FILE = "filename"
_SAID = ("label", "author")  # where a choice is said: of files the one that is there is meant


def chosen_columns(
    rows: pd.DataFrame,  # all text
    mapped_names: Collection[str],  # for which the user has chosen
    known_files: Collection[str] = (),
) -> dict[str, str]:
    """By name, the first of several columns that says something: of files, one that is there.

    >>> rows = pd.DataFrame({"style": ["", ""], "movement": ["cubism", "rococo"]})
    >>> chosen_columns(rows, ())
    {'label': 'movement'}
    """
    columns = {}
    for name in (_FILE, *_SAID):
        candidates = columns_called(name, list(rows.columns))
        if name in mapped_names or len(candidates) < 2:
            continue
        stems = set(map(stem_key, known_files)) if name == _FILE else set()
        telling = [column for column in candidates if _says_something(rows[column], stems)]
        if telling:
            columns[name] = telling[0]
    return columns


def _says_something(
    cells: pd.Series,
    stems: Collection[str],  # of the files that are there, where the cells name files
) -> bool:
    """Whether any cell is filled, or names a file that is there."""
    texts = cells.str.strip()
    if not stems:
        return bool(texts.any())
    paths = texts.str.replace("\\", "/", regex=False)
    return bool(paths.map(stem_key).isin(stems).any())


def choice_sentences(
    rows: pd.DataFrame,
    columns: Mapping[str, str],  # by their names, as `chosen_columns` gives them
    path: str | Path,  # of the table
) -> list[str]:
    """A sentence for each choice between columns that say different things, unless the chosen one has the very name."""
    sentences = []
    for name in _SAID:
        column = columns.get(name, name)
        if column == name:
            continue
        candidates = columns_called(name, list(rows.columns))
        alternatives = [candidate for candidate in candidates if _differs(rows[candidate], rows[column])]
        if alternatives:
            advice = f"columns {name}={alternatives[0]} takes the other"
            choice = f"{column!r} and {alternatives[0]!r}, and {column!r} is read as {name}"
            sentences.append(f"{path} has {choice}: {advice}")
    return sentences


def _differs(cells: pd.Series, chosen_cells: pd.Series) -> bool:
    """Whether any filled cell differs from that of the chosen column."""
    is_filled = cells.str.strip() != ""
    is_other = cells != chosen_cells
    return bool((is_filled & is_other).any())
