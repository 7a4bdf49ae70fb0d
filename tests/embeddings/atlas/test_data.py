"""styleclf.embeddings.atlas.data: what stands in the page's JSON is what stands in the table."""

from pathlib import PurePosixPath

import numpy as np
import pytest
from hypothesis import given, strategies as st

from styleclf.common import written_painter, written_title
from styleclf.embeddings.atlas.data import _STEPS, _columns, atlas_data
from styleclf.embeddings.atlas.points import MapPoints
from tests.embeddings.atlas.conftest import (
    EPOCHS,
    STYLES,
    WITHHELD,
    collection,
    map_points,
    positions,
    table,
    withheld_table,
)


def test_columns_are_what_the_table_says():
    predictions = table()
    data = atlas_data(predictions, collection(predictions), map_points(), fold="1")
    assert data["folds"] == ["0", "1", "2", "10"]
    assert data["test"] == 1
    for column, names in (("label", "styles"), ("pred", "styles"), ("fold", "folds")):
        assert [data[names][i] for i in data[column]] == predictions[column].tolist()
    assert [data["authors"][i] for i in data["author"]] == predictions["author"].map(written_painter).tolist()
    for i, row in predictions.iterrows():
        assert data["confidence"][i] == pytest.approx(row[f"proba_{row['pred']}"], abs=5e-4)
        assert data["confidence_true"][i] == pytest.approx(row[f"proba_{row['label']}"], abs=5e-4)
    assert len(set(data["colours"])) == len(STYLES)
    assert atlas_data(predictions, collection(predictions), map_points(), fold="val")["test"] == -1


def test_titles_of_filenames_are_written_as_a_person_would_and_others_stay():
    predictions = table()
    stem = PurePosixPath(predictions["filename"].iloc[0]).stem
    design = collection(predictions).assign(title="la-Grande Jatte")
    design.loc[design.index[0], "title"] = stem
    data = atlas_data(predictions, design, map_points())
    assert data["title"][:2] == [written_title(stem), "la-Grande Jatte"]


def test_ids_of_styles_stand_beside_their_names():
    predictions = table()
    predictions["label_id"] = predictions["label"].map({STYLES[0]: "Q1"}).fillna("")
    assert atlas_data(predictions, collection(predictions), map_points())["styles"] == [
        f"{STYLES[0]} (Q1)",
        *STYLES[1:],
    ]


def test_withheld_styles_are_marked_and_have_no_probability():
    predictions = withheld_table()
    arguments = predictions, collection(predictions), map_points()
    data = atlas_data(*arguments, withheld=[WITHHELD, "not there"])
    assert data["styles"] == [*STYLES, WITHHELD]
    assert data["marked"] == [3]
    assert data["test"] == -1
    assert [data["styles"][i] for i in data["label"]] == predictions["label"].tolist()
    assert len(set(data["colours"])) == len(data["colours"]) == 4
    unknown = [value is None for value in data["confidence_true"]]
    assert unknown == (predictions["label"] == WITHHELD).tolist()
    assert atlas_data(*arguments, withheld=[WITHHELD, STYLES[1]])["marked"] == [1, 3]
    with pytest.raises(ValueError, match=WITHHELD):
        atlas_data(*arguments, withheld=["not there"])


@given(st.integers(0, 999), st.sampled_from([1e-3, 1, 40, 1e5]), st.sampled_from([2, 3]))
def test_positions_are_as_fine_as_promised_and_unknown_ones_stay_so(seed, scale, dims):
    points = scale * positions(20, dims, seed)[0]
    stored = _columns(points)
    assert list(stored) == list("xyz")[:dims]
    rounded = np.array(list(stored.values()), dtype=float).T
    assert (np.isnan(rounded) == np.isnan(points)).all()
    assert np.nanmax(abs(rounded - points)) <= np.ptp(points[np.isfinite(points)]) / _STEPS


def test_bad_input_is_refused():
    predictions = table()
    for changes, message in (
        (dict(design=collection(predictions)[:1]), "1 rows for 60 images"),
        (dict(points=MapPoints(np.zeros((2, 60, 4)), EPOCHS)), r"positions are \(2, 60, 4\)"),
        (dict(points=MapPoints(np.zeros((1, 60, 2)), EPOCHS)), r"positions are \(1, 60, 2\)"),
        (dict(points=MapPoints(np.full((2, 60, 2), np.nan), EPOCHS)), r"in epoch 0 \(best\) no image has a position"),
        (dict(predictions=predictions.assign(label="baroque")), "baroque"),
    ):
        arguments = dict(predictions=predictions, design=collection(predictions), points=map_points(), fold="0")
        with pytest.raises(ValueError, match=message):
            atlas_data(**arguments | changes)
