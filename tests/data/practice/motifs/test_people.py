"""People: how tall they are, and how many eyes they have."""

import numpy as np
import pytest

from styleclf.data.practice.motifs.people import _figure, draw_dancer, draw_portrait
from styleclf.data.practice.motifs.shapes import Place
from tests.data.practice.motifs.views import drawn, with_form


def test_a_figure_stands_at_its_place_and_is_as_tall_as_its_size():
    shapes = _figure(Place((0.5, 0.9), 0.2, 0.1), "accent")
    feet = max(shape.high[1] for shape in shapes)
    hat = min(shape.low[1] for shape in shapes)
    assert feet == pytest.approx(0.9, abs=0.02)
    assert feet - hat == pytest.approx(0.2, rel=0.1)


def test_a_portrait_has_two_eyes_level_in_its_face():
    shapes = drawn(draw_portrait)
    left, right = with_form(shapes, "eye")
    (face,) = with_form(shapes, "ball")
    assert left.middle[1] == pytest.approx(right.middle[1])
    assert (left.middle + right.middle)[0] / 2 == pytest.approx(face.middle[0])


def test_petticoats_become_narrower_from_the_lowest_to_the_uppermost():
    widths = [shape.extent[0] for shape in with_form(drawn(draw_dancer), "cloth")]
    assert len(widths) == 3
    assert (np.diff(widths) < 0).all()
