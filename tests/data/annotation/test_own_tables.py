"""data.annotation.own_tables: tables as spreadsheets write them, and files by the names that people give them."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from styleclf.data.annotation.own_tables import (
    FileFinder,
    check_own_columns,
    read_own_table,
    relative_name,
    without_common_folder,
    without_foreign_folders,
)

ROWS = [("cubism/dürer_häschen.jpg", "cubism", "Dürer, Albrecht"), ("rococo/x.jpg", "rococo", 'Élisabeth "L" Vigée')]
HEADER = ("filename", "label", "author")


def text_of(separator, header=HEADER, rows=ROWS, end="\n"):
    lines = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [header, *rows]]
    return end.join(lines) + end


def written(folder, text, encoding="utf-8"):
    path = folder / "own.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_separator_encoding_and_line_end_is_read(tmp_path, separator, encoding, end):
    rows, note = read_own_table(written(tmp_path, text_of(separator, end=end), encoding))
    assert list(rows) == list(HEADER)
    assert list(rows.itertuples(index=False, name=None)) == ROWS
    assert ("save it as UTF-8" in note) == (encoding == "cp1252")


@pytest.mark.parametrize(
    "header",
    [
        ("File", "Style", "Artist"),
        ("FILE NAME", "style", "artist_name"),
        (" image_path ", " movement", "Painter "),
        ("Dateiname", "Stil", "Künstler"),
        ("fichier", "style", "Peintre"),
        ("new_filename", "style", "creator"),
    ],
)
def test_columns_may_have_other_names(tmp_path, header):
    rows, _ = read_own_table(written(tmp_path, text_of(";", header)))
    assert list(rows) == list(HEADER)


def test_a_column_of_the_right_name_goes_before_one_that_would_do(tmp_path):
    rows, _ = read_own_table(written(tmp_path, "style,label,file,source\na,b,x.jpg,met\n"))
    assert list(rows) == ["style", "label", "filename", "source"]
    assert rows["label"].tolist() == ["b"]


def test_several_authors_in_a_cell_do_not_hide_the_separator(tmp_path):
    rows, _ = read_own_table(written(tmp_path, "file;style;artist\nx.jpg;cubism;picasso|braque|gris\n"))
    assert rows["author"].tolist() == ["picasso|braque|gris"]


def test_the_first_line_of_excel_is_passed_over(tmp_path):
    rows, _ = read_own_table(written(tmp_path, "sep=;\r\n" + text_of(";"), "cp1252"))
    assert list(rows) == list(HEADER)


@pytest.mark.parametrize(
    "encoding, name", [("cp1251", "реализм/шишкин_лес.jpg"), ("mac_roman", "cubism/dürer_œuf.jpg")]
)
def test_files_that_are_there_decide_between_old_encodings(tmp_path, encoding, name):
    path = written(tmp_path, text_of(",", rows=[(name, "a", "b")]), encoding)
    rows, note = read_own_table(path, known_files=[unicodedata.normalize("NFD", name), "a/b.jpg"])
    assert rows["filename"].tolist() == [name]
    assert f"was read as {encoding}" in note


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"sep=;\n"])
def test_an_empty_table_is_one_clear_sentence(tmp_path, content):
    (tmp_path / "own.csv").write_bytes(content)
    with pytest.raises(ValueError, match="is empty: give a line of column names"):
        read_own_table(tmp_path / "own.csv")


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest"])
def test_a_workbook_is_one_clear_sentence(tmp_path, content):
    (tmp_path / "own.xlsx").write_bytes(content)
    with pytest.raises(ValueError, match="is a workbook of a spreadsheet program: save it as CSV"):
        read_own_table(tmp_path / "own.xlsx")


@settings(deadline=None, max_examples=60)
@given(content=st.binary(min_size=1, max_size=200))
def test_rubbish_is_one_sentence_without_raw_bytes(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("rubbish") / "own.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        check_own_columns(read_own_table(path).rows, ["filename"], path)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


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


@pytest.mark.parametrize("seed", range(5))
def test_what_is_no_text_is_told_without_showing_it(tmp_path, seed):
    file = tmp_path / "my.csv"
    file.write_bytes(b"\x02" + np.random.default_rng(seed).bytes(400))
    with pytest.raises(ValueError, match=r"my\.csv is not text, it holds control characters: save the table as CSV"):
        read_own_table(file)


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


def test_a_table_that_was_cut_within_a_letter_is_one_sentence(tmp_path):
    path = tmp_path / "cut.csv"
    path.write_bytes(text_of(",").encode("utf-16-le")[:-1])
    with pytest.raises(ValueError, match="is not complete utf-16-le text, it may be cut off"):
        read_own_table(path)


@pytest.mark.parametrize("number", ["7", "007", "7.0", "0007"])
def test_numbers_that_lost_their_zeros_in_a_spreadsheet_find_their_files(number):
    finder = FileFinder(["cubism/000007.jpg", "cubism/000070.jpg", "cubism/gris_7.jpg"])
    assert finder.find(number) == ("cubism/000007.jpg", "")
    assert finder.find("7.5") == ("7.5", "")
    name, reason = FileFinder(["cubism/07.jpg", "rococo/007.jpg"]).find("7")
    assert name == "7" and reason.startswith("may be 2 files")


def test_a_quotation_mark_that_nothing_closes_is_told(tmp_path):
    files = [f"cubism/gris_{number}.jpg" for number in range(4)]
    text = "filename,label,author\n" + "".join(f'{file},cubism,"Gris\n' for file in files)
    with pytest.raises(ValueError, match=r"own\.csv has a quotation mark that nothing closes, before 'Gris'"):
        read_own_table(written(tmp_path, text), known_files=files)
    text = 'filename,label,note\ncubism/gris_0.jpg,cubism,"one, two\nand three, four"\n'
    assert len(read_own_table(written(tmp_path, text), known_files=files).rows) == 1


def test_two_columns_of_one_name_must_say_the_same(tmp_path):
    text = "filename,label,label,note,note\na.jpg,cubism,{},1,2\n"
    assert read_own_table(written(tmp_path, text.format("cubism"))).rows["label"].tolist() == ["cubism"]
    with pytest.raises(ValueError, match="two columns 'label', which differ, such as 'cubism' and 'rococo' in one row"):
        read_own_table(written(tmp_path, text.format("rococo")))
