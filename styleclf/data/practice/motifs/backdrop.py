"""What lies behind and below: sky, sun, clouds, hills, water."""

import numpy as np

from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.motifs.view import BOTTOM, OVERLAP, View
from styleclf.data.practice.outlines import Points, disc


def sky(view: View, tone: str = "sky") -> Shape:
    """The whole background."""
    return Shape(view.below(-OVERLAP), tone, "sky", depth=1.0)


def water(view: View, top: float) -> Shape:
    """Everything below the height `top`."""
    return Shape(view.below(top), "water", "water", depth=0.6)


def sun(view: View, low: float = 0.15, high: float = 0.4) -> Shape:
    """A sun or moon between two heights."""
    x = view.across(0.2, 0.8)
    y = view.between(low, high)
    radius = view.between(0.05, 0.12)
    return Shape(disc((x, y), radius), "sun", "sun", depth=0.95)


def clouds(
    view: View,
    count: int,
    *,
    low: float = 0.05,
    high: float = 0.35,
) -> list[Shape]:
    """Flat clouds with puffed tops, between two heights."""
    shapes = []
    for _ in range(count):
        cloud = _cloud(view, low, high)
        shapes.append(Shape(cloud, "light", "cloud", depth=0.9))
    return shapes


def _cloud(view: View, low: float, high: float) -> Points:
    """The outline of one cloud."""
    x = view.across()
    y = view.between(low, high)
    size = view.between(0.04, 0.075)
    t = np.linspace(-1, 1, 50)
    frequency = view.between(3.5, 5.5)
    phase = view.between(0, 3)
    waves = np.sin(frequency * t + phase)
    puffs = np.abs(waves) ** 0.7
    dome = np.sqrt(1 - t * t)
    columns = x + 2.4 * size * t
    swelling = 0.75 + 0.55 * puffs
    upper = y - size * dome * swelling
    lower = y + 0.25 * size * dome
    top = np.column_stack([columns, upper])
    base = np.column_stack([columns, lower])
    return np.concatenate([top, base[::-1]])


def ridge(
    view: View,
    height: float,
    *,
    rise: float,
    bottom: float = BOTTOM,
) -> Points:
    """Everything under a skyline that wanders by about `rise` around `height`."""
    x = view.width_points(60)
    skyline = np.zeros(len(x))
    for octave in range(3):
        n_knots = 5 * 2**octave
        knots = np.linspace(-0.1, view.aspect + 0.1, n_knots)
        heights = view.rng.normal(0, 0.5**octave, n_knots)
        skyline += np.interp(x, knots, heights)
    wandering = height - rise * skyline
    y = np.minimum(wandering, bottom - 0.01)
    return view.under(np.column_stack([x, y]), bottom)
