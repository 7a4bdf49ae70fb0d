"""Fields and groves: open country, and walkers under trees."""

from styleclf.data.practice.motifs.backdrop import clouds, ridge, sky, sun
from styleclf.data.practice.motifs.people import walker
from styleclf.data.practice.motifs.plants import poplar, tree
from styleclf.data.practice.motifs.shapes import Place, Shape
from styleclf.data.practice.motifs.view import View
from styleclf.data.practice.outlines import ribbon, smooth


def draw_field(view: View) -> None:
    """A road between haystacks to a row of poplars."""
    horizon = view.between(0.42, 0.58)
    view.add(sky(view), *clouds(view, view.count(1, 3), low=0.08, high=horizon - 0.15))
    view.add(sun(view, 0.12, horizon - 0.1))
    view.draw(ridge(view, horizon - 0.04, rise=0.03), "far", "hill", depth=0.85)
    view.draw(ridge(view, horizon, rise=0.012), "mid", "land", depth=0.6)
    for share in view.rng.uniform(0, 1, view.count(3, 7)):
        at = (view.aspect * share, horizon + 0.03)
        place = Place(at, view.between(0.12, 0.26), 0.6)
        view.add(*poplar(view, place, view.any_of("mid", "cool", "dark")))
    _add_road(view, horizon)
    for k in range(view.count(1, 3)):
        view.add(*_haystack(view, horizon, y=horizon + 0.16 + 0.12 * k))
    if view.chance(0.6):
        view.add(*walker(view))


def _add_road(view: View, horizon: float) -> None:
    """The stubble, the road through it, and the near edge of the field."""
    end = view.across(0.3, 0.7)
    start = view.across(0.1, 0.9)
    bend = 0.5 * (start + end) + view.rng.normal(0, 0.1)
    road = smooth([(start, 1.05), (bend, 0.75), (end, horizon + 0.08)])
    view.draw(ridge(view, horizon + 0.08, rise=0.01), "warm", "land", depth=0.4)
    view.draw(ribbon(road, 0.22, 0.01), "light", "land", depth=0.35)
    view.draw(ridge(view, view.between(0.86, 0.93), rise=0.02), "near", "land", depth=0.15)


def _haystack(view: View, horizon: float, y: float) -> list[Shape]:
    """A haystack with its shadow; it stands at the height `y`."""
    size = 0.07 + 0.22 * (y - horizon) * view.between(0.8, 1.4)
    place = Place((view.across(0.1, 0.9), y), size, 0.25)
    stack = place.curve("-0.75,0 -0.85,-0.55 0,-1.4 0.85,-0.55 0.75,0")
    shadow = place.disc(0.7, 0, 1.2, squash=0.16, corners=24)
    return [Shape(shadow, "dark", "shadow", depth=0.3), place.shape(stack, "sun", "body")]


def draw_grove(view: View) -> None:
    """Walkers under trees."""
    horizon = view.between(0.55, 0.7)
    view.add(sky(view), *clouds(view, 2))
    view.draw(ridge(view, horizon - 0.08, rise=0.05), "far", "hill", depth=0.85)
    view.draw(ridge(view, horizon, rise=0.02), "mid", "land", depth=0.5)
    for row, depth in enumerate((0.6, 0.4, 0.1)):
        for share in view.rng.uniform(0, 1, 3 - row):
            tone = view.any_of("mid", "near", "warm", "cool")
            at = (view.aspect * share, horizon + 0.04 + 0.12 * row)
            view.add(*tree(view, Place(at, 0.4 + 0.2 * row, depth), tone))
        if row == 0:
            view.draw(ridge(view, horizon + 0.08, rise=0.015), "near", "land", depth=0.3)
    for _ in range(view.count(1, 2)):
        view.add(*walker(view))
