"""data.annotation.tables: annotations survive the disk and are checked as they are read."""

import os

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from styleclf.common import write_table
from styleclf.data.annotation.catalog import annotate
from styleclf.data.annotation.tables import read_annotation
from tests.data.folders import draw


def test_annotation_survives_the_disk(images, tmp_path):
    draw(images / "cubism" / 'na_"NA", nan.jpg')
    (images / "photo" / "c_3.jpg").write_bytes((images / "photo" / "b_2.jpg").read_bytes())
    annotation, _ = annotate(images, progress=False)
    write_table(annotation, tmp_path / "new folder" / "annotation.csv")
    back = read_annotation(tmp_path / "new folder" / "annotation.csv")
    pd.testing.assert_frame_equal(back, annotation, check_dtype=False)
    assert all(back[side].dtype == "int64" for side in ("width", "height"))


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=8, unique_by=lambda row: row[2]))
def test_any_text_survives_the_disk(tmp_path_factory, rows):
    table = pd.DataFrame(rows, columns=["label", "author", "filename"], dtype=object)
    table = table.assign(title="", width=1, height=2, copy_of="")
    path = tmp_path_factory.mktemp("tables") / "annotation.csv"
    write_table(table, path)
    back = read_annotation(path)
    assert back.to_numpy().tolist() == table.to_numpy().tolist()


def test_annotation_is_checked_as_it_is_read(images, tmp_path):
    annotation, _ = annotate(images, progress=False)
    path = tmp_path / "annotation.csv"
    write_table(annotation.drop(columns="copy_of"), path)
    assert read_annotation(path)["copy_of"].tolist() == [""] * 4
    write_table(annotation.astype({"width": str}).replace({"width": {"40": "wide"}}), path)
    with pytest.raises(ValueError, match="has 'wide' as width: give a whole number of pixels"):
        read_annotation(path)
    write_table(pd.concat([annotation, annotation]), path)
    with pytest.raises(ValueError, match="names 4 files more than once"):
        read_annotation(path)
    write_table(annotation.drop(columns=["author", "title"]), path)
    lacking = r"lacks the columns author, title; it has .*: recipes/design\.py --csv .* makes a design of it"
    with pytest.raises(ValueError, match=lacking):
        read_annotation(path)


def test_columns_whose_names_differ_in_blanks_are_named(tmp_path):
    (tmp_path / "a.csv").write_text("label,author,title,filename,width,height,fold,fold \na,b,c,d,1,1,0,0\n")
    with pytest.raises(ValueError, match=r"a\.csv has two columns 'fold': rename or remove one of them"):
        read_annotation(tmp_path / "a.csv")


def test_table_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "table.csv"
    write_table(pd.DataFrame({"x": [1]}), path)

    class Unwritable:
        def __str__(self):
            raise RuntimeError("no text")

    with pytest.raises(RuntimeError):
        write_table(pd.DataFrame({"x": ["begun", Unwritable()]}), path)
    assert path.read_text() == "x\n1\n"
    assert os.listdir(tmp_path) == ["table.csv"]


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "cp1252"), ("\t", "utf-16"), (",", "utf-8-sig"), (";", "utf-8")]
)
def test_a_table_that_a_spreadsheet_has_saved_anew_is_read(tmp_path, separator, encoding):
    rows = ["label,author,title,filename,width,height", "cubism,léger,ville,cubism/léger_ville.jpg,40,30"]
    path = tmp_path / "annotation.csv"
    path.write_text("\r\n".join(rows).replace(",", separator), encoding=encoding, newline="")
    row = read_annotation(path).iloc[0]
    assert (row["author"], row["filename"], row["width"]) == ("léger", "cubism/léger_ville.jpg", 40)


def test_slashes_that_lean_back_are_turned_where_they_part_folder_and_file(images, tmp_path):
    annotation, _ = annotate(images, progress=False)
    names = annotation["filename"].str.replace("/", "\\", regex=False)
    write_table(annotation.assign(filename=names), tmp_path / "a.csv")
    assert read_annotation(tmp_path / "a.csv")["filename"].tolist() == annotation["filename"].tolist()
    mixed = annotation["filename"].where(annotation.index > 0, r"on\linux.jpg")
    write_table(annotation.assign(filename=mixed), tmp_path / "a.csv")
    assert read_annotation(tmp_path / "a.csv")["filename"].tolist() == mixed.tolist()
