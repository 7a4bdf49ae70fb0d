"""metric_learning.spaces: directions are seen from the centre of the training images."""

import numpy as np

from styleclf.metric_learning.spaces import _space_of


def test_a_space_has_directions_from_its_centre():
    centre = np.array([1.0, 1.0])
    judged = np.array([[2.0, 1.0], [1.0, 3.0]])
    train = np.array([[1.0, 0.0]])
    space = _space_of(judged, train, centre)
    np.testing.assert_allclose(space.units, [[1, 0], [0, 1]])
    np.testing.assert_allclose(space.train_units, [[0, -1]])
