"""Judging: styles that painters share are recognised, and painters only where folds mix them."""

import numpy as np
import pytest

from styleclf.benchmark.league.folds import league_draws
from styleclf.benchmark.league.judging import judge_coordinates
from styleclf.data import Paintings, author_groups
from styleclf.training import STRENGTHS, probe_rules
from tests.audit.conftest import painted_features, painters_design


@pytest.fixture(scope="module")
def design():
    return painters_design()


def judged(design, **signal):
    table, targs = design
    draws = league_draws(Paintings(table, "images"), 2, seed=0)
    features = painted_features(table, targs, **signal).astype(np.float32)
    return judge_coordinates(features, targs, draws, groups=author_groups(table), progress=False)


def test_what_painters_of_a_style_share_is_recognised_with_and_without_them(design):
    judgement = judged(design, style=0.5)
    assert judgement.hits[1].mean() > 0.6
    assert abs(judgement.painter_hits.mean()) < 0.1


def test_a_painters_hand_helps_only_where_folds_mix_painters(design):
    judgement = judged(design, hand=4)
    assert judgement.hits[1].mean() < 0.45
    assert judgement.painter_hits.mean() > 0.2


def test_hits_are_shares_of_the_draws_and_a_second_guess_never_hurts(design):
    judgement = judged(design, style=0.2)
    assert set(np.unique(judgement.hits[1])) <= {0, 0.5, 1}
    assert (judgement.hits[2] >= judgement.hits[1]).all()
    assert len(judgement.strengths) == 4
    assert set(judgement.strengths) <= set(STRENGTHS)


def test_a_style_of_one_painter_is_judged_wrong_and_breaks_nothing():
    rng = np.random.default_rng(0)
    targs = np.array([0] * 8 + [1] * 8)
    folds = np.array([0, 1] * 4 + [0] * 8)  # the second style is all in one fold
    coordinates = rng.normal(size=(16, 4)).astype(np.float32)
    judgement = judge_coordinates(coordinates, targs, [folds], groups=np.arange(16), progress=False)
    assert not judgement.hits[1][targs == 1].any()


def test_a_body_is_judged_by_the_probe_that_a_training_fits(design):
    """As if features were coordinates already."""
    table, targs = design
    groups = author_groups(table)
    folds = table["fold"].to_numpy(dtype=int)
    features = painted_features(table, targs, style=0.3).astype(np.float32)
    judgement = judge_coordinates(features, targs, [folds], groups=groups, progress=False)
    for fold in range(4):
        test = folds == fold
        train = ~test
        rules = probe_rules(features[train], targs[train], groups[train], n_styles=3)
        assert rules.temperature
        logits = rules.fitted(features[train], targs[train], n_styles=3).logits(features[test])
        right = logits.argmax(axis=1) == targs[test]
        assert judgement.hits[1][test].tolist() == right.tolist()
