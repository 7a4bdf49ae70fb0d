"""Planes: cuts that lose nothing of the picture."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from styleclf.data.practice.styles.planes import facets


@given(st.integers(0, 2**32), st.floats(0.5, 2), st.integers(1, 40))
def test_facets_cover_the_picture_once(seed, aspect, count):
    planes = facets(np.random.default_rng(seed), aspect, count)
    areas = [0.5 * abs(p[:, 0] @ np.roll(p[:, 1], 1) - p[:, 1] @ np.roll(p[:, 0], 1)) for p in planes]
    assert sum(areas) == pytest.approx(aspect)
    assert len(planes) >= count
