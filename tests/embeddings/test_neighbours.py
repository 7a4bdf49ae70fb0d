"""embeddings.neighbours: those that a plain loop finds too."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy.spatial.distance import cdist

from styleclf.data.authors import author_groups
from styleclf.embeddings import neighbours


@settings(max_examples=30)
@given(st.integers(0, 9999), st.sampled_from(neighbours._METRICS), st.integers(1, 7))
def test_neighbours_are_what_a_loop_finds(seed, metric, n_nearest):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(12, 3))
    groups = rng.integers(4, size=12)
    all_distances = cdist(points, points, metric)
    positions, distances = neighbours.nearest(points, range(12), groups, n_nearest=n_nearest, metric=metric)
    for i in range(12):
        in_order = np.argsort(all_distances[i])
        by_others = in_order[groups[in_order] != groups[i]]
        expected = by_others[:n_nearest]
        n_missing = n_nearest - len(expected)
        assert positions[i].tolist() == [*expected, *[-1] * n_missing]
        of_neighbours = all_distances[i, expected]
        assert distances[i] == pytest.approx([*of_neighbours, *[np.inf] * n_missing])


def test_blocks_change_nothing(monkeypatch):
    points = np.random.default_rng(0).normal(size=(40, 5))
    expected_positions, expected_distances = neighbours.nearest(points, range(40))
    monkeypatch.setattr(neighbours, "_BLOCK", 7)
    positions, distances = neighbours.nearest(points, range(40))
    assert (positions == expected_positions).all()
    assert (distances == expected_distances).all()


def test_a_table_of_neighbours_has_other_painters_only(design):
    points = np.random.default_rng(0).normal(size=(len(design), 4))
    queries = design["filename"].iloc[[3, 10]].tolist()
    table = neighbours.neighbours_table(design, points, queries, n_nearest=4)
    assert table.groupby("query").size().tolist() == [5, 5]
    groups = pd.Series(author_groups(design), design["filename"])
    for query, rows in table.groupby("query"):
        image, *nearest = rows["filename"]
        assert image == query
        assert rows["distance"].is_monotonic_increasing
        assert groups[query] not in set(groups[nearest])


def test_an_image_that_is_not_in_the_design_is_named(design):
    points = np.ones((len(design), 4))
    almost = design["filename"].iloc[3][:-1]
    with pytest.raises(ValueError, match="did you mean"):
        neighbours.neighbours_table(design, points, [almost])


def test_points_that_are_no_numbers_are_refused():
    points = np.zeros((4, 2))
    points[2, 1] = np.nan
    with pytest.raises(ValueError, match="1 of 4 embeddings contain NaN or infinity, the first at row 2"):
        neighbours.nearest(points, [0])


@pytest.mark.parametrize(
    "options, complaint",
    [
        ({"metric": "manhattan"}, "not 'manhattan'"),
        ({"n_nearest": 0}, "not 0"),
        ({"groups": [1, 2]}, "2 groups"),
    ],
)
def test_what_cannot_be_compared_is_refused(options, complaint):
    with pytest.raises(ValueError, match=complaint):
        neighbours.nearest(np.ones((4, 2)), [0], **options)


def test_nothing_lies_in_a_direction_without_length():
    positions, _ = neighbours.nearest(np.zeros((4, 2)), [0])
    assert (positions == -1).all()
