"""Which column of a user's table is which of styleclf's: as the user says, or as its name suggests."""

import csv
import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from styleclf.data.annotation.people import plain_words

# What a column may be called, in lower case and without signs; the first that a table has is the one
COLUMN_NAMES = {
    "filename": "filename|file|path|filepath|imagepath|imagefile|imagefilename|newfilename|image|imagename|img|picture"
    "|datei|dateiname|bild|bilddatei|fichier|nomdefichier|archivo|bestand|bestandsnaam|immagine|imagen",
    "label": "label|style|styles|stil|stijl|estilo|stile|class|movement|artmovement|artstyle|stylename|labelname",
    "label_id": "labelid|styleid",
    "author": "author|authors|artist|artists|artistname|painter|painters|paintername|creator|maker"
    "|kunstler|kuenstler|maler|autor|artiste|peintre|auteur|artista|pittore|autore|pintor|kunstenaar|schilder|художник|автор",
    "attribution": "attribution|attributionqualifier|artistprefix",
    "title": "title|titel|titre|titulo|titolo|название",
}
WRITTEN_COLUMNS = ("width", "height", "copy_of", "fold", "group", "folds_by", "fold_name")  # by styleclf
_RENAMED = "table_{}"  # a column whose name another one took
_EXAMPLE = "label=style,author=artist,filename=file"


class MappedTable(NamedTuple):
    """A user's table, and which of its columns styleclf shall take for what."""

    path: Path
    columns: dict[str, str]  # the user's column by the name that it shall have, such as {'label': 'Movement'}


def mapped_table(
    path: str | Path | None,
    columns: str | None,  # a text such as 'label=Movement,author=Artist'
) -> MappedTable | Path | None:
    """The table at `path` with the columns that a text such as 'label=Movement,author=Artist' names, if there is one.

    A name of a column that holds a comma stands in quotes, as in 'label="Style, period"'.

    Raises ValueError for a text that is no such list, or without a table.

    >>> mapped_table("my.csv", "style=Movement, place=City").columns
    {'label': 'Movement', 'place': 'City'}
    """
    if not columns:
        return None if path is None else Path(path)
    if path is None:
        raise ValueError(f"columns {columns!r} are those of a table: name it, too (csv)")
    return MappedTable(Path(path), column_map(columns))


def column_map(text: str) -> dict[str, str]:
    """The user's column by styleclf's name, of a text such as 'label=Movement,author=Artist'."""
    columns: dict[str, str] = {}
    for item in _items_of(text):
        name, source = _name_and_column(item)
        is_repeated = name in columns or source in columns.values()
        if is_repeated:
            raise ValueError(f"columns has {item!r}, but {name!r} or {source!r} stands there already: give each once")
        columns[name] = source
    return columns


def _name_and_column(item: str) -> tuple[str, str]:
    """Both sides of an item such as 'label=Movement'. Raises ValueError for another text."""
    left, _, right = item.partition("=")
    name = _name_of(left.strip())
    source = right.strip()
    source = source.strip('"')
    if not name or not source:
        raise ValueError(f"columns has {item!r}: write name=column, such as {_EXAMPLE}")
    if name in WRITTEN_COLUMNS:
        names = ", ".join(WRITTEN_COLUMNS)
        raise ValueError(f"columns names {name!r}, but styleclf writes {names} itself: choose another name")
    return name, source


def _items_of(text: str) -> list[str]:
    """The text split at its commas, but for those in quotes."""
    items: list[str] = []
    is_open = False
    for part in text.split(","):
        if is_open:
            items[-1] = f"{items[-1]},{part}"
        elif part.strip():
            items.append(part.strip())
        if part.count('"') % 2:
            is_open = not is_open
    return items


def _name_of(text: str) -> str:
    """The name that styleclf has for a column: `label` for style, `filename` for file, and others as they are."""
    letters = letters_of(text)
    for name, choices in COLUMN_NAMES.items():
        if letters in choices.split("|"):
            return name
    return text


def new_names(
    columns: Sequence[str],
    names: Mapping[str, str] = COLUMN_NAMES,  # of each column, what it may be called
    mapping: Mapping[str, str] | None = None,  # the user's column by the name that it shall have
    *,
    path: str | Path = "the table",
) -> dict[str, str]:
    """What the columns of a table are called from now on, those that the user has mapped first.

    A column that keeps a name which another one takes becomes `table_<name>`, so that nothing is lost. Raises
    ValueError, with the table's columns and the nearest one, for a mapped column that is not there.

    >>> new_names(["Style", "Movement", "File"], mapping={"label": "Movement"})
    {'Movement': 'label', 'File': 'filename', 'Style': 'Style'}
    >>> new_names(["label", "Movement"], mapping={"label": "Movement"})
    {'Movement': 'label', 'label': 'table_label'}
    """
    name_of_column = {}
    for name, source in (mapping or {}).items():
        column = existing_column(source, columns, path)
        name_of_column[column] = name
    mapped_columns = list(name_of_column)
    taken_names = set(name_of_column.values())
    for name, choices in names.items():
        column_called = _column_called(choices, columns)
        is_mapped = column_called in mapped_columns
        if column_called is not None and name not in taken_names and not is_mapped:
            name_of_column[column_called] = name
            taken_names.add(name)
    for column in columns:
        name = column.strip()
        if column not in name_of_column:
            name_of_column[column] = _RENAMED.format(name) if name in taken_names else name
    return name_of_column


def existing_column(
    source: str,  # as the user writes it
    columns: Sequence[str],
    path: str | Path,  # of the table
) -> str:
    """The column of the table that is meant: by its name, or by its letters alone where these are of one column."""
    for column in columns:
        if column.strip() == source:
            return column
    letters = letters_of(source)
    alike = []
    for column in columns:
        if letters_of(column) == letters:
            alike.append(column)
    if len(alike) == 1:
        return alike[0]
    raise ValueError(missing_column_sentence(source, columns, path))


def missing_column_sentence(
    column: str,
    columns: Iterable[str],  # that are there
    table: str | Path,  # its name
) -> str:
    """That a table lacks a column, which one may have been meant, and which it has.

    >>> missing_column_sentence("artist", ["Artists", "title"], "my.csv")
    "my.csv lacks the column 'artist' (did you mean 'Artists'?); it has 'Artists', 'title'"
    """
    names = [str(name) for name in columns]
    name_of_key = {name.casefold(): name for name in names}
    similar = difflib.get_close_matches(column.casefold(), list(name_of_key), n=1)
    hint = ""
    if similar:
        nearest = name_of_key[similar[0]]
        hint = f" (did you mean {nearest!r}?)"
    present = ", ".join(map(repr, names))
    return f"{table} lacks the column {column!r}{hint}; it has {present}"


def _column_called(choices: str, columns: Sequence[str]) -> str | None:
    """The first column of a table that has one of the names, the first of the names first."""
    column_of_letters: dict[str, str] = {}
    for column in columns:
        column_of_letters.setdefault(letters_of(column), column)
    for choice in choices.split("|"):
        letters = letters_of(choice)
        if letters in column_of_letters:
            return column_of_letters[letters]
    return None


def columns_called(name: str, columns: Sequence[str]) -> list[str]:
    """All columns of a table that may be called so by styleclf, the likeliest first.

    >>> columns_called("label", ["Movement", "place", "Style"])
    ['Style', 'Movement']
    """
    alike = []
    for choice in COLUMN_NAMES[name].split("|"):
        letters = letters_of(choice)
        alike += [column for column in columns if letters_of(column) == letters]
    return alike


def letters_of(text: str) -> str:
    """The letters and digits of a name, in lower case and without accents."""
    return "".join(plain_words(text))


def header_cells(line: str, separator: str) -> list[str]:
    """The cells of a table's first line."""
    return next(csv.reader([line], delimiter=separator), [])
