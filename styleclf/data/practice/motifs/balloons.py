"""Hot-air balloons."""

import numpy as np

from styleclf.data.practice.motifs.backdrop import clouds, ridge, sky, sun
from styleclf.data.practice.motifs.shapes import Place, Shape
from styleclf.data.practice.motifs.view import View
from styleclf.data.practice.outlines import Points, smooth, trace, unit_vectors

_STRIPES = (-0.62, 0.0, 0.62)  # the middle of each stripe, in radii of the balloon
_TONES = ("accent", "warm", "cool", "light", "sun")


def draw_balloons(view: View) -> None:
    """Striped balloons over hills."""
    view.add(sky(view), sun(view))
    n_clouds = view.count(2, 4)
    view.add(*clouds(view, n_clouds, low=0.1, high=0.6))
    hills = ridge(view, 0.8, rise=0.05)
    meadow = ridge(view, 0.9, rise=0.03)
    view.draw(hills, "far", "hill", depth=0.8)
    view.draw(meadow, "near", "land", depth=0.4)
    columns = view.rng.permutation(5)
    n_balloons = view.count(2, 4)
    from_right_to_left = sorted(columns[:n_balloons], reverse=True)
    for k, column in enumerate(from_right_to_left):
        growth = 0.035 * (k + 1)
        radius = 0.06 + growth * view.between(0.8, 1.3)
        x = view.aspect * (0.15 + 0.175 * column)
        y = view.between(0.2, 0.55)
        size = radius * min(view.aspect, 1)
        depth = 0.3 - 0.05 * k
        place = Place((x, y), size, depth)
        view.add(*_balloon(view, place))


def _balloon(view: View, place: Place) -> list[Shape]:
    """One balloon with its basket; the size of the place is its radius."""
    tones = view.rng.permutation(_TONES)[:2].tolist()
    left_rope = place.band("-0.2,1.3 -0.13,1.75", 0.03)
    right_rope = place.band("0.2,1.3 0.13,1.75", 0.03)
    basket = place.trace("-0.17,1.7 0.17,1.7 0.17,2 -0.17,2")
    shapes = [
        place.shape(left_rope, "dark", "detail"),
        place.shape(right_rope, "dark", "detail"),
        place.shape(basket, "near", "detail"),
        place.shape(_envelope(place), tones[0], "ball"),
    ]
    for x in _STRIPES:
        stripe = _stripe(place, x)
        shapes.append(place.shape(stripe, tones[1], "gore"))
    return shapes


def _envelope(place: Place) -> Points:
    """The outline of the balloon, open below."""
    half_turns = np.linspace(-0.15, 1.15, 24)
    angles = half_turns * np.pi
    dome = unit_vectors(angles) * (1, -1)
    mouth = trace("-0.22,1.35 0.22,1.35")
    return place.points([*dome, *mouth])


def _stripe(place: Place, x: float) -> Points:
    """A stripe from the top to the mouth, widest half-way."""
    height = np.sqrt(1 - 0.64 * x * x)
    top = (0.9 * x, -height)
    right = (1.05 * (x + 0.16), 0)
    mouth = (0.3 * x, 1.33)
    left = (1.05 * (x - 0.16), 0)
    corners = place.points([top, right, mouth, left])
    return smooth(corners, closed=True)
