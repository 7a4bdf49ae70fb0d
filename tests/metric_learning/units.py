"""Unit vectors for the tests."""

import numpy as np


def circle(*degrees):
    """Unit vectors at some angles."""
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1)
