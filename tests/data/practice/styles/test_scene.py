"""Scenes: colours by tone and distance."""

import numpy as np
import pytest

from styleclf.data.practice.styles.scene import tint
from tests.data.practice.styles.scenes import SIZE, make_scene


def test_distance_turns_a_colour_into_the_glow():
    scene = make_scene("photo")
    far = scene.shapes[0]
    assert far.depth == 1
    assert tint(scene, far, haze=1.0, spread=0) == pytest.approx(scene.palette["glow"])
    assert tint(scene, far, haze=0.0, spread=0) == pytest.approx(scene.palette[far.tone])


def test_noise_has_the_size_of_the_picture_and_lies_around_zero():
    noise = make_scene("photo").noise(5, octaves=2)
    assert noise.shape == (SIZE[1], SIZE[0])
    assert noise.min() == -0.5
    assert noise.max() <= 0.5 + 1e-6


def test_a_scene_in_other_colours_is_otherwise_the_same():
    scene = make_scene("photo")
    black = scene.with_palette(dict.fromkeys(scene.palette, np.zeros(3)))
    assert (black.random_colour("sun") == 0).all()
    assert black.shapes is scene.shapes
