"""Branches: wood, and a bird on it."""

from styleclf.data.practice.motifs.branch import draw_branch
from tests.data.practice.motifs.views import drawn, with_form


def test_a_bough_has_four_twigs_and_a_bird_sits_on_it():
    for seed in range(5):
        shapes = drawn(draw_branch, seed)
        bough, *twigs = with_form(shapes, "trunk")
        assert len(twigs) == 4
        bird = shapes[-4]  # after it come wing and eye
        assert bird.form == "body"
        assert bough.low[0] < bird.middle[0] < bough.high[0]
