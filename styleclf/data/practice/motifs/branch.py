"""A blossoming branch with a bird."""

import numpy as np

from styleclf.data.practice.motifs.backdrop import sky
from styleclf.data.practice.motifs.plants import flower
from styleclf.data.practice.motifs.shapes import Place, Shape, mirror_images
from styleclf.data.practice.motifs.view import View
from styleclf.data.practice.outlines import Points, disc, leaf, ribbon, smooth, unit_vectors

_BOUGH_X = np.array([-0.05, 0.25, 0.55, 0.95])  # shares of the width, but for the first
_BOUGH_HIGHEST = (0.7, 0.6, 0.4, 0.12)
_BOUGH_LOWEST = (0.95, 0.75, 0.6, 0.35)
_TWIG_KNOTS = (6, 11, 16, 20)  # points of the bough where a twig begins
_PERCH = 14  # the point of the bough where the bird sits


def draw_branch(view: View) -> None:
    """A bird on a blossoming branch, often before a low sun."""
    view.add(sky(view, view.any_of("sky", "wall")))
    narrow = min(view.aspect, 1)
    if view.chance(0.7):
        x = view.across(0.35, 0.65)
        y = view.between(0.3, 0.45)
        radius = view.between(0.16, 0.25)
        low_sun = disc((x, y), radius * narrow)
        view.draw(low_sun, "sun", "sun", depth=0.95)
    bough = _bough(view)
    tips = [*bough[4::2]]
    wood = ribbon(bough, 0.06, 0.014)
    view.draw(wood, "dark", "trunk", depth=0.2)
    for knot in _TWIG_KNOTS:
        twig = _twig(view, bough[knot])
        tips += [*twig[4::3]]
        wood = ribbon(twig, 0.022, 0.006)
        view.draw(wood, "dark", "trunk", depth=0.2)
    for tip in tips:
        _add_leaf_or_blossom(view, tip)
    x, y = bough[_PERCH]
    size = view.between(0.16, 0.24) * narrow
    tone = view.any_of("cool", "warm", "accent")
    place = Place((x, y), size, 0.1)
    view.add(*_bird(place, tone))
    if view.chance(0.5):
        view.shapes = mirror_images(view.shapes, view.aspect)


def _bough(view: View) -> Points:
    """The main line, rising from the lower left."""
    y = view.rng.uniform(_BOUGH_HIGHEST, _BOUGH_LOWEST)
    x = _BOUGH_X * (1, view.aspect, view.aspect, view.aspect)
    return smooth(np.column_stack([x, y]))


def _twig(view: View, start: np.ndarray) -> Points:
    """A bent line from a point of the bough."""
    direction = view.rng.choice([-1.9, 0.5])
    angle = direction + view.stray(0.3)
    length = view.between(0.14, 0.3)
    bend = start + length * (0.5 * unit_vectors(angle))
    end = start + length * unit_vectors(angle - 0.35)
    return smooth([start, bend, end])


def _add_leaf_or_blossom(view: View, tip: np.ndarray) -> None:
    """A leaf, a flower or nothing near a point of a twig."""
    distance = view.rng.normal(0, 0.022, 2)
    x, y = tip + distance
    if view.chance(0.3):
        angle = view.between(0, 6.3)
        green = leaf((x, y), angle, length=0.08, width=0.018)
        view.draw(green, "near", "leaf", depth=0.15)
    elif view.chance(0.75):
        size = view.between(0.02, 0.042)
        tone = view.any_of("accent", "light", "warm")
        place = Place((x, y), size, 0.1)
        view.add(*flower(view, place, tone))


def _bird(perch: Place, tone: str) -> list[Shape]:
    """A small bird that looks right."""
    place = perch.shifted(0, -0.3)
    beak = place.trace("0.42,-0.36 0.66,-0.27 0.43,-0.22")
    body = place.curve("0.45,-0.35 0.2,-0.5 -0.1,-0.2 -0.8,0.5 -0.2,0.28 0.3,0.15", closed=True)
    wing = place.curve("0.1,-0.15 -0.2,-0.02 -0.62,0.36 -0.05,0.18", closed=True)
    eye = place.disc(0.28, -0.32, 0.05, corners=10)
    pupil = place.disc(0.29, -0.32, 0.03, corners=8)
    return [
        place.shape(beak, "sun", "detail"),
        place.shape(body, tone, "body"),
        place.shape(wing, "dark", "detail"),
        place.shape(eye, "light", "detail"),
        place.shape(pupil, "dark", "detail"),
    ]
