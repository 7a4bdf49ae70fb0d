"""inference.learner_facts: what a learner keeps comes back as it was, and no other learner has any of it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from fastai.vision.all import OneHotEncode
from fasttransform import Pipeline

from styleclf.evaluation import AnswerRule, Hierarchy, YearAnswers
from styleclf.inference.learner_facts import (
    keep_label_thresholds,
    keep_rule,
    keep_style_ids,
    keep_years,
    label_thresholds_of,
    novelty_of,
    rule_of,
    style_ids_of,
    years_of,
)

VOCAB = ["early", "fauvism", "portrait"]


def learner_with_targets(*target_transforms):
    """As much of a learner as is asked: its vocabulary, and what becomes of its targets."""
    lists = [None, SimpleNamespace(tfms=Pipeline(target_transforms))]
    return SimpleNamespace(dls=SimpleNamespace(vocab=VOCAB, train_ds=SimpleNamespace(tls=lists)))


@pytest.fixture
def several():
    return learner_with_targets(OneHotEncode(len(VOCAB)))


def test_before_anything_was_learned_a_label_is_given_from_a_half_on(several):
    assert label_thresholds_of(several).tolist() == [0.5] * 3


def test_what_was_learned_is_kept_as_numbers(several):
    keep_label_thresholds(several, [1, 0.25, np.float32(0.5)])
    thresholds = label_thresholds_of(several)
    assert thresholds.dtype == float
    assert thresholds.tolist() == [1, 0.25, 0.5]


def test_a_learner_of_one_style_per_image_has_none_even_if_it_was_given_some():
    learn = learner_with_targets()
    keep_label_thresholds(learn, np.ones(3))
    assert label_thresholds_of(learn) is None
    assert label_thresholds_of(SimpleNamespace(dls=SimpleNamespace(train_ds=[]))) is None


def test_a_learner_gives_its_rule_back_and_keeps_plain_values():
    learn = SimpleNamespace()
    assert rule_of(learn) is None
    rule = AnswerRule(Hierarchy({"cubism": ("modern", "cubism")}), 0.5)
    keep_rule(learn, rule)
    assert rule_of(learn) == rule
    assert learn.answer_rule == {"paths": {"cubism": ["modern", "cubism"]}, "threshold": 0.5}


def test_what_makes_years_of_labels_is_kept():
    learn = SimpleNamespace()
    assert years_of(learn) is None
    years = YearAnswers(np.array([1840.0, 1850.0, 1860.0]), 9.0)
    keep_years(learn, years)
    assert years_of(learn) is years


def learner_of(items):
    dls = SimpleNamespace(train_ds=SimpleNamespace(items=items), vocab=["cubism", "rococo"])
    return SimpleNamespace(dls=dls)


def test_a_learner_has_the_ids_of_its_design_and_keeps_them():
    rows = pd.DataFrame({"filename": ["a", "b", "c"], "label": ["cubism", "rococo", "zen"], "label_id": ["1", "", "3"]})
    learn = learner_of(rows)
    assert style_ids_of(learn) == {"cubism": "1"}
    keep_style_ids(learn)
    learn.dls.train_ds.items = []
    assert style_ids_of(learn) == {"cubism": "1"}
    keep_style_ids(learn, {"rococo": "2"})
    assert style_ids_of(learn) == {"rococo": "2"}
    assert style_ids_of(learner_of(rows.drop(columns="label_id"))) == {}
    assert style_ids_of(learner_of([])) == {}


def test_novelty_as_earlier_versions_kept_it_is_none():
    learn = SimpleNamespace(novelty_arrays={"axes": np.eye(2), "directions": np.eye(2)})
    assert novelty_of(learn) is None
