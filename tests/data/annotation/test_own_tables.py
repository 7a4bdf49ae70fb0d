"""data.annotation.own_tables: tables as spreadsheets write them."""

import pytest
from hypothesis import given, settings, strategies as st

from styleclf.data.annotation.own_tables import check_own_columns, read_own_table

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


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"sep=;\n"])
def test_an_empty_table_is_one_clear_sentence(tmp_path, content):
    (tmp_path / "own.csv").write_bytes(content)
    with pytest.raises(ValueError, match="is empty: give a line of column names"):
        read_own_table(tmp_path / "own.csv")


@settings(max_examples=60)
@given(content=st.binary(min_size=1, max_size=200))
def test_rubbish_is_one_sentence_without_raw_bytes(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("rubbish") / "own.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        check_own_columns(read_own_table(path).rows, ["filename"], path)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


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


@pytest.mark.parametrize("above", ["Inventory 2024\n\n", "Inventory 2024;;\n;;\n", ""])
def test_titles_above_the_names_of_columns_are_passed_over(tmp_path, above):
    rows, _ = read_own_table(written(tmp_path, above + text_of(";")))
    assert list(rows) == list(HEADER) and len(rows) == len(ROWS)


def test_cells_written_as_formulas_for_excel_are_texts(tmp_path):
    rows, _ = read_own_table(written(tmp_path, 'filename;label\n"=""0012.jpg""";="rococo"\n=1+1;"a=""b"""\n'))
    assert rows.to_numpy().tolist() == [["0012.jpg", "rococo"], ["=1+1", 'a="b"']]


@pytest.mark.parametrize(
    "text, fault",
    [
        ("<!DOCTYPE html><html>", "is a web page and no table: save the table as CSV"),
        ('[{"filename": "a.jpg"}]', "is JSON and no table"),
        ("filename,label\na,b\nc,d,e\n", "line 3 has 3 cells, and 2 columns have names: put a cell that holds ','"),
        ('filename,label\na,b\n"c,d\n', "nothing closes the quotation mark in line 3: close it"),
    ],
)
def test_what_is_no_table_is_told_with_what_to_do(tmp_path, text, fault):
    with pytest.raises(ValueError, match=fault):
        read_own_table(written(tmp_path, text))


def test_commas_at_the_end_of_rows_are_nothing_and_cells_there_are_told(tmp_path):
    text = "filename,label\na.jpg,cubism,{}\nb.jpg,rococo,\n"
    rows, _ = read_own_table(written(tmp_path, text.format("")))
    assert rows.to_numpy().tolist() == [["a.jpg", "cubism"], ["b.jpg", "rococo"]]
    with pytest.raises(ValueError, match="names for 2 columns, and 'gris' stands behind the last of them: give every"):
        read_own_table(written(tmp_path, text.format("gris")))


def test_a_table_without_names_of_columns_is_told(tmp_path):
    path = written(tmp_path, "cubism/a.jpg,cubism\nrococo/b.jpg,rococo\n")
    with pytest.raises(ValueError, match="write a line with the names of columns above its first row"):
        check_own_columns(read_own_table(path).rows, ["filename"], path)


@pytest.mark.parametrize("text", ["[File],[Style]\na.jpg,cubism\n", "{File},Style\na.jpg,cubism\n"])
def test_brackets_around_names_of_columns_are_no_json(tmp_path, text):
    assert read_own_table(written(tmp_path, text)).rows["label"].tolist() == ["cubism"]
