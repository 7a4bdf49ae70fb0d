"""data.annotation.file_names: files found by the names that people, spreadsheets and other computers give them."""

import unicodedata

import pytest

from styleclf.data.annotation.file_names import (
    FileFinder,
    relative_name,
    without_common_folder,
    without_foreign_folders,
)


def test_files_are_found_by_other_spellings_and_bare_names():
    on_disk = ["cubism/Gris_1.JPG", "rococo/dürer_1.jpg", "rococo/x.jpg", "cubism/x.jpg", "a/y.png"]
    on_disk = [unicodedata.normalize("NFD", name) for name in on_disk]
    finder = FileFinder(on_disk)
    for name, position in {
        "cubism/Gris_1.JPG": 0,
        "cubism/gris_1.jpg": 0,
        "gris_1.jpg": 0,
        "Gris_1": 0,
        "rococo/dürer_1.jpg": 1,
        "DÜRER_1.jpg": 1,
        "rococo/x.jpg": 2,
        "y": 4,
        "cubism/x": 3,
    }.items():
        assert finder.find(name) == (on_disk[position], ""), name
    assert finder.find("x.jpg") == ("x.jpg", "may be 2 files, such as cubism/x.jpg and rococo/x.jpg")
    for name in ("none.jpg", "fauvism/gris_1.jpg", "y.jpg", ""):
        assert finder.find(name) == (name, ""), name


def test_a_folder_that_all_names_share_is_dropped_where_there_is_none():
    names = ["images/cubism/a.jpg", "images/rococo/b.jpg"]
    assert without_common_folder(names, ["cubism/a.jpg"]) == ["cubism/a.jpg", "rococo/b.jpg"]
    assert without_common_folder(names, ["Images/cubism/a.jpg"]) == names
    assert without_common_folder([*names, "c.jpg"], ["cubism/a.jpg"]) == [*names, "c.jpg"]
    assert without_common_folder(["a.jpg", ""], ["a.jpg"]) == ["a.jpg", ""]


def test_names_become_relative_to_the_images(tmp_path):
    assert relative_name(f" {tmp_path}/cubism/a.jpg ", tmp_path) == "cubism/a.jpg"
    assert relative_name("cubism\\sub\\..\\a.jpg", tmp_path) == "cubism/a.jpg"
    assert relative_name("\ufeff", tmp_path) == ""
    assert relative_name("/elsewhere/a.jpg", tmp_path) == "/elsewhere/a.jpg"


@pytest.mark.parametrize(
    "name, filename",
    [
        ("C:/Users/me/pictures/cubism/gris_1.jpg", "cubism/gris_1.jpg"),
        ("/home/me/Cubism/GRIS_1.jpg", "cubism/gris_1.jpg"),
        ("https://museum.org/files/cubism/gris_1.jpg", "cubism/gris_1.jpg"),
        ("/home/me/loose.jpg", "loose.jpg"),
        ("/home/me/fauvism/gris_1.jpg", "/home/me/fauvism/gris_1.jpg"),  # another folder: another picture
        ("fauvism/gris_1.jpg", "fauvism/gris_1.jpg"),
        ("/nowhere/at/all.jpg", "/nowhere/at/all.jpg"),
    ],
)
def test_of_paths_of_another_computer_the_end_counts(tmp_path, name, filename):
    on_disk = ["cubism/gris_1.jpg", "rococo/boucher_1.jpg", "loose.jpg"]
    assert without_foreign_folders([relative_name(name, tmp_path)], on_disk) == [filename]


@pytest.mark.parametrize("number", ["7", "007", "7.0", "0007"])
def test_numbers_that_lost_their_zeros_in_a_spreadsheet_find_their_files(number):
    finder = FileFinder(["cubism/000007.jpg", "cubism/000070.jpg", "cubism/gris_7.jpg"])
    assert finder.find(number) == ("cubism/000007.jpg", "")
    assert finder.find("7.5") == ("7.5", "")
    name, reason = FileFinder(["cubism/07.jpg", "rococo/007.jpg"]).find("7")
    assert name == "7" and reason.startswith("may be 2 files")
