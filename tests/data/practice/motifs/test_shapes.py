"""Shapes and places: a thing in its own coordinates and in those of the picture."""

import numpy as np
import pytest

from styleclf.data.practice.motifs.shapes import Place, Shape, mirror_images


def test_a_place_moves_and_scales_a_thing():
    place = Place((0.5, 0.9), 0.2, 0.3)
    assert place.at(1, -1) == pytest.approx((0.7, 0.7))
    assert np.allclose(place.trace("0,0 1,-1"), [(0.5, 0.9), (0.7, 0.7)])
    assert place.shifted(1, 0).resized(0.5).at(1, 0) == pytest.approx((0.8, 0.9))
    assert place.shape(place.disc(0, 0, 1), "sun", "ball").depth == 0.3


def test_a_mirror_exchanges_left_and_right():
    shape = Shape(np.array([(0.1, 0.2), (0.3, 0.4), (0.3, 0.2)]), "sun", "body", 0.5)
    (image,) = mirror_images([shape], 1.5)
    assert image.low == pytest.approx((1.2, 0.2))
    assert image.extent == pytest.approx(shape.extent)
    assert mirror_images([image], 1.5)[0].points == pytest.approx(shape.points)
