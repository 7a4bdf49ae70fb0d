"""The score that a promised share of the next author's images do not exceed."""

import numpy as np
import pytest

from styleclf.evaluation.author_quantiles import author_quantile


def test_the_promise_holds_for_one_more_author():
    rng = np.random.default_rng(0)
    kept = []
    for _ in range(300):
        means = rng.normal(size=31)
        of_author = means[:, None] + rng.normal(size=(31, 4))
        units = np.repeat(np.arange(30), 4)
        quantile = author_quantile(of_author[:30].ravel(), units, 0.8)
        kept.append((of_author[30] <= quantile).mean())
    assert 0.78 < np.mean(kept) < 0.88


def test_authors_count_alike_however_many_images_they_have():
    scores = np.concatenate([np.full(100, 9.0), [1, 2, 3, 4]])
    units = np.concatenate([np.zeros(100), [1, 2, 3, 4]])
    assert author_quantile(scores, units, 0.5) == 3
    assert author_quantile(scores, units, 0.8) == 9


def test_weights_count_within_their_author():
    scores = np.array([1.0, 2.0, 3.0, 4.0])
    units = np.array([0, 0, 1, 2])
    as_often = author_quantile(np.repeat(scores, [3, 1, 1, 1]), np.repeat(units, [3, 1, 1, 1]), 0.2)
    assert author_quantile(scores, units, 0.2, weights=np.array([3, 1, 1, 1])) == as_often == 2
    assert author_quantile(scores, units, 0.25, weights=np.array([1, 0, 9, 9])) == 1


def test_too_few_authors_promise_nothing():
    assert author_quantile(np.array([1.0, 2.0]), np.array([0, 1]), 0.9) == np.inf
    with pytest.raises(ValueError, match=r"between 0 and 1, such as 0\.9, not 1"):
        author_quantile(np.array([1.0]), np.array([0]), 1)
