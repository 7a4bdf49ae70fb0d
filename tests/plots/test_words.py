"""styleclf.plots.words: names short enough, and columns of numbers."""

import pytest

from styleclf.plots import new_figure
from styleclf.plots.words import readable_name, shorten, wrap_words, write_counts


@pytest.mark.parametrize(
    "name, n_chars, text",
    [("rococo", 6, "rococo"), ("northern-renaissance", 12, "northern-re…"), ("ab - cd", 5, "ab…")],
)
def test_long_names_end_with_an_ellipsis(name, n_chars, text):
    assert shorten(name, n_chars) == text


@pytest.mark.parametrize(
    "name, text",
    [("rococo", "rococo"), ("northern-renaissance", "northern-\nrenaissance"), ("postimpressionism", "postimpressi…")],
)
def test_names_break_at_the_hyphen_nearest_their_middle(name, text):
    assert wrap_words(name, 13) == text


def test_metrics_have_readable_names():
    assert [readable_name(name) for name in ("f1", "top_2_accuracy", "log_loss")] == [
        "F1",
        "top-2 accuracy",
        "log loss",
    ]


def test_counts_have_commas_and_none_is_a_dash():
    axes = new_figure(2, 2).subplots()
    write_counts(axes, "images", [1200, 0])
    assert [text.get_text() for text in axes.texts] == ["1,200", "–"]
    assert axes.get_title("right") == "images"
