"""Scores: the value first, then that of every draw of authors."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from styleclf.audit import (
    probe_scores as scores,
)
from styleclf.audit.degradations import CLEAN
from styleclf.data.authors import author_groups
from styleclf.evaluation import AuthorBootstrap
from styleclf.evaluation.metrics import metric_values
from styleclf.training import ProbeRules
from tests.audit.conftest import painted_features, painters_design

RULES = ProbeRules(0.1, temperature=5.0)


def test_out_of_fold_predictions_come_from_the_other_folds():
    design, targs = painters_design()
    features, folds = painted_features(design, targs, style=1), design["fold"].to_numpy()
    probas = scores.out_of_fold(features, targs, folds, rules=RULES)
    test = folds == "2"
    fitted = RULES.fitted(features[~test], targs[~test], n_styles=3)
    assert probas[test] == pytest.approx(softmax(fitted.logits(features[test]), axis=1))
    assert probas.sum(axis=1) == pytest.approx(1)


def test_copies_are_judged_by_the_probes_of_the_images_as_they_are():
    design, targs = painters_design()
    features, folds = painted_features(design, targs, style=1), design["fold"].to_numpy()
    views = {CLEAN: features, "the same": features.copy(), "shifted": features + 1}
    probas = scores.out_of_fold_views(views, targs, folds, rules=RULES)
    assert (probas["the same"] == probas[CLEAN]).all()
    assert not np.allclose(probas["shifted"], probas[CLEAN])
    assert (probas[CLEAN] == scores.out_of_fold(features, targs, folds, rules=RULES)).all()


def test_a_score_is_the_metric_first_and_then_the_metric_of_every_draw():
    design, targs = painters_design()
    probas = np.random.default_rng(1).dirichlet(np.ones(3), len(targs))
    draws = AuthorBootstrap(author_groups(design), targs, n_resamples=50)
    for k in (1, 2):
        result = scores.hit_scores(scores.top_k_hits(probas, targs, k), targs, draws)
        expected = metric_values(probas, targs, draws.counts_with_value)[f"top_{k}_accuracy"]
        assert result == pytest.approx(expected)
        every_image_once = np.ones((1, len(targs)))
        (value,) = metric_values(probas, targs, every_image_once)[f"top_{k}_accuracy"]
        assert result[0] == pytest.approx(value)
    by_author = pd.DataFrame(draws.counts.T).groupby(design["author"]).nunique()
    assert (by_author == 1).all(axis=None), "an author is drawn with all images"


def test_draws_of_a_part_of_a_design_vary_like_those_of_a_whole_one():
    design, targs = painters_design()
    groups, last = author_groups(design), targs == 2
    part = AuthorBootstrap(groups[last], targs[last] - 2, n_resamples=50)
    whole = AuthorBootstrap(author_groups(design[last]), targs[last] - 2, n_resamples=50)
    assert (part.counts == whole.counts).all()
    assert part.tail == whole.tail
    assert part.counts.std() > 0


def test_where_all_are_right_or_nothing_changes_intervals_have_a_width():
    design, targs = painters_design()
    bootstrap = AuthorBootstrap(author_groups(design), targs, n_resamples=50)
    ones = np.ones(len(targs))
    all_right = scores.rate_estimate(ones, targs, bootstrap)
    assert all_right.value == all_right.hi == 1
    assert 0.85 < all_right.lo < 0.99
    all_wrong = scores.rate_estimate(1 - ones, targs, bootstrap)
    assert all_wrong.value == all_wrong.lo == 0
    assert all_wrong.hi == pytest.approx(1 - all_right.lo)
    unchanged = scores.change_estimate(0 * ones, targs, bootstrap)
    assert unchanged.value == 0
    assert unchanged.lo == pytest.approx(-unchanged.hi)
    assert 0.01 < unchanged.hi < 0.15
    all_gain = scores.change_estimate(ones, targs, bootstrap)
    assert all_gain.value == 1
    assert 0.8 < all_gain.lo < 0.99


def test_the_interval_of_a_change_contains_that_of_its_draws():
    design, targs = painters_design()
    bootstrap = AuthorBootstrap(author_groups(design), targs, n_resamples=200)
    changes = np.random.default_rng(0).integers(-1, 2, len(targs)).astype(float)
    plain = bootstrap.estimate(scores.hit_scores(changes, targs, bootstrap))
    wide = scores.change_estimate(changes, targs, bootstrap)
    assert wide.value == plain.value
    assert wide.lo <= plain.lo
    assert plain.hi <= wide.hi


def test_hits_of_the_probe_are_those_of_its_probabilities():
    rng = np.random.default_rng(0)
    targs = rng.integers(3, size=60)
    features = rng.normal(size=(60, 5)) + targs[:, None]
    train, test = np.arange(40), np.arange(40, 60)
    logits = RULES.fitted(features[train], targs[train], n_styles=3).logits(features[test])
    hits = scores.probe_hits(features, targs, train, test=test, rules=RULES)
    assert hits.tolist() == (logits.argmax(axis=1) == targs[test]).tolist()
    assert 0 < hits.sum() < 20
