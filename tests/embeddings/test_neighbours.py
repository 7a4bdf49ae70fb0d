"""embeddings.neighbours: those that a plain loop finds too."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from styleclf.data.authors import author_groups
from styleclf.embeddings import neighbours


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9999), st.sampled_from(neighbours._METRICS), st.integers(1, 7))
def test_neighbours_are_what_a_loop_finds(seed, metric, n_nearest):
    rng = np.random.default_rng(seed)
    points, groups = rng.normal(size=(12, 3)), rng.integers(4, size=12)
    positions, distances = neighbours.nearest(points, range(12), groups, n_nearest=n_nearest, metric=metric)
    for i, (row, apart) in enumerate(zip(positions, distances, strict=True)):
        if metric == "cosine":
            unit = points / np.linalg.norm(points, axis=1, keepdims=True)
            expected = 1 - unit @ unit[i]
        else:
            expected = np.linalg.norm(points - points[i], axis=1)
        others = [j for j in np.argsort(expected) if groups[j] != groups[i]][:n_nearest]
        known = row >= 0
        assert row[known].tolist() == others
        assert known.sum() == min(n_nearest, len(others))
        assert apart[known] == pytest.approx(expected[others])
        assert np.isinf(apart[~known]).all()


def test_blocks_change_nothing(monkeypatch):
    points = np.random.default_rng(0).normal(size=(40, 5))
    whole = neighbours.nearest(points, range(40))
    monkeypatch.setattr(neighbours, "_BLOCK", 7)
    for one, other in zip(whole, neighbours.nearest(points, range(40)), strict=True):
        assert (one == other).all()


def test_a_table_of_neighbours_has_other_painters_only(design):
    points = np.random.default_rng(0).normal(size=(len(design), 4))
    queries = design["filename"].iloc[[3, 10]].tolist()
    table = neighbours.neighbours_table(design, points, queries, n_nearest=4)
    assert table.groupby("query").size().tolist() == [5, 5]
    groups = dict(zip(design["filename"], author_groups(design), strict=True))
    for query, rows in table.groupby("query"):
        assert rows["filename"].iloc[0] == query
        assert rows["distance"].is_monotonic_increasing
        assert groups[query] not in [groups[name] for name in rows["filename"][1:]]
    with pytest.raises(ValueError, match="did you mean"):
        neighbours.neighbours_table(design, points, [queries[0][:-1]])


def test_what_cannot_be_compared_is_refused():
    points = np.zeros((4, 2))
    points[2, 1] = np.nan
    with pytest.raises(ValueError, match="1 of 4 embeddings contain NaN or infinity, the first at row 2"):
        neighbours.nearest(points, [0])
    for wrong in (dict(metric="manhattan"), dict(n_nearest=0), dict(groups=[1, 2])):
        with pytest.raises(ValueError, match=r"manhattan|0|2 groups"):
            neighbours.nearest(np.ones((4, 2)), [0], **wrong)
    positions, _ = neighbours.nearest(np.zeros((4, 2)), [0])
    assert (positions == -1).all(), "nothing lies in a direction without length"
