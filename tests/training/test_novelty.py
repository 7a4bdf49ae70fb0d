"""Novelty models of real, tiny learners: frozen, fine-tuned, against the rest, without painters, and loaded."""

import numpy as np
import pytest

from styleclf.data.dataloaders import get_dls
from styleclf.data.one_vs_rest import against_rest
from styleclf.data.paintings import Paintings
from styleclf.evaluation import novelty_threshold
from styleclf.inference import novelty_of, predict_and_embed, predict_table
from styleclf.training.export import export_learner, load_style_learner
from styleclf.training.learner import style_learner
from styleclf.training.novelty import learn_novelty
from tests.conftest import ARCH
from tests.far_pictures import draw_far_pictures


def test_a_frozen_body_learns_its_threshold_from_training_images(learn):
    model = learn_novelty(learn)
    assert np.isfinite(model.threshold)
    assert novelty_of(learn).threshold == pytest.approx(model.threshold)
    assert len(model.directions) == len(learn.dls.vocab)


def test_a_trained_body_learns_it_from_the_test_fold(trained, design, sample):
    model = learn_novelty(trained)
    test = Paintings(design, sample).where((design["fold"] == "0").to_numpy())
    novelty = predict_and_embed(trained, test, progress=False).novelty
    expected = novelty_threshold(novelty, test.rows["author"])
    assert model.threshold == pytest.approx(expected, abs=0.02)  # bf16, and axes in half precision


def test_the_validation_set_teaches_a_trained_body_nothing(trained, design, sample, monkeypatch):
    dls = get_dls(design, sample, "val", arch=ARCH, size=32, bs=16)
    monkeypatch.setattr(trained, "dls", dls)
    assert learn_novelty(trained).threshold == np.inf


def test_a_style_against_the_rest_knows_all_styles_of_the_rest(design, sample, weights_file):
    dls = get_dls(against_rest(design, "cubism"), sample, 0, arch=ARCH, size=32, bs=16)
    model = learn_novelty(style_learner(dls, ARCH, weights_file))
    assert len(model.directions) == design["label"].nunique()


def test_without_painters_and_with_a_cosine_head(design, sample, weights_file):
    nameless = design.assign(author="")
    dls = get_dls(nameless, sample, 0, arch=ARCH, size=32, bs=16)
    learn = style_learner(dls, ARCH, weights_file, loss="arcface")
    assert np.isfinite(learn_novelty(learn).threshold)


def test_an_export_keeps_it_and_a_loaded_learner_cannot_learn_another(learn, tmp_path, sample, design):
    file = export_learner(learn, tmp_path / "model.pkl")
    loaded = load_style_learner(file)
    assert learn_novelty(loaded) is None
    paths = [sample / name for name in design["filename"][:4]]
    far = draw_far_pictures(tmp_path / "far", 2, side=64)
    pictures = [*paths, *far["noise"], *far["blank"]]
    table, _ = predict_table(loaded, pictures)
    again, _ = predict_table(learn, pictures)
    assert np.allclose(table["novelty"], again["novelty"], atol=0.02)
    assert table["novelty"][4:].min() > table["novelty"][:4].median()


def test_an_export_of_an_earlier_state_still_predicts(learn, tmp_path, sample, design):
    file = export_learner(learn, tmp_path / "model.pkl")
    old = load_style_learner(file)
    del old.novelty_arrays
    table, _ = predict_table(old, [sample / design["filename"][0]])
    assert "novelty" not in table
    assert "answer" not in table
