"""metric_learning.retrieval: formulas by hand, authors apart, and the numbers of the library."""

import numpy as np
import pandas as pd
import pytest

from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.retrieval import retrieval_values
from tests.metric_learning.units import circle


def test_retrieval_is_its_formula_without_the_own_author():
    units, targs = circle(0, 1, 10, 20, 30), np.array([0, 0, 1, 0, 0])
    result = retrieval_values(units, targs, np.array([0, 0, 1, 2, 3]))
    # of the first not its author's at 1 degree, but those at 10 (wrong), 20, 30 (right): R is 2
    assert [result[name][0] for name in ("precision_at_1", "r_precision", "map_at_r")] == [0, 1 / 2, (0 + 1 / 2) / 2]
    assert np.isnan(result["map_at_r"][2])  # nobody else paints its style
    alone = retrieval_values(units, targs, np.arange(5))  # the author's may be found: 1, 10 (wrong), 20; R is 3
    assert [alone[name][0] for name in alone] == pytest.approx([1, 2 / 3, (1 + 0 + 2 / 3) / 3])


def test_without_repeated_authors_it_is_the_librarys_own_mean():
    import torch
    from pytorch_metric_learning.distances import CosineSimilarity
    from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
    from pytorch_metric_learning.utils.inference import CustomKNN

    units, targs = unit_rows(np.random.default_rng(0).normal(size=(30, 3))), np.arange(30) % 3
    names = ("precision_at_1", "r_precision", "mean_average_precision_at_r")
    calculator = AccuracyCalculator(names, k="max_bin_count", knn_func=CustomKNN(CosineSimilarity()))
    expected = calculator.get_accuracy(torch.tensor(units), torch.tensor(targs))
    result = retrieval_values(units, targs, np.arange(30))
    assert [each.mean() for each in result.values()] == pytest.approx([expected[name] for name in names])


def test_noise_finds_as_many_as_chance_says(table):
    targs, groups = pd.factorize(table["label"])[0], pd.factorize(table["author"])[0]
    rng = np.random.default_rng(0)
    result = [retrieval_values(unit_rows(rng.normal(size=(48, 8))), targs, groups) for _ in range(10)]
    for name in ("precision_at_1", "r_precision"):
        assert np.mean([each[name] for each in result]) == pytest.approx(10 / 46, abs=0.05)
