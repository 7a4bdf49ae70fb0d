"""Ponds: pads from the farthest to the nearest."""

from styleclf.data.practice.motifs.pond import draw_pond
from tests.data.practice.motifs.views import drawn, with_form


def test_pads_come_nearer_from_back_to_front():
    pads = [shape for shape in with_form(drawn(draw_pond), "leaf") if shape.depth < 0.4]
    heights = [pad.middle[1] for pad in pads]
    assert len(pads) == 26
    assert heights == sorted(heights)


def test_reeds_grow_in_one_corner():
    reeds = [shape for shape in drawn(draw_pond) if shape.depth == 0.02]
    places = [reed.points[0, 0] / 1.4 for reed in reeds]
    assert len(reeds) == 6
    assert max(places) - min(places) < 0.2
