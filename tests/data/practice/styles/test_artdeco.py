"""Art deco: steps in the corners."""

import numpy as np

from styleclf.data.practice.styles.artdeco import _staircase, _sunburst_centre
from tests.data.practice.styles.scenes import make_scene


def test_a_staircase_goes_inwards_and_up_by_turns():
    steps = np.diff(_staircase(0.05), axis=0)
    right, down = steps.T
    assert ((right > 0) ^ (down < 0)).all(), "every piece goes either to the right or up"
    assert (right >= 0).all()
    assert (down <= 1e-12).all()


def test_rays_come_from_the_sun_or_from_the_lower_edge():
    centres = [_sunburst_centre(make_scene("artdeco", seed=seed)) for seed in range(4)]
    for seed, centre in enumerate(centres):
        suns = [shape.middle for shape in make_scene("artdeco", seed=seed).shapes if shape.form == "sun"]
        assert centre[1] > 0.6 or any(np.allclose(centre, sun) for sun in suns)
