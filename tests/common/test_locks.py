"""styleclf.common.locks: two runs do not work in one folder."""

import os
import threading

import pytest

from styleclf.common import locks


def test_a_folder_is_left_to_whoever_works_in_it(tmp_path, system):
    folder = tmp_path / "cv"
    with locks.alone_in(folder, "a cross-validation"):
        holder = rf"\(process {os.getpid()} on .* since \d{{4}}-\d\d-\d\d \d\d:\d\d\)"
        complaint = f"another run is at work on a cross-validation in .*cv {holder}: wait"
        refused = pytest.raises(ValueError, match=complaint)
        with refused, locks.alone_in(folder, "a training"):
            pass
        with locks.alone_in(tmp_path / "other", "a training"), locks.alone_in(folder, "folds", part="folds"):
            pass
    assert not folder.exists()
    assert not (tmp_path / "other").exists()
    with locks.alone_in(folder, "a cross-validation"):
        assert list(folder.iterdir())


@pytest.mark.parametrize("left", ["", "a training\nprocess 1 on a computer of a longer name since 1999-12-31 23:59\n"])
def test_what_a_killed_process_left_refuses_nobody(tmp_path, left, system):
    (tmp_path / ".in-use").write_text(left)
    with locks.alone_in(tmp_path, "an audit"):
        with pytest.raises(ValueError, match="at work on an audit in"), locks.alone_in(tmp_path, "a training"):
            pass
        (tmp_path / ".in-use").write_bytes(b"\xff\x00" * 400)
        with pytest.raises(ValueError, match=r"a training in \S+: wait"), locks.alone_in(tmp_path, "a training"):
            pass
    assert not list(tmp_path.iterdir())


def test_folders_that_were_made_for_nothing_go_again(tmp_path):
    folder = tmp_path / "runs/today/cv"
    with pytest.raises(OSError, match="no image"), locks.alone_in(folder, "a cross-validation"):
        raise OSError("no image")
    assert list(tmp_path.iterdir()) == []
    with locks.alone_in(folder, "a cross-validation"):
        (tmp_path / "runs/today/notes.txt").touch()
    assert [path.name for path in (tmp_path / "runs/today").iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    with locks.alone_in(tmp_path / "empty", "a cross-validation"):
        pass
    assert (tmp_path / "empty").is_dir()


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    refused = pytest.raises(OSError, match=r"the folder .*cv cannot be made \(Not a directory\): name another one")
    with refused, locks.alone_in(tmp_path / "file/cv", "a cross-validation"):
        pass


def test_files_of_one_name_are_written_by_one_after_the_other(tmp_path, system):
    out = tmp_path / "new/predictions.csv"
    order = []

    def write_second():
        with locks.in_turn(out):
            order.append("second")

    second = threading.Thread(target=write_second)
    with locks.in_turn(out):
        second.start()
        second.join(0.05)
        order.append("first")
    second.join()
    assert order == ["first", "second"]
    assert not list(out.parent.iterdir())
