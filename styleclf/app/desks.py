"""What belongs to one browser, and to no other: the pictures that were dropped there, and its review queue."""

import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from styleclf.app.review import Review, ReviewedPicture

_MOST_DESKS = 100  # browsers: those that were idle longest make room
_LETTERS_OF_TOKEN = 32


@dataclass
class Desk:
    """The pictures of one browser, which may have several pages open."""

    folder: Path  # of its files alone
    review: Review | None = None
    pictures: dict[str, ReviewedPicture] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)  # why dropped files have no answer
    dropping: threading.Lock = field(default_factory=threading.Lock)  # held while pictures are answered or cleared
    lock: threading.Lock = field(default_factory=threading.Lock)  # of the tables above, held for a moment
    last_used: float = field(default_factory=time.monotonic)

    def all_pictures(self) -> Mapping[str, ReviewedPicture]:
        """The dropped pictures as they are now."""
        with self.lock:
            return dict(self.pictures)

    def add(self, picture: ReviewedPicture) -> None:
        """Put a picture onto the desk."""
        with self.lock:
            self.pictures[picture.name] = picture

    def n_bytes(self) -> int:
        """Bytes of the dropped pictures."""
        sizes = [file.stat().st_size for file in self.folder.glob("*")]
        return sum(sizes)

    def clear(self) -> None:
        """Remove the dropped pictures."""
        with self.dropping, self.lock:
            self.pictures.clear()
            self.unreadable.clear()
            shutil.rmtree(self.folder, ignore_errors=True)


class Desks:
    """The desks of all browsers by secret tokens that nobody can guess."""

    def __init__(self, folder: Path, review_of: Callable[[Desk], Review | None]) -> None:
        self._folder = folder
        self._review_of = review_of
        self._desks: dict[str, Desk] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._desks)

    def open(self, token: str | None) -> tuple[str, Desk]:
        """The desk of a token, and the token; a new desk with a token of its own where there is none such."""
        idle_desks: list[Desk] = []
        with self._lock:
            if token is None or token not in self._desks:
                token = secrets.token_hex(_LETTERS_OF_TOKEN // 2)
                self._desks[token] = self._new_desk()
                idle_desks = self._without_room()
            desk = self._desks[token]
            desk.last_used = time.monotonic()
        for idle_desk in idle_desks:
            idle_desk.clear()
        return token, desk

    def find(self, token: str | None) -> Desk | None:
        """The desk of a token; None where there is none such."""
        with self._lock:
            return self._desks.get(token) if token is not None else None

    def _new_desk(self) -> Desk:
        """An empty desk with a folder of its own."""
        desk = Desk(self._folder / secrets.token_hex(_LETTERS_OF_TOKEN // 2))
        desk.review = self._review_of(desk)
        return desk

    def taken_names(self) -> dict[str, str]:
        """The fingerprints of all dropped pictures by their names."""
        with self._lock:
            desks = list(self._desks.values())
        fingerprints: dict[str, str] = {}
        for desk in desks:
            for name, picture in desk.all_pictures().items():
                fingerprints[name] = picture.sha256
        return fingerprints

    def _without_room(self) -> list[Desk]:
        """Take away the desks that were idle longest, where there are too many."""
        idle_desks = []
        while len(self._desks) > _MOST_DESKS:
            idlest = min(self._desks, key=lambda token: self._desks[token].last_used)
            idle_desks.append(self._desks.pop(idlest))
        return idle_desks
