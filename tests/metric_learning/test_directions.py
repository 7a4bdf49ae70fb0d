"""metric_learning.directions: rows of length 1, and their means."""

import numpy as np
import pytest

from styleclf.metric_learning.directions import style_prototypes, unit_rows
from tests.metric_learning.units import circle


def test_prototypes_are_means_of_length_one():
    result = style_prototypes(circle(0, 90, 10), np.array([0, 0, 1]))
    assert result == pytest.approx(circle(45, 10))
    assert unit_rows([[3, 4], [0, 0]]) == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))
