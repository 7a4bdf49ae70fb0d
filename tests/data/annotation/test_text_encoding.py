"""data.annotation.text_encoding: text of any usual encoding, and one sentence for what is no text."""

import unicodedata

import numpy as np
import pytest

from styleclf.data.annotation.text_encoding import decoded_text


def file_of(folder, content):
    path = folder / "own.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "encoding, name", [("cp1251", "реализм/шишкин_лес.jpg"), ("mac_roman", "cubism/dürer_œuf.jpg")]
)
def test_files_that_are_there_decide_between_old_encodings(tmp_path, encoding, name):
    line = f"{name},a,b\n"
    path = file_of(tmp_path, line.encode(encoding))
    decomposed_name = unicodedata.normalize("NFD", name)
    text, note = decoded_text(path, [decomposed_name, "a/b.jpg"])
    assert text == line
    assert f"was read as {encoding}" in note


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml",
        b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        b"\xd0\xcf\x11\xe0rest",
    ],
)
def test_a_workbook_is_one_clear_sentence(tmp_path, content):
    path = file_of(tmp_path, content)
    with pytest.raises(ValueError, match="is a workbook of a spreadsheet program: save it as CSV"):
        decoded_text(path, [])


def test_a_model_is_no_workbook(tmp_path):
    path = file_of(tmp_path, b"PK\x03\x04....model/data.pkl")
    with pytest.raises(ValueError, match="is no table, but a zip file such as a model or a bundle: name a CSV file"):
        decoded_text(path, [])


@pytest.mark.parametrize("seed", range(5))
def test_what_is_no_text_is_told_without_showing_it(tmp_path, seed):
    noise = np.random.default_rng(seed).bytes(400)
    path = file_of(tmp_path, b"\x02" + noise)
    with pytest.raises(ValueError, match=r"own\.csv is not text, it holds control characters: save the table as CSV"):
        decoded_text(path, [])


def test_a_table_that_was_cut_within_a_letter_is_one_sentence(tmp_path):
    content = "filename,label\n".encode("utf-16-le")
    path = file_of(tmp_path, content[:-1])
    with pytest.raises(ValueError, match="is not complete utf-16-le text, it may be cut off"):
        decoded_text(path, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_zeros_to_which_a_disk_has_filled_a_file_up_are_nothing(tmp_path, encoding):
    text = "filename,label\nxé.jpg,a,"
    path = file_of(tmp_path, text.encode(encoding) + b"\0" * 511)
    if encoding == "utf-16":  # the last letter has lost its second byte
        with pytest.raises(ValueError, match="may be cut off"):
            decoded_text(path, [])
    else:
        assert decoded_text(path, [])[0] == text


def test_the_end_of_a_file_of_dos_is_no_row(tmp_path):
    path = file_of(tmp_path, b"filename,label\r\n\x1a")
    assert decoded_text(path, [])[0] == "filename,label\n"


def test_zeros_at_all_places_are_no_utf_16(tmp_path):
    path = file_of(tmp_path, b"SQLite format 3\0\x10\0\x01\x01\0" + b"\0" * 60 + b"x")
    with pytest.raises(ValueError, match="is not text, it holds control characters"):
        decoded_text(path, [])
