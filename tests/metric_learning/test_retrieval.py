"""metric_learning.retrieval: formulas by hand, authors apart, and the numbers of the library."""

import numpy as np
import pandas as pd
import pytest

from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.retrieval import retrieval_values
from tests.metric_learning.units import circle

METRICS = ["precision_at_1", "r_precision", "map_at_r"]
THEIR_METRICS = ("precision_at_1", "r_precision", "mean_average_precision_at_r")
UNITS = circle(0, 1, 10, 20, 30)
TARGS = np.array([0, 0, 1, 0, 0])


def test_retrieval_is_its_formula_without_the_own_author():
    """Of the first image not the one at 1 degree, but those at 10 (wrong), 20, 30 (right): R is 2."""
    authors = np.array([0, 0, 1, 2, 3])
    values = retrieval_values(UNITS, TARGS, authors)
    of_first = [values[name][0] for name in METRICS]
    assert of_first == [0, 1 / 2, (0 + 1 / 2) / 2]
    assert np.isnan(values["map_at_r"][2]), "nobody else paints its style"


def test_retrieval_is_its_formula_with_the_own_author():
    """Those at 1, 10 (wrong) and 20: R is 3."""
    values = retrieval_values(UNITS, TARGS, np.arange(5))
    of_first = [values[name][0] for name in METRICS]
    assert of_first == pytest.approx([1, 2 / 3, (1 + 0 + 2 / 3) / 3])


def test_without_repeated_authors_it_is_the_librarys_own_mean():
    import torch
    from pytorch_metric_learning.distances import CosineSimilarity
    from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
    from pytorch_metric_learning.utils.inference import CustomKNN

    rng = np.random.default_rng(0)
    units = unit_rows(rng.normal(size=(30, 3)))
    targs = np.arange(30) % 3
    search = CustomKNN(CosineSimilarity())
    calculator = AccuracyCalculator(THEIR_METRICS, k="max_bin_count", knn_func=search)
    expected = calculator.get_accuracy(torch.tensor(units), torch.tensor(targs))
    values = retrieval_values(units, targs, np.arange(30))
    for ours, theirs in zip(METRICS, THEIR_METRICS, strict=True):
        assert values[ours].mean() == pytest.approx(expected[theirs])


def test_noise_finds_as_many_as_chance_says(table):
    targs, _ = pd.factorize(table["label"])
    authors, _ = pd.factorize(table["author"])
    rng = np.random.default_rng(0)
    precision = []
    r_precision = []
    for _ in range(10):
        noise = unit_rows(rng.normal(size=(48, 8)))
        values = retrieval_values(noise, targs, authors)
        precision.append(values["precision_at_1"].mean())
        r_precision.append(values["r_precision"].mean())
    chance = 10 / 46  # images of the style among all, but for those by the author
    assert np.mean(precision) == pytest.approx(chance, abs=0.05)
    assert np.mean(r_precision) == pytest.approx(chance, abs=0.05)
