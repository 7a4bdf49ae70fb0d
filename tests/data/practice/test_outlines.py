"""Outlines: polygons by their areas and ends."""

import numpy as np
import pytest

from styleclf.data.practice.outlines import box, disc, leaf, ribbon, smooth, trace, vessel


def area(points):
    """The area of a polygon by the shoelace formula."""
    x, y = points.T
    return 0.5 * abs(x @ np.roll(y, 1) - y @ np.roll(x, 1))


def test_areas_are_those_of_geometry():
    assert area(box((0.1, 0.2), (0.5, 0.3))) == pytest.approx(0.04)
    assert area(disc((3, 1), 0.5, corners=400)) == pytest.approx(np.pi * 0.25, rel=1e-3)
    assert area(disc((3, 1), 0.5, squash=0.5, corners=400)) == pytest.approx(np.pi * 0.125, rel=1e-3)
    assert area(ribbon([(0, 0), (1, 0), (2, 0)], 0.2, 0.4)) == pytest.approx(0.6)


def test_a_vessel_stands_upright():
    points = vessel("0.1,0 0.3,-1")
    assert points.tolist() == [[0.1, 0], [0.3, -1], [-0.3, -1], [-0.1, 0]]


def test_a_curve_passes_through_its_points():
    points = trace("0,0 1,2 3,1")
    assert np.allclose(smooth(points, steps=4)[::4], points[:-1])
    assert np.allclose(smooth(points, closed=True, steps=4)[::4], points)


def test_a_leaf_grows_from_its_stalk():
    points = leaf((1, 2), 0.0, length=0.5, width=0.1)
    assert np.allclose(points[[0, -1]], (1, 2))
    assert points.max(axis=0) == pytest.approx([1.5, 2.1])
