"""Bytes to text: the encoding that a table was saved in, by its marks, its zeros, or the names of files in it."""

import re
from collections.abc import Collection
from pathlib import Path

from styleclf.data.annotation.file_names import plain_key, stem_key

_BYTE_ORDER_MARKS = {  # the longer marks first: that of UTF-32 begins with that of UTF-16
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_OLD_ENCODINGS = ("cp1252", "cp1250", "cp1251", "mac_roman", "cp850", "cp1253", "cp1254", "cp932", "gb18030", "latin-1")
_N_LOOKED_AT = 2000  # bytes in which zeros are counted
_MANY_ZEROS = 0.2  # of them: text in UTF-16
_END_OF_DOS = "\x1a"
_FEW_ZEROS = 0.1  # of those at the other places of pairs: so few are in one of the two bytes of UTF-16
_CONTROL_CHARACTERS = re.compile(r"[\x01-\x08\x0e-\x19\x1c-\x1f]")  # \x1a ends files of DOS, \x1b begins colours
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # how .xls begins
_ZIP = b"PK\x03\x04"  # how .xlsx and .ods begin, but models and bundles too
_PARTS_OF_WORKBOOKS = (b"xl/workbook", b"opendocument.spreadsheet")


def decoded_text(path: Path, known_files: Collection[str]) -> tuple[str, str]:
    """The text of a table, and a note where it is not UTF-8. Raises ValueError for what is not text."""
    content = _without_padding(path.read_bytes())
    if _is_workbook(content):
        raise ValueError(f"{path} is a workbook of a spreadsheet program: save it as CSV in UTF-8, and name that file")
    if content.startswith(_ZIP):
        raise ValueError(f"{path} is no table, but a zip file such as a model or a bundle: name a CSV file")
    encoding = _encoding_of(content, known_files)
    if not _can_decode(content, encoding):
        raise ValueError(f"{path} is not complete {encoding} text, it may be cut off: save the table as CSV in UTF-8")
    text = content.decode(encoding)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\0", "").removesuffix(_END_OF_DOS)
    if _CONTROL_CHARACTERS.search(text):
        raise ValueError(f"{path} is not text, it holds control characters: save the table as CSV in UTF-8")
    if encoding.startswith("utf"):
        return text, ""
    return text, f"{path} is not UTF-8 and was read as {encoding}: save it as UTF-8 if names look wrong"


def _is_workbook(content: bytes) -> bool:
    """Whether a file is of Excel or LibreOffice."""
    if content.startswith(_ZIP):
        return any(part in content for part in _PARTS_OF_WORKBOOKS)
    return content.startswith(_OLD_WORKBOOK)


def _without_padding(content: bytes) -> bytes:
    """The bytes without the zeros to which a disk has filled them up; the last letter of UTF-32 has at most three."""
    text = content.rstrip(b"\0")
    return text if len(content) - len(text) > 3 else content


def _encoding_of(content: bytes, known_files: Collection[str]) -> str:
    """The encoding: by a byte order mark, else UTF-8, else the old one by which most `known_files` are in the text."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark) and _can_decode(content, encoding):
            return encoding
    beginning = content[:_N_LOOKED_AT]
    if beginning.count(0) > _MANY_ZEROS * len(beginning):
        zeros_of_first_bytes = beginning[0::2].count(0)
        zeros_of_second_bytes = beginning[1::2].count(0)
        few, many = sorted((zeros_of_first_bytes, zeros_of_second_bytes))
        if few <= _FEW_ZEROS * many:
            return "utf-16-le" if zeros_of_second_bytes == many else "utf-16-be"
    if _can_decode(content, "utf-8"):
        return "utf-8"
    stems = map(stem_key, known_files)
    strange_stems = {stem for stem in stems if not stem.isascii()}
    encodings = [encoding for encoding in _OLD_ENCODINGS if _can_decode(content, encoding)]
    return max(encodings, key=lambda encoding: _n_stems(content, encoding, strange_stems))  # the first of equals


def _n_stems(content: bytes, encoding: str, stems: Collection[str]) -> int:
    """How many stems of file names are in the text."""
    text = content.decode(encoding)
    plain = plain_key(text)
    return sum(stem in plain for stem in stems)


def _can_decode(content: bytes, encoding: str) -> bool:
    """Whether the bytes are text in this encoding."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
