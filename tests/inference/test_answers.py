"""The rule of answers that a learner keeps, and what predictions say by it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from styleclf.evaluation import ANY_STYLE, AnswerRule, Hierarchy
from styleclf.inference.answers import keep_rule, rule_of
from styleclf.inference.predict import predict_table, top_3_text


def test_a_learner_gives_its_rule_back_and_keeps_plain_values():
    learn = SimpleNamespace()
    assert rule_of(learn) is None
    rule = AnswerRule(Hierarchy({"cubism": ("modern", "cubism")}), 0.5)
    keep_rule(learn, rule)
    assert rule_of(learn) == rule
    assert learn.answer_rule == {"paths": {"cubism": ["modern", "cubism"]}, "threshold": 0.5}


def test_predictions_have_answers_and_their_level(learn, design, sample):
    paths = [sample / name for name in design["filename"].head(3)]
    plain, _ = predict_table(learn, paths)
    assert "level" not in plain
    hierarchy = Hierarchy({style: ("painted", style) for style in learn.dls.vocab})
    for threshold, level in ((0.0, 2), (0.9, 1), (np.inf, 0)):
        keep_rule(learn, AnswerRule(hierarchy, threshold))
        table, _ = predict_table(learn, paths)
        assert (table["level"] == level).all()
        assert (table["pred"] == plain["pred"]).all()
    assert (table["answer"] == ANY_STYLE).all()


def test_a_wider_answer_comes_before_the_likeliest_styles():
    row = {"filename": "a.jpg", "pred": "cubism", "answer": "modern", "proba_cubism": 0.5, "proba_fauvism": 0.5}
    assert top_3_text(pd.DataFrame([row])) == "a.jpg  modern (cubism 50%   fauvism 50%)"


def test_several_labels_none_and_a_year_are_said():
    rows = [("a.jpg", "cubism|portrait", 0.9, 0.8), ("b.jpg", "", 0.2, 0.1)]
    table = pd.DataFrame(rows, columns=["filename", "pred", "proba_cubism", "proba_portrait"])
    first, second = top_3_text(table).splitlines()
    assert first == "a.jpg  cubism|portrait (cubism 90%   portrait 80%)"
    assert second == "b.jpg  no label (nearest: cubism 20%   portrait 10%)"
    dated = table.assign(year=1912.4, year_lo=1880.0, year_hi=1945.0)
    assert top_3_text(dated).splitlines()[0].endswith("portrait 80%)   c. 1912 (1880 to 1945)")


def test_names_that_break_lines_take_one_line():
    rows = [("a\nb.jpg", "cubism", 0.9, 0.1), ("c\x1b[2J.jpg", "cubism", 0.8, 0.2)]
    table = pd.DataFrame(rows, columns=["filename", "pred", "proba_cubism", "proba_rococo"])
    first, second = top_3_text(table).splitlines()
    assert first.split("  ")[0] == r"a\nb.jpg" and second.startswith(r"c\x1b[2J.jpg  cubism 80%")
