"""styleclf.common.file_locks: locks end with who holds them, and unfinished files stay while somebody writes them."""

import os
import subprocess
import sys

import pytest

from styleclf.common import file_locks


def in_a_process_of_its_own(lines, path, system):
    """A process that has run some lines on `path`, with the locks of the same system, and still lives."""
    imitation = """
from types import SimpleNamespace
from tests.windows import imitate_windows
imitate_windows(SimpleNamespace(setattr=setattr))
"""
    command = f"""
import sys
from pathlib import Path
from styleclf.common import file_locks
{imitation if system == "Windows" else ""}
path = Path(sys.argv[1])
{lines}
print("ready", flush=True)
sys.stdin.read()
"""
    words = [sys.executable, "-c", command, path]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_lock_is_of_one_descriptor_until_it_is_given_back(tmp_path, system):
    path = tmp_path / "lock"
    lock = file_locks.try_lock(path)
    with pytest.raises(BlockingIOError):
        file_locks.try_lock(path)
    os.lseek(lock, 0, os.SEEK_SET)
    os.write(lock, b"mine")
    assert path.read_text() == "mine"
    file_locks.release_and_remove(lock, path)
    assert not path.exists()
    file_locks.release(file_locks.try_lock(path))
    file_locks.release(None)


def test_a_lock_ends_with_a_killed_process(tmp_path, system):
    path = tmp_path / "lock"
    process = in_a_process_of_its_own("lock = file_locks.try_lock(path)", path, system)
    with pytest.raises(BlockingIOError):
        file_locks.try_lock(path)
    process.kill()
    process.communicate()
    lock = file_locks.try_lock(path)
    assert lock is not None
    file_locks.release_and_remove(lock, path)
    assert not path.exists()


def test_an_unfinished_file_is_removed_once_its_writer_is_killed(tmp_path, system):
    path = tmp_path / ".a.part"
    lines = "file = file_locks.UnfinishedFile(path); file.create(); path.write_text('half')"
    process = in_a_process_of_its_own(lines, path, system)
    with pytest.raises(OSError):
        file_locks.remove_if_unlocked(path)
    assert path.read_text() == "half"
    process.kill()
    process.communicate()
    file_locks.remove_if_unlocked(path)
    assert not path.exists()


def test_a_file_that_cannot_be_moved_leaves_nothing_behind(tmp_path, system):
    (tmp_path / "folder").mkdir()
    unfinished = file_locks.UnfinishedFile(tmp_path / ".a.part")
    unfinished.create()
    with pytest.raises(OSError):
        unfinished.move_to(tmp_path / "folder")
    unfinished.close()
    unfinished.close()
    assert os.listdir(tmp_path) == ["folder"]


def test_where_there_are_no_locks_everything_goes_on(tmp_path, monkeypatch):
    def no_locks(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(file_locks, "_lock", no_locks)
    assert file_locks.try_lock(tmp_path / "lock") is None
    file_locks.release_and_remove(None, tmp_path / "lock")
    assert not list(tmp_path.iterdir())
