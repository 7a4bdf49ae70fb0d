"""A score in plain words."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from styleclf.evaluation import plain_answer, untaught_sentence
from styleclf.evaluation.plain_words import chance_of_ten, ends_of_ten, of_ten

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
SHARES = st.floats(0, 1)


def answer(**columns):
    """The sentence of the table with other columns."""
    return plain_answer(TABLE.assign(**columns), "test")


def bounds(words):
    """The shares that words about so many of ten may stand for."""
    if words in ("none", "all"):
        return (0, 0.005) if words == "none" else (0.995, 1)
    if words.startswith("about"):
        number = int(words.split()[1])
        return number / 10 - 0.05, number / 10 + 0.05
    return (0.005, 0.05) if words == "fewer than 1" else (0.95, 0.995)


@given(SHARES)
def test_words_stand_for_the_share_that_they_tell(share):
    low, high = bounds(of_ten(share))
    assert low - 1e-8 <= share <= high + 1e-8


@given(SHARES, SHARES)
def test_a_larger_share_is_never_told_as_less(first, second):
    low, high = sorted((first, second))
    assert bounds(of_ten(low)) <= bounds(of_ten(high))


@given(st.tuples(SHARES, SHARES, SHARES))
def test_a_number_lies_within_the_ends_that_are_told(shares):
    lo, value, hi = sorted(shares)
    ends = re.findall(r"\d+", ends_of_ten(pd.Series({"lo": lo, "hi": hi})))
    number = re.findall(r"about (\d+)", of_ten(value))
    if ends and number:
        assert int(ends[0]) <= int(number[0]) <= int(ends[1])
        assert ends[0] != ends[1]


@pytest.mark.parametrize(
    "n_styles, words", [(2, "5"), (3, "3"), (4, "2 or 3"), (8, "1"), (11, "1"), (20, "fewer than 1")]
)
def test_chance_is_told_as_what_lies_nearest(n_styles, words):
    assert chance_of_ten(1 / n_styles) == words


def test_one_sentence_says_number_interval_and_chance():
    assert answer() == (
        "Of 10 paintings by painters it has never met, it names about 9 rightly (8 to 9), and hardly more when it may "
        "guess twice (9 to 10); by chance it would be 1, and 2 or 3 with two guesses."
    )


def test_nothing_and_everything_have_words():
    assert "it names none rightly (0 to 1), and about 2 when it may guess twice" in answer(value=[0, 0.2], lo=0, hi=0.1)
    assert "it names all rightly; by chance" in answer(value=1, lo=1, hi=1)
    assert "and all when it may guess twice;" in answer(value=[0.9, 1], lo=[0.8, 1], hi=1)
    assert "more than 9 when it may guess twice (9 to 10)" in answer(value=[0.86, 0.97], lo=[0.8, 0.93], hi=[0.9, 0.99])


def test_of_two_styles_two_guesses_are_not_told():
    sentence = answer(chance=[0.5, 1.0], value=[0.7, 1.0], lo=[0.6, 1.0], hi=[0.8, 1.0])
    assert sentence.endswith("it names about 7 rightly (6 to 8); by chance it would be 5.")


def test_what_chance_may_have_done_is_called_so():
    assert answer(value=0.14, lo=0.1, hi=0.2).endswith("with two guesses, so this may be luck.")
    assert answer(value=0.05, lo=0.02, hi=0.1).endswith("with two guesses, so it does worse than chance.")


def test_without_interval_or_painters_it_says_so():
    sentence = answer(lo=np.nan, hi=np.nan, n_authors=0)
    assert sentence.startswith("Of 10 pictures it has never seen, it names about 9 rightly, and hardly more when")
    assert sentence.endswith(". There are too few pictures to say how far off this may be.")


def test_a_part_that_was_not_judged_is_refused():
    with pytest.raises(ValueError, match="'val' of the metrics has no top_1_accuracy"):
        plain_answer(TABLE, "val")


@pytest.mark.parametrize(
    "folds, start, end",
    [
        ("0101", "", ""),
        ("0011", "All pictures of a style are in one fold for 2 of 2 styles", "their 4 pictures of 4"),
        ("0100", "All pictures of fauvism are in one fold", "its 2 pictures of 4"),
    ],
)
def test_styles_that_no_other_fold_teaches_are_named(folds, start, end):
    rows = pd.DataFrame({"label": ["cubism", "cubism", "fauvism", "fauvism"], "fold": list(folds)})
    sentence = untaught_sentence(rows)
    assert sentence.startswith(start)
    assert bool(sentence) == bool(start)
    assert not start or sentence.endswith(f"{end} always count as wrong.")
