"""Maps as figures show them."""

import numpy as np
import pytest

from styleclf.explain.pictures import smooth_map


def test_single_pixels_are_smoothed_for_the_eye_and_nothing_is_lost():
    attr = np.zeros((1, 64, 64), dtype=np.float32)
    attr[0, 30, 30] = 1
    assert smooth_map(attr, "occlusion") is attr
    blurred = smooth_map(attr, "saliency")
    assert blurred.max() < 0.5
    assert blurred.sum() == pytest.approx(1, abs=1e-4)
