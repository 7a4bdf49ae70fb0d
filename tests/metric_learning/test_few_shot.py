"""metric_learning.few_shot: examples and judged images share no authors."""

import numpy as np
import pytest

from styleclf.metric_learning.few_shot import few_shot_values
from styleclf.metric_learning.judged_images import JudgedImages
from tests.metric_learning.units import circle

N_IMAGES = 12  # of either style, by six authors


def judged(units, targs, groups):
    return JudgedImages(units, targs, groups, np.ones(len(targs), dtype=bool))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def many():
    """Two styles at right angles, twelve images each by six authors."""
    first = np.linspace(0, 20, N_IMAGES)
    second = np.linspace(90, 110, N_IMAGES)
    targs = np.repeat([0, 1], N_IMAGES)
    authors = np.arange(2 * N_IMAGES) // 2
    return judged(circle(*first, *second), targs, authors)


@pytest.fixture
def far():
    """How near the trained styles are: nowhere near."""
    return np.full(2 * N_IMAGES, -1.0)


def test_examples_and_judged_images_are_by_different_authors(rng):
    """Of either style one author is at 0 degrees and the other at 90, both with two images.

    Examples at 0 and 90 leave the two other authors, both wrong; examples in one place tie, and one style is right.
    """
    units = circle(0, 0, 90, 90, 90, 90, 0, 0)
    crossed = judged(units, np.repeat([0, 1], 4), np.repeat(range(4), 2))
    values = few_shot_values(crossed, np.full(8, -1.0), 1, n_draws=30, rng=rng)
    among_new_styles = values[:, 0, 0]
    assert set(among_new_styles) <= {0, 0.5}


@pytest.mark.parametrize("k", [1, 5, 6, 10])
def test_five_authors_of_six_give_examples_at_the_most(many, far, rng, k):
    values = few_shot_values(many, far, k, n_draws=5, rng=rng)
    assert (values[:, 0] == 1).all()


def test_more_examples_than_five_authors_have_cannot_be_given(many, far, rng):
    assert few_shot_values(many, far, 11, n_draws=5, rng=rng) is None


def test_nothing_is_right_among_all_styles_where_a_trained_one_is_nearer(many, far, rng):
    near = far + 3
    values = few_shot_values(many, near, 5, n_draws=5, rng=rng)
    among_all_styles = values[:, 1]
    assert (among_all_styles == 0).all()
