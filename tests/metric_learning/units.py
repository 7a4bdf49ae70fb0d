"""Unit vectors for the tests."""

import numpy as np


def circle(*degrees):
    """Unit vectors at some angles."""
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1)
