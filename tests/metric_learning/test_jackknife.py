"""metric_learning.jackknife: its formulas are the library's, its intervals hold the truth, and none has no width."""

import numpy as np
import pandas as pd
import pytest

from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.jackknife import Search, _values_without_authors, mean_of_queries, retrieval_estimates
from styleclf.metric_learning.retrieval import retrieval_values

N_STYLES = 3
N_AUTHORS = 7  # of every style
N_NUMBERS = 6  # of an embedding


def painted(seed, style=0.8):
    """A search among images of three styles by seven authors each, from 1 to 8 images, whose hands are strong."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 9, N_STYLES * N_AUTHORS)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    targs = groups // N_AUTHORS
    styles = style * np.random.default_rng(3).normal(size=(N_STYLES, N_NUMBERS))
    hands = 0.6 * rng.normal(size=(len(sizes), N_NUMBERS))
    noise = 0.6 * rng.normal(size=(len(groups), N_NUMBERS))
    units = unit_rows(styles[targs] + hands[groups] + noise)
    return Search(units, targs, groups, hidden=groups)


def part(search, is_in_part):
    """The search among some of the images."""
    return Search(*(column[is_in_part] for column in search))


def values_of(search):
    return retrieval_values(search.units, search.targs, search.hidden)


def quick_values(search):
    """`values_of` by the formulas of the jackknife: of a search in which nobody is left out."""
    ((_, values),) = _values_without_authors(search, np.array([-1]))
    return values


def held(n, truth_from):
    """How often of `n` the intervals hold the mean score over many more draws, by metric."""
    means = pd.DataFrame([mean_values(painted(seed)) for seed in truth_from])
    truth = means.mean()
    hits = dict.fromkeys(truth.index, 0)
    for seed in range(n):
        search = painted(seed)
        estimates = retrieval_estimates(search, quick_values(search))
        for name, estimate in estimates.items():
            hits[name] += estimate.lo <= truth[name] <= estimate.hi
    return hits


def mean_values(search):
    """The mean over all images by metric."""
    values = quick_values(search)
    return {name: mean_of_queries(scores, search.targs) for name, scores in values.items()}


@pytest.mark.parametrize("finds_own", [False, True])
def test_values_without_an_author_are_those_of_a_search_without_the_images(finds_own):
    search = painted(0)
    if finds_own:
        every_image_by_itself = np.arange(len(search.targs))
        search = search._replace(hidden=every_image_by_itself)
    for author, values in _values_without_authors(search, np.array([0, 9, 20])):
        is_by_others = search.groups != author
        expected = values_of(part(search, is_by_others))
        for name, scores in values.items():
            np.testing.assert_allclose(scores[is_by_others], expected[name])


def test_the_interval_is_the_jackknifes_within_styles():
    search = painted(1)
    estimate = retrieval_estimates(search, values_of(search))["map_at_r"]
    variances = []
    for style in range(N_STYLES):
        means = []
        for author in np.unique(search.groups[search.targs == style]):
            by_others = part(search, search.groups != author)
            means.append(mean_values(by_others)["map_at_r"])
        variances.append((N_AUTHORS - 1) * np.var(means))
    deviation = np.sqrt(sum(variances))
    half_width = (estimate.hi - estimate.lo) / 2
    assert estimate.lo < estimate.value < estimate.hi
    assert 1.96 < half_width / deviation < 2.5, "Student's t with 6 to 18 degrees of freedom"


def test_intervals_hold_the_truth():
    hits = held(40, range(1000, 1100))
    assert min(hits.values()) >= 34, "of 40 one expects 38"


def test_the_interval_of_a_perfect_search_has_a_width():
    perfect = painted(0, style=50)
    estimates = retrieval_estimates(perfect, values_of(perfect))
    for estimate in estimates.values():
        assert estimate.value == estimate.hi == 1
        assert 0.8 < estimate.lo < 0.9


def test_styles_of_two_authors_have_an_interval():
    search = painted(2)
    few = part(search, np.isin(search.groups, [0, 1, 7, 8]))
    estimate = retrieval_estimates(few, values_of(few))["map_at_r"]
    assert 0 <= estimate.lo <= estimate.value <= estimate.hi <= 1
    assert estimate.lo < estimate.hi
