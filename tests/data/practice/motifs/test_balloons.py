"""Balloons: each has its stripes."""

from styleclf.data.practice.motifs.balloons import draw_balloons
from tests.data.practice.motifs.views import drawn, with_form


def test_every_balloon_has_three_stripes_within_its_outline():
    for seed in range(5):
        shapes = drawn(draw_balloons, seed)
        balloons = with_form(shapes, "ball")
        stripes = with_form(shapes, "gore")
        assert 2 <= len(balloons) <= 4
        assert len(stripes) == 3 * len(balloons)
        for i, stripe in enumerate(stripes):
            balloon = balloons[i // 3]
            leeway = 0.02 * balloon.extent  # curves swing out a little between their points
            assert (stripe.low >= balloon.low - leeway).all()
            assert (stripe.high <= balloon.high + leeway).all()
