"""app.cards: HTML in which names are text, and a table in a link."""

import base64
import csv
import io
import re

from styleclf.app import cards
from styleclf.app.review import ReviewedPicture, ReviewProgress
from tests.app.conftest import NASTY, STYLES, picture, prediction


def test_nothing_of_a_name_is_html_or_a_template():
    shown = cards.text(NASTY) + cards.sentence(NASTY) + cards.refusals({NASTY: NASTY}) + cards.large_image("", NASTY)
    assert "<img" not in shown
    assert not re.search(r"\{\{|\$\{", shown)


def test_the_table_in_the_link_has_all_probabilities():
    pictures = [picture('a, "b".png', 0.7, 0.15, 0.15), picture("c.png", 0.34, 0.33, 0.33)]
    link = cards.table_link(pictures, {"c.png": "green"}, STYLES)
    content = base64.b64decode(re.search(r"base64,([^\"]+)", link)[1]).decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert rows[0]["filename"] == 'a, "b".png'
    assert float(rows[0]["proba_blue"]) == 0.7
    assert rows[0]["set"] == "blue"
    assert rows[0]["label"] == ""
    assert rows[1]["label"] == "green"
    assert rows[1]["answer"] == "none of these"
    assert rows[1]["pred"] == "blue"
    assert cards.table_link([], {}, STYLES) == ""


def test_progress_is_told_in_words_too():
    assert "3 of 1,200 pictures decided, 2 skipped" in cards.progress_bar(ReviewProgress(3, 2, 1200))
    assert "0 of 0 pictures decided" in cards.progress_bar(ReviewProgress(0, 0, 0))


def test_a_wider_word_stands_before_the_likeliest_styles():
    narrow = picture("a.png", 0.5, 0.45, 0.05).prediction
    wide = narrow._replace(answer="cold <b>", level=1)
    for shown in (cards.facts(wide), cards.picture_cards([ReviewedPicture("a.png", wide)], {})):
        assert "cold &lt;b&gt;" in shown
        assert "blue" in shown
    assert "likeliest" not in cards.facts(narrow)


def test_the_review_repeats_no_percentages_that_its_buttons_have():
    none = cards.review_facts(prediction([0.34, 0.33, 0.33]))
    sure = cards.review_facts(prediction([0.6, 0.3, 0.1]))
    assert "none of these" in none
    assert "%" not in none + sure
    assert "It may be: <b>blue, green</b>" in sure
    assert "none of these" not in sure
