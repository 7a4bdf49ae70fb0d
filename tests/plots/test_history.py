"""styleclf.plots.history: curves, their ends and their names."""

import numpy as np
import pytest

from styleclf import plots
from tests.plots.made_up import make_history, words_of


def test_the_history_says_what_its_end_is():
    history = make_history()
    for first, is_told in ((0, True), (1, False)):  # with and without a probe
        words = " ".join(words_of(plots.plot_history(history.assign(epoch=history["epoch"] + first))))
        assert ("before the average" in words) == is_told


def test_the_history_writes_the_values_of_the_chosen_epoch():
    history = make_history()
    for epoch in (None, 2):
        row = history.iloc[-1 if epoch is None else epoch]
        words = words_of(plots.plot_history(history, epoch=epoch))
        for name in ("top_2_accuracy", "loss"):
            assert f"train {row['train_' + name]:#.3g}" in words
            assert f"test {row['test_' + name]:#.3g}" in words
        assert any(f"epoch {row['epoch']:.0f}." in text for text in words)


def test_names_of_curves_that_end_together_stay_apart():
    history = make_history().assign(test_loss=lambda t: t["train_loss"])
    fig = plots.plot_history(history, "loss")
    fig.canvas.draw()
    boxes = [text.get_window_extent() for text in fig.axes[0].texts]
    assert len(boxes) == 2
    assert not boxes[0].overlaps(boxes[1])


@pytest.mark.parametrize("missing", [["test_loss"], ["train_loss", "test_loss"], ["train_top_2_accuracy", "seconds"]])
def test_a_history_may_lack_parts(missing):
    history = make_history()
    assert len(words_of(plots.plot_history(history.drop(columns=missing)))) > 0
    history[missing] = np.nan
    fig = plots.plot_history(history)
    assert sum(len(axes.texts) for axes in fig.axes) == 4 - sum(name != "seconds" for name in missing)


def test_a_history_that_cannot_be_drawn():
    with pytest.raises(ValueError, match="no metric 'f1': choose one of loss, top_2_accuracy"):
        plots.plot_history(make_history(), "f1")
    with pytest.raises(ValueError, match=r"chosen epoch 9 .* runs from 0 to 4"):
        plots.plot_history(make_history(), epoch=9)
    with pytest.raises(ValueError, match="no rows"):
        plots.plot_history(make_history(0))
