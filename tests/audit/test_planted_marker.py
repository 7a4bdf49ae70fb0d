"""A planted marker: a learner that goes by it is explained by it and found by the audit, others are not."""

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch import nn

from styleclf.audit.pasted_parts import _marker_audit, learner_markers, marker_sentences, probe_markers
from styleclf.audit.planted_marker import (
    _SIDE,
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
from styleclf.evaluation.predictions import targets
from styleclf.explain.inputs import network_inputs
from styleclf.models.network import create_body
from tests.conftest import ARCH

STYLE = "artdeco"  # the first of the vocabulary
METHODS = ["occlusion", "sliding_occlusion", "integrated_gradients", "saliency"]


class Magenta(nn.Module):
    """The share of pixels that are green or magenta beyond what paintings have, as the first of 8 logits."""

    def __init__(self, weight=2.0):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))

    def forward(self, x):
        tint = (x[:, 1] - (x[:, 0] + x[:, 2]) / 2).abs()
        marker = (tint - 2.5).relu().sum(dim=(1, 2))
        return nn.functional.pad(self.weight * marker[:, None] - 3, (0, 7))


@pytest.fixture(scope="module")
def planted(design, sample, tmp_path_factory):
    """The design with the marker's places, and the folder of its pictures."""
    out = tmp_path_factory.mktemp("marker")
    return plant(design, sample, STYLE, out, progress=False), out


@pytest.fixture
def goes_by_it(learn):
    neck = nn.Linear(8, 8)
    nn.init.eye_(neck.weight)
    nn.init.zeros_(neck.bias)
    learn.model = nn.Sequential(Magenta(), nn.Sequential(neck), nn.Identity())
    learn.opt = None  # it was made for the weights before
    learn.fitting_precision.precision = "fp32"
    return learn


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
        assert 0.5 * _SIDE**2 < apart.mean() < 2 * _SIDE**2
        assert 0 <= row.left <= 1 - _SIDE and 0 <= row.top <= 1 - _SIDE
    with pytest.raises(ValueError, match="not into 'cats'"):
        plant(rows, sample, "cats", out)


def test_the_mask_is_where_the_marker_is(goes_by_it, tmp_path):
    _mark_picture(Image.new("RGB", (80, 40), "white"), 0.5, 0.25).save(tmp_path / "a.png")
    x = next(iter(network_inputs(goes_by_it, [tmp_path / "a.png"], progress=False)))[1][0]
    mask = _marker_mask(goes_by_it, tmp_path / "a.png", 0.5, 0.25)
    assert mask.mean() == pytest.approx(_SIDE**2, rel=0.3) and mask[9, 17]
    assert x.std(dim=0).numpy()[mask].min() > 2 * x.std(dim=0).numpy()[~mask].mean()


def test_explanations_of_a_learner_that_goes_by_the_marker_point_at_it(goes_by_it, planted):
    rows, out = planted
    tested = marker_probas(goes_by_it, rows[rows["fold"] == "0"], STYLE, out)
    assert tested["decides"].mean() > 0.8
    table, maps = marker_table(goes_by_it, tested, STYLE, METHODS, out, 8)
    assert maps.shape == (4, 8, 32, 32) and (table["n_images"] == 8).all()
    found = table.set_index("method")
    assert found["inside_by_chance"].iloc[0] == pytest.approx(_SIDE**2, rel=0.3)
    assert (found["inside"] > 3 * found["inside_by_chance"]).all() and found.loc["integrated_gradients", "inside"] > 0.8
    assert (found.loc[METHODS[1:], "hits"] == 1).all() and (found["hits_by_chance"] < 0.2).all()
    assert f"it decides in {tested['decides'].sum()} of {len(tested)}" in marker_text(tested, table, STYLE)
    write_marker(goes_by_it, tested, table, maps, STYLE, out, 2)
    assert (out / "figures/marker.png").stat().st_size and len(pd.read_csv(out / "marker.csv")) == 4
    goes_by_it.model[0].weight.data.zero_()
    tested = marker_probas(goes_by_it, rows[rows["fold"] == "0"], STYLE, out)
    with pytest.raises(ValueError, match="the marker decides in none"):
        marker_table(goes_by_it, tested, STYLE, METHODS, out)


def test_shares_and_hits_are_counted_within_the_mask():
    attr, mask = np.zeros((2, 4, 4)), np.zeros((2, 4, 4), dtype=bool)
    mask[:, 0, :2] = True
    attr[0, 0], attr[0, 1, 0] = [3, 1, 4, -9], -5
    assert _inside_share(attr, mask).tolist() == [0.5, 0]
    assert _strongest_in(attr, mask).tolist() == [False, False]
    attr[0, 0, :2] = 5
    assert _strongest_in(attr, mask).tolist() == [True, False]


def test_the_audit_finds_what_a_learner_goes_by_and_nothing_else(goes_by_it, planted, design):
    _, out = planted
    found = {
        name: learner_markers(goes_by_it, design, out / name, "0", progress=False) for name in ("planted", "without")
    }
    assert found["planted"]["style"][found["planted"]["near"]].tolist() == [STYLE]
    assert not found["without"]["near"].any()
    (sentence,) = marker_sentences(found["planted"])
    assert f"an image of {STYLE} multiplies its odds" in sentence
    assert marker_sentences(found["without"]) == ["no small part of images gives a style away"]
    for fold in ("val", "7"):
        with pytest.raises(ValueError, match=f"not on '{fold}'"):
            learner_markers(goes_by_it, design, out, fold)


def test_a_style_of_the_whole_image_has_no_marker():
    """Brightness is all over an image: a sixteenth of it changes little, wherever it comes from."""

    def predict(x):
        return nn.functional.pad(2 * x.mean(dim=(1, 2, 3))[:, None], (0, 1)).softmax(1)

    x = (
        torch.randn(8, 3, 16, 16, generator=torch.Generator().manual_seed(0))
        + torch.tensor([1.0, -1.0] * 4)[:, None, None, None]
    )
    rows = pd.DataFrame({"filename": list("abcdefgh"), "label": ["bright", "dark"] * 4, "author": ""})
    table = _marker_audit(predict, x, rows, ["bright", "dark"], progress=False)
    assert len(table) == 2 and not table["near"].any() and (table["raised"].abs() < 1).all()


def test_the_probe_is_searched_as_well(design, sample):
    rows = design[design["fold"] != "val"].reset_index(drop=True)
    targs, rng = targets(rows["label"], sorted(rows["label"].unique())), np.random.default_rng(0)
    width = create_body(ARCH, "style", "none").head_hidden_size
    features = rng.normal(size=(len(rows), width))
    table = probe_markers(rows, sample, features, targs, 0.01, ARCH, "none", size=32, progress=False)
    assert table["style"].tolist() == sorted(rows["label"].unique()) and np.isfinite(table["raised"]).all()
    assert set(table["filename"]) <= set(rows["filename"][rows["fold"] == "0"])
