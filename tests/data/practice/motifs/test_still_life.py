"""Still lifes: things that stand on the table."""

import numpy as np
import pytest

from styleclf.data.practice.motifs.shapes import Place
from styleclf.data.practice.motifs.still_life import _bottle, _bowl, _jug, draw_still_life
from styleclf.data.practice.motifs.view import View
from tests.data.practice.motifs.views import drawn, with_form


@pytest.mark.parametrize("stand", [_bottle, _bowl, _jug])
def test_a_thing_stands_at_its_place(stand):
    shapes = stand(View(np.random.default_rng(0), 1.0), Place((0.5, 0.8), 1.0, 0.2))
    assert max(shape.high[1] for shape in shapes) == pytest.approx(0.8, abs=0.01)
    assert min(shape.low[0] for shape in shapes) < 0.5 < max(shape.high[0] for shape in shapes)


def test_fruit_lies_in_front_of_the_rest():
    shapes = drawn(draw_still_life)
    fruits = [shape for shape in with_form(shapes, "ball") if shape.depth == 0.1]
    assert 2 <= len(fruits) <= 5
    assert shapes[-len(fruits) :] == fruits
