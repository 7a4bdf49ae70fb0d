"""metric_learning.similarity: pairs by different authors, each once."""

import numpy as np
import pytest

from styleclf.evaluation.intervals import author_units
from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.similarity import _KINDS, similarities


def test_similarities_count_every_pair_by_different_authors_once(table, monkeypatch):
    monkeypatch.setattr("styleclf.metric_learning.similarity._BLOCK", 7)
    units = unit_rows(np.random.default_rng(0).normal(size=(48, 3)))
    result = similarities(units, table, bins=40)
    groups, styles, withheld = author_units(table["author"]), table["label"], table["withheld"].astype(int)
    expected = dict.fromkeys(_KINDS, 0)
    pairs = [(i, j) for j in range(48) for i in range(j) if groups[i] != groups[j]]
    cosines = {kind: [] for kind in expected}
    for i, j in pairs:
        both, same = withheld[i] + withheld[j], styles[i] == styles[j]
        kind = "withheld with trained" if both == 1 else _KINDS[(0 if same else 1) + both]
        cosines[kind].append(units[i] @ units[j])
    for kind, own in cosines.items():
        rows = result[result["kind"] == kind]
        assert rows["pairs"].tolist() == np.histogram(own, 40, (-1, 1))[0].tolist()
        assert rows["share"].sum() == pytest.approx(1)
