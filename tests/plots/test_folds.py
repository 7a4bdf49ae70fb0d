"""styleclf.plots.folds: what the figures of a cross-validation say, and that they draw it."""

import pandas as pd
import pytest

from styleclf.evaluation.metrics import metrics_table
from styleclf.plots import folds
from styleclf.plots.theme import WIDTH
from tests.evaluation.made_predictions import VOCAB, make_predictions
from tests.plots.made_up import check_drawn, words_of


def fold_metrics(n_folds=3):
    tables = [metrics_table(make_predictions(seed=i), f"fold {i}", n_resamples=50) for i in range(n_folds)]
    return pd.concat([metrics_table(make_predictions(200), "cv", n_resamples=50), *tables], ignore_index=True)


def test_the_folds_figure_names_every_fold_and_the_pooled_one_last():
    words = words_of(folds.plot_folds(fold_metrics()))
    rows = dict.fromkeys(word.split("\n")[0] for word in words if "images, " in word)
    assert list(rows) == ["fold 0", "fold 1", "fold 2", "all (cv)"]
    assert {"top-1 accuracy", "top-2 accuracy", "top-3 accuracy", "F1"} <= set(words)
    assert any("200 images, 8 authors" in word for word in words)


def test_recall_and_painters_say_how_many_they_show():
    predictions = make_predictions(300)
    words = words_of(folds.plot_recall(predictions))
    assert set(VOCAB) <= set(words)
    assert f"{(predictions['label'] == VOCAB[0]).sum()}" in words
    words = words_of(folds.plot_painters(predictions, 5))
    assert any(word.startswith("The 5 hardest of") for word in words)


def test_a_long_painter_is_whole_and_the_figure_wider():
    predictions = make_predictions(120)
    painter = "jean-baptiste-francois-xavier-de-la-fontaine"
    renamed = predictions.assign(author=predictions["author"].replace("author-1", painter))
    usual = folds.plot_painters(predictions)
    wider = folds.plot_painters(renamed)
    assert "Jean Baptiste Francois Xavier de La Fontaine" in words_of(wider)
    assert wider.get_figwidth() > usual.get_figwidth() >= WIDTH


@pytest.mark.parametrize("draw", [folds.plot_recall, folds.plot_painters])
def test_tables_by_style_are_drawn_and_empty_predictions_refused(draw):
    predictions = make_predictions(120)
    check_drawn(draw, predictions)


def test_folds_are_drawn_and_no_folds_refused():
    check_drawn(folds.plot_folds, fold_metrics())
