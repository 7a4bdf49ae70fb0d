"""The search for markers: found where one was planted, and nowhere else."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from styleclf.audit.pasted_parts import _marker_audit, learner_markers, marker_sentences, probe_markers
from styleclf.data import Paintings
from styleclf.evaluation.predictions import targets
from styleclf.inference import Backbone
from styleclf.models.network import create_body
from styleclf.training import FewDimensions, ProbeRules
from tests.audit.conftest import STYLE
from tests.conftest import ARCH


def test_the_audit_finds_what_a_learner_goes_by_and_nothing_else(goes_by_it, planted, design):
    _, out = planted
    result = {
        name: learner_markers(goes_by_it, Paintings(design, out / name), "0", progress=False)
        for name in ("planted", "without")
    }
    assert result["planted"]["style"][result["planted"]["near"]].tolist() == [STYLE]
    assert not result["without"]["near"].any()
    (sentence,) = marker_sentences(result["planted"])
    assert f"an image of {STYLE} multiplies its odds" in sentence
    assert marker_sentences(result["without"]) == ["no small part of images gives a style away"]
    for fold in ("val", "7"):
        with pytest.raises(ValueError, match=f"not on '{fold}'"):
            learner_markers(goes_by_it, Paintings(design, out), fold)


def test_a_style_of_the_whole_image_has_no_marker():
    """Brightness is all over an image: a sixteenth of it changes little, wherever it comes from."""

    def predict(x):
        return nn.functional.pad(2 * x.mean(dim=(1, 2, 3))[:, None], (0, 1)).softmax(1)

    x = (
        torch.randn(8, 3, 16, 16, generator=torch.Generator().manual_seed(0))
        + torch.tensor([1.0, -1.0] * 4)[:, None, None, None]
    )
    rows = pd.DataFrame({"filename": list("abcdefgh"), "label": ["bright", "dark"] * 4, "author": ""})
    table = _marker_audit(predict, x, rows, vocab=["bright", "dark"], progress=False)
    assert len(table) == 2
    assert not table["near"].any()
    assert (table["raised"].abs() < 1).all()


def test_the_probe_is_searched_as_well(design, sample):
    rows = design[design["fold"] != "val"].reset_index(drop=True)
    targs, rng = targets(rows["label"], sorted(rows["label"].unique())), np.random.default_rng(0)
    width = create_body(ARCH, "style", "none").head_hidden_size
    features = rng.normal(size=(len(rows), width))
    table = probe_markers(
        Paintings(rows, sample),
        FewDimensions(features),
        targs,
        rules=ProbeRules(0.01),
        backbone=Backbone(ARCH, "none", size=32),
        progress=False,
    )
    assert table["style"].tolist() == sorted(rows["label"].unique())
    assert np.isfinite(table["raised"]).all()
    assert set(table["filename"]) <= set(rows["filename"][rows["fold"] == "0"])
