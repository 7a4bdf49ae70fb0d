"""Harbours: what lies on the water, and what above it."""

from styleclf.data.practice.motifs.harbour import draw_harbour
from tests.data.practice.motifs.views import drawn, with_form


def test_houses_stand_at_the_water_and_the_suns_path_lies_on_it():
    for seed in range(5):
        shapes = drawn(draw_harbour, seed)
        (water,) = with_form(shapes, "water")
        assert all(house.low[1] < water.top for house in with_form(shapes, "house"))
        glints = with_form(shapes, "glint")
        assert len(glints) == 14
        assert all(glint.middle[1] > water.top for glint in glints)
