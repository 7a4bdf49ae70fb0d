"""styleclf.benchmark.stopwatch: it leaves the learner as it was, and scores what is tested."""

import numpy as np
import pytest

from styleclf.benchmark.contenders import styleclf_learner
from styleclf.benchmark.stopwatch import watch_training
from styleclf.evaluation.metrics import top_k_accuracy
from styleclf.inference.predict import predict_design
from tests.benchmark.conftest import Alone


def test_the_stopwatch_leaves_the_learner_as_it_was_and_scores_the_whole_test_fold(task):
    turns = Alone()
    learn = styleclf_learner(task)
    before, hooks = list(learn.cbs), len(learn.model[0]._forward_pre_hooks)
    with watch_training(learn, turns) as stopwatch, learn.no_bar():
        learn.fit(1)
    assert [cb for cb in before if type(cb).__name__ != "ProgressCallback"] == list(learn.cbs)
    assert len(learn.model[0]._forward_pre_hooks) == hooks
    test = task.parts()[1]
    predictions = predict_design(learn, test, task.images, progress=False)
    targs = np.array([list(learn.dls.vocab).index(label) for label in test["label"]])
    probas = predictions.filter(like="proba_").to_numpy()
    last = stopwatch.curve[-1]  # the first is the probe's
    assert last["top_2"] == pytest.approx(top_k_accuracy(probas, targs, 2), abs=0.02)
    assert stopwatch.n_images == len(task.parts()[0]) // task.bs * task.bs
