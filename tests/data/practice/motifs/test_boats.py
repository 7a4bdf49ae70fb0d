"""Boats: hull, mast and sails."""

import pytest

from styleclf.data.practice.motifs.boats import boat
from styleclf.data.practice.motifs.shapes import Place


def test_a_boat_has_its_size_and_as_many_sails_as_asked_for():
    place = Place((0.7, 0.6), 0.1, 0.4)
    mast, main_sail, foresail, hull = boat(place, "warm")
    assert hull.extent[0] == pytest.approx(2.05 * place.size, rel=0.05)
    assert main_sail.tone == "warm"
    assert foresail.tone == "light"
    assert mast.low[1] < main_sail.low[1] < hull.low[1], "the mast stands above the sail, and that above the hull"
    assert len(boat(place, "warm", n_sails=1)) == 3
