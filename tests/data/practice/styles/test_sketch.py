"""Sketches: the sky is brighter at the horizon, faces are shaded less than things."""

import numpy as np

from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.styles.sketch import is_background, modelling_depth, paint_sketch
from tests.data.practice.styles.scenes import make_scene

SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])


def test_faces_are_shaded_less():
    assert modelling_depth(Shape(SQUARE, "skin", "ball", 0.2), 0.6) < 0.6
    assert modelling_depth(Shape(SQUARE, "warm", "ball", 0.2), 0.6) == 0.6


def test_sky_and_open_water_are_background():
    assert is_background(Shape(SQUARE, "sky", "sky", 1.0))
    assert is_background(Shape(SQUARE, "water", "water", 0.6))
    assert not is_background(Shape(SQUARE, "water", "water", 0.1)), "a single wave"


def test_haze_makes_the_far_paler():
    pictures = [paint_sketch(make_scene("naturalism"), haze=haze, depth=0.5).pixels for haze in (0.0, 1.0)]
    glow = make_scene("naturalism").palette["glow"]
    distances = [np.abs(picture - glow).mean() for picture in pictures]
    assert distances[1] < distances[0]
