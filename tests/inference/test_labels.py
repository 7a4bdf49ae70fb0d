"""inference.labels: thresholds stay with a learner of several labels, and no other learner has any."""

from types import SimpleNamespace

import numpy as np
import pytest
from fastai.vision.all import OneHotEncode
from fasttransform import Pipeline

from styleclf.inference.labels import keep_label_thresholds, label_thresholds_of

VOCAB = ["early", "fauvism", "portrait"]


def learner(*target_transforms):
    """As much of a learner as is asked: its vocabulary, and what becomes of its targets."""
    lists = [None, SimpleNamespace(tfms=Pipeline(target_transforms))]
    return SimpleNamespace(dls=SimpleNamespace(vocab=VOCAB, train_ds=SimpleNamespace(tls=lists)))


@pytest.fixture
def several():
    return learner(OneHotEncode(len(VOCAB)))


def test_before_anything_was_learned_a_label_is_given_from_a_half_on(several):
    assert label_thresholds_of(several).tolist() == [0.5] * 3


def test_what_was_learned_is_kept_as_numbers(several):
    keep_label_thresholds(several, [1, 0.25, np.float32(0.5)])
    thresholds = label_thresholds_of(several)
    assert thresholds.dtype == float and thresholds.tolist() == [1, 0.25, 0.5]


def test_a_learner_of_one_style_per_image_has_none_even_if_it_was_given_some():
    learn = learner()
    keep_label_thresholds(learn, np.ones(3))
    assert label_thresholds_of(learn) is None
    assert label_thresholds_of(SimpleNamespace(dls=SimpleNamespace(train_ds=[]))) is None
