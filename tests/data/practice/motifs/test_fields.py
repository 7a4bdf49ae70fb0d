"""Fields and groves: what stands on them."""

from styleclf.data.practice.motifs.fields import draw_field, draw_grove
from tests.data.practice.motifs.views import drawn, with_form


def test_every_haystack_has_its_shadow():
    for seed in range(5):
        shapes = drawn(draw_field, seed)
        haystacks = [shape for shape in with_form(shapes, "body") if shape.tone == "sun"]
        shadows = with_form(shapes, "shadow")
        assert len(haystacks) == len(shadows) > 0
        for haystack, shadow in zip(haystacks, shadows, strict=True):
            assert shadow.low[1] < haystack.high[1] < shadow.high[1], "it lies at the foot"


def test_trees_of_a_grove_grow_towards_the_viewer():
    trunks = with_form(drawn(draw_grove), "trunk")
    depths = [trunk.depth for trunk in trunks]
    assert len(trunks) == 6
    assert depths == sorted(depths, reverse=True)
    assert trunks[0].extent[1] < trunks[-1].extent[1]
