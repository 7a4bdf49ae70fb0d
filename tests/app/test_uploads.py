"""app.uploads: limits, and names that are text only."""

import pytest
from hypothesis import given, strategies

from styleclf.app.uploads import UploadLimits, check_number, take_upload, text_name, unused_name, why_refused


@given(strategies.text())
def test_a_name_is_one_line_and_leads_nowhere(name):
    line = text_name(name)
    assert line
    assert line.isprintable()
    assert len(line.encode()) <= 170
    assert not set('<>:"/\\|?*') & set(line)
    assert line not in (".", "..")
    assert text_name(line) == line


@pytest.mark.parametrize("name", ["CON", "aux.jpg", "com1.tar.gz", "nul .png"])
def test_a_name_that_windows_has_for_a_device_gets_another(name):
    assert text_name(name) == f"_{name}"
    assert text_name("console.jpg") == "console.jpg"


def test_a_long_name_keeps_its_suffix():
    assert text_name("ü" * 300 + ".jpeg").endswith("ü.jpeg")


@given(strategies.lists(strategies.sampled_from(["a.png", "a-2.png", "a", "b.c.png"]), max_size=9))
def test_names_differ(names):
    taken = []
    for name in names:
        taken.append(unused_name(name, taken))
    assert len(set(taken)) == len(taken)


def test_too_many_pictures_are_told_with_what_to_do():
    check_number(3, 2, UploadLimits(pictures=5))
    with pytest.raises(
        ValueError, match="3 pictures were dropped, and at most 5 may be here at once: 3 pictures are here"
    ):
        check_number(3, 3, UploadLimits(pictures=5))


def test_files_that_are_not_taken(tmp_path):
    limits = UploadLimits(megabytes=1)
    path = tmp_path / "a.png"
    path.touch()
    assert why_refused(path, limits, n_bytes_present=0) == "empty file"
    with open(path, "wb") as stream:
        stream.truncate(100_000_000)  # a hole: takes no room
    assert why_refused(path, limits, n_bytes_present=0) == "too large: 100 MB, and at most 1 MB are taken"
    path.write_bytes(b"x")
    assert why_refused(path, limits, n_bytes_present=0) == ""
    assert why_refused(path, limits, n_bytes_present=20_000_000) == "too much: at most 20 MB may be here at once"


def test_a_file_is_taken_under_a_name_that_says_nothing(tmp_path, paint):
    path = paint("gris_guitar.PNG")
    content = path.read_bytes()
    upload = take_upload(path, tmp_path / "desk")
    assert upload.name == "gris_guitar.PNG"
    assert "gris" not in upload.path.name
    assert upload.path.suffix == ".png"
    assert not path.exists()
    assert upload.path.read_bytes() == content
    assert len(upload.sha256) == 16
