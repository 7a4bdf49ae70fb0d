"""A planted marker: a learner that goes by it is explained by it."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.audit.planted_marker import (
    _SIDE_SHARE,
    _inside_share,
    _mark_picture,
    _marker_mask,
    _strongest_in,
    marker_probas,
    marker_table,
    marker_text,
    plant,
    write_marker,
)
from styleclf.data import Paintings
from styleclf.explain.inputs import network_inputs
from tests.audit.conftest import STYLE

METHODS = ["occlusion", "sliding_occlusion", "integrated_gradients", "saliency"]


def test_one_style_alone_bears_the_marker(planted, sample):
    rows, out = planted
    for row in rows.groupby("label").head(1).itertuples():
        with_it, without, planted_in = (
            Image.open(out / name / row.filename) for name in ("with", "without", "planted")
        )
        same = with_it if row.label == STYLE else without
        assert (np.asarray(planted_in) == np.asarray(same)).all()
        assert with_it.size == Image.open(sample / row.filename).size
        apart = np.abs(np.asarray(with_it, dtype=int) - np.asarray(without, dtype=int)).max(axis=2) > 60
        assert 0.5 * _SIDE_SHARE**2 < apart.mean() < 2 * _SIDE_SHARE**2
        assert 0 <= row.left <= 1 - _SIDE_SHARE
        assert 0 <= row.top <= 1 - _SIDE_SHARE
    with pytest.raises(ValueError, match="not into 'cats'"):
        plant(Paintings(rows, sample), "cats", out)


def test_the_validation_set_stays_closed(planted, design, sample, tmp_path):
    rows, _ = planted
    assert "val" in set(design["fold"])
    assert "val" not in set(rows["fold"])
    with pytest.raises(ValueError, match="one of the folds 0, 1, 2, 3, not 'val'"):
        plant(Paintings(design, sample), STYLE, tmp_path / "out", fold="val")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["../out-of-it.jpg", "cubism/../../out-of-it.jpg", "{absolute}"])
def test_nothing_is_written_outside_the_folder_of_results(planted, sample, tmp_path, name):
    rows, _ = planted
    picture = tmp_path / "out-of-it.jpg"
    picture.write_bytes((sample / rows["filename"].iloc[1]).read_bytes())
    before = picture.stat().st_mtime_ns
    rows = rows.head(2).assign(filename=[rows["filename"].iloc[0], name.format(absolute=picture)])
    with pytest.raises(ValueError, match=r"out-of-it\.jpg, whose marked copy would be written outside"):
        out = tmp_path / "out" / "deep"
        plant(Paintings(rows, sample), rows["label"].iloc[0], out, fold=rows["fold"].iloc[0], progress=False)
    assert picture.stat().st_mtime_ns == before
    assert not (tmp_path / "out").exists()


def test_the_mask_is_where_the_marker_is(goes_by_it, tmp_path):
    _mark_picture(Image.new("RGB", (80, 40), "white"), 0.5, 0.25).save(tmp_path / "a.png")
    x = next(iter(network_inputs(goes_by_it, [tmp_path / "a.png"], progress=False)))[1][0]
    mask = _marker_mask(goes_by_it, tmp_path / "a.png", 0.5, top=0.25)
    assert mask.mean() == pytest.approx(_SIDE_SHARE**2, rel=0.3)
    assert mask[9, 17]
    assert x.std(dim=0).numpy()[mask].min() > 2 * x.std(dim=0).numpy()[~mask].mean()


def test_explanations_of_a_learner_that_goes_by_the_marker_point_at_it(goes_by_it, planted):
    rows, out = planted
    tested = marker_probas(goes_by_it, rows[rows["fold"] == "0"], STYLE, out=out)
    assert tested["decides"].mean() > 0.8
    table, maps = marker_table(goes_by_it, tested, STYLE, methods=METHODS, out=out, n=8)
    assert maps.shape == (4, 8, 32, 32)
    assert (table["n_images"] == 8).all()
    result = table.set_index("method")
    assert result["inside_by_chance"].iloc[0] == pytest.approx(_SIDE_SHARE**2, rel=0.3)
    assert (result["inside"] > 3 * result["inside_by_chance"]).all()
    assert result.loc["integrated_gradients", "inside"] > 0.8
    assert (result.loc[METHODS[1:], "hits"] == 1).all()
    assert (result["hits_by_chance"] < 0.2).all()
    assert f"it decides in {tested['decides'].sum()} of {len(tested)}" in marker_text(tested, table, STYLE)
    write_marker(goes_by_it, tested, table, maps=maps, style=STYLE, out=out, n=2)
    assert (out / "figures/marker.png").stat().st_size
    assert len(pd.read_csv(out / "marker.csv")) == 4
    goes_by_it.model[0].weight.data.zero_()
    tested = marker_probas(goes_by_it, rows[rows["fold"] == "0"], STYLE, out=out)
    with pytest.raises(ValueError, match="the marker decides in none"):
        marker_table(goes_by_it, tested, STYLE, methods=METHODS, out=out)


def test_shares_and_hits_are_counted_within_the_mask():
    attr, mask = np.zeros((2, 4, 4)), np.zeros((2, 4, 4), dtype=bool)
    mask[:, 0, :2] = True
    attr[0, 0], attr[0, 1, 0] = [3, 1, 4, -9], -5
    assert _inside_share(attr, mask).tolist() == [0.5, 0]
    assert _strongest_in(attr, mask).tolist() == [False, False]
    attr[0, 0, :2] = 5
    assert _strongest_in(attr, mask).tolist() == [True, False]
