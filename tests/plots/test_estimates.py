"""styleclf.plots.estimates: the dot, its line and its number stand where the value and its interval are."""

import numpy as np
import pytest

from styleclf.evaluation import Estimate
from styleclf.plots import new_figure
from styleclf.plots.estimates import draw_estimate, row_offsets, write_estimate


def test_a_dot_stands_on_the_line_of_its_interval():
    axes = new_figure(2, 2).subplots()
    draw_estimate(axes, 3, Estimate(0.5, 0.4, 0.7), colour="#0072B2")
    assert axes.lines[0].get_xydata().tolist() == [[0.5, 3]]
    assert axes.collections[0].get_segments()[0].tolist() == [[0.4, 3], [0.7, 3]]


@pytest.mark.parametrize("hi, x", [(0.7, 0.7), (np.nan, 0.5)])
def test_the_number_stands_right_of_whatever_is_farther_right(hi, x):
    axes = new_figure(2, 2).subplots()
    write_estimate(axes, 3, Estimate(0.5, 0.4, hi), colour="#0072B2")
    (text,) = axes.texts
    assert text.get_text() == "0.50"
    assert text.xy == (x, 3)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_estimates_that_share_a_row_stand_evenly_around_its_middle(n):
    offsets = row_offsets(n)
    assert len(offsets) == n
    assert sum(offsets) == pytest.approx(0)
    assert max(offsets) < 0.5
