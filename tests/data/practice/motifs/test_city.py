"""Cities: rows of towers."""

from styleclf.data.practice.motifs.city import draw_city
from tests.data.practice.motifs.views import drawn, with_form


def test_three_rows_of_towers_and_windows_in_the_nearer_ones():
    shapes = drawn(draw_city)
    houses = with_form(shapes, "house")
    assert sorted({round(house.depth, 2) for house in houses}) == [0.2, 0.5, 0.8]
    windows = with_form(shapes, "window")
    assert {round(window.depth, 2) for window in windows} == {0.2, 0.5}
    for window in windows:
        around = [house for house in houses if (house.low <= window.low).all() and (house.high >= window.high).all()]
        assert around, "a window stands in a house"
