"""light.answers: wider words as `evaluation.AnswerRule` has them, and tables that are none of a hierarchy."""

import numpy as np
import pytest

from styleclf.evaluation import ANY_STYLE, AnswerRule, Hierarchy, rule_facts
from styleclf.light import answers
from styleclf.light.answers import wider_answers

STYLES = ["baroque", "cubism", "rococo", "ukiyo-e"]
PATHS = {
    "baroque": ["european", "old", "baroque"],
    "cubism": ["european", "cubism"],
    "rococo": ["european", "old", "rococo"],
    "ukiyo-e": ["ukiyo-e"],
}


def test_answers_are_those_of_tables():
    probas = np.random.default_rng(0).dirichlet(np.full(4, 0.5), size=200).astype(np.float32)
    names = set()
    for threshold in (0.0, 0.3, 0.5, 0.8, 1.0):
        paths = {style: tuple(path) for style, path in PATHS.items()}
        rule = AnswerRule(Hierarchy(paths), threshold)
        wider = wider_answers(rule_facts(rule), STYLES)
        expected = rule.answers(probas, STYLES)
        for row, of_picture in zip(expected.itertuples(), probas, strict=True):
            assert wider.answer(of_picture, STYLES) == (row.answer, row.level)
            names.add(row.answer)
    assert names == {ANY_STYLE, "european", "old", *STYLES}
    assert answers.ANY_STYLE == ANY_STYLE


def test_without_a_threshold_everything_is_any_style():
    wider = wider_answers({"paths": PATHS, "threshold": None}, STYLES)
    assert wider.answer(np.array([1.0, 0, 0, 0]), STYLES) == (ANY_STYLE, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threshold": "0.5"}, "threshold of its answers"),
        ({"threshold": 2}, "threshold of its answers"),
        ({"paths": {**PATHS, "x": ["x"]}}, "not those of its styles"),
        ({"paths": {**PATHS, "rococo": []}}, "not a list of 1 to 50"),
        ({"paths": {**PATHS, "rococo": ["european"]}}, "ends at 'european'"),
        ({"paths": {**PATHS, "rococo": [7, "rococo"]}}, "has the name 7"),
        ({"paths": {**PATHS, "rococo": ["old", "rococo"]}}, "'old' is in two places"),
        ({"paths": {**PATHS, "rococo": ["cubism", "rococo"]}}, "in two places"),
        ({"paths": {**PATHS, "rococo": ["x"] * 60 + ["rococo"]}}, "not a list of 1 to 50"),
    ],
)
def test_what_is_no_hierarchy_of_the_styles_is_refused(change, words):
    values = {"paths": PATHS, "threshold": 0.5} | change
    with pytest.raises(ValueError, match=words):
        wider_answers(values, STYLES)
