"""Limits of what is dropped into the app, and files taken out of the server's common folder into one browser's own."""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from styleclf.common import count_of, cut_name, shown_text

MEGABYTE = 10**6
_MOST_BYTES_OF_NAME = 150  # a name in the table, and of the file that is kept
_FINGERPRINT_LETTERS = 16
_LETTERS_OF_FILE = 16
_TIMES_LARGEST = 20  # as many bytes a browser may have here as so many pictures of the largest size
_UNSAFE_LETTERS = '<>:"/\\|?*'  # of names on one system or another
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # Windows takes files of these names for them


@dataclass(frozen=True)
class UploadLimits:
    """How much one browser may drop."""

    megabytes: int = 50  # of a picture
    pictures: int = 200  # in all

    @property
    def bytes_of_picture(self) -> int:
        """Bytes that a picture may have."""
        return self.megabytes * MEGABYTE

    @property
    def bytes_of_browser(self) -> int:
        """Bytes that the pictures of one browser may have together."""
        return _TIMES_LARGEST * self.bytes_of_picture


class Upload(NamedTuple):
    """A file that was dropped, in a folder of its browser alone."""

    name: str  # text, one line
    path: Path
    sha256: str


def check_number(n_present: int, n_dropped: int, limits: UploadLimits) -> None:
    """Raise ValueError where a browser would have more pictures than it may."""
    if n_present + n_dropped > limits.pictures:
        present = f"{count_of(n_present, 'picture')} are here already: " if n_present else ""
        raise ValueError(
            f"{count_of(n_dropped, 'picture')} were dropped, and at most {limits.pictures:,} may be here at once: "
            f"{present}drop fewer, or clear those first"
        )


def why_refused(path: Path, limits: UploadLimits, *, n_bytes_present: int) -> str:
    """Why a file is not taken, in a few words; '' for one that is."""
    size = os.path.getsize(path)
    if size == 0:
        return "empty file"
    if size > limits.bytes_of_picture:
        return f"too large: {size / MEGABYTE:.0f} MB, and at most {limits.megabytes} MB are taken"
    if size + n_bytes_present > limits.bytes_of_browser:
        return f"too much: at most {limits.bytes_of_browser // MEGABYTE:,} MB may be here at once"
    return ""


def take_upload(path: Path, folder: Path) -> Upload:
    """Move a file into the folder, under a name that says nothing."""
    sha256 = _fingerprint(path)
    folder.mkdir(parents=True, exist_ok=True)
    stem = secrets.token_hex(_LETTERS_OF_FILE // 2)
    own_path = folder / f"{stem}{_suffix(path)}"
    shutil.move(path, own_path)
    return Upload(text_name(path.name), own_path, sha256)


def text_name(name: str) -> str:
    """A file's name as one line of text that is a name on every system, and no longer than a table likes.

    >>> text_name('a<b>/../c: d.jpg')
    'a_b__.._c_ d.jpg'
    """
    line = ""
    for letter in shown_text(name):
        is_safe = letter.isprintable() and letter not in _UNSAFE_LETTERS
        line += letter if is_safe else "_"
    line = line.strip(" .")
    first_part = line.split(".")[0].rstrip()
    if _DEVICES.fullmatch(first_part):
        line = f"_{line}"
    stem, dot, suffix = line.rpartition(".")
    if dot and len(suffix) < _FINGERPRINT_LETTERS:
        return f"{cut_name(stem, _MOST_BYTES_OF_NAME)}.{suffix}"
    return cut_name(line, _MOST_BYTES_OF_NAME) or "picture"


def unused_name(name: str, names: Collection[str]) -> str:
    """The name, with a number where it is taken.

    >>> unused_name("a.jpg", ["a.jpg", "a-2.jpg"])
    'a-3.jpg'
    """
    if name not in names:
        return name
    stem = PurePosixPath(name).stem
    suffix = PurePosixPath(name).suffix
    number = 2
    candidate = f"{stem}-{number}{suffix}"
    while candidate in names:
        number += 1
        candidate = f"{stem}-{number}{suffix}"
    return candidate


def discard(paths: Sequence[str | Path]) -> None:
    """Remove files that were dropped and are not taken."""
    for path in paths:
        Path(path).unlink(missing_ok=True)


def _fingerprint(path: Path) -> str:
    """The beginning of a file's SHA-256 in hexadecimals."""
    with open(path, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256") if hasattr(hashlib, "file_digest") else None
        if digest is None:  # Python 3.10
            digest = hashlib.sha256(stream.read())
    return digest.hexdigest()[:_FINGERPRINT_LETTERS]


def _suffix(path: Path) -> str:
    """The suffix of a file, if it is a plain one."""
    suffix = path.suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() else ""
