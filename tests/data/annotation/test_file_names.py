"""data.annotation.file_names: files found by the names that people, spreadsheets and other computers give them."""

import unicodedata

import pytest

from styleclf.data.annotation.file_names import (
    FileFinder,
    relative_name,
    unescaped_names,
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
        ("/home/me/Cubism/GRIS_1.jpg", "Cubism/GRIS_1.jpg"),
        ("https://museum.org/files/cubism/gris_1.jpg", "cubism/gris_1.jpg"),
        ("/home/me/loose.jpg", "loose.jpg"),
        ("~/pictures/cubism/gris_1.jpg", "cubism/gris_1.jpg"),
        ("C:\\scans\\rococo\\boucher_1.tif", "rococo/boucher_1.tif"),
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


@pytest.mark.parametrize(
    "name, filename",
    [
        ("cubism/gris.tif", "cubism/gris.jpg"),
        ("gris.psd", "cubism/gris.jpg"),
        ("CUBISM/GRIS.PNG", "cubism/gris.jpg"),
        ("no.1.tif", "cubism/no.1.jpg"),
        ("plain.jpg", "rococo/plain"),
        ("1826-7.tif", "rococo/1826-7.jpg"),
        ("18267.tif", "18267.tif"),  # another number
        ("no.3.tif", "no.3.tif"),
        ("fauvism/gris.tif", "fauvism/gris.tif"),  # another folder
        ("gris.water", "gris.water"),  # not a format of pictures
    ],
)
def test_copies_in_another_format_are_found_by_what_stands_before_the_suffix(name, filename):
    on_disk = ["cubism/gris.jpg", "cubism/no.1.jpg", "cubism/no.2.jpg", "rococo/plain", "rococo/1826-7.jpg"]
    assert FileFinder(on_disk).find_in_other_format(name) == (filename, "")


def test_two_copies_in_other_formats_are_told():
    name, reason = FileFinder(["a/x.jpg", "a/x.webp"]).find_in_other_format("a/x.tif")
    assert (name, reason) == ("a/x.tif", "may be 2 files, such as a/x.jpg and a/x.webp")


def test_escapes_stay_where_the_file_has_them():
    assert unescaped_names(["a%20b.jpg", "c%20d.tif", "e%2"], ["a%20b.jpg", "a b.jpg", "c d.jpg"]) == [
        "a%20b.jpg",
        "c d.tif",
        "e%2",
    ]
