"""training.learner: behaves as a fastai learner, trains as told, survives export."""

import warnings

import numpy as np
import pytest
import torch

from styleclf.training.callbacks import History
from styleclf.training.export import export_learner, load_style_learner
from styleclf.training.fine_tuning import train
from styleclf.training.learner import style_learner
from tests.conftest import ARCH, changed, state


def test_a_pretrained_body_starts_frozen_and_a_random_one_does_not(learn, dls):
    before = state(learn.model)
    with learn.no_bar(), learn.no_logging():
        learn.fit(1, 1e-2)
    assert changed(before, learn.model) and all(name[0] in "12" for name in changed(before, learn.model))
    scratch = style_learner(dls, ARCH, "none")
    before = state(scratch.model)
    with scratch.no_bar(), scratch.no_logging():
        scratch.fit(1, 1e-2)
    assert "0.trunk.conv1.0.weight" in changed(before, scratch.model)
    assert "0.trunk.bn1.running_mean" in changed(before, scratch.model)


def test_history_numbers_epochs_through_and_lr_find_adds_nothing(learn):
    history = train(learn, 2)
    assert history["epoch"].tolist() == [0, 1, 2]
    expected = {"epoch", "train_loss", "test_loss", "train_top_2_accuracy", "test_top_2_accuracy", "seconds"}
    assert expected <= set(history.columns)
    assert np.isfinite(history.to_numpy()).all()
    with learn.no_bar():
        learn.lr_find(num_it=4, show_plot=False, suggest_funcs=None)
        learn.get_preds()
        learn.validate()
    assert len(learn.history.rows) == 3
    with learn.no_bar(), learn.no_logging():
        learn.fine_tune(1)
    assert learn.history.table()["epoch"].tolist() == [0, 1, 2, 3, 4]


def test_another_normalisation_than_the_architectures_is_told(dls):
    with pytest.warns(UserWarning, match="normalise"):
        style_learner(dls, "test_vit", "none")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        style_learner(dls, ARCH, "none")


def test_export_and_load_keep_the_predictions(trained, exported, design, sample):
    path = sample / design["filename"].iloc[0]
    loaded = load_style_learner(exported)
    with trained.no_bar(), loaded.no_bar():
        style, _, probas = trained.predict(path)
        again, _, same = loaded.predict(str(path))
    assert style == again in list(loaded.dls.vocab)
    assert torch.allclose(probas, same, atol=1e-6) and probas.sum() == pytest.approx(1)


def test_a_failed_export_leaves_the_old_file(trained, tmp_path, monkeypatch):
    (tmp_path / "model.pkl").write_text("old")

    def full_disk(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(OSError):
        export_learner(trained, tmp_path / "model.pkl")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_what_is_no_exported_learner_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"model\.pkl"):
        load_style_learner(tmp_path / "model.pkl")
    (tmp_path / "text.pkl").write_text("no pickle")
    torch.save({"weights": 1}, tmp_path / "dict.pkl")
    for name in ("text.pkl", "dict.pkl"):
        with pytest.raises(ValueError, match=name):
            load_style_learner(tmp_path / name)


def test_show_results_draws_and_history_is_a_callback(trained):
    import matplotlib

    matplotlib.use("Agg")
    with trained.no_bar():
        trained.show_results(max_n=2)
    assert isinstance(trained.history, History)
