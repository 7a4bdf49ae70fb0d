"""Tables that a user brings: any separator, encoding and header that a spreadsheet writes, and files by bare names."""

import io
import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pandas as pd

from styleclf.common import count_of, reason_of
from styleclf.data.annotation.column_map import COLUMN_NAMES, header_cells, new_names
from styleclf.data.annotation.label_columns import with_joined_labels
from styleclf.data.annotation.people import clean_text
from styleclf.data.images.formats import looks_like_image

_SEPARATORS = ",;\t|"
_BYTE_ORDER_MARKS = {  # the longer marks first: that of UTF-32 begins with that of UTF-16
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_OLD_ENCODINGS = ("cp1252", "cp1250", "cp1251", "mac_roman", "cp850", "cp1253", "cp1254", "cp932", "gb18030", "latin-1")
_NUMBER = re.compile(r"0*([0-9]+)(?:\.0)?")
_CONTROL_CHARACTERS = re.compile(r"[\x01-\x08\x0e-\x19\x1c-\x1f]")  # \x1a ends files of DOS, \x1b begins colours
_ABSOLUTE = re.compile(r"/|\w+:/")  # /home/me, C:/pictures, https://museum.org
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx, .ods and .xls begin


class OwnTable(NamedTuple):
    """A user's table with columns named as styleclf does, and what was made of its text."""

    rows: pd.DataFrame  # all text, '' for nothing
    note: str  # about the encoding, or ''


def read_own_table(
    path: str | Path,
    names: Mapping[str, str] = COLUMN_NAMES,  # of each column, what it may be called
    known_files: Collection[str] = (),  # names that decide between encodings
    *,
    mapped: Mapping[str, str] | None = None,  # the user's column by the name that it shall have
) -> OwnTable:
    """Read a table of any usual separator and encoding, whose columns may have other names than styleclf's.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is an empty file, a workbook, no table of text, or lacks a mapped column.
    """
    mapped = mapped or {}
    path = Path(path)
    if not path.is_file():
        kind = "it is a folder" if Path(path).is_dir() else "there is no such file"
        raise FileNotFoundError(f"no table at {path}, {kind}: name a file")
    text, note = _decoded_text(path, known_files)
    header, *lines = text.split("\n", 1)
    if header.strip().lower().startswith("sep=") and lines:  # a line that Excel understands
        text = lines[0]
    if not text.strip():
        raise ValueError(f"{path} is empty: give a line of column names, and one line per image")
    separator = _separator_of(text, {**names, **mapped})
    try:
        rows = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False)
    except (pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        message = reason_of(error)
        raise ValueError(f"{path} is not a table with {separator!r} between its columns: {message}") from error
    rows = rows.fillna("")
    _check_quotes(rows, separator, known_files, path=path)
    rows = with_joined_labels(rows, mapped, path)
    renamed = new_names(list(rows.columns), names, mapped, path=path)
    understood = [column for column, name in renamed.items() if name in names or name in mapped]
    _check_twins(rows, understood, path)
    return OwnTable(rows.rename(columns=renamed), note)


def _check_quotes(
    rows: pd.DataFrame,
    separator: str,  # between columns
    known_files: Collection[str],
    *,
    path: Path,
) -> None:
    """Raise ValueError where a cell holds the row of another file, as behind a quotation mark that nothing closes."""
    known_keys = set(map(_bare_key, known_files))
    for column in rows:
        for cell in rows[column][rows[column].str.contains("\n", regex=False)]:
            _, *further_lines = cell.split("\n")
            pieces = separator.join(further_lines).split(separator)
            if known_keys & set(map(_bare_key, pieces)):
                beginning = cell.split("\n")[0]
                fault = f"a quotation mark that nothing closes, before {beginning!r}"
                raise ValueError(
                    f"{path} has {fault}, so that further rows are read as one cell: close it, or remove it"
                )


def _check_twins(rows: pd.DataFrame, columns: Collection[str], path: Path) -> None:
    """Raise ValueError for two columns of one of these names that say different things."""
    for column in columns:
        twin = f"{column}.1"  # as pandas calls the second one
        if column in rows and twin in rows:
            differs = rows[column] != rows[twin]
            if differs.any():
                first = rows[column][differs].iat[0]
                second = rows[twin][differs].iat[0]
                received = f"two columns {column!r}, which differ, such as {first!r} and {second!r}"
                raise ValueError(f"{path} has {received} in one row: rename or remove one of them")


def check_own_columns(table: pd.DataFrame, columns: Sequence[str], path: str | Path) -> None:
    """Raise ValueError, with the columns there are and the names that would do, if one is missing."""
    for column in columns:
        if column not in table:
            present = ", ".join(repr(str(name)) for name in table.columns)
            usual_names = COLUMN_NAMES[column].split("|")
            choices = ", ".join(usual_names[:4])
            raise ValueError(f"{path} lacks the column {column} (or {choices}); it has {present}")


def _decoded_text(path: Path, known_files: Collection[str]) -> tuple[str, str]:
    """The text of a table, and a note where it is not UTF-8. Raises ValueError for what is not text."""
    content = path.read_bytes()
    if content.startswith(_WORKBOOKS):
        raise ValueError(f"{path} is a workbook of a spreadsheet program: save it as CSV in UTF-8, and name that file")
    encoding = _encoding_of(content, known_files)
    if not _can_decode(content, encoding):
        raise ValueError(f"{path} is not complete {encoding} text, it may be cut off: save the table as CSV in UTF-8")
    text = content.decode(encoding)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\0", "")
    if _CONTROL_CHARACTERS.search(text):
        raise ValueError(f"{path} is not text, it holds control characters: save the table as CSV in UTF-8")
    if encoding.startswith("utf"):
        return text, ""
    return text, f"{path} is not UTF-8 and was read as {encoding}: save it as UTF-8 if names look wrong"


def _encoding_of(content: bytes, known_files: Collection[str]) -> str:
    """The encoding: by a byte order mark, else UTF-8, else the old one by which most `known_files` are in the text."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark) and _can_decode(content, encoding):
            return encoding
    beginning = content[:2000]
    if beginning.count(0) > 0.2 * len(beginning):
        zeros_of_first_bytes = beginning[0::2].count(0)
        zeros_of_second_bytes = beginning[1::2].count(0)
        return "utf-16-le" if zeros_of_second_bytes >= zeros_of_first_bytes else "utf-16-be"
    if _can_decode(content, "utf-8"):
        return "utf-8"
    strange_stems = set()
    for name in known_files:
        stem = _stem_key(name)
        if not stem.isascii():
            strange_stems.add(stem)
    encodings = [encoding for encoding in _OLD_ENCODINGS if _can_decode(content, encoding)]
    return max(encodings, key=lambda encoding: _n_stems(content, encoding, strange_stems))  # the first of equals


def _n_stems(content: bytes, encoding: str, stems: Collection[str]) -> int:
    """How many stems of file names are in the text."""
    text = _plain_key(content.decode(encoding))
    return sum(stem in text for stem in stems)


def _can_decode(content: bytes, encoding: str) -> bool:
    """Whether the bytes are text in this encoding."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _separator_of(text: str, names: Mapping[str, str]) -> str:
    """The separator at which the first line falls into most columns with names that are understood."""
    first_line = text.lstrip("\n").split("\n", 1)[0]
    return max(_SEPARATORS, key=lambda separator: _n_columns(first_line, separator, names))


def _n_columns(line: str, separator: str, names: Mapping[str, str]) -> tuple[int, int]:
    """How many columns have names that are understood, and how many there are."""
    columns = header_cells(line, separator)
    renamed = new_names(columns, names)
    n_understood = len(set(renamed.values()) & set(names))
    return n_understood, len(columns)


# Files by their names


class FileFinder:
    """Finds the files that a table means: by their path in any spelling of accents, or by a bare name that is unique.

    >>> FileFinder(["cubism/gris_1.jpg", "rococo/boucher_1.jpg"]).find("GRIS_1.jpg")
    ('cubism/gris_1.jpg', '')
    """

    def __init__(self, filenames: Collection[str]) -> None:
        self._filenames = set(filenames)
        self._by_path = _files_by(_composed_key, filenames)
        self._by_plain_path = _files_by(_plain_key, filenames)
        self._by_bare_name = _files_by(_bare_key, filenames)
        self._by_stem = _files_by(_stem_key, filenames)
        self._by_number = _files_by(_number_of_file, filenames)

    def find(self, name: str) -> tuple[str, str]:
        """The file on disk; or the name itself, with the reason if several files may be meant."""
        if name in self._filenames:
            return name, ""
        for files in self._candidates(name):
            if len(files) == 1:
                return files[0], ""
            if files:
                n_files = count_of(len(files), "file")
                first, second, *_ = files
                return name, f"may be {n_files}, such as {first} and {second}"
        return name, ""

    def _candidates(self, name: str) -> list[list[str]]:
        """The files that a name may mean, by one way to read it after another, the strictest first."""
        plain = _plain_key(name)
        by_path = self._by_path.get(_composed_key(name), [])
        by_plain_path = self._by_plain_path.get(plain, [])
        candidates = [by_path, by_plain_path]
        has_folder = "/" in name  # which must be the right one
        if not has_folder:
            candidates.append(self._by_bare_name.get(plain, []))
        if not has_folder and not looks_like_image(Path(name)):
            candidates.append(self._by_stem.get(plain, []))
        number = _NUMBER.fullmatch(plain)
        if number:
            candidates.append(self._by_number.get(number[1], []))
        return candidates


def without_foreign_folders(names: Sequence[str], filenames: Collection[str]) -> list[str]:
    """The names, with absolute paths and addresses from elsewhere cut down to the end that is a file here, if any is.

    >>> without_foreign_folders(["C:/my pictures/cubism/a.jpg", "b.jpg"], ["cubism/a.jpg", "rococo/b.jpg"])
    ['cubism/a.jpg', 'b.jpg']
    """
    by_path = _files_by(_plain_key, filenames)
    return [_end_on_disk(name, by_path) if _ABSOLUTE.match(name) else name for name in names]


def _end_on_disk(name: str, by_path: Mapping[str, list[str]]) -> str:
    """The longest end of a path that is the whole path of one file; the name itself if there is none."""
    parts = name.split("/")
    for start in range(1, len(parts)):
        end = "/".join(parts[start:])
        files = by_path.get(_plain_key(end), [])
        if len(files) == 1:
            return files[0]
    return name


def without_common_folder(names: Sequence[str], filenames: Collection[str]) -> list[str]:
    """The names without a first folder that all share, where the images folder itself has no such folder."""
    first_folders = {name.split("/", 1)[0] for name in names if "/" in name}
    have_folders = all("/" in name for name in names if name)
    if len(first_folders) != 1 or not have_folders:
        return list(names)
    folder = _plain_key(first_folders.pop())
    if any(_plain_key(filename).startswith(f"{folder}/") for filename in filenames):
        return list(names)
    return [name.split("/", 1)[-1] for name in names]


def _files_by(key: Callable[[str], str], filenames: Collection[str]) -> dict[str, list[str]]:
    """The files by a key, which several may share."""
    files = defaultdict(list)
    for filename in sorted(filenames):
        files[key(filename)].append(filename)
    return dict(files)


def relative_name(filename: str, images: Path) -> str:
    """A table's file name as a path below the images folder, with forward slashes."""
    filename = clean_ends(filename).replace("\\", "/")
    if not filename:
        return ""
    folder = images.resolve().as_posix()
    if filename.startswith(f"{folder}/"):
        filename = filename[len(folder) + 1 :]
    return posixpath.normpath(filename)


def clean_ends(text: str) -> str:
    """The text without blanks and invisible marks around it."""
    return text.strip().strip("\ufeff\u200b")


def _composed_key(name: str) -> str:
    """The same for all ways to write an accent."""
    return unicodedata.normalize("NFC", name)


def _plain_key(name: str) -> str:
    """The same whatever the case of letters is, too."""
    return clean_text(name).casefold()


def _bare_key(name: str) -> str:
    """That of the name without its folders."""
    return _plain_key(PurePosixPath(name).name)


def _number_of_file(name: str) -> str:
    """The number that is a file's name, without zeros before it, which spreadsheets drop; '' where it is none.

    >>> _number_of_file("cubism/000012.jpg"), _number_of_file("cubism/a12.jpg")
    ('12', '')
    """
    number = _NUMBER.fullmatch(_stem_key(name))
    return number[1] if number else ""


def _stem_key(name: str) -> str:
    """That of the name without folders and suffix."""
    return _plain_key(PurePosixPath(name).stem)
