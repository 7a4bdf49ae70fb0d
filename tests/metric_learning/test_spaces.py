"""metric_learning.spaces: directions are seen from the centre of the training images."""

import numpy as np

from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.spaces import _space_of
from tests.recipes.test_recipes import desk, python, run, run_block  # noqa: F401  (a fixture)


def test_a_space_has_directions_from_its_centre():
    own, seen = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[1.0, 0.0]])
    space = _space_of(own, seen, np.array([1.0, 1.0]))
    np.testing.assert_allclose(space.units, [[1, 0], [0, 1]])
    np.testing.assert_allclose(space.train_units, unit_rows(seen - 1))
