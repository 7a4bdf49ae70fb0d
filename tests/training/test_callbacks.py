"""training.callbacks: every epoch of every fit is a row of the history, and lines take the place of a bar."""

import numpy as np
import pytest

from styleclf.training.callbacks import History, epoch_lines, history_of
from styleclf.training.fine_tuning import train


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
    assert first.startswith("epoch 1 of 2: train loss ") and ", test loss " in first
    assert second.startswith("epoch 2 of 2") and second.endswith("0 s left")


def test_a_learner_without_history_gets_a_sentence(learn):
    assert history_of(learn) is learn.history
    learn.remove_cb(learn.history)
    with pytest.raises(ValueError, match="style_learner"):
        history_of(learn)
