"""Ordered decades as labels, and their chances where earlier and later works do not count alike."""

import numpy as np
import pytest

from styleclf.evaluation.decades import decade_cells, decade_labels, unbalanced_chances
from styleclf.evaluation.labels import label_matrix, label_vocab

DECADES = [1850.0, 1860.0, 1870.0]


def test_the_labels_of_a_work_are_those_of_all_decades_before():
    years = np.array([1849.0, 1850.0, 1869.5, 1999.0])
    cells = decade_cells(years, DECADES)
    vocab = label_vocab(cells)
    assert vocab == [*decade_labels(DECADES), "dated"]
    *of_decades, _ = label_matrix(cells, vocab).T
    expected = [years >= decade for decade in DECADES]
    np.testing.assert_array_equal(of_decades, expected)


def test_chances_of_balanced_learning_become_those_of_the_collection():
    years = np.repeat([1840.0, 1880.0], [90, 10])
    chances = unbalanced_chances(np.array([[0.5]]), years, [1860.0])
    assert chances.item() == pytest.approx(0.1)


def test_chances_stay_where_the_collection_is_balanced():
    years = np.array([1840.0, 1880.0])
    chances = np.array([[0.2, 0.9]])
    np.testing.assert_allclose(unbalanced_chances(chances, years, [1860.0, 1870.0]), chances)
