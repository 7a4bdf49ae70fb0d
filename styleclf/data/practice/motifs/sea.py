"""The open sea: rows of waves, a sail, and one wave that is much too big."""

from dataclasses import replace

import numpy as np

from styleclf.data.practice.motifs.backdrop import clouds, sky, sun, water
from styleclf.data.practice.motifs.boats import boat
from styleclf.data.practice.motifs.shapes import Place, Shape, mirror_images
from styleclf.data.practice.motifs.view import View
from styleclf.data.practice.outlines import Points, disc, ribbon, smooth, trace

_WAVE_TONES = ("cool", "water", "mid")  # from the farthest row of waves to the nearest
_ISLAND = trace("0.5,0.005 0.62,-0.09 0.67,-0.1 0.8,0.005")  # `x` as shares of the width, `y` from the horizon
_BREAKER_BACK = trace("-0.05,0.5 0.08,0.36 0.24,0.25 0.4,0.2 0.52,0.24 0.6,0.36")
_BREAKER_BELLY = trace("0.52,0.32 0.43,0.32 0.36,0.4 0.35,0.52 0.42,0.66 0.58,0.78 0.85,0.87 1.3,0.92")
_BREAKER_STRIPE = trace("-0.05,0.5 0.1,0.4 0.24,0.3 0.3,0.45 0.36,0.66 0.55,0.8")
_STRIPE_SHIFT = np.array(  # of each point, towards the next stripe
    [
        (0, 1.6),
        (0, 1.4),
        (-1 / 3, 1.4),
        (-0.5, 1.3),
        (0, 1),
        (0, 1),
    ]
)


def draw_sea(view: View) -> None:
    """Rows of waves, a sail far out, and often one wave that is much too big."""
    horizon = view.between(0.4, 0.55)
    view.add(sky(view), sun(view, 0.12, horizon - 0.05))
    n_clouds = view.count(0, 2)
    view.add(*clouds(view, n_clouds))
    view.add(water(view, horizon))
    if view.chance(0.5):
        island = _ISLAND * (view.aspect, 1) + (0, horizon)
        view.draw(island, "far", "hill", depth=0.8)
    x = view.across(0.5, 0.85)
    y = horizon + view.between(0.03, 0.1)
    size = view.between(0.05, 0.09)
    place = Place((x, y), size, 0.5)
    n_sails = view.count(1, 2)
    view.add(*boat(place, "warm", n_sails=n_sails))
    for row in range(3):
        view.add(*_row_of_waves(view, horizon, row))
    if view.chance(0.65):
        view.add(*_great_wave(view))


def _row_of_waves(view: View, horizon: float, row: int) -> list[Shape]:
    """Water below a wavy line, with a rim of foam; row 0 is the farthest."""
    x = view.width_points(70)
    swell = 0.025 + 0.015 * row
    phase, ripple_phase = view.rng.uniform(0, 6, 2)
    frequency = view.between(5, 9)
    waves = np.sin(x * frequency + phase)
    ripples = 0.4 * np.sin(x * 17 + ripple_phase)
    level = horizon + 0.12 + 0.12 * row
    y = level + swell * (waves + ripples)
    crest = np.column_stack([x, y])
    bubbles = 0.01 * np.sin(x * 40)
    foam_y = y + 0.012 + bubbles
    foam_edge = np.column_stack([x, foam_y])
    foam = np.concatenate([crest, foam_edge[::-1]])
    body = view.under(crest)
    tone = _WAVE_TONES[row]
    depth = 0.45 - 0.1 * row
    return [
        Shape(body, tone, "water", depth),
        Shape(foam, "light", "detail", depth - 0.05),
    ]


def _great_wave(view: View) -> list[Shape]:
    """A breaker that curls over from one side, striped and crowned with foam."""
    shapes = [Shape(_breaker(), "cool", "water", depth=0.1)]
    for k in range(4):
        tone = "light" if k % 2 else "water"
        stripe = _stripe(k)
        shapes.append(Shape(stripe, tone, "detail", depth=0.1))
    shapes += _foam(view)
    stretch = (min(view.aspect, 1.25), 1)
    shift = (0, view.between(-0.03, 0.1))
    placed_shapes = []
    for shape in shapes:
        points = shape.points * stretch + shift
        placed_shapes.append(replace(shape, points=points))
    if view.chance(0.4):
        return mirror_images(placed_shapes, view.aspect)
    return placed_shapes


def _breaker() -> Points:
    """The body of the wave, down to below the lower edge."""
    curve = smooth([*_BREAKER_BACK, *_BREAKER_BELLY])
    below = trace("1.8,1.1 -0.05,1.1")
    return np.concatenate([curve, below])


def _stripe(number: int) -> Points:
    """One of the stripes that follow the back of the wave."""
    distance = 0.045 * (number + 1)
    stripe = _BREAKER_STRIPE + distance * _STRIPE_SHIFT
    return ribbon(smooth(stripe), 0.006, 0.022)


def _foam(view: View) -> list[Shape]:
    """Discs of foam along the crest."""
    beginning = _BREAKER_BACK[1:]
    end = _BREAKER_BELLY[:3]
    line = np.concatenate([beginning, end])
    crest = smooth(line, steps=4)
    shapes = []
    for k, (x, y) in enumerate(crest):
        form = "foam" if k % 2 else "detail"
        radius = view.between(0.014, 0.034)
        fleck = disc((x, y + 0.01), radius, corners=14)
        shapes.append(Shape(fleck, "light", form, depth=0.1))
    return shapes
