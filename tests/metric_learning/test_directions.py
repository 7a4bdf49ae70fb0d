"""metric_learning.directions: rows of length 1, and their means."""

import numpy as np
import pytest

from styleclf.metric_learning.directions import style_prototypes, unit_rows
from tests.metric_learning.units import circle


def test_prototypes_are_means_of_length_one():
    targs = np.array([0, 0, 1])
    prototypes = style_prototypes(circle(0, 90, 10), targs)
    assert prototypes == pytest.approx(circle(45, 10))


def test_rows_without_length_stay_as_they_are():
    expected = np.array([[0.6, 0.8], [0, 0]])
    assert unit_rows([[3, 4], [0, 0]]) == pytest.approx(expected)
