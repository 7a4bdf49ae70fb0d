"""styleclf.learner: behaves as a fastai learner, trains as told, survives export."""

import warnings

import numpy as np
import pytest
import torch

from styleclf.learner import History, export_learner, load_style_learner, style_learner, train
from tests.conftest import ARCH


@pytest.fixture
def learn(dls, weights_file, tmp_path):
    """An untrained learner that writes to a folder of its own."""
    return style_learner(dls, ARCH, weights_file, path=tmp_path)


def state(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def changed(before, model):
    return {name for name, value in model.state_dict().items() if not torch.equal(before[name], value)}


def test_a_pretrained_body_starts_frozen_and_a_random_one_does_not(learn, dls):
    before = state(learn.model)
    with learn.no_bar(), learn.no_logging():
        learn.fit(1, 1e-2)
    assert changed(before, learn.model) and all(name[0] in "12" for name in changed(before, learn.model))
    scratch = style_learner(dls, ARCH, "none")
    before = state(scratch.model)
    with scratch.no_bar(), scratch.no_logging():
        scratch.fit(1, 1e-2)
    assert "0.conv1.0.weight" in changed(before, scratch.model)
    assert "0.bn1.running_mean" in changed(before, scratch.model)


def test_training_moves_early_layers_least_and_keeps_batchnorm_statistics(learn):
    before = state(learn.model)
    train(learn, 1, slice(1e-5, 1e-3), n_frozen=0)
    moved = changed(before, learn.model)
    assert not [name for name in moved if "running" in name or "num_batches" in name]
    assert {"0.conv1.0.weight", "1.1.weight", "2.1.weight"} <= moved
    rates = [group["lr"] for group in learn.opt.hypers]
    assert rates == sorted(rates) and rates[0] < rates[-1]


def test_the_probe_alone_leaves_the_body_untouched_and_beats_chance_in_training(learn):
    before = state(learn.model)
    history = train(learn, 0)
    assert all(name[0] in "12" for name in changed(before, learn.model))
    assert history["epoch"].tolist() == [0]
    assert history["train_top_2_accuracy"].iloc[0] > 0.5 > 2 / 8


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


def test_the_exponential_schedule_ends_at_the_final_rate(learn):
    train(learn, 1, 1e-3, "exponential", lr_final=1e-5)
    rates = np.array(learn.recorder.hps["lr"])
    assert rates[0] == pytest.approx(1e-3, rel=0.05) and 1e-5 <= rates[-1] < rates[0]
    steps = rates[1:] / rates[:-1]
    assert steps == pytest.approx(np.full(len(steps), steps[0]))


def test_the_early_half_can_stay_as_it_is(learn):
    before = state(learn.model)
    early = len(learn.splitter(learn.model)[0])
    train(learn, 1, n_frozen=1)
    names = [name for name, _ in learn.model.named_parameters()]
    frozen = {name for name in names if not dict(learn.model.named_parameters())[name].requires_grad}
    assert len(frozen) == early
    assert changed(before, learn.model).isdisjoint(frozen) and changed(before, learn.model)


def test_bad_schedules_are_refused(learn, dls):
    with pytest.raises(ValueError, match="cosine"):
        train(learn, 1, schedule="cosine")
    for wrong in ({"epochs": -1}, {"epochs": 1, "lr_max": 0.0}, {"epochs": 1, "n_frozen": 3}):
        with pytest.raises(ValueError, match=str(list(wrong.values())[-1])):
            train(learn, **wrong)
    with pytest.raises(ValueError, match="0"):
        train(style_learner(dls, ARCH, "none"), 0)


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
