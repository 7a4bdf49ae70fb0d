"""Ordered decades as labels, and their chances where earlier and later works do not count alike."""

import numpy as np
import pytest

from styleclf.evaluation.decades import decade_cells, decade_labels, unbalanced
from styleclf.evaluation.labels import label_matrix, label_vocab

DECADES = [1850.0, 1860.0, 1870.0]


def test_the_labels_of_a_work_are_those_of_all_decades_before():
    years = np.array([1849.0, 1850.0, 1869.5, 1999.0])
    cells = decade_cells(years, DECADES)
    vocab = label_vocab(cells)
    assert vocab == [*decade_labels(DECADES), "dated"]
    matrix = label_matrix(cells, vocab)
    np.testing.assert_array_equal(matrix[:, :3], years[:, None] >= np.array(DECADES))


def test_chances_of_balanced_learning_become_those_of_the_collection():
    years = np.array([1840.0] * 90 + [1880.0] * 10)
    assert unbalanced(np.array([[0.5]]), years, [1860.0])[0, 0] == pytest.approx(0.1)
    even = np.array([1840.0, 1880.0])
    np.testing.assert_allclose(unbalanced(np.array([[0.2, 0.9]]), even, [1860.0, 1870.0]), [[0.2, 0.9]])
