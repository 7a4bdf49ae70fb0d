"""Work in a folder that one process at a time does, and files that processes write one after the other."""

import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from styleclf.common.file_locks import release_and_remove, try_lock, wait_for_lock
from styleclf.common.files import make_folder
from styleclf.common.lines import say
from styleclf.common.words import shown_name

_IN_USE = ".in-use"
_LONGEST_STEM = 40  # characters of a file's name in that of its lock
_LONGEST_SIGN = 500  # bytes that are read of it


@contextmanager
def alone_in(folder: str | Path, work: str, *, part: str = "") -> Iterator[None]:
    """Let nobody else do such work in the folder while the block lasts; `work` as in 'a cross-validation'.

    `part` names what of the folder is meant, where the same process may hold the whole. The lock ends with the process,
    however that ends. Folders that are made for it go again if nothing was written into them. Raises ValueError, which
    says who it is, where somebody else holds the lock.
    """
    path = Path(folder) / (f".{part}{_IN_USE}" if part else _IN_USE)
    missing_folders = [parent for parent in path.parents if not parent.exists()]
    make_folder(path.parent)
    try:
        lock = try_lock(path)
    except BlockingIOError as error:
        work, holder = _read_sign(path, work)
        refusal = f"another run is at work on {work} in {folder}{holder}"
        raise ValueError(f"{refusal}: wait for it, or choose another folder") from error
    _sign(lock, work)
    try:
        yield
    finally:
        release_and_remove(lock, path)
        _remove_empty(missing_folders)


def holds_only_lock(folder: str | Path) -> bool:
    """Whether a run is at work in the folder, alone there, and has written nothing yet."""
    return os.listdir(folder) == [_IN_USE]


def _sign(lock: int | None, work: str) -> None:
    """Write into a locked file what the work is and who does it, for those who are refused."""
    if lock is None:
        return
    process = os.getpid()
    computer = platform.node()
    now = datetime.now().strftime("%Y-%m-%d %H:%M")
    text = f"{work}\nprocess {process} on {computer} since {now}\n"
    with suppress(OSError):  # a full disk: they are told less
        os.ftruncate(lock, 0)
        os.lseek(lock, 0, os.SEEK_SET)
        os.write(lock, text.encode("utf-8", "replace"))


def _read_sign(path: Path, work: str) -> tuple[str, str]:
    """What work the holder of a lock does, else the given one, and who it is, in brackets, else ''."""
    try:
        with open(path, "rb") as stream:
            text = stream.read(_LONGEST_SIGN).decode("utf-8", "replace")
    except OSError:  # a network drive that lets nobody read what is locked
        return work, ""
    lines = text.splitlines()
    if len(lines) != 2:
        return work, ""
    return shown_name(lines[0]), f" ({shown_name(lines[1])})"


@contextmanager
def in_turn(path: str | Path) -> Iterator[None]:
    """Let processes that write several files by the name of one do so one after the other, so that all are of one."""
    path = Path(path)
    stem = path.stem[:_LONGEST_STEM]
    lock_path = path.with_name(f".{stem}{_IN_USE}")
    make_folder(lock_path.parent)
    try:
        lock = try_lock(lock_path)
    except BlockingIOError:
        say(f"waiting for another run, which is writing {path}")
        lock = wait_for_lock(lock_path)
    try:
        yield
    finally:
        release_and_remove(lock, lock_path)


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove folders, the inner ones first, as far as there is nothing in them."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:  # something is in it
            return
