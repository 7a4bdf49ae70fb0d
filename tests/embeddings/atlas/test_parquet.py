"""embeddings.atlas.parquet: the table with its thumbnails, in parts as in one, and FiftyOne's labels by path."""

import io
import json

import pandas as pd
from PIL import Image
from pyarrow.parquet import read_table

from styleclf.embeddings.atlas import parquet
from styleclf.embeddings.atlas.parquet import fiftyone_labels, write_parquet
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
    pd.testing.assert_frame_equal(table.drop(columns="image"), four_records, check_dtype=False)
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
    assert parts.equals(whole) and parts.num_rows == 4


def test_what_is_missing_is_null_for_fiftyone(four_records):
    labels = fiftyone_labels(four_records.assign(height=[1.5, None, 2, 3]))["labels"]
    assert labels["cubism/gris_c"]["attributes"]["height"] is None
    assert labels["cubism/gris_a, b"]["attributes"]["height"] == 1.5
    json.dumps(labels, allow_nan=False)
