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
    view.add(sky(view))
    n_clouds = view.count(1, 3)
    lowest = horizon - 0.15
    view.add(*clouds(view, n_clouds, low=0.08, high=lowest))
    view.add(sun(view, 0.12, horizon - 0.1))
    hills = ridge(view, horizon - 0.04, rise=0.03)
    plain = ridge(view, horizon, rise=0.012)
    view.draw(hills, "far", "hill", depth=0.85)
    view.draw(plain, "mid", "land", depth=0.6)
    n_poplars = view.count(3, 7)
    for share in view.rng.uniform(0, 1, n_poplars):
        at = (view.aspect * share, horizon + 0.03)
        place = Place(at, view.between(0.12, 0.26), 0.6)
        tone = view.any_of("mid", "cool", "dark")
        view.add(*poplar(view, place, tone))
    _add_road(view, horizon)
    for k in range(view.count(1, 3)):
        y = horizon + 0.16 + 0.12 * k
        view.add(*_haystack(view, horizon, y))
    if view.chance(0.6):
        view.add(*walker(view))


def _add_road(view: View, horizon: float) -> None:
    """The stubble, the road through it, and the near edge of the field."""
    end = view.across(0.3, 0.7)
    start = view.across(0.1, 0.9)
    bend = 0.5 * (start + end) + view.stray(0.1)
    far_edge = horizon + 0.08
    line = [(start, 1.05), (bend, 0.75), (end, far_edge)]
    road = ribbon(smooth(line), 0.22, 0.01)
    stubble = ridge(view, far_edge, rise=0.01)
    near_edge = view.between(0.86, 0.93)
    grass = ridge(view, near_edge, rise=0.02)
    view.draw(stubble, "warm", "land", depth=0.4)
    view.draw(road, "light", "land", depth=0.35)
    view.draw(grass, "near", "land", depth=0.15)


def _haystack(view: View, horizon: float, y: float) -> list[Shape]:
    """A haystack with its shadow; it stands at the height `y`."""
    growth = 0.22 * (y - horizon)
    size = 0.07 + growth * view.between(0.8, 1.4)
    x = view.across(0.1, 0.9)
    place = Place((x, y), size, 0.25)
    stack = place.curve("-0.75,0 -0.85,-0.55 0,-1.4 0.85,-0.55 0.75,0")
    shadow = place.disc(
        0.7,
        0,
        1.2,
        squash=0.16,
        corners=24,
    )
    return [
        Shape(shadow, "dark", "shadow", depth=0.3),
        place.shape(stack, "sun", "body"),
    ]


def draw_grove(view: View) -> None:
    """Walkers under trees."""
    horizon = view.between(0.55, 0.7)
    view.add(sky(view), *clouds(view, 2))
    hills = ridge(view, horizon - 0.08, rise=0.05)
    plain = ridge(view, horizon, rise=0.02)
    view.draw(hills, "far", "hill", depth=0.85)
    view.draw(plain, "mid", "land", depth=0.5)
    for row, depth in enumerate((0.6, 0.4, 0.1)):
        for share in view.rng.uniform(0, 1, 3 - row):
            tone = view.any_of("mid", "near", "warm", "cool")
            y = horizon + 0.04 + 0.12 * row
            size = 0.4 + 0.2 * row
            place = Place((view.aspect * share, y), size, depth)
            view.add(*tree(view, place, tone))
        if row == 0:
            meadow = ridge(view, horizon + 0.08, rise=0.015)
            view.draw(meadow, "near", "land", depth=0.3)
    for _ in range(view.count(1, 2)):
        view.add(*walker(view))
