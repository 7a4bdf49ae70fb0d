"""What leaves the program: files that appear whole, lines on the screen, and progress.

While a file is unfinished it has a hidden name of its own, and where the system knows such locks its writer holds one
on it. So whoever comes later can tell what a killed process has left, in another container, too, and remove it.

Lines go through the logger named styleclf. `logging.getLogger("styleclf").setLevel("WARNING")` silences them, in a
notebook too. `be_quiet` leaves only errors and what `conclude` says, in the processes that this one starts as well.
"""

import errno
import io
import json
import logging
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

if TYPE_CHECKING:  # the command `styleclf` must run without it, to say what to install
    import pandas as pd

try:
    import fcntl
    import resource
except ImportError:  # Windows, where nobody can remove a file that is open
    fcntl = resource = None  # type: ignore[assignment]

SECONDS_BETWEEN_LINES = 10.0
_LONGEST_NAME = 255  # bytes, as far as file systems go
_LONGEST_STEM = 40  # characters of a file's name in that of its unfinished one: file systems allow 255 bytes
_PART = ".part"
_IN_USE = ".in-use"
_ESCAPED = "backslashreplace"  # how a name that is no UTF-8 is written
_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM}  # on Windows also where another program has the file open
_SIGNS_OF_A_FAILED_WRITE = ("PytorchStreamWriter", "inline_container", "requested and", "encoder error")  # no errno
_LITTLE_SPACE = 1 << 20  # bytes
_QUIET_VARIABLE = "STYLECLF_QUIET"
_SAID_VARIABLE = "STYLECLF_SAID"  # names a file with the lines that steps of one command have said
_CONCLUSION = logging.INFO + 5  # the level of final lines
_Item = TypeVar("_Item")
_logger = logging.getLogger("styleclf")


class _Screen(logging.Handler):
    """Prints messages to whatever is standard output at that moment, which notebooks and tests replace."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one message."""
        print(self.format(record), flush=True)


if not _logger.handlers:
    _logger.addHandler(_Screen())
    _logger.propagate = False  # or a root logger with a handler would repeat every line
    if _logger.level == logging.NOTSET:
        _logger.setLevel(_CONCLUSION if os.environ.get(_QUIET_VARIABLE) else logging.INFO)


def be_quiet() -> None:
    """Say nothing but errors and final lines from now on; processes that this one starts do likewise."""
    os.environ[_QUIET_VARIABLE] = "1"
    _logger.setLevel(_CONCLUSION)


def is_quiet() -> bool:
    """Whether lines about the progress of work are silenced."""
    return not _logger.isEnabledFor(logging.INFO)


def say(line: str) -> None:
    """Tell the user something while work goes on; `logging` can silence it."""
    _logger.info("%s", line)


def conclude(line: str) -> None:
    """Tell the user what came of the work: one of its final lines, which `be_quiet` lets pass."""
    _logger.log(_CONCLUSION, "%s", line)


@cache
def say_once(line: str) -> None:
    """Say a line that neither this process nor another step of the same command has said before."""
    if not _was_said_by_another_step(line):
        say(line)


@contextmanager
def lines_said_once() -> Iterator[None]:
    """In this block, processes that this one starts say once what `say_once` says, all of them together."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[_SAID_VARIABLE] = str(Path(folder) / "said.txt")
        try:
            yield
        finally:
            del os.environ[_SAID_VARIABLE]


def _was_said_by_another_step(line: str) -> bool:
    """Whether a process of the same command has said a line; if not, write down that it is said now."""
    place = os.environ.get(_SAID_VARIABLE)
    if not place:
        return False
    with suppress(OSError):  # a line said twice does no harm
        file = Path(place)
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        if line in lines:
            return True
        with file.open("a", encoding="utf-8", errors=_ESCAPED) as said:
            said.write(f"{line}\n")
    return False


def complain(line: str) -> None:
    """Write a line to standard error, apart from results; nothing silences it."""
    print(line, file=sys.stderr, flush=True)


def note(sentence: str) -> None:
    """Write a note to standard error: what is no error, and may explain a result."""
    if not is_quiet():
        complain(f"note: {sentence}")


def check_folder(folder: str | Path) -> None:
    """Raise ValueError or OSError where results cannot be written into a folder, before the work that makes them."""
    place = Path(folder)
    for part in place.parts:
        if len(os.fsencode(part)) > _LONGEST_NAME:
            raise ValueError(f"{cut_name(part, _LONGEST_STEM)}… is longer than the name of a folder may be: shorten it")
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise ValueError(f"{folder} cannot be a folder for results, {place} is a file: name another folder")
    if not os.access(place, os.W_OK):
        raise OSError(f"{folder} cannot be written, there is no permission in {place}: name another folder")


def check_file(path: str | Path) -> None:
    """Raise ValueError or OSError where a file of results cannot be written, before the work that makes it."""
    if Path(path).is_dir():
        raise ValueError(f"{path} cannot be a file of results, it is a folder: name a file in it")
    check_folder(Path(path).parent)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A path to write to instead of `path`; moved there at the end of the block, removed if the block fails.

    Missing parent folders are created. Whoever reads `path` meanwhile sees the old file or none, never half a file.
    Raises OSError, which names file and disk, where the disk is full, a file may not be so large, or it may not be
    written at all.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_path = path.with_name(f".{path.stem[:_LONGEST_STEM]}.{uuid.uuid4().hex[:12]}{_PART}{path.suffix}")
    lock = None
    try:
        lock = _locked(partial_path)
        yield partial_path
        os.replace(partial_path, path)
    except (OSError, RuntimeError) as error:
        reason = _reason_of_failed_write(error, partial_path)
        if reason:
            raise OSError(f"{path} cannot be written: {reason}") from error
        raise
    finally:
        with suppress(PermissionError):
            partial_path.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)


def _locked(partial_path: Path) -> int | None:
    """An open file that holds the lock of an unfinished file, which it creates; None where there are no such locks."""
    while True:
        try:
            return _lock(partial_path)
        except BlockingIOError:  # somebody is looking whether it is locked
            time.sleep(0.01)


def _lock(path: Path) -> int | None:
    """An open file that holds the lock of the file, which it creates if need be; None where there are no such locks.

    Raises BlockingIOError where somebody else holds it.
    """
    while fcntl is not None:
        file = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(file), os.stat(path)):
                return file
        except FileNotFoundError:  # somebody removed it before it was locked
            pass
        except BlockingIOError:
            os.close(file)
            raise
        except OSError:  # a file system without locks
            os.close(file)
            return None
        os.close(file)
    return None


@contextmanager
def alone_in(folder: str | Path, work: str) -> Iterator[None]:
    """Let no other process do such work in the folder while the block lasts; `work` as in 'a cross-validation'.

    The lock ends with the process, however that ends. Raises ValueError where another process holds it.
    """
    path = Path(folder) / _IN_USE
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = _lock(path)
    except BlockingIOError as error:
        advice = "wait for it, or choose another folder"
        raise ValueError(f"another process is at work on {work} in {folder}: {advice}") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)


def remove_unfinished(folder: str | Path) -> int:
    """Remove the unfinished files in a folder that nobody writes any more; returns how many these were.

    Files that cannot be removed are passed over.
    """
    n_removed = 0
    for partial_path in Path(folder).glob(f".*{_PART}*"):
        with suppress(OSError):
            n_removed += _remove_if_abandoned(partial_path)
    return n_removed


def _remove_if_abandoned(partial_path: Path) -> bool:
    """Remove an unfinished file unless its writer lives. Raises OSError where it cannot be removed."""
    if fcntl is None:
        partial_path.unlink()
        return True
    file = os.open(partial_path, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # an error if its writer lives
        partial_path.unlink()
        return True
    finally:
        os.close(file)


def _reason_of_failed_write(error: Exception, partial_path: Path) -> str:
    """Why an unfinished file could not be written, if disk, limit or right are behind the error; else nothing."""
    number = getattr(error, "errno", None)
    is_about_this_file = getattr(error, "filename", None) in (str(partial_path), partial_path)
    if number in _FORBIDDEN and is_about_this_file:
        return "there is no permission to, or another program has it open: close it there, or name another folder"
    if number == errno.EISDIR:
        return "it is a folder: name a file in it"
    if number == errno.EROFS:
        return "its disk can only be read: name another folder"
    may_be_full = number is None and any(sign in str(error) for sign in _SIGNS_OF_A_FAILED_WRITE)
    if number == errno.EFBIG or (may_be_full and _file_limit() is not None):
        return f"a file of this process may have {_megabytes(_file_limit() or 0)} at most (ulimit -f)"
    if number in _FULL_DISK or may_be_full:
        free = shutil.disk_usage(partial_path.parent).free
        if number in _FULL_DISK or free < _LITTLE_SPACE:
            return f"its disk is full, {_megabytes(free)} are free: make room, or name another folder"
    return ""


def _file_limit() -> int | None:
    """How many bytes a file of this process may have; None without a limit."""
    if resource is None:
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return None if limit == resource.RLIM_INFINITY else limit


def _megabytes(n_bytes: int) -> str:
    """A number of bytes in words."""
    return f"{n_bytes / 1e6:.1f} MB"


def write_table(table: "pd.DataFrame", path: str | Path, index: bool = False) -> None:
    """Write a table as a CSV file in UTF-8 that appears whole; names that are no UTF-8 are escaped in it."""
    with whole_file(path) as partial_path:
        table.to_csv(partial_path, index=index, encoding="utf-8", errors=_ESCAPED, lineterminator="\n")


def write_text(text: str, path: str | Path) -> None:
    """Write a text in UTF-8 to a file that appears whole."""
    with whole_file(path) as partial_path:
        partial_path.write_text(text, encoding="utf-8", errors=_ESCAPED, newline="\n")


def write_json(values: dict[str, Any], path: str | Path) -> None:
    """Write a dictionary as indented JSON that appears whole; paths and other objects become text."""
    write_text(json.dumps(values, indent=2, ensure_ascii=False, default=str) + "\n", path)


def shown_text(text: str) -> str:
    """The text as it can be written in UTF-8: what of a file's name is no UTF-8 is escaped.

    >>> shown_text("mu\\udcf1oz")
    'mu\\\\udcf1oz'
    """
    return text.encode("utf-8", _ESCAPED).decode("utf-8")


def cut_name(name: str, n_bytes: int) -> str:
    """The beginning of a file's name that takes at most `n_bytes` in UTF-8, without what is no UTF-8.

    >>> cut_name("портрет", 5)
    'по'
    """
    return name.encode("utf-8", "surrogateescape")[:n_bytes].decode("utf-8", "ignore")


def typed_command(*words: object) -> str:
    """Words as one command to type, quoted as the command line of this system wants it.

    >>> typed_command("python", "recipes/audit.py", "--cv", "runs/cv")
    'python recipes/audit.py --cv runs/cv'
    """
    texts = [str(word) for word in words]
    return shlex.join(texts) if os.name == "posix" else subprocess.list2cmdline(texts)


def on_terminal() -> bool:
    """Whether somebody watches a terminal or a notebook, where a progress bar can be redrawn."""
    return "ipykernel" in sys.modules or (sys.stdout is not None and sys.stdout.isatty())


def tracked(
    items: Iterable[_Item],
    total: int,
    what: str = "images",
    shown: bool = True,
) -> Iterable[_Item]:
    """The items, with a progress bar on a terminal, and elsewhere lines such as `200 of 1388 images, 12 s left`."""
    if not shown or not total or is_quiet():
        return items
    if on_terminal():
        from fastprogress.fastprogress import progress_bar

        return progress_bar(items, total=total, leave=False)
    return _with_progress_lines(items, total, what)


def _with_progress_lines(items: Iterable[_Item], total: int, what: str) -> Iterator[_Item]:
    start = time.monotonic()
    last_line = start
    for n_done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last_line > SECONDS_BETWEEN_LINES:
            last_line = now
            seconds_left = (now - start) / n_done * (total - n_done)
            say(f"{n_done} of {total} {what}, {spoken_seconds(seconds_left)} left")


@contextmanager
def prefixed_lines(prefix: str) -> Iterator[None]:
    """Begin every line printed in the block with `prefix`: who says what, where several processes print."""
    with redirect_stdout(_PrefixedStream(sys.stdout, prefix)):
        yield


class _PrefixedStream(io.TextIOBase):
    """A text stream that passes whole lines on, each with a prefix."""

    def __init__(self, stream: TextIO, prefix: str) -> None:
        self.stream = stream
        self.prefix = prefix
        self.unfinished_line = ""

    def write(self, text: str) -> int:
        """Pass on the lines that are complete by now."""
        *lines, self.unfinished_line = (self.unfinished_line + text).split("\n")
        for line in lines:
            self.stream.write(f"{self.prefix}{line}\n")
        return len(text)

    def flush(self) -> None:
        """Flush the stream behind this one."""
        self.stream.flush()


def spoken_seconds(seconds: float) -> str:
    """A duration as people say it: `4 s`, `2 min 05 s`, `1 h 20 min`."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def count_of(n: int, noun: str) -> str:
    """A number with its noun, in the plural unless the number is 1.

    >>> count_of(1, "image"), count_of(1200, "image")
    ('1 image', '1,200 images')
    """
    plural = "" if n == 1 else "s"
    return f"{n:,} {noun}{plural}"
