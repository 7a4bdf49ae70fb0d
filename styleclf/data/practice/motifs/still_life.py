"""A still life: bottles, guitars, bowls and jugs on a cloth."""

from dataclasses import replace

import numpy as np

from styleclf.data.practice.motifs.backdrop import sky
from styleclf.data.practice.motifs.shapes import Place, Shape
from styleclf.data.practice.motifs.view import OVERLAP, View
from styleclf.data.practice.outlines import disc, ribbon, smooth, vessel

_DEPTH = 0.2


def draw_still_life(view: View) -> None:
    """Two or three things and loose fruit on a white cloth."""
    table = view.between(0.55, 0.66)
    size = min(view.aspect, 1.1)
    view.add(sky(view, "wall"))
    _add_cloths(view, table)
    order = view.rng.permutation(len(_KINDS))
    kinds = order[: view.count(2, 3)]
    for k, kind in enumerate(kinds):
        position = k + view.between(0.2, 0.8)
        share = 0.2 + 0.6 * position / len(kinds)
        x = view.aspect * share
        y = table + view.between(0.1, 0.2)
        place = Place((x, y), size, _DEPTH)
        view.add(*_KINDS[kind](view, place))
    for _ in range(view.count(2, 5)):
        x = view.across(0.12, 0.88)
        y = view.between(table + 0.2, 0.92)
        radius = size * view.between(0.045, 0.075)
        fruit = disc((x, y), radius)
        tone = view.any_of("warm", "sun", "accent", "mid")
        view.draw(fruit, tone, "ball", depth=0.1)


def _add_cloths(view: View, table: float) -> None:
    """A curtain on the left, the table, and a cloth on it."""
    aspect = view.aspect
    curtain = [
        (-OVERLAP, -OVERLAP),
        (0.3 * aspect, -OVERLAP),
        (0.22 * aspect, 0.3),
        (0.12 * aspect, table),
        (-OVERLAP, table),
    ]
    cloth = [
        (0.15, table + 0.06),
        (0.8, table + 0.03),
        (0.92, table + 0.2),
        (0.7, 0.97),
        (0.4, 0.88),
        (0.2, 0.98),
    ]
    folds = smooth(curtain)
    tone = view.any_of("far", "cool", "warm")
    view.draw(folds, tone, "cloth", depth=0.8)
    view.draw(view.below(table), "near", "land", depth=0.5)
    wide_cloth = np.array(cloth) * (aspect, 1)
    hem = smooth(wide_cloth, closed=True)
    view.draw(hem, "light", "cloth", depth=0.4)


def _bottle(view: View, place: Place) -> list[Shape]:
    """A bottle with a label."""
    place = place.resized(view.between(0.45, 0.6))
    tone = view.any_of("dark", "cool", "mid")
    profile = vessel("0.16,0 0.17,-0.55 0.06,-0.75 0.05,-1")
    glass = place.points(smooth(profile, steps=5))
    label = place.trace("-0.13,-0.42 0.13,-0.42 0.13,-0.18 -0.13,-0.18")
    return [
        place.shape(glass, tone, "body"),
        place.shape(label, "light", "detail"),
    ]


def _guitar(view: View, place: Place) -> list[Shape]:
    """A guitar with three strings, leaning."""
    size = place.size * view.between(0.4, 0.5)
    angle = view.between(-0.7, 0.7)
    tone = view.any_of("warm", "mid", "near")
    cosine = np.cos(angle)
    sine = np.sin(angle)
    rotation = np.array([[cosine, sine], [-sine, cosine]])
    turn = rotation * size
    x, y = place.point
    body = vessel("0.02,0 0.27,-0.06 0.3,-0.28 0.17,-0.46 0.22,-0.64 0.14,-0.78 0.05,-0.82 0.045,-1.5")
    hole = disc((0, -0.5), 0.1)
    shapes = [
        place.shape(smooth(body, steps=6), tone, "body"),
        place.shape(hole, "dark", "detail"),
    ]
    for string in (-0.03, 0, 0.03):
        line = [(string, -0.15), (string, -1.45)]
        wire = ribbon(line, 0.008)
        shapes.append(place.shape(wire, "light", "detail"))
    leaning_shapes = []
    for shape in shapes:
        points = shape.points @ turn + (x, y + 0.05)
        leaning_shapes.append(replace(shape, points=points))
    return leaning_shapes


def _bowl(view: View, place: Place) -> list[Shape]:
    """A dish with three fruits."""
    place = place.resized(view.between(0.15, 0.2))
    left = place.disc(-0.4, -0.75, 0.36)
    right = place.disc(0.35, -0.8, 0.36)
    top = place.disc(0, -1.05, 0.36)
    oval = place.disc(0, -0.6, 1, squash=0.6)
    lower_half = oval[:21]
    return [
        place.shape(left, "warm", "ball"),
        place.shape(right, "sun", "ball"),
        place.shape(top, "near", "ball"),
        place.shape(lower_half, "cool", "body"),
    ]


def _jug(view: View, place: Place) -> list[Shape]:
    """A jug with its handle on the right."""
    place = place.resized(view.between(0.11, 0.15))
    tone = view.any_of("cool", "far", "warm")
    handle = place.band("0.7,-1.9 1.7,-1.6 0.8,-0.6", 0.25, curved=True)
    profile = vessel("0.6,0 1,-0.8 0.5,-1.8 0.62,-2.3")
    pot = place.points(smooth(profile))
    return [
        place.shape(handle, tone, "body"),
        place.shape(pot, tone, "body"),
    ]


_KINDS = (_bottle, _guitar, _bowl, _jug)
