"""Mountains: a peak by its numbers."""

import numpy as np
import pytest

from styleclf.data.practice.motifs.mountains import _HALF_SUMMIT, _Peak, draw_mountains
from tests.data.practice.motifs.views import drawn


def test_the_outline_of_a_peak_is_as_wide_as_it_says_at_every_height():
    peak = _Peak(0.7, 0.2, foot=0.8, half_width=0.5)
    distances = np.abs(peak.outline()[:, 0] - peak.x)
    heights = peak.outline()[:, 1]
    assert distances == pytest.approx([peak.half_width_at(y) for y in heights])
    assert peak.half_width_at(peak.summit) == _HALF_SUMMIT


def test_snow_lies_on_the_summit():
    shapes = drawn(draw_mountains)
    forms = [(shape.form, shape.tone) for shape in shapes]
    position = forms.index(("hill", "cool"))
    peak, snow = shapes[position : position + 2]
    assert snow.tone == "light"
    assert snow.top == pytest.approx(peak.top)
    assert snow.extent[1] < peak.extent[1]
