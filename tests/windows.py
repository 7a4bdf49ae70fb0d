"""Windows's ways with locked and open files, imitated on Linux, in every process that calls `imitate_windows`.

What `msvcrt.locking` documents is done by locks of open file descriptions: a range of bytes from the position on, of
one descriptor, against all others of this process too, until it is unlocked, closed, or its process ends. What is open
anywhere can be neither removed nor moved, as of the C library's `open`, which does not share that.
"""

import fcntl
import os
import pathlib
import struct
from pathlib import Path
from types import SimpleNamespace

from styleclf.common import file_locks

LK_UNLCK, LK_NBLCK = 0, 2
FIRST_LOCKED_BYTE = 1 << 20  # whoever reads or writes before it is not kept from that


def locking(file, mode, n_bytes):
    """`msvcrt.locking`: raises PermissionError for a byte that another descriptor has locked."""
    position = os.lseek(file, 0, os.SEEK_CUR)
    assert position >= FIRST_LOCKED_BYTE
    kind = fcntl.F_UNLCK if mode == LK_UNLCK else fcntl.F_WRLCK
    request = struct.pack("hhqqi4x", kind, os.SEEK_SET, position, n_bytes, 0)
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, request)
    except BlockingIOError as error:
        raise PermissionError(13, "Permission denied") from error


def check_closed(path):
    """Raise PermissionError for a file that any process has open."""
    if not os.path.exists(path):
        return
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        if is_same(link, path):
            raise PermissionError(13, "The process cannot access the file because it is being used", str(path))


def is_same(link, path):
    """Whether the descriptor of a process is of this file."""
    try:
        return os.path.samefile(link, path)
    except OSError:  # it is closed by now, or of a process that nobody may look into
        return False


def imitate_windows(patch):
    """Let styleclf's locks find Windows, until the patches are undone."""
    unlink, replace = os.unlink, os.replace

    def checked_unlink(path, **keywords):
        check_closed(path)
        unlink(path, **keywords)

    def checked_replace(path, new_path):
        check_closed(path)
        check_closed(new_path)
        replace(path, new_path)

    patch.setattr(file_locks, "fcntl", None)
    patch.setattr(file_locks, "msvcrt", SimpleNamespace(locking=locking, LK_UNLCK=LK_UNLCK, LK_NBLCK=LK_NBLCK))
    patch.setattr(os, "unlink", checked_unlink)
    if hasattr(pathlib, "_normal_accessor"):  # Python 3.10, whose paths do not ask os again
        patch.setattr(pathlib._normal_accessor, "unlink", checked_unlink)
    patch.setattr(os, "replace", checked_replace)
