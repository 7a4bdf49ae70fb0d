"""embeddings.atlas.parquet: the table with its thumbnails, in parts as in one, and FiftyOne's labels by path."""

import io
import json
import subprocess
import sys

import pandas as pd
from PIL import Image
from pyarrow.parquet import read_table

from styleclf.embeddings.atlas import parquet
from styleclf.embeddings.atlas.parquet import fiftyone_labels, write_parquet
from styleclf.embeddings.atlas.records import with_year
from tests.embeddings.atlas.four_pictures import (  # noqa: F401
    COLOURS,
    STYLES,
    check_ids_lead_back,
    four_pictures,
    four_records,
    is_colour,
)


def test_the_parquet_table_carries_thumbnails(four_records, four_pictures, tmp_path):
    write_parquet(four_records, four_pictures, tmp_path, progress=False)
    check_ids_lead_back(tmp_path)
    table = read_table(tmp_path / "atlas.parquet").to_pandas()
    pd.testing.assert_frame_equal(table.drop(columns="image"), with_year(four_records), check_dtype=False)
    for image, colour in zip(table["image"], COLOURS, strict=True):
        assert is_colour(Image.open(io.BytesIO(image["bytes"]), formats=["JPEG"]), 9, 9, colour)
    labels = json.loads((tmp_path / "labels.json").read_text())
    assert labels["classes"] == STYLES
    assert labels["labels"]["cubism/gris_c"]["label"] == "rococo"
    assert labels["labels"]["cubism/gris_c"]["attributes"]["style"] == "cubism"


def test_a_table_written_in_parts_is_the_same(four_records, four_pictures, tmp_path, monkeypatch):
    write_parquet(four_records, four_pictures, tmp_path / "whole", progress=False)
    monkeypatch.setattr(parquet, "_ROWS_AT_ONCE", 3)
    write_parquet(four_records, four_pictures, tmp_path / "parts", progress=False)
    whole, parts = (read_table(tmp_path / name / "atlas.parquet") for name in ("whole", "parts"))
    assert parts.equals(whole)
    assert parts.num_rows == 4


def test_what_is_missing_is_null_for_fiftyone(four_records):
    labels = fiftyone_labels(four_records.assign(height=[1.5, None, 2, 3]))["labels"]
    assert labels["cubism/gris_c"]["attributes"]["height"] is None
    assert labels["cubism/gris_a, b"]["attributes"]["height"] == 1.5
    json.dumps(labels, allow_nan=False)


def test_fiftyone_has_fields_of_names_that_it_allows(four_records):
    odd = four_records.rename(columns={"place": "place.made"}).assign(tags="boats", _x=1)
    attributes = fiftyone_labels(odd)["labels"]["cubism/gris_c"]["attributes"]
    assert attributes["place_made"] == "Paris"
    assert attributes["table_tags"] == "boats"
    assert attributes["table_x"] == 1
    assert attributes["x"] == 1.0


def test_files_that_differ_in_their_suffix_alone_are_both_there(four_records):
    twins = four_records.assign(filename=["a/b.jpg", "a/b.png", "a/c.jpg", "a/c.d.jpg"])
    assert list(fiftyone_labels(twins)["labels"]) == ["a/b.jpg", "a/b.png", "a/c", "a/c.d"]


def test_the_script_for_fiftyone_stands_beside_its_labels(four_records, four_pictures, tmp_path):
    write_parquet(four_records, four_pictures, tmp_path, progress=False)
    script = tmp_path / "open_in_fiftyone.py"
    run = subprocess.run([sys.executable, "-S", str(script)], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "give one folder" in run.stderr
    assert (tmp_path / "labels.json").is_file()
