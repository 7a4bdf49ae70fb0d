"""metric_learning.jackknife: its formulas are the library's, its intervals hold the truth, and none has no width."""

import numpy as np
import pytest

from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.jackknife import Search, _values_without_authors, mean_of_queries, retrieval_estimates
from styleclf.metric_learning.retrieval import retrieval_values

N_STYLES, N_AUTHORS, N_NUMBERS = 3, 7, 6


def painted(seed, style=0.8):
    """A search among images of three styles by seven authors each, from 1 to 8 images, whose hands are strong."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 9, N_STYLES * N_AUTHORS)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    targs = groups // N_AUTHORS
    styles = style * np.random.default_rng(3).normal(size=(N_STYLES, N_NUMBERS))
    hands = rng.normal(size=(len(sizes), N_NUMBERS))
    directions = styles[targs] + 0.6 * hands[groups] + 0.6 * rng.normal(size=(len(groups), N_NUMBERS))
    return Search(unit_rows(directions), targs, groups, hidden=groups)


def values_of(search):
    return retrieval_values(search.units, search.targs, search.hidden)


def quick_values(search):
    """`values_of` by the formulas of the jackknife: of a search in which nobody is left out."""
    ((_, values),) = _values_without_authors(search, np.array([-1]))
    return values


def held(n, truth_from):
    """How often of `n` the intervals hold the mean score over many more draws, by metric."""
    truths = [
        {name: mean_of_queries(scores, search.targs) for name, scores in quick_values(search).items()}
        for search in map(painted, truth_from)
    ]
    hits = dict.fromkeys(truths[0], 0)
    for seed in range(n):
        search = painted(seed)
        for name, estimate in retrieval_estimates(search, quick_values(search)).items():
            hits[name] += estimate.lo <= np.mean([each[name] for each in truths]) <= estimate.hi
    return hits


@pytest.mark.parametrize("finds_own", [False, True])
def test_values_without_an_author_are_those_of_a_search_without_the_images(finds_own):
    search = painted(0)
    if finds_own:
        search = search._replace(hidden=np.arange(len(search.targs)))
    for author, values in _values_without_authors(search, np.array([0, 9, 20])):
        remains = search.groups != author
        expected = retrieval_values(search.units[remains], search.targs[remains], search.hidden[remains])
        for name, scores in values.items():
            np.testing.assert_allclose(scores[remains], expected[name])


def test_the_interval_is_the_jackknifes_within_styles():
    search = painted(1)
    estimate = retrieval_estimates(search, values_of(search))["map_at_r"]
    variances = []
    for style in range(N_STYLES):
        without = []
        for author in range(style * N_AUTHORS, (style + 1) * N_AUTHORS):
            remains = search.groups != author
            groups = search.groups[remains]
            scores = quick_values(Search(search.units[remains], search.targs[remains], groups, groups))["map_at_r"]
            without.append(mean_of_queries(scores, search.targs[remains]))
        variances.append((N_AUTHORS - 1) * np.var(without))
    half = (estimate.hi - estimate.lo) / 2
    assert estimate.lo < estimate.value < estimate.hi
    assert 1.96 < half / np.sqrt(sum(variances)) < 2.5, "Student's t with 6 to 18 degrees of freedom"


def test_intervals_hold_the_truth():
    hits = held(40, range(1000, 1100))
    assert all(count >= 34 for count in hits.values()), "of 40 one expects 38"


def test_a_perfect_search_has_a_width_and_a_style_of_two_authors_an_interval():
    perfect = painted(0, style=50)
    for estimate in retrieval_estimates(perfect, values_of(perfect)).values():
        assert estimate.value == estimate.hi == 1
        assert 0.8 < estimate.lo < 0.9
    images = np.isin(painted(2).groups, [0, 1, 7, 8])
    few = painted(2)
    few = Search(few.units[images], few.targs[images], few.groups[images], few.groups[images])
    estimate = retrieval_estimates(few, values_of(few))["map_at_r"]
    assert 0 <= estimate.lo <= estimate.value <= estimate.hi <= 1
    assert estimate.lo < estimate.hi
