"""embeddings.atlas.records: ids that can be names of files, places in a square, and years however they are written."""

import re

import numpy as np
import pandas as pd
from hypothesis import given, settings, strategies as st

from styleclf.embeddings.atlas.records import (
    further_columns,
    image_ids,
    image_records,
    links_of,
    with_free_names,
    with_year,
    year_column,
    years_in_cells,
)
from styleclf.evaluation.predictions import prediction_columns
from tests.embeddings.atlas.four_pictures import FILES, four_records  # noqa: F401


def test_ids_are_unique_and_plain():
    ids = image_ids([*FILES, "日本/絵.jpg", "日本/画.jpg", "Cubism/Gris_C.jpg"])
    assert len({name.lower() for name in ids}) == 7
    for name in ids:
        assert re.fullmatch(r"[A-Za-z0-9_-]+", name)
    assert ids[0] == "cubism_gris_a_b"
    assert image_ids(FILES)[0] == ids[0]


@settings(max_examples=40)
@given(st.lists(st.text(alphabet="aA_- é", min_size=1, max_size=3), unique=True, max_size=12))
def test_no_two_files_share_an_id_whatever_they_are_called(names):
    files = [f"a/{name}.jpg" for name in names]
    ids = {name.lower() for name in image_ids(files)}
    assert len(ids) == len(files)
    assert all(ids)


def test_records_have_places_in_a_square_and_further_columns(four_records):
    assert four_records[["x", "y"]].to_numpy().tolist() == [[0, 0], [1, 0.5], [0.5, 0.25], [0.25, 0.5]]
    assert four_records["right"].tolist() == [True, False, True, True]
    assert {"date", "place"} <= set(four_records)
    assert "width" not in four_records


def test_years_are_those_of_the_dates(four_records):
    assert year_column(four_records) == "date"
    years = with_year(four_records)["year"]
    assert years.fillna(0).tolist() == [1912, 1915, 0, 1718]


def test_a_column_of_years_is_kept_and_none_is_made_of_nothing(four_records):
    of_table = with_year(four_records.assign(year=1))
    assert set(of_table["year"]) == {1}
    undated = with_year(four_records.assign(date="?"))
    assert "year" not in undated


def test_ids_of_styles_go_along():
    design = pd.DataFrame(
        {
            "label": ["cubism", "rococo"],
            "label_id": ["Q42934", None],
            "author": "",
            "title": "",
            "filename": ["a.jpg", "b.jpg"],
            "fold": ["0", "1"],
        }
    )
    probas = np.array([[0.9, 0.1], [0.6, 0.4]])
    predictions = prediction_columns(probas, ["cubism", "rococo"])
    records = image_records(design, predictions, np.eye(2))
    assert records["style_id"].tolist() == ["Q42934", ""]
    assert "style_id" in further_columns(records)
    without_ids = image_records(design.drop(columns="label_id"), predictions, np.eye(2))
    assert "style_id" not in without_ids


def test_a_column_without_years_is_no_column_of_years():
    table = pd.DataFrame(
        {
            "Date": ["unknown", ""],
            "year": ["", "n. d."],
            "place": ["1912", ""],
        }
    )
    assert year_column(table) == ""
    assert year_column(table.assign(year=["", "1912"])) == "year"


def test_years_are_read_as_everywhere():
    cells = pd.Series(["c. 1890-1900", "inv. 12345", "89", "1912.0", None, "18th century"])
    years = years_in_cells(cells)
    assert years.fillna(0).tolist() == [1895, 0, 0, 1912, 0, 1750]


def test_columns_that_records_need_for_themselves_are_no_further_ones():
    design = pd.DataFrame(columns=["filename", "label", "x", "right", "group", "accession", "place"])
    assert further_columns(design) == ["accession", "place"]


def test_taken_names_of_further_columns_are_changed(four_records):
    tagged = four_records.assign(tags="a")
    free = with_free_names(tagged, ["tags", "style"])
    assert "table_tags" in free
    assert "style" in free
    assert "tags" not in free


def test_links_are_those_of_the_first_column_of_addresses(four_records):
    assert links_of(four_records).tolist() == [""] * 4
    linked = four_records.assign(url="https://b", canvas=["https://a", None, "", "https://c"])
    assert links_of(linked).tolist() == ["https://a", "", "", "https://c"]
