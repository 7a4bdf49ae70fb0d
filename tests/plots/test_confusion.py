"""styleclf.plots.confusion: percents, counts, and what cannot be drawn."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from styleclf import plots
from tests.evaluation.made_predictions import VOCAB, make_predictions
from tests.plots.made_up import words_of


def test_the_confusion_matrix_shows_row_percents_and_counts():
    predictions = make_predictions()
    counts = confusion_matrix(predictions["label"], predictions["pred"], labels=VOCAB)
    words = words_of(plots.plot_confusion(predictions))
    shares = 100 * counts / counts.sum(axis=1, keepdims=True)
    for row, column in np.argwhere(counts):
        assert f"{shares[row, column]:.0f}" in words
        assert str(counts[row, column]) in words
    assert any(f"top-1 accuracy {shares.diagonal().mean():.0f} %" in text for text in words)
    for style, n in zip(VOCAB, counts.sum(axis=1), strict=True):
        assert f"{style}  n = {n}" in words


@pytest.mark.parametrize("draw", [plots.plot_confusion, plots.plot_report])
def test_predictions_that_cannot_be_drawn(draw):
    good = make_predictions()
    with pytest.raises(ValueError, match="lacks the column 'pred'"):
        draw(good.drop(columns="pred"))
    with pytest.raises(ValueError, match="no rows"):
        draw(good.iloc[:0])
    with pytest.raises(ValueError, match="no proba_<style> column"):
        draw(good[["filename", "label", "author", "pred"]])
    with pytest.raises(ValueError, match="'ukiyo-e'"):
        draw(good.drop(columns="proba_ukiyo-e"))


def test_a_style_without_images_says_so():
    predictions = make_predictions().query("label != 'cubism'")
    assert "no images" in words_of(plots.plot_confusion(predictions))
