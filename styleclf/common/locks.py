"""Locks on files and folders, by which processes tell what another one is working on.

A lock ends with the process that holds it, however that ends. So whoever comes later can tell what a killed process
has left, in another container, too. Windows has no such locks, but there nobody can remove a file that is open.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_IN_USE = ".in-use"
_LONGEST_STEM = 40  # characters of a file's name in that of its lock


@contextmanager
def alone_in(folder: str | Path, work: str) -> Iterator[None]:
    """Let no other process do such work in the folder while the block lasts; `work` as in 'a cross-validation'.

    The lock ends with the process, however that ends. Folders that are made for it go again if nothing was written into
    them. Raises ValueError where another process holds the lock.
    """
    path = Path(folder) / _IN_USE
    missing_folders = [parent for parent in path.parents if not parent.exists()]
    make_folder(path.parent)
    try:
        lock = _lock(path)
    except BlockingIOError as error:
        refusal = f"another process is at work on {work} in {folder}"
        raise ValueError(f"{refusal}: wait for it, or choose another folder") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        release(lock)
        _remove_empty(missing_folders)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it. Raises OSError, which names the folder, where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OSError(f"{folder} cannot be a folder for results, it is a file: name another folder") from error
    except OSError as error:
        raise OSError(f"the folder {folder} cannot be made ({error.strerror}): name another one") from error


@contextmanager
def in_turn(path: str | Path) -> Iterator[None]:
    """Let processes that write several files by the name of one do so one after the other, so that all are of one."""
    path = Path(path)
    stem = path.stem[:_LONGEST_STEM]
    lock_path = path.with_name(f".{stem}{_IN_USE}")
    make_folder(lock_path.parent)
    lock = wait_for_lock(lock_path)
    try:
        yield
    finally:
        lock_path.unlink(missing_ok=True)
        release(lock)


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove folders, the inner ones first, as far as there is nothing in them."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:  # something is in it
            return


def wait_for_lock(path: Path) -> int | None:
    """An open file that holds the lock of the file, which it creates if need be; None where there are no such locks."""
    while True:
        try:
            return _lock(path)
        except BlockingIOError:  # somebody is looking whether it is locked
            time.sleep(0.01)


def release(lock: int | None) -> None:
    """Give back a lock, if there is one."""
    if lock is not None:
        os.close(lock)


def _lock(path: Path) -> int | None:
    """Like `wait_for_lock`, but raises BlockingIOError where somebody else holds the lock."""
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


def remove_if_unlocked(path: Path) -> None:
    """Remove a file unless a process holds its lock. Raises OSError where one does, or it cannot be removed."""
    if fcntl is None:
        path.unlink()
        return
    file = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # an error where another process holds it
        path.unlink()
    finally:
        os.close(file)
