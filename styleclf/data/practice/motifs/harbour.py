"""A harbour: houses, boats and the sun's path."""

import numpy as np

from styleclf.data.practice.motifs.backdrop import clouds, sky, sun, water
from styleclf.data.practice.motifs.boats import boat
from styleclf.data.practice.motifs.shapes import Place, Shape
from styleclf.data.practice.motifs.view import OVERLAP, View
from styleclf.data.practice.outlines import box, disc


def draw_harbour(view: View) -> None:
    """Houses along the water, boats, and the sun's path between them."""
    horizon = view.between(0.36, 0.5)
    low_sun = sun(view, horizon - 0.2, horizon - 0.06)
    view.add(sky(view))
    n_clouds = view.count(0, 2)
    view.add(*clouds(view, n_clouds, low=0.05, high=0.2))
    view.add(low_sun)
    _add_quay(view, horizon)
    view.add(water(view, horizon))
    sun_x = low_sun.points[:, 0].mean()
    _add_glints(view, horizon, sun_x)
    for row in range(view.count(2, 4)):
        view.add(*_moored_boat(view, horizon, row))


def _add_quay(view: View, horizon: float) -> None:
    """Houses and gaps from the left edge to the right."""
    x = -OVERLAP
    while x < view.aspect:
        width = view.between(0.04, 0.12)
        eaves = horizon - view.between(0.03, 0.14)
        if view.chance(0.75):
            lower_right = (x + width, horizon + 0.01)
            house = box((x, eaves), lower_right)
            tone = view.any_of("far", "mid")
            view.draw(house, tone, "house", depth=0.8)
            if view.chance(0.5):
                left = (x - 0.005, eaves)
                ridge = (x + width / 2, eaves - 0.05)
                right = (x + width + 0.005, eaves)
                roof = np.array([left, ridge, right])
                view.draw(roof, view.any_of("warm", "far"), "house", depth=0.8)
        x += width


def _add_glints(view: View, horizon: float, x: float) -> None:
    """The sun's path on the water, below the sun at `x`."""
    for y in np.linspace(horizon + 0.03, 0.97, 14):
        length = 0.12 * view.rng.random()
        radius = 0.02 + length * (y - horizon + 0.2)
        centre = (x + view.stray(0.02), y)
        glint = disc(centre, radius, squash=0.12, corners=14)
        view.draw(glint, "sun", "glint", depth=0.4)


def _moored_boat(view: View, horizon: float, row: int) -> list[Shape]:
    """A boat with its shadow; row 0 is the farthest."""
    typical_y = horizon + 0.08 + 0.13 * row
    y = typical_y + view.between(0, 0.05)
    x = view.across(0.1, 0.9)
    growth = 0.1 * (y - horizon)
    size = 0.05 + growth * view.between(1, 2)
    depth = max(0.05, 0.5 - 0.12 * row)
    place = Place((x, y), size, depth)
    shadow = place.disc(
        0,
        0.3,
        1.1,
        squash=0.22,
        corners=20,
    )
    tone = view.any_of("warm", "light", "near")
    return [
        Shape(shadow, "dark", "shadow", depth=0.4),
        *boat(place, tone, n_sails=view.count(1, 2)),
    ]
