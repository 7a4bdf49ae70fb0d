"""data.annotation.attribution_patterns: where the words of a rule are found."""

import pytest

from styleclf.data.annotation.attribution import read_attribution_rules
from styleclf.data.annotation.attribution_patterns import (
    decomposed_text,
    key_word,
    pattern_around,
    pattern_between,
    plain_letters,
)


@pytest.mark.parametrize(
    "text", ["Workshop of X", "[workshop-of: X]", "X (workshop of)", "X, Workshop", "x (WORKSHOP)"]
)
def test_words_before_a_name_are_found_before_and_behind_it(text):
    match = pattern_around("workshop of *").fullmatch(text)
    assert (match["name"] or match["turned"]).lower() == "x"


def test_a_role_wants_its_colon_comma_or_bracket():
    pattern = pattern_around("painter: *")
    assert pattern.fullmatch("Painter: X")["name"] == "X"
    assert pattern.fullmatch("X, painter")["turned"] == "X"
    assert pattern.fullmatch("painter X") is None
    assert pattern.fullmatch("X painter") is None


@pytest.mark.parametrize("text", ["X (1840)", "X, 1840-1926", "X (born Y, 18th century)", "X, Y 1840, Z 1926"])
def test_years_are_found_in_brackets_and_after_commas(text):
    assert pattern_around("*, <years>").fullmatch(text)["name"] == "X"


@pytest.mark.parametrize("text", ["Master of 1518", "X (II)", "X, Y", "X (12345678)", "X (1840) et al."])
def test_other_numbers_and_names_are_no_years(text):
    assert pattern_around("*, <years>").fullmatch(text) is None


def test_words_between_two_names_may_end_behind_the_second():
    match = pattern_between("* (possibly *)").fullmatch("X (Possibly Y)")
    assert (match["first"], match["second"]) == ("X", "Y")


def test_a_key_word_is_in_every_text_that_fits():
    """Else a rule would be passed over."""
    rules = [rule for rule in read_attribution_rules().rules if rule.words.count("*") == 1]
    for rule in rules:
        before, behind = (part.strip() for part in rule.words.split("*"))
        if "<" in behind:
            continue
        shortest = before.rstrip(":").rpartition(" ")[0] or before.rstrip(":")
        text = f"Name, {behind or shortest}"
        assert pattern_around(rule.words).fullmatch(decomposed_text(text)), rule.words
        assert key_word(rule.words) in plain_letters(text), rule.words
