"""styleclf.common.locks: two processes do not work in one folder."""

import threading

import pytest

from styleclf.common import locks


@pytest.mark.skipif(locks.fcntl is None, reason="needs locks of files")
def test_a_folder_is_left_to_whoever_works_in_it(tmp_path):
    folder = tmp_path / "cv"
    with locks.alone_in(folder, "a cross-validation"):
        refused = pytest.raises(ValueError, match=r"another process is at work on a cross-validation in .*cv: wait")
        with refused, locks.alone_in(folder, "a cross-validation"):
            pass
        with locks.alone_in(tmp_path / "other", "a cross-validation"):
            pass
    assert not folder.exists() and not (tmp_path / "other").exists()
    with locks.alone_in(folder, "a cross-validation"):
        assert list(folder.iterdir())


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


@pytest.mark.skipif(locks.fcntl is None, reason="needs locks of files")
def test_files_of_one_name_are_written_by_one_after_the_other(tmp_path):
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
