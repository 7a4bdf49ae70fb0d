"""metric_learning.similarity: pairs by different authors, each once."""

from itertools import combinations

import numpy as np
import pytest

from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.similarity import _KINDS, similarities

N_BINS = 40


def kind_of(first, second):
    """What a pair of rows counts as."""
    n_withheld = first["withheld"] + second["withheld"]
    if n_withheld == 1:
        return "withheld with trained"
    is_same = first["label"] == second["label"]
    return _KINDS[n_withheld if is_same else n_withheld + 1]


def test_similarities_count_every_pair_by_different_authors_once(table, monkeypatch):
    monkeypatch.setattr("styleclf.metric_learning.similarity._BLOCK", 7)
    units = unit_rows(np.random.default_rng(0).normal(size=(48, 3)))
    cosines = {kind: [] for kind in _KINDS}
    images = zip(units, table.to_dict("records"), strict=True)
    for (first_unit, first), (second_unit, second) in combinations(images, 2):
        if first["author"] != second["author"]:
            kind = kind_of(first, second)
            cosines[kind].append(first_unit @ second_unit)
    result = similarities(units, table, bins=N_BINS)
    for kind, of_kind in cosines.items():
        rows = result[result["kind"] == kind]
        expected, _ = np.histogram(of_kind, N_BINS, (-1, 1))
        assert rows["pairs"].tolist() == expected.tolist()
        assert rows["share"].sum() == pytest.approx(1)
