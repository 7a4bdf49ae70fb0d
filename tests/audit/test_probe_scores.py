"""Scores: the value first, then that of every draw of authors."""

import numpy as np
import pandas as pd
import pytest

from styleclf.audit import (
    probe_scores as scores,
)
from styleclf.data.authors import author_groups
from styleclf.evaluation import AuthorBootstrap
from styleclf.evaluation.metrics import metric_values
from tests.audit.conftest import painted_features, painters_design


def test_out_of_fold_predictions_come_from_the_other_folds():
    design, targs = painters_design()
    features, folds = painted_features(design, targs, style=1), design["fold"].to_numpy()
    probas = scores.out_of_fold(features, targs, folds, strength=0.1)
    test = folds == "2"
    alone = scores.probe_probas(features[~test], targs[~test], features[test], strength=0.1, n_styles=3)
    assert probas[test] == pytest.approx(alone) and probas.sum(axis=1) == pytest.approx(1)
    assert (
        scores.probe_probas(features[:5], targs[:5], features[:2], strength=0.1, n_styles=3).tolist() == [[1, 0, 0]] * 2
    )


def test_a_score_is_the_metric_first_and_then_the_metric_of_every_draw():
    design, targs = painters_design()
    probas = np.random.default_rng(1).dirichlet(np.ones(3), len(targs))
    draws = AuthorBootstrap(author_groups(design), targs, n_resamples=50)
    for k in (1, 2):
        found = scores.hit_scores(scores.top_k_hits(probas, targs, k), targs, draws)
        assert found == pytest.approx(metric_values(probas, targs, draws.counts_with_value)[f"top_{k}_accuracy"])
        assert found[0] == pytest.approx(metric_values(probas, targs, np.ones((1, len(targs))))[f"top_{k}_accuracy"][0])
    by_author = pd.DataFrame(draws.counts.T).groupby(design["author"]).nunique()
    assert (by_author == 1).all(axis=None), "an author is drawn with all images"


def test_draws_of_a_part_of_a_design_vary_like_those_of_a_whole_one():
    design, targs = painters_design()
    groups, last = author_groups(design), targs == 2
    part = AuthorBootstrap(groups[last], targs[last] - 2, n_resamples=50)
    whole = AuthorBootstrap(author_groups(design[last]), targs[last] - 2, n_resamples=50)
    assert (part.counts == whole.counts).all() and part.tail == whole.tail and part.counts.std() > 0


def test_where_all_are_right_or_nothing_changes_intervals_have_a_width():
    design, targs = painters_design()
    bootstrap = AuthorBootstrap(author_groups(design), targs, n_resamples=50)
    ones = np.ones(len(targs))
    all_right = scores.rate_estimate(ones, targs, bootstrap)
    assert all_right.value == all_right.hi == 1 and 0.85 < all_right.lo < 0.99
    all_wrong = scores.rate_estimate(1 - ones, targs, bootstrap)
    assert all_wrong.value == all_wrong.lo == 0 and all_wrong.hi == pytest.approx(1 - all_right.lo)
    unchanged = scores.change_estimate(0 * ones, targs, bootstrap)
    assert unchanged.value == 0 and unchanged.lo == pytest.approx(-unchanged.hi) and 0.01 < unchanged.hi < 0.15
    all_gain = scores.change_estimate(ones, targs, bootstrap)
    assert all_gain.value == 1 and 0.8 < all_gain.lo < 0.99


def test_the_interval_of_a_change_contains_that_of_its_draws():
    design, targs = painters_design()
    bootstrap = AuthorBootstrap(author_groups(design), targs, n_resamples=200)
    changes = np.random.default_rng(0).integers(-1, 2, len(targs)).astype(float)
    plain = bootstrap.estimate(scores.hit_scores(changes, targs, bootstrap))
    wide = scores.change_estimate(changes, targs, bootstrap)
    assert wide.value == plain.value and wide.lo <= plain.lo and plain.hi <= wide.hi


def test_hits_of_the_probe_are_those_of_its_probabilities():
    rng = np.random.default_rng(0)
    targs = rng.integers(3, size=60)
    features = rng.normal(size=(60, 5)) + targs[:, None]
    train, test = np.arange(40), np.arange(40, 60)
    probas = scores.probe_probas(features[train], targs[train], features[test], strength=0.1, n_styles=3)
    hits = scores.probe_hits(features, targs, train, test=test, strength=0.1)
    assert hits.tolist() == (probas.argmax(axis=1) == targs[test]).tolist() and 0 < hits.sum() < 20
