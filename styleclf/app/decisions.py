"""What people decided about pictures: a table to which every decision is appended before the next picture is shown.

It survives a killed process: each row is on the disk when the picture has gone from the screen, and a last line that
was torn is passed over. `recipes/design.py --csv` reads it.
"""

import csv
import io
import os
import re
import threading
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from styleclf.common import complain, count_of, shown_text, whole_file

ACCEPTED = "accepted"
CORRECTED = "corrected"
NO_STYLE = "none of these"  # its label is empty, so that a design leaves the picture out
_MOST_CHARACTERS = 100  # of a style that somebody types
_APPENDING = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MEND = "correct it, or move it away and start again"


class Decision(NamedTuple):
    """What somebody decided about a picture; the columns of the table."""

    filename: str  # from the folder of pictures, with forward slashes
    label: str  # the style; empty for none of these
    author: str  # what stands before the first underscore of the name; empty if nothing does
    decision: str  # ACCEPTED, CORRECTED or NO_STYLE
    pred: str  # the likeliest style
    proba: str  # its probability
    sha256: str  # beginning of the picture's fingerprint; empty where it was not taken
    time: str  # UTC


_N_COLUMNS = len(Decision._fields)


def style_of(label: str) -> str:
    """The style that somebody typed, as one line; '' for none of these. Raises ValueError for one that is too long."""
    style = " ".join(label.split())
    if len(style) > _MOST_CHARACTERS:
        raise ValueError(f"a style has at most {_MOST_CHARACTERS} letters, and {len(style)} were typed")
    return "" if style == NO_STYLE else style


class DecisionTable:
    """A table of decisions, one row per picture. Threads may share it; processes may not.

    Raises ValueError, also from its methods, for a table that somebody has edited so that it cannot be understood.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._decisions: dict[str, Decision] = {}
        self._stamp: tuple[int, int] | None = None  # of the file when it was last read or written
        self._read_again()

    def all(self) -> dict[str, Decision]:
        """All decisions by the names of their pictures."""
        with self._lock:
            self._read_again()
            return dict(self._decisions)

    def get(self, filename: str) -> Decision | None:
        """The decision about a picture."""
        with self._lock:
            self._read_again()
            return self._decisions.get(filename)

    def add(self, decision: Decision) -> None:
        """Put a decision onto the disk, in place of an earlier one about the same picture."""
        with self._lock:
            self._read_again()
            is_new = decision.filename not in self._decisions
            self._decisions.pop(decision.filename, None)
            self._decisions[decision.filename] = decision
            if is_new and self.path.exists():
                self._append(decision)
            else:
                self._write_all()

    def remove(self, filename: str) -> None:
        """Take a decision back; nothing happens where there is none."""
        with self._lock:
            self._read_again()
            if self._decisions.pop(filename, None) is not None:
                self._write_all()

    def _append(self, decision: Decision) -> None:
        """Add one line to the file, which is on the disk afterwards, whole or not at all."""
        line = _lines_of([decision])
        file = os.open(self.path, _APPENDING)
        try:
            length = os.fstat(file).st_size
            try:
                _write_fully(file, line)
                os.fsync(file)
            except OSError:  # a full disk
                os.ftruncate(file, length)
                self._decisions.pop(decision.filename)
                raise
        finally:
            os.close(file)
        self._stamp = self._stamp_of_file()

    def _write_all(self) -> None:
        """Write the file anew; it appears whole."""
        header = Decision(*Decision._fields)
        content = _lines_of([header, *self._decisions.values()])
        with whole_file(self.path) as aside, open(aside, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        self._stamp = self._stamp_of_file()

    def _stamp_of_file(self) -> tuple[int, int] | None:
        """By what a file is recognised that nobody else has changed."""
        try:
            status = os.stat(self.path)
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size

    def _read_again(self) -> None:
        """Read the file where somebody has changed it, and remove a last line that is torn."""
        stamp = self._stamp_of_file()
        if stamp == self._stamp:
            return
        if stamp is None:
            self._decisions = {}
            self._stamp = None
            return
        content = self.path.read_bytes()
        rows = _rows_of(content, self.path)
        is_cut = not content.endswith(b"\n")
        is_torn = is_cut and bool(rows) and not _is_whole(rows[-1])
        if is_torn:
            complain(f"note: the last line of {self.path} is incomplete and was left out: its picture comes up again")
            rows.pop()
        self._decisions = _decisions_of(rows, self.path)
        self._stamp = stamp
        if is_cut:
            self._write_all()


def decision_of(filename: str, label: str, *, pred: str, proba: float, sha256: str = "") -> Decision:
    """The decision that a picture is of the style `label`, or none if that is empty, when `pred` was the likeliest."""
    kind = ACCEPTED if label == pred else CORRECTED
    if not label:
        kind = NO_STYLE
    now = datetime.now(timezone.utc)
    return Decision(
        filename=shown_text(filename),
        label=label,
        author=painter_in_name(filename),
        decision=kind,
        pred=pred,
        proba=f"{proba:.4f}",
        sha256=sha256,
        time=now.strftime(_TIME_FORMAT),
    )


def painter_in_name(filename: str) -> str:
    """The painter that a file's name begins with, in lower case, as designs have it; '' if it names none.

    >>> painter_in_name("cubism/Juan-Gris_guitar.jpg")
    'juan-gris'
    """
    author, underscore, _ = PurePosixPath(filename).stem.partition("_")
    return author.strip().lower() if underscore else ""


def _lines_of(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as lines of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "backslashreplace")


def _write_fully(file: int, content: bytes) -> None:
    """Write bytes, however few the system takes at once."""
    while content:
        n_written = os.write(file, content)
        content = content[n_written:]


def _rows_of(content: bytes, path: Path) -> list[list[str]]:
    """The rows below the header. Raises ValueError for another file."""
    columns = ",".join(Decision._fields)
    text = _text_of(content, path)
    try:
        lines = csv.reader(io.StringIO(text, newline=""))
        rows = [row for row in lines if row]
    except csv.Error as error:
        raise ValueError(f"{path} is not a table of decisions ({error}): {_MEND}") from error
    if not rows:
        return []
    first_line = ",".join(rows[0])
    is_cut = len(rows) == 1 and not text.endswith("\n")
    if is_cut and columns.startswith(first_line):
        return []
    if first_line != columns:
        raise ValueError(f"{path} has {first_line!r:.80} as its first line, not {columns}: {_MEND}")
    return rows[1:]


def _text_of(content: bytes, path: Path) -> str:
    """The text of the file, whose last letter may be torn."""
    try:
        return content.decode("utf-8-sig")  # spreadsheets write a byte order mark
    except UnicodeDecodeError as error:
        is_torn = error.reason == "unexpected end of data"
        if is_torn and error.end == len(content):
            whole_letters = content[: error.start]
            return whole_letters.decode("utf-8-sig")
        raise ValueError(f"{path} is not UTF-8 any more: save it as CSV in UTF-8, or move it away") from error


def _is_whole(row: list[str]) -> bool:
    """Whether a row is complete to its last letter, which is that of the time."""
    has_all_values = len(row) == _N_COLUMNS
    return has_all_values and _TIME.fullmatch(row[-1]) is not None


def _decisions_of(rows: list[list[str]], path: Path) -> dict[str, Decision]:
    """Decisions by their pictures. Raises ValueError for rows that are none."""
    decisions: dict[str, Decision] = {}
    for number, row in enumerate(rows, start=2):
        if len(row) != _N_COLUMNS:
            n_values = count_of(len(row), "value")
            raise ValueError(f"{path} has {n_values} in row {number}, not {_N_COLUMNS}: {_MEND}")
        decision = Decision(*row)
        if not decision.filename:
            raise ValueError(f"{path} names no picture in row {number}: {_MEND}")
        if decision.filename in decisions:
            raise ValueError(f"{path} decides about {decision.filename} twice, again in row {number}: {_MEND}")
        decisions[decision.filename] = decision
    return decisions
