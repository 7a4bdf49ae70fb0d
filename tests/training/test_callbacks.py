"""training.callbacks: every epoch of every fit is a row of the history, and lines take the place of a bar."""

import numpy as np
import pytest
from fastai.callback.progress import ShowGraphCallback
from fastai.callback.tracker import EarlyStoppingCallback, SaveModelCallback

from styleclf.training.callbacks import History, SkipValidation, epoch_lines, history_of, is_graph
from styleclf.training.export import load_style_learner
from styleclf.training.fine_tuning import train
from styleclf.training.learner import style_learner
from tests.conftest import ARCH, changed, state


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


def test_show_results_draws_and_history_is_a_callback(trained):
    import matplotlib

    matplotlib.use("Agg")
    with trained.no_bar():
        trained.show_results(max_n=2)
    assert isinstance(trained.history, History)


def test_without_a_terminal_an_epoch_is_a_line(learn, capsys):
    train(learn, 0)
    with epoch_lines(learn):
        learn.fit(2)
    first, second = [line for line in capsys.readouterr().out.splitlines() if line.startswith("epoch")]
    assert first.startswith("epoch 1 of 2: train loss ")
    assert ", test loss " in first
    assert second.startswith("epoch 2 of 2")
    assert second.endswith("0 s left")


def test_a_graph_of_losses_is_left_out_where_it_cannot_be_drawn(learn, capsys):
    history = train(learn, 1, cbs=ShowGraphCallback())
    assert history["epoch"].tolist() == [0, 1]
    learn.add_cb(ShowGraphCallback())
    train(learn, 1)
    assert capsys.readouterr().out.count("epoch 1 of 1") == 2
    assert learn.cbs.filter(is_graph), "it is back afterwards"


def test_a_learner_without_history_gets_a_sentence(learn):
    assert history_of(learn) is learn.history
    learn.remove_cb(learn.history)
    with pytest.raises(ValueError, match="style_learner"):
        history_of(learn)


def fit_one(learn, **options):
    with learn.no_bar(), learn.no_logging():
        learn.fit(1, 0.0, **options)


def test_the_first_fit_of_a_pretrained_learner_begins_with_the_probe(learn):
    bar = learn.progress
    learn.fit(1, 0.0)  # with its bar
    assert learn.progress is bar
    history = learn.history.table()
    assert history["epoch"].tolist() == [0, 1]
    assert history["train_top_2_accuracy"].iloc[0] > 0.5 > 2 / 8
    before = state(learn.model)
    fit_one(learn)
    assert not changed(before, learn.model), "the probe is fitted once"


def test_mere_predictions_of_a_fresh_learner_leave_its_network_as_it_is(learn):
    before = state(learn.model)
    with learn.no_bar():
        loss, *_ = learn.validate()
        learn.get_preds()
    assert np.isfinite(loss)
    assert not changed(before, learn.model)
    assert learn.history.rows == []
    fit_one(learn)
    assert learn.history.table()["epoch"].tolist() == [0, 1]


@pytest.mark.parametrize("verb", ["fine_tune", "fit_one_cycle", "validate", "get_preds", "train"])
def test_a_learner_from_a_file_has_nothing_to_train_or_judge_on(exported, verb):
    learn = load_style_learner(exported)
    calls = {
        "fine_tune": lambda: learn.fine_tune(1),
        "fit_one_cycle": lambda: learn.fit_one_cycle(1),
        "validate": lambda: learn.validate(),
        "get_preds": lambda: learn.get_preds(),
        "train": lambda: train(learn, 0),
    }
    with learn.no_bar(), learn.no_logging(), pytest.raises(ValueError, match="has no images to train on"):
        calls[verb]()


def test_train_fits_its_probe_and_no_second_one_follows(learn, dls):
    train(learn, 0)
    fit_one(learn)
    assert learn.history.table()["epoch"].tolist() == [0, 1]
    scratch = style_learner(dls, ARCH, "none")
    fit_one(scratch)
    assert scratch.history.table()["epoch"].tolist() == [1]


def test_trackers_watch_metrics_by_their_bare_names(learn, tmp_path):
    tracker = SaveModelCallback(monitor="top_2_accuracy")
    fit_one(learn, cbs=tracker)
    assert tracker.best == learn.history.rows[-1]["test_top_2_accuracy"]
    assert (tmp_path / "models/model.pth").is_file()


def test_a_tracker_that_watches_nothing_gets_a_sentence(learn):
    with pytest.raises(ValueError, match=r"EarlyStoppingCallback cannot watch 'beauty'.*valid_top_2_accuracy"):
        fit_one(learn, cbs=EarlyStoppingCallback(monitor="beauty"))
    with pytest.raises(ValueError, match="the validation set is closed"):
        fit_one(learn, cbs=[SkipValidation(), SaveModelCallback()])


@pytest.mark.parametrize("given", [True, False])
def test_trackers_work_within_train_given_to_it_or_added_before(learn, given):
    tracker = SaveModelCallback()
    if given:
        history = train(learn, 1, cbs=tracker)
    else:
        learn.add_cbs([tracker, EarlyStoppingCallback()])
        history = train(learn, 1)
    assert history["epoch"].tolist() == [0, 1]
    assert tracker.best == history["test_loss"].iloc[-1]
