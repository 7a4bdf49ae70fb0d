"""The score that a promised share of the next author's images do not exceed."""

import numpy as np
import pytest

from styleclf.evaluation.author_quantiles import author_quantile


def test_the_promise_holds_for_one_more_author():
    rng = np.random.default_rng(0)
    n_authors = 30
    n_images = 4  # of every author
    units = np.repeat(np.arange(n_authors), n_images)
    shares = []
    for _ in range(300):
        means = rng.normal(size=(n_authors + 1, 1))
        scores = means + rng.normal(size=(n_authors + 1, n_images))
        *known, next_author = scores
        quantile = author_quantile(np.ravel(known), units, 0.8)
        shares.append((next_author <= quantile).mean())
    assert 0.78 < np.mean(shares) < 0.88


@pytest.mark.parametrize("share, quantile", [(0.5, 3), (0.8, 9)])
def test_authors_count_alike_however_many_images_they_have(share, quantile):
    scores = np.array([9] * 100 + [1, 2, 3, 4])
    units = np.array([0] * 100 + [1, 2, 3, 4])
    assert author_quantile(scores, units, share) == quantile


def test_weights_count_within_their_author():
    scores = np.array([1.0, 2.0, 3.0, 4.0])
    units = np.array([0, 0, 1, 2])
    weights = np.array([3, 1, 1, 1])
    rows = np.repeat(np.arange(4), weights)
    as_often = author_quantile(scores[rows], units[rows], 0.2)
    assert author_quantile(scores, units, 0.2, weights=weights) == as_often == 2
    other_weights = np.array([1, 0, 9, 9])
    assert author_quantile(scores, units, 0.25, weights=other_weights) == 1


def test_too_few_authors_promise_nothing():
    assert author_quantile(np.array([1.0, 2.0]), np.array([0, 1]), 0.9) == np.inf


def test_a_share_lies_between_0_and_1():
    with pytest.raises(ValueError, match=r"between 0 and 1, such as 0\.9, not 1"):
        author_quantile(np.array([1.0]), np.array([0]), 1)
