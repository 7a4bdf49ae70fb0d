"""training.linear_probe: two halves of a probe, and what inner folds by author choose."""

import warnings

import numpy as np
import pytest

from styleclf.training import linear_probe as rules
from styleclf.training.discriminants import ABSENT_BIAS, discriminants


def clusters(n=300, n_styles=5, seed=0):
    """Coordinates and targets, three images an author."""
    rng = np.random.default_rng(seed)
    targs = rng.integers(n_styles, size=n)
    centres = rng.normal(size=(n_styles, 20))
    coordinates = centres[targs] + rng.normal(size=(n, 20))
    return coordinates, targs, np.arange(n) // 3


def test_a_probe_is_the_mean_of_regression_and_discriminants():
    coordinates, targs, _ = clusters()
    probe = rules.ProbeRules(1e-2, temperature=5.0).fitted(coordinates, targs, n_styles=5)
    regression = rules.ProbeRules(1e-2).fitted(coordinates, targs, n_styles=5)
    discrimination = discriminants(coordinates, targs, n_styles=5)
    cooled_logits = discrimination.logits(coordinates) / 5
    mean = (regression.logits(coordinates) + cooled_logits) / 2
    assert probe.logits(coordinates) == pytest.approx(mean)


def test_a_temperature_is_found_by_authors():
    coordinates, targs, groups = clusters()
    chosen = rules.probe_rules(coordinates, targs, groups, n_styles=5)
    assert chosen.strength in rules.STRENGTHS
    assert 0.01 < chosen.temperature < 100


def test_with_too_few_authors_there_is_the_regression_alone():
    coordinates, targs, _ = clusters(n=20)
    two_authors = np.arange(20) % 2
    alone = rules.probe_rules(coordinates, targs, two_authors, n_styles=5)
    assert alone == (rules.STRENGTHS[2], None)


def test_images_of_one_style_leave_nothing_to_choose():
    coordinates, _, _ = clusters(n=6)
    one_style = np.full(6, 1)
    probe_rules = rules.ProbeRules(1e-2, temperature=5.0)
    fitted = probe_rules.fitted(coordinates, one_style, n_styles=3)
    assert fitted.logits(coordinates).tolist() == [[ABSENT_BIAS, 0, ABSENT_BIAS]] * 6


LONE_AUTHOR = 99
IMAGES = np.arange(30)


@pytest.mark.parametrize(
    "targs, groups",
    [
        (np.repeat([0, 1], [24, 6]), np.where(IMAGES < 24, IMAGES // 3, LONE_AUTHOR)),
        (np.repeat([0, 1], [28, 2]), IMAGES),  # a style of two images
        (np.repeat([0, 1], [29, 1]), IMAGES),
        (IMAGES % 15, IMAGES),  # all styles of two images
        (IMAGES, IMAGES),
    ],
)
def test_a_strength_is_found_whatever_few_authors_a_style_has(targs, groups):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(30, 5)) + targs[:, None] % 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert rules.strength_for(features, targs, groups) in rules.STRENGTHS
    for train, test in rules._inner_folds(targs, groups):
        assert not set(groups[train]) & set(groups[test])
        assert len(set(targs[train])) > 1
        assert set(targs[test]) <= set(targs[train])


def test_balanced_log_loss_counts_styles_alike():
    probas = np.array([[0.5, 0.5], [0.5, 0.5], [0.9, 0.1], [0.2, 0.8]])
    targs = np.array([0, 0, 0, 1])
    of_first_style = -np.log([0.5, 0.5, 0.9]).mean()
    of_second_style = -np.log(0.8)
    expected = (of_first_style + of_second_style) / 2
    loss = rules.balanced_log_loss(np.log(probas), targs)
    assert loss == pytest.approx(expected)
