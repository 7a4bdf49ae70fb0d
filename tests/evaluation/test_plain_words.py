"""A score in plain words."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import plain_answer, untaught_sentence
from styleclf.evaluation.plain_words import about_ten

TABLE = pd.DataFrame(
    {
        "part": "test",
        "metric": ["top_1_accuracy", "top_2_accuracy"],
        "value": [0.86, 0.94],
        "lo": [0.83, 0.92],
        "hi": [0.88, 0.96],
        "chance": [1 / 8, 2 / 8],
        "n_authors": 12,
    }
)


def test_a_share_is_told_as_what_lies_nearest():
    for n in range(11):
        assert about_ten(n / 10) == str(n)
        assert about_ten(n / 10 + 0.03) == str(n)
    assert about_ten(0.45) == "4 to 5" and about_ten(0.46) == "5"


def test_ends_that_are_the_same_number_are_told_once():
    assert "it names about 9 rightly (8 to 9), 9 with two guesses (9 to 10)" in plain_answer(TABLE, "test")
    assert "rightly (9)" in plain_answer(TABLE.assign(lo=0.9), "test")


def test_without_interval_or_painters_it_says_so():
    text = plain_answer(TABLE.assign(lo=np.nan, hi=np.nan, n_authors=0), "test")
    assert text.startswith("Of 10 pictures it has never seen") and text.count("(too few to tell)") == 2


def test_a_part_that_was_not_judged_is_refused():
    with pytest.raises(ValueError, match="'val' of the metrics has no top_1_accuracy"):
        plain_answer(TABLE, "val")


@pytest.mark.parametrize(
    "folds, start",
    [
        ("0101", ""),
        ("0011", "2 of 2 styles (cubism, fauvism) stand in one fold alone each: nothing teaches them"),
        ("0111", "1 of 2 styles (fauvism) stands in one fold alone: nothing teaches it"),
    ],
)
def test_styles_that_no_other_fold_teaches_are_named(folds, start):
    rows = pd.DataFrame({"label": ["cubism", "cubism", "fauvism", "fauvism"], "fold": list(folds)})
    sentence = untaught_sentence(rows)
    assert sentence.startswith(start) and bool(sentence) == bool(start)
    if start:
        n_wrong = 2 * int(start[0])
        assert f"{n_wrong} images of 4 always count as wrong." in sentence
