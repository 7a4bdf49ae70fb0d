"""What was answered, and how right it is where folders name the truth."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import metrics_table, prediction_columns
from styleclf.inference.truth import predictions_text, style_in_path, summary_text, truth_text, with_truth

VOCAB = ["cubism", "photo", "rococo"]


@pytest.fixture
def predictions():
    """Four pictures: three in folders of styles, of which one is wrong."""
    names = ["in/Cubism/gris_guitar.jpg", "in/rococo/boucher/a.jpg", "in/rococo/watteau_b.jpg", "in/photo.jpg"]
    probas = np.array([[0.8, 0.1, 0.1], [0.2, 0.1, 0.7], [0.5, 0.1, 0.4], [0.3, 0.4, 0.3]])
    table = prediction_columns(probas, VOCAB)
    table.insert(0, "filename", names)
    return table


def test_folders_name_styles_and_names_authors(predictions):
    table = with_truth(predictions)
    assert table["label"].tolist() == ["cubism", "rococo", "rococo", ""]
    assert table["author"].tolist() == ["gris", "", "watteau", ""]


def test_nothing_is_added_where_no_folder_names_a_style(predictions):
    predictions["filename"] = [f"new/{i}.jpg" for i in range(4)]
    assert with_truth(predictions) is predictions
    assert truth_text(predictions) == ""


@pytest.mark.parametrize(
    "path, style",
    [("rococo/x.jpg", "rococo"), ("rococo/boucher/x.jpg", "rococo"), ("photo/my/own/x.jpg", ""), ("photo", "")],
)
def test_only_the_two_folders_above_a_file_count(path, style):
    assert style_in_path(path, VOCAB) == style


def test_the_score_is_that_of_the_metrics_with_chance_beside(predictions):
    named = with_truth(predictions).iloc[:3]
    text = truth_text(with_truth(predictions))
    top_1 = metrics_table(named, "test").set_index("metric").loc["top_1_accuracy"]
    assert top_1["value"] == 0.75
    assert f"first guess right: 0.75 (95 % interval {top_1['lo']:.2f} to {top_1['hi']:.2f}), by chance 0.33" in text
    assert text.startswith("3 pictures by 2 painters lie in folders that name the style: 2 named rightly\n")
    assert "one of two guesses right: 1.00" in text
    assert "by chance 0.67" in text


def test_intervals_come_from_authors(predictions):
    many = pd.concat([with_truth(predictions)] * 10, ignore_index=True)
    many["author"] = [f"painter {i % 20}" for i in range(len(many))]
    assert "(95 % interval 0." in truth_text(many)


def test_other_answers_are_counted(predictions):
    predictions["answer"] = ["cubism", "none of these", "cubism", "photo"]
    assert summary_text(predictions) == "2 cubism, 1 none of these, 1 photo"
    assert "1 got another answer than the likeliest style" in truth_text(with_truth(predictions))


def test_the_screen_tells_everything_in_order(predictions):
    text = predictions_text(with_truth(predictions), {Path("in/broken.jpg"): "not an image"})
    lines = text.splitlines()
    assert lines[4] == "not predicted: in/broken.jpg (not an image)"
    assert lines[6] == "2 cubism, 1 photo, 1 rococo"
    assert predictions_text(predictions.iloc[:0], {Path("x.jpg"): "truncated"}) == "not predicted: x.jpg (truncated)"
