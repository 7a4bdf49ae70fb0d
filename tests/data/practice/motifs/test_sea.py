"""The sea: waves that come nearer, and one that is too big."""

import numpy as np

from styleclf.data.practice.motifs.sea import _great_wave, _row_of_waves
from styleclf.data.practice.motifs.view import View


def test_rows_of_waves_come_down_and_forward():
    view = View(np.random.default_rng(0), 1.4)
    bodies = [_row_of_waves(view, 0.45, row)[0] for row in range(3)]
    assert (np.diff([body.top for body in bodies]) > 0).all()
    assert (np.diff([body.depth for body in bodies]) < 0).all()


def test_the_great_wave_is_crowned_with_foam_and_may_come_from_either_side():
    sides = set()
    for seed in range(12):
        breaker, *_, last_fleck = _great_wave(View(np.random.default_rng(seed), 1.4))
        assert breaker.extent[1] > 0.5
        assert last_fleck.tone == "light"
        sides.add(bool(breaker.points[0, 0] < 0.7))
    assert sides == {True, False}
