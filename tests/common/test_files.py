"""styleclf.common.files: files appear whole, and what keeps one from being written is named."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from PIL import Image

from styleclf.common import file_locks, files
from tests.damage import full_disk


def failing_write(path, error):
    with files.whole_file(path) as aside:
        aside.write_text("half of the n")
        raise error


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failing_block_leaves_the_old_file_and_nothing_else(tmp_path, error, system):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(type(error)):
        failing_write(path, error)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["table.csv"]


def test_readers_see_the_old_file_until_the_block_ends(tmp_path, system):
    path = tmp_path / "figure.png"
    path.write_text("old")
    with files.whole_file(path) as aside:
        aside.write_text("new")
        assert path.read_text() == "old" and aside.suffix == ".png"
    assert path.read_text() == "new" and os.listdir(tmp_path) == ["figure.png"]


def test_tables_come_back_from_folders_that_were_not_there(tmp_path):
    table = pd.DataFrame({"label": ["cubism", "réalisme"], "width": [3, 4]})
    files.write_table(table, tmp_path / "a/b/table.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "a/b/table.csv"), table)
    files.write_table(table.set_index("label"), tmp_path / "indexed.csv", index=True)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "indexed.csv"), table)


def test_dictionaries_come_back_with_paths_as_text(tmp_path):
    values = {"style": "réalisme", "sizes": [1, 2.5, None], "out": Path("runs")}
    files.write_json(values, tmp_path / "settings.json")
    text = (tmp_path / "settings.json").read_text(encoding="utf-8")
    assert json.loads(text) == values | {"out": "runs"}
    assert "réalisme" in text


def test_processes_of_the_same_number_write_to_files_of_their_own(tmp_path):
    with files.whole_file(tmp_path / "a.npy") as one, files.whole_file(tmp_path / "a.npy") as other:
        assert one != other
        one.write_text("one")
        other.write_text("other")
    assert (tmp_path / "a.npy").read_text() == "one" and os.listdir(tmp_path) == ["a.npy"]


def test_a_link_to_nothing_is_no_folder_for_results(tmp_path):
    (tmp_path / "o").symlink_to("nowhere")
    with pytest.raises(ValueError, match="o is a link to nothing: name another folder"):
        files.check_folder(tmp_path / "o/figures")


def test_the_longest_names_can_be_written(tmp_path):
    path = tmp_path / f"{'é' * 123}.npz"
    with files.whole_file(path) as aside:
        aside.write_text("whole")
    assert path.read_text() == "whole"


KILLED = """
import os, signal, sys
from styleclf.common import whole_file
with whole_file(sys.argv[1]) as aside:
    aside.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(file_locks.fcntl is None, reason="needs locks of files")
def test_what_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, tmp_path / "killed.npy"])
    (left,) = tmp_path.iterdir()
    with files.whole_file(tmp_path / "living.npy") as aside:
        aside.write_text("new")
        assert files.remove_unfinished(tmp_path) == 1
        assert not left.exists() and aside.is_file()
    assert os.listdir(tmp_path) == ["living.npy"] and files.remove_unfinished(tmp_path) == 0


@pytest.mark.skipif(file_locks.fcntl is None, reason="needs locks of files")
def test_what_was_left_among_figures_is_removed_and_what_others_call_alike_is_not(tmp_path):
    figures = tmp_path / "figures"
    subprocess.run([sys.executable, "-c", KILLED, figures / "a.confusion.png"])
    (tmp_path / ".film.part").write_text("a browser loads it")
    (figures / ".part1.txt").write_text("the user's own")
    assert files.remove_unfinished(tmp_path) == 1
    assert os.listdir(figures) == [".part1.txt"]
    assert sorted(os.listdir(tmp_path)) == [".film.part", "figures"]


@pytest.mark.parametrize(
    "error, reason",
    [
        (OSError(28, "No space left on device"), "its disk is full, 0.1 MB are free"),
        (RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 172160"), "its disk is full"),
        (OSError("2048 requested and 0 written"), "its disk is full"),
    ],
)
def test_a_full_disk_is_named(tmp_path, monkeypatch, error, reason):
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: SimpleNamespace(free=100_000))
    monkeypatch.setattr(files, "_file_limit", lambda: None)
    with pytest.raises(OSError, match=f"model.pkl cannot be written: {reason}"):
        failing_write(tmp_path / "model.pkl", error)
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_named_where_the_error_names_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(
        files.shutil, "disk_usage", lambda place: SimpleNamespace(free=2000 if place == tmp_path else 1e9)
    )
    full, elsewhere = OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EIO, "Input/output error")
    sentence = files.full_disk_sentence(full, [Path("."), tmp_path / "not/there/yet"])
    assert sentence == f"the disk of {tmp_path} is full, 2 kB are free: make room, or name another folder"
    assert files.full_disk_sentence(full).startswith("a disk is full: make room on")
    assert files.full_disk_sentence(elsewhere, [tmp_path]) == ""


def test_a_picture_comes_back_and_is_written_by_python(tmp_path, monkeypatch):
    """Pillow's own writing leaves half a JPEG on a full disk, and raises nothing."""
    picture = Image.new("RGB", (8, 8), "teal")
    files.write_image(picture, tmp_path / "new/a.jpg", quality=90)
    with Image.open(tmp_path / "new/a.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (8, 8))
    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(OSError, match=r"a\.png cannot be written: its disk is full"):
        files.write_image(picture, tmp_path / "a.png")
    assert os.listdir(tmp_path) == ["new"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_file_that_another_program_has_open_is_named(tmp_path, monkeypatch, number):
    """As Windows does where a spreadsheet shows the table."""

    def replace(source: Path, target: Path) -> None:
        raise OSError(number, "The process cannot access the file", str(source), None, str(target))

    monkeypatch.setattr(files.os, "replace", replace)
    with pytest.raises(OSError, match=r"predictions\.csv cannot be written: .* another program has it open"):
        files.write_text("a", tmp_path / "predictions.csv")
    assert os.listdir(tmp_path) == []


def test_a_disk_that_can_only_be_read_is_named(tmp_path, monkeypatch):
    def refuse(path: Path, *_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", path)

    monkeypatch.setattr(file_locks.os, "open", refuse)
    with pytest.raises(OSError, match=r"a\.csv cannot be written: its disk can only be read"):
        files.write_text("a", tmp_path / "a.csv")


def test_a_path_that_is_too_long_for_windows_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "resource", None)
    name = "a" * 230
    missing = FileNotFoundError(errno.ENOENT, "No such file or directory")
    with pytest.raises(OSError, match=r"cannot be written: its path is longer than the 259 characters that Windows"):
        failing_write(tmp_path / "deep" / name / "model.pkl", missing)


LIMITED = """
import resource, sys
import numpy as np
from styleclf.common import whole_file
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with whole_file(sys.argv[1]) as aside:
        np.save(aside, np.zeros(50_000))
except OSError as error:
    print(error)
"""


@pytest.mark.skipif(files.resource is None, reason="needs limits of processes")
def test_a_limit_on_files_is_named(tmp_path):
    done = subprocess.run([sys.executable, "-c", LIMITED, tmp_path / "a.npy"], capture_output=True, text=True)
    assert done.stdout.strip().endswith("cannot be written: a file of this process may have 0.1 MB at most (ulimit -f)")


def test_other_errors_stay_what_they_are(tmp_path):
    with pytest.raises(RuntimeError, match=r"^diverged$"):
        failing_write(tmp_path / "a", RuntimeError("diverged"))
    with pytest.raises(FileNotFoundError):
        failing_write(tmp_path / "a", FileNotFoundError(2, "No such file", "image.jpg"))


def test_places_where_nothing_can_be_written_are_told_before_the_work(tmp_path, monkeypatch):
    files.check_folder(tmp_path / "not/there/yet")
    files.check_file(tmp_path / "not/there/yet.csv")
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"cannot be a folder for results, .*file is a file: name another folder"):
        files.check_folder(tmp_path / "file/deeper")
    with pytest.raises(ValueError, match="cannot be a file of results, it is a folder: name a file in it"):
        files.check_file(tmp_path)
    with pytest.raises(ValueError, match="longer than the name of a folder may be"):
        files.check_folder(tmp_path / ("ш" * 130))
    with pytest.raises(ValueError, match="longer than the name of a file may be: shorten it"):
        files.check_page(tmp_path / ("ш" * 126 + ".html"))
    with pytest.raises(ValueError, match=r"has 4,0\d\d bytes, more than 1,024: name a shorter path"):
        files.check_folder(tmp_path / ("a/" * 2000))
    with pytest.raises(ValueError, match=r"'o\\x00x' contains a null character"):
        files.check_folder("o\0x")
    with pytest.raises(OSError, match="file cannot be a folder for results, it is a file"):
        files.write_text("x", tmp_path / "file" / "x.txt")
    files.check_page(tmp_path / "notes.HTML")
    with pytest.raises(ValueError, match=r"notes\.txt is not the name of a page: end it with \.html"):
        files.check_page(tmp_path / "notes.txt")
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: SimpleNamespace(free=8000, total=10**9))
    with pytest.raises(OSError, match="not cannot be written, its disk is full, 8 kB are free: make room, or name"):
        files.check_folder(tmp_path / "not")
    monkeypatch.setattr(files.os, "access", lambda *_: False)
    with pytest.raises(OSError, match="cannot be written, there is no permission in"):
        files.check_folder(tmp_path)
