"""What a league says: a table to read, licences, and what costs less."""

import numpy as np
import pytest

from styleclf.benchmark import league_table
from styleclf.benchmark.league.words import judged_text, league_text, recommendation
from tests.benchmark.league.test_table import made_up


@pytest.fixture(scope="module")
def table(league):
    return league_table(league[1], n_resamples=200)


def test_the_text_has_every_body_and_what_was_skipped(table, league):
    text = league_text(table, league[1].skipped)
    assert all(body in text for body in table["body"])
    assert "skipped: nonsense: timm has no" in text
    assert "fine-tuning, occlusion" in text
    assert "by 28 authors, 1 draw" in judged_text(table)


def test_the_recommendation_names_licences_and_a_cheaper_body():
    rows = [("big", 0.80, np.nan, 100, "cc-by-nc-4.0"), ("small", 0.79, 0.01, 10, "mit"), ("bad", 0.5, -0.2, 1, "mit")]
    sentence = recommendation(made_up(*rows), "runs/league")
    assert "big knows most" in sentence
    assert "0.80 (0.78-0.82)" in sentence
    assert "cc-by-nc-4.0, which excludes commercial use (small is the best that does not)" in sentence
    assert "small is not significantly worse (-1.0 points) in 10% of the time" in sentence
    assert "about painters it has never seen" in sentence
    nameless = recommendation(made_up(*rows).assign(n_authors=0), "runs/league")
    assert "about pictures it has never seen" in nameless
    assert sentence.endswith("train with it: python recipes/train.py --league runs/league")
