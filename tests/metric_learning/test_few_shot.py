"""metric_learning.few_shot: examples and judged images share no authors."""

import numpy as np

from styleclf.metric_learning.few_shot import few_shot_values
from styleclf.metric_learning.judged_images import JudgedImages
from tests.metric_learning.units import circle


def judged(units, targs, groups):
    return JudgedImages(units, np.array(targs), np.array(groups), np.ones(len(targs), dtype=bool))


def test_examples_are_by_as_many_authors_as_can_be_and_none_of_them_is_judged():
    # of either style one author is at 0 degrees and the other at 90, both with two images
    units, authors = circle(0, 0, 90, 90, 90, 90, 0, 0), np.repeat(range(4), 2)
    crossed = judged(units, np.repeat([0, 1], 4), authors)
    values = few_shot_values(crossed, np.full(8, -1.0), 1, n_draws=30, rng=np.random.default_rng(0))
    # examples at 0 and 90 leave the two other authors, both wrong; examples in one place tie, and one style is right
    assert set(values[:, 0, 0]) <= {0, 0.5}
    many = judged(circle(*np.linspace(0, 20, 12), *np.linspace(90, 110, 12)), np.repeat([0, 1], 12), np.arange(24) // 2)
    nothing, rng = np.full(24, -1.0), np.random.default_rng(0)
    for k in (1, 5, 6, 10):  # five authors of a style give examples at the most, as the sixth is judged
        assert (few_shot_values(many, nothing, k, n_draws=5, rng=rng)[:, 0] == 1).all()
    assert few_shot_values(many, nothing, 11, n_draws=5, rng=rng) is None
    close_to_trained = nothing + 3  # a trained style is always nearer
    assert (few_shot_values(many, close_to_trained, 5, n_draws=5, rng=rng)[:, 1] == 0).all()
