"""What a collection has on disk: its pictures, and the journal by which it goes on.

A picture's file name follows from its address. So one that was written just before the process was killed, and is not
in the journal yet, is taken up from the disk and not loaded again.
"""

import hashlib
import json
import os
import re
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from styleclf.common import check_made_alike, remove_unfinished
from styleclf.data.collect.presentation import CanvasPicture

IMAGES = "images"
MANIFESTS = "manifests"
_JOURNAL = "loaded.jsonl"  # one line per picture, after one of settings
_MADE_WITH = "made_with"
_LONGEST_SLUG = 60  # characters of a title in a file's name
_N_HEX = 12  # digits of an address's digest in a file's name
_CHUNK = 1 << 20  # bytes


class LoadedPicture(NamedTuple):
    """A picture on disk."""

    image: str  # its address, as in `Picture`
    filename: str  # relative to the folder of images
    address: str  # what was asked for
    width: int
    height: int
    n_bytes: int
    sha256: str


class Folder:
    """The folder of a collection; one process at a time works in it, with any number of threads."""

    def __init__(self, out: str | Path, made_with: dict[str, Any]) -> None:
        """Raises ValueError where the folder holds pictures that were asked for with other settings."""
        self.out = Path(out)
        self.images = self.out / IMAGES
        self.images.mkdir(parents=True, exist_ok=True)
        remove_unfinished(self.images)
        self._lock = threading.Lock()
        self._journal = self.out / _JOURNAL
        self._entries: dict[str, LoadedPicture] = {}
        self._read_journal(made_with)
        self._files = {path.stem: path for path in self.images.iterdir()}

    def sound_picture(self, picture: CanvasPicture) -> LoadedPicture | None:
        """A picture that is on disk as it was written; None if it is not there, or its bytes are others now."""
        entry = self._entries.get(picture.image)
        if entry is None:
            return None
        path = self.images / entry.filename
        if not path.is_file() or path.stat().st_size != entry.n_bytes:
            return None
        is_sound = file_sha256(path) == entry.sha256
        return entry if is_sound else None

    def has(self, picture: CanvasPicture) -> bool:
        """Whether the journal has the picture."""
        return picture.image in self._entries

    def unrecorded_file(self, picture: CanvasPicture) -> Path | None:
        """The file of a picture that is on disk, but not in the journal."""
        if picture.image in self._entries:
            return None
        return self._files.get(file_stem(picture))

    def record(self, entry: LoadedPicture) -> None:
        """Write down that a picture is on disk."""
        with self._lock:
            self._entries[entry.image] = entry
            self._append(entry._asdict())

    def _append(self, values: dict[str, Any]) -> None:
        """Add a line to the journal, after the end of a line that was left unfinished."""
        with open(self._journal, "a+b") as stream:
            size = stream.seek(0, os.SEEK_END)
            if size:
                stream.seek(size - 1)
                if stream.read(1) != b"\n":
                    stream.write(b"\n")
            stream.write(json.dumps(values).encode("ascii") + b"\n")

    def _read_journal(self, made_with: dict[str, Any]) -> None:
        """Take up what the journal has, or begin one."""
        if not self._journal.is_file():
            self._append({_MADE_WITH: made_with})
            return
        for values in _json_lines(self._journal):
            if _MADE_WITH in values:
                advice = "choose another folder, collect.py --out, or the same values"
                check_made_alike(values[_MADE_WITH], made_with, f"{self.out} was collected", advice=advice)
            elif set(values) == set(LoadedPicture._fields):
                entry = LoadedPicture(**values)
                self._entries[entry.image] = entry


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects in the lines of a file, without lines that are damaged: the last one may have been cut off."""
    for line in path.read_bytes().splitlines():
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict):
            yield values


def file_stem(picture: CanvasPicture) -> str:
    """The name of a picture's file without its suffix: of its title what any system can write, and its address."""
    ascii_title = unicodedata.normalize("NFKD", picture.title).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", ascii_title.lower()).strip("-")
    slug = words[:_LONGEST_SLUG].strip("-")
    digest = address_digest(picture.image)[:_N_HEX]
    return f"{slug}-{digest}" if slug else digest


def address_digest(address: str) -> str:
    """The SHA-256 of an address, as hexadecimal digits."""
    content = address.encode("utf-8", "replace")
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
