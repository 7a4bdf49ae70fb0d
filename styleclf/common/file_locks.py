"""Locks on files, by which processes and threads tell what others are working on.

A lock ends with the process that holds it, however that ends. So whoever comes later can tell what a killed process
has left, in another container, too. Where a file system has no locks, everything goes on without.

Windows differs in two ways. Nobody can read or write what is locked there, so the lock is on a byte behind all that is
written. And a file that is open can be neither removed nor moved there: an unfinished one need only be kept open.
"""

import errno
import os
import time
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

try:
    import msvcrt
except ImportError:  # any other system
    msvcrt = None  # type: ignore[assignment]

_CREATED = os.O_CREAT | os.O_RDWR | getattr(os, "O_BINARY", 0)  # which Windows has
_MODE = 0o666  # less what the user's mask takes away
_LOCKED_BYTE = 1 << 30
_SECONDS_BETWEEN = 0.01
_MOST_OPENINGS = 100  # of a file that Windows is about to remove


def wait_for_lock(path: Path) -> int | None:
    """An open file that holds the lock of the file, which it creates if need be; None where there are no such locks."""
    while True:
        try:
            return try_lock(path)
        except BlockingIOError:
            time.sleep(_SECONDS_BETWEEN)


def try_lock(path: Path) -> int | None:
    """Like `wait_for_lock`, but raises BlockingIOError where somebody else holds the lock."""
    while True:
        file = _file_descriptor(path)
        try:
            _lock(file)
            if _is_still_at(file, path):
                return file
        except BlockingIOError:
            os.close(file)
            raise
        except OSError:  # a file system without locks
            os.close(file)
            return None
        os.close(file)


def _file_descriptor(path: Path) -> int:
    """The file, open to be read and written."""
    for _ in range(_MOST_OPENINGS):
        try:
            return os.open(path, _CREATED, _MODE)
        except PermissionError:
            if msvcrt is None:
                raise
            time.sleep(_SECONDS_BETWEEN)  # on Windows this may also mean that somebody is removing it
    return os.open(path, _CREATED, _MODE)


def _lock(file: int) -> None:
    """Lock an open file. Raises BlockingIOError where somebody else holds the lock, OSError where there are none."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    try:
        _call_windows(file, msvcrt.LK_NBLCK)
    except PermissionError as error:
        raise BlockingIOError(errno.EAGAIN, "somebody else holds the lock") from error


def _call_windows(file: int, request: int) -> None:
    """Lock the byte of an open file that stands for it, or unlock it."""
    os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
    msvcrt.locking(file, request, 1)  # type: ignore[attr-defined]


def _is_still_at(file: int, path: Path) -> bool:
    """Whether the path still leads to the open file, which elsewhere than on Windows may have been removed."""
    if fcntl is None:
        return True
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


def release(lock: int | None) -> None:
    """Give back a lock, if there is one."""
    if lock is None:
        return
    if fcntl is None:
        with suppress(OSError):  # it was merely open
            _call_windows(lock, msvcrt.LK_UNLCK)
    os.close(lock)


def release_and_remove(lock: int | None, path: Path) -> None:
    """Give back the lock of a file that is there for the lock alone, and remove the file."""
    if fcntl is not None:
        path.unlink(missing_ok=True)  # before somebody else can lock it
        release(lock)
        return
    release(lock)
    with suppress(PermissionError):  # somebody else has opened it by now
        path.unlink(missing_ok=True)


class UnfinishedFile:
    """A file that is being written, guarded from being removed as left by a killed process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    def create(self) -> None:
        """Create the file and guard it; on Windows it need only be open for that."""
        self._lock = _file_descriptor(self.path) if fcntl is None else wait_for_lock(self.path)

    def move_to(self, path: Path) -> None:
        """Move the file, which is finished, to its place; on Windows it must not be open for that."""
        if fcntl is None:
            self._release()
        os.replace(self.path, path)

    def close(self) -> None:
        """Guard the file no longer, and remove it if it was not moved."""
        self._release()
        with suppress(PermissionError):  # another program has it open
            self.path.unlink(missing_ok=True)

    def _release(self) -> None:
        lock = self._lock
        self._lock = None
        release(lock)


def remove_if_unlocked(path: Path) -> None:
    """Remove an unfinished file unless somebody guards it. Raises OSError where one does, or it cannot be removed."""
    if fcntl is None:
        path.unlink()
        return
    file = os.open(path, os.O_RDWR)
    try:
        _lock(file)
        path.unlink()
    finally:
        os.close(file)
