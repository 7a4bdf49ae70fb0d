"""Answers as narrow as a promise allows: their rule, and that the promise holds for painters not seen."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation.answers import (
    AnswerRule,
    answer_rates,
    answer_sentence,
    cross_answers,
    fitted_rule,
    rule_facts,
    rule_of_facts,
)
from styleclf.evaluation.hierarchy import ANY_STYLE, Hierarchy
from styleclf.evaluation.predictions import probas_of
from tests.evaluation.made_predictions import VOCAB, make_predictions

HIERARCHY = Hierarchy(
    {
        "cubism": ("european", "modern", "cubism"),
        "impressionism": ("european", "modern", "impressionism"),
        "northern-renaissance": ("european", "northern-renaissance"),
        "ukiyo-e": ("ukiyo-e",),
    }
)


def made_run(n=300, seed=0):
    rng = np.random.default_rng(seed)
    table = make_predictions(n, seed=seed)
    authors = rng.integers(40, size=n)
    folds = (authors % 4).astype(str)
    return table.assign(author=[f"author-{i}" for i in authors], fold=folds)


@pytest.mark.parametrize(
    ("probas", "threshold", "answer"),
    [
        ([0.7, 0.1, 0.1, 0.1], 0.6, ("cubism", 3)),
        ([0.4, 0.4, 0.1, 0.1], 0.6, ("modern", 2)),
        ([0.3, 0.2, 0.3, 0.2], 0.6, ("european", 1)),
        ([0.1, 0.1, 0.1, 0.7], 0.6, ("ukiyo-e", 1)),
        ([0.3, 0.2, 0.0, 0.5], 0.6, (ANY_STYLE, 0)),
        ([0.7, 0.1, 0.1, 0.1], np.inf, (ANY_STYLE, 0)),
        ([0.7, 0.3, 0.0, 0.0], 0.7, ("modern", 2)),  # it has to be exceeded
    ],
)
def test_the_answer_is_what_likely_styles_share(probas, threshold, answer):
    answers = AnswerRule(HIERARCHY, threshold).answers(np.array([probas]), VOCAB)
    assert (answers["answer"][0], answers["level"][0]) == answer


def test_a_higher_threshold_only_widens_answers():
    probas = probas_of(make_predictions(200))
    before = None
    for threshold in (0, 0.3, 0.5, 0.8, 0.99):
        levels = AnswerRule(HIERARCHY, threshold).answers(probas, VOCAB)["level"].to_numpy()
        assert before is None or (levels <= before).all()
        before = levels
    assert before.min() == 0


def test_the_promise_holds_out_of_fold():
    shares = []
    for seed in range(20):
        run = made_run(seed=seed)
        judged = cross_answers(run, HIERARCHY, share=0.8)
        shares.append(judged.groupby("author")["is_right"].mean().mean())
    assert 0.77 < np.mean(shares) < 0.9


def test_no_fold_learns_from_itself():
    run = made_run()
    judged = cross_answers(run, HIERARCHY)
    is_first = run["fold"] == "0"
    rule = fitted_rule(run[~is_first], HIERARCHY)
    expected = rule.answers(probas_of(run[is_first]), VOCAB)
    assert judged["answer"][is_first.to_numpy()].tolist() == expected["answer"].tolist()
    with pytest.raises(ValueError, match="only fold 0"):
        cross_answers(run[is_first], HIERARCHY)


def test_images_without_painter_do_not_decide_for_painters():
    run = made_run()
    nameless = run.assign(author="", proba_cubism=0.97).head(100)
    assert fitted_rule(pd.concat([run, nameless]), HIERARCHY).threshold == fitted_rule(run, HIERARCHY).threshold
    alone = fitted_rule(nameless, HIERARCHY).threshold
    assert 0 < alone <= 2.5


def test_rates_are_shares_and_say_so():
    run = made_run()
    judged = cross_answers(run, HIERARCHY)
    rates = answer_rates(run, judged)
    shares = rates[rates["metric"] == "share"]
    assert shares["value"].sum() == pytest.approx(1)
    by_painter = judged.groupby("author")["is_right"].mean().mean()
    everything = rates[rates["level"] == "all"].iloc[0]
    assert everything["value"] == pytest.approx(by_painter)
    assert everything["lo"] <= everything["value"] <= everything["hi"]
    sentence = answer_sentence(rates)
    assert sentence.startswith("answers: right for 0.")
    assert "at level 3" in sentence


def test_a_rule_goes_through_plain_values():
    rule = AnswerRule(HIERARCHY, 0.4)
    assert rule_of_facts(rule_facts(rule)) == rule
