"""What is shown: a dozen motifs, each a list of shapes from back to front, free of any style.

The same harbour can be painted in all eight styles, so a classifier cannot go by the subject. Every motif is a function
of a random generator and the aspect ratio; coordinates are picture heights, `y` downwards.
"""

from typing import NamedTuple

import numpy as np


class Shape(NamedTuple):
    """A polygon with a role in the palette, its depth (1 far, 0 near) and its form, a hint to painters."""

    points: np.ndarray
    tone: str
    depth: float = 0.3
    form: str = "plane"


def trace(path: str, x: float = 0, y: float = 0, s: float = 1) -> np.ndarray:
    """The points of a path such as `0.1,-0.2 0.3,0.4`, `s` times as large and moved to `(x, y)`."""
    return np.array([point.split(",") for point in path.split()], dtype=float) * s + (x, y)


def both_sides(path: str) -> np.ndarray:
    """A path and its mirror image back to the start: the outline of a vessel."""
    points = trace(path)
    return np.concatenate([points, points[::-1] * (-1, 1)])


def box(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    """An upright rectangle."""
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], dtype=float)


def disc(x: float, y: float, r: float, squash: float = 1.0, n: int = 40) -> np.ndarray:
    """A circle or, with `squash`, an ellipse; the first half of its points is the lower one."""
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack([x + r * np.cos(t), y + r * squash * np.sin(t)], axis=1)


def blob(rng, x: float, y: float, r: float, rough: float = 0.2, squash: float = 1.0, n: int = 36) -> np.ndarray:
    """A disc whose rim wanders."""
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    rim = r * (1 + rough * sum(rng.normal() * np.sin(k * t + rng.uniform(0, 6.3)) / k for k in range(2, 7)))
    return np.stack([x + rim * np.cos(t), y + rim * squash * np.sin(t)], axis=1)


def lobed_shape(rng, x: float, y: float, r: float) -> np.ndarray:
    """The bulging outline of a crown of leaves."""
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    bulges, turn = rng.integers(6, 10), rng.uniform(0, 3)
    rim = blob(rng, 0, 0, r, 0.1, 0.88, 60) * (0.82 + 0.2 * np.abs(np.sin(bulges * t / 2 + turn)))[:, None]
    return np.add(rim, (x, y))


def smooth(points, closed: bool = False, steps: int = 8) -> np.ndarray:
    """A Catmull-Rom curve through the points."""
    p = np.asarray(points, dtype=float)
    p = np.concatenate([p[-1:], p, p[:2]]) if closed else np.concatenate([p[:1], p, p[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    a, b, c, d = p[:-3, None], p[1:-2, None], p[2:-1, None], p[3:, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return curve.reshape(-1, 2)


def ribbon(points, start: float, end: float) -> np.ndarray:
    """A tapering band along a line, `start` and `end` wide."""
    p = np.asarray(points, dtype=float)
    along = np.gradient(p, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    half = np.linspace(start, end, len(p))[:, None] / 2
    return np.concatenate([p + across * half, (p - across * half)[::-1]])


def leaf(x: float, y: float, length: float, angle: float, width: float) -> np.ndarray:
    """A pointed leaf from its stalk at `(x, y)`."""
    t = np.linspace(0, 1, 9)
    side = width * np.sin(np.pi * t)
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    spine = np.array([x, y]) + length * t[:, None] * u
    return np.concatenate([spine + side[:, None] * v, (spine - side[:, None] * v)[::-1]])


def ridge(rng, a: float, y: float, rise: float, cells: int = 5, bottom: float = 1.02) -> np.ndarray:
    """Everything under a wandering skyline about `y`."""
    x = np.linspace(-0.02, a + 0.02, 60)
    skyline = sum(
        np.interp(x, np.linspace(-0.1, a + 0.1, cells * 2**k), rng.normal(0, 0.5**k, cells * 2**k)) for k in range(3)
    )
    top = np.stack([x, np.minimum(y - rise * skyline, bottom - 0.01)], axis=1)
    return np.concatenate([top, [(a + 0.02, bottom), (-0.02, bottom)]])


def sky(a: float, tone: str = "sky") -> Shape:
    """The whole background."""
    return Shape(box(-0.02, -0.02, a + 0.02, 1.02), tone, 1.0, "sky")


def flip(shapes: list[Shape], a: float) -> list[Shape]:
    """The same seen in a mirror."""
    return [shape._replace(points=shape.points * (-1, 1) + (a, 0)) for shape in shapes]


def water(a: float, y: float) -> Shape:
    """Everything below `y`."""
    return Shape(box(-0.02, y, a + 0.02, 1.02), "water", 0.6, "water")


def sun(rng, a: float, low: float = 0.15, high: float = 0.4) -> Shape:
    """A sun or moon between two heights."""
    return Shape(disc(a * rng.uniform(0.2, 0.8), rng.uniform(low, high), rng.uniform(0.05, 0.12)), "sun", 0.95, "sun")


def clouds(rng, a: float, count: int, low: float = 0.05, high: float = 0.35) -> list[Shape]:
    """Flat clouds with puffed tops."""
    shapes = []
    for _ in range(count):
        x, y, r = a * rng.random(), rng.uniform(low, high), rng.uniform(0.04, 0.075)
        u = np.linspace(-1, 1, 50)
        puffs = np.abs(np.sin(rng.uniform(3.5, 5.5) * u + rng.uniform(0, 3))) ** 0.7
        height = r * np.sqrt(1 - u * u) * (0.75 + 0.55 * puffs)
        base = 0.25 * r * np.sqrt(1 - u * u)
        rim = np.concatenate(
            [np.stack([x + 2.4 * r * u, y - height], 1), np.stack([x + 2.4 * r * u, y + base], 1)[::-1]]
        )
        shapes.append(Shape(rim, "light", 0.9, "cloud"))
    return shapes


def boat(x: float, y: float, s: float, tone: str, depth: float, sails: int = 2) -> list[Shape]:
    """A hull with one or two sails, `s` half its length."""
    parts = [
        Shape(ribbon(trace("0,0 0.03,-1.9", x, y, s), 0.06 * s, 0.03 * s), "dark", depth, "detail"),
        Shape(smooth(trace("0.08,-0.2 0.9,-0.25 0.55,-0.75 0.08,-1.75", x, y, s)), tone, depth, "body"),
        Shape(trace("-0.08,-0.25 -0.75,-0.25 -0.05,-1.5", x, y, s), "light", depth, "body"),
        Shape(smooth(trace("-1,-0.12 -0.6,0.22 0.5,0.22 1.05,-0.2", x, y, s)), "dark", depth, "body"),
    ]
    return parts if sails > 1 else [*parts[:2], parts[3]]


def figure(x: float, y: float, s: float, tone: str, depth: float = 0.15, parasol: bool = False) -> list[Shape]:
    """A small standing person, feet at `y`, `s` tall."""
    dome = disc(x + 0.12 * s, y - 0.98 * s, 0.34 * s, 0.76)[20:]
    shade = [
        Shape(ribbon(trace("0.12,-0.4 0.12,-1", x, y, s), 0.03 * s, 0.03 * s), "dark", depth, "detail"),
        Shape(dome, "warm", depth, "body"),
    ]
    return [
        *(shade if parasol else []),
        Shape(smooth(trace("-0.08,-0.62 -0.22,0 0.22,0 0.08,-0.62", x, y, s), True), tone, depth, "body"),
        Shape(trace("-0.09,-0.82 0.09,-0.82 0.09,-0.5 -0.09,-0.5", x, y, s), tone, depth, "detail"),
        Shape(disc(x, y - 0.9 * s, 0.085 * s, n=16), "skin", depth, "detail"),
        Shape(disc(x, y - 0.96 * s, 0.14 * s, 0.4, 16), "dark", depth, "detail"),
    ]


def tree(rng, x: float, y: float, s: float, tone: str, depth: float) -> list[Shape]:
    """A leaning trunk under a crown of three lumps, rooted at `y`, `s` tall."""
    lean = rng.normal(0, 0.06)
    trunk = ribbon(smooth([(x, y), (x + lean * s, y - 0.4 * s), (x + 2 * lean * s, y - 0.8 * s)]), 0.1 * s, 0.04 * s)
    x, y = x + 2 * lean * s, y - 0.85 * s
    lumps = [(0, 0, 0.42), (rng.uniform(-0.2, -0.1), 0.1, 0.24), (rng.uniform(0.08, 0.2), -0.1, 0.25)]
    crown = [Shape(lobed_shape(rng, x + u * s, y + v * s, r * s), tone, depth, "leaf") for u, v, r in lumps]
    return [Shape(trunk, "dark", depth, "trunk"), *crown]


def poplar(rng, x: float, y: float, s: float, tone: str, depth: float) -> list[Shape]:
    """A tall narrow tree."""
    crown = leaf(x, y - 0.1 * s, s, -np.pi / 2 + rng.normal(0, 0.04), s * rng.uniform(0.1, 0.16))
    trunk = ribbon([(x, y), (x, y - 0.3 * s)], 0.05 * s, 0.04 * s)
    return [Shape(trunk, "dark", depth, "trunk"), Shape(crown, tone, depth, "leaf")]


def flower(rng, x: float, y: float, r: float, tone: str) -> list[Shape]:
    """Five round petals and an eye."""
    angles = rng.uniform(0, 6.3) + np.linspace(0, 2 * np.pi, 5, endpoint=False)
    petals = [disc(x + 0.6 * r * np.cos(t), y + 0.6 * r * np.sin(t), 0.5 * r, n=14) for t in angles]
    return [*[Shape(p, tone, 0.1, "petal") for p in petals], Shape(disc(x, y, 0.28 * r, n=12), "sun", 0.1, "detail")]


def mountains(rng, a: float) -> list[Shape]:
    """A snow peak over a lake or hills, with trees in front."""
    h = rng.uniform(0.55, 0.7)
    x, top, half = a * rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.36), rng.uniform(0.45, 0.75) * min(a, 1.1)
    t = np.linspace(0, 1, 14)
    slope = top + (h + 0.08 - top) * t**0.75
    left, right = np.stack([x - 0.05 - half * t, slope], 1), np.stack([x + 0.05 + half * t, slope], 1)
    cut = top + 0.3 * (h - top)
    reach = 0.05 + half * ((cut - top) / (h + 0.08 - top)) ** (1 / 0.75)
    zigzag = np.linspace(0.85, -0.85, 8)[:, None] * (reach, 0) + (x, cut)
    zigzag[:, 1] += 0.05 * np.array([1, -1] * 4) * rng.uniform(0.4, 1, 8)
    cap = np.concatenate([[(x - reach, cut), (x - 0.05, top), (x + 0.05, top), (x + reach, cut)], zigzag])
    shapes = [sky(a), sun(rng, a), *clouds(rng, a, rng.integers(0, 3))]
    shapes.append(Shape(ridge(rng, a, h - 0.05, 0.05), "far", 0.8, "hill"))
    shapes.append(Shape(np.concatenate([left[::-1], right]), "cool", 0.7, "hill"))
    shapes.append(Shape(cap, "light", 0.7, "detail"))
    if rng.random() < 0.5:
        shapes += [water(a, h), *boat(a * rng.uniform(0.2, 0.8), h + 0.12, 0.06, "warm", 0.4)]
    else:
        shapes.append(Shape(ridge(rng, a, h + 0.03, 0.04), "mid", 0.5, "hill"))
    shapes.append(Shape(ridge(rng, a, 0.85, 0.05), "near", 0.15, "land"))
    grow = tree if rng.random() < 0.5 else poplar
    for spot in rng.uniform(0.05, 0.95, rng.integers(1, 5)):
        tone = rng.choice(["dark", "near", "mid"])
        shapes += grow(rng, a * spot, rng.uniform(0.9, 1.02), rng.uniform(0.2, 0.4), tone, 0.05)
    return shapes


def sea(rng, a: float) -> list[Shape]:
    """Rows of waves, a sail far out, and often one wave that is much too big."""
    h = rng.uniform(0.4, 0.55)
    shapes = [sky(a), sun(rng, a, 0.12, h - 0.05), *clouds(rng, a, rng.integers(0, 3)), water(a, h)]
    if rng.random() < 0.5:
        island = trace("0.5,0.005 0.62,-0.09 0.67,-0.1 0.8,0.005") * (a, 1) + (0, h)
        shapes.append(Shape(island, "far", 0.8, "hill"))
    sail = a * rng.uniform(0.5, 0.85), h + rng.uniform(0.03, 0.1), rng.uniform(0.05, 0.09)
    shapes += boat(*sail, "warm", 0.5, rng.integers(1, 3))
    x = np.linspace(-0.02, a + 0.02, 70)
    for k in range(3):
        swing, (p, q) = 0.025 + 0.015 * k, rng.uniform(0, 6, 2)
        crest = h + 0.12 + 0.12 * k + swing * (np.sin(x * rng.uniform(5, 9) + p) + 0.4 * np.sin(x * 17 + q))
        edge = np.stack([x, crest], 1)
        wave = np.concatenate([edge, [(a + 0.02, 1.02), (-0.02, 1.02)]])
        foam = np.concatenate([edge, np.stack([x, crest + 0.012 + 0.01 * np.sin(x * 40)], 1)[::-1]])
        shapes.append(Shape(wave, ("cool", "water", "mid")[k], 0.45 - 0.1 * k, "water"))
        shapes.append(Shape(foam, "light", 0.4 - 0.1 * k, "detail"))
    return shapes + (great_wave(rng, a) if rng.random() < 0.65 else [])


def great_wave(rng, a: float) -> list[Shape]:
    """A breaker that curls over from one side, striped and crowned with foam."""
    back = trace("-0.05,0.5 0.08,0.36 0.24,0.25 0.4,0.2 0.52,0.24 0.6,0.36")
    belly = trace("0.52,0.32 0.43,0.32 0.36,0.4 0.35,0.52 0.42,0.66 0.58,0.78 0.85,0.87 1.3,0.92")
    body = np.concatenate([smooth([*back, *belly]), [(1.8, 1.1), (-0.05, 1.1)]])
    parts = [(body, "cool", "water")]
    for k in range(4):
        u = 0.045 * (k + 1)
        band = trace("-0.05,0.5 0.1,0.4 0.24,0.3 0.3,0.45 0.36,0.66 0.55,0.8")
        band += u * np.array([(0, 1.6), (0, 1.4), (-1 / 3, 1.4), (-0.5, 1.3), (0, 1), (0, 1)])
        parts.append((ribbon(smooth(band), 0.006, 0.022), "light" if k % 2 else "water", "detail"))
    for k, (x, y) in enumerate(smooth([*back[1:], *belly[:3]], steps=4)):
        parts.append((disc(x, y + 0.01, rng.uniform(0.014, 0.034), n=14), "light", "foam" if k % 2 else "detail"))
    scale, place = (min(a, 1.25), 1), (0, rng.uniform(-0.03, 0.1))
    shapes = [Shape(points * scale + place, tone, 0.1, form) for points, tone, form in parts]
    return flip(shapes, a) if rng.random() < 0.4 else shapes


def harbour(rng, a: float) -> list[Shape]:
    """Houses along the water, boats, and the sun's path between them."""
    h = rng.uniform(0.36, 0.5)
    orb = sun(rng, a, h - 0.2, h - 0.06)
    shapes = [sky(a), *clouds(rng, a, rng.integers(0, 3), 0.05, 0.2), orb]
    x = -0.02
    while x < a:
        wide, tall = rng.uniform(0.04, 0.12), rng.uniform(0.03, 0.14)
        if rng.random() < 0.75:
            shapes.append(Shape(box(x, h - tall, x + wide, h + 0.01), rng.choice(["far", "mid"]), 0.8, "house"))
            if rng.random() < 0.5:
                roof = np.array([(x - 0.005, h - tall), (x + wide / 2, h - tall - 0.05), (x + wide + 0.005, h - tall)])
                shapes.append(Shape(roof, rng.choice(["warm", "far"]), 0.8, "house"))
        x += wide
    shapes.append(water(a, h))
    column = orb.points[:, 0].mean()
    for y in np.linspace(h + 0.03, 0.97, 14):
        spread = 0.02 + 0.12 * rng.random() * (y - h + 0.2)
        shapes.append(Shape(disc(column + rng.normal(0, 0.02), y, spread, 0.12, 14), "sun", 0.4, "glint"))
    for k in range(rng.integers(2, 5)):
        y = h + 0.08 + 0.13 * k + rng.uniform(0, 0.05)
        at, s = a * rng.uniform(0.1, 0.9), 0.05 + 0.1 * (y - h) * rng.uniform(1, 2)
        shapes.append(Shape(disc(at, y + 0.3 * s, 1.1 * s, 0.22, 20), "dark", 0.4, "shadow"))
        shapes += boat(at, y, s, rng.choice(["warm", "light", "near"]), max(0.05, 0.5 - 0.12 * k), rng.integers(1, 3))
    return shapes


def bottle(rng, x: float, y: float, s: float) -> list[Shape]:
    """A bottle with a label, standing at `(x, y)`."""
    s, tone = s * rng.uniform(0.45, 0.6), rng.choice(["dark", "cool", "mid"])
    outline = smooth(both_sides("0.16,0 0.17,-0.55 0.06,-0.75 0.05,-1"), steps=5) * s + (x, y)
    label = trace("-0.13,-0.42 0.13,-0.42 0.13,-0.18 -0.13,-0.18", x, y, s)
    return [Shape(outline, tone, 0.2, "body"), Shape(label, "light", 0.2, "detail")]


def guitar(rng, x: float, y: float, s: float) -> list[Shape]:
    """A guitar with three strings, leaning."""
    s, angle, tone = s * rng.uniform(0.4, 0.5), rng.uniform(-0.7, 0.7), rng.choice(["warm", "mid", "near"])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) * s
    side = "0.02,0 0.27,-0.06 0.3,-0.28 0.17,-0.46 0.22,-0.64 0.14,-0.78 0.05,-0.82 0.045,-1.5"
    strings = [(ribbon([(u, -0.15), (u, -1.45)], 0.008, 0.008), "light", "detail") for u in (-0.03, 0, 0.03)]
    parts = [(smooth(both_sides(side), steps=6), tone, "body"), (disc(0, -0.5, 0.1), "dark", "detail"), *strings]
    return [Shape(points @ turn + (x, y + 0.05), tone, 0.2, form) for points, tone, form in parts]


def jug(rng, x: float, y: float, s: float) -> list[Shape]:
    """A jug with its handle on the right."""
    r, tone = s * rng.uniform(0.11, 0.15), rng.choice(["cool", "far", "warm"])
    handle = ribbon(smooth(trace("0.7,-1.9 1.7,-1.6 0.8,-0.6", x, y, r)), 0.25 * r, 0.25 * r)
    pot = smooth(both_sides("0.6,0 1,-0.8 0.5,-1.8 0.62,-2.3")) * r + (x, y)
    return [Shape(handle, tone, 0.2, "body"), Shape(pot, tone, 0.2, "body")]


def bowl(rng, x: float, y: float, s: float) -> list[Shape]:
    """A dish with three fruits."""
    r = s * rng.uniform(0.15, 0.2)
    fruits = [(-0.4, 0.75, "warm"), (0.35, 0.8, "sun"), (0.0, 1.05, "near")]
    balls = [Shape(disc(x + u * r, y - v * r, 0.36 * r), tone, 0.2, "ball") for u, v, tone in fruits]
    return [*balls, Shape(disc(x, y - 0.6 * r, r, 0.6)[:21], "cool", 0.2, "body")]


def still_life(rng, a: float) -> list[Shape]:
    """Two or three things and loose fruit on a white cloth."""
    h, s = rng.uniform(0.55, 0.66), min(a, 1.1)
    drape = smooth([(-0.02, -0.02), (0.3 * a, -0.02), (0.22 * a, 0.3), (0.12 * a, h), (-0.02, h)])
    cloth = [(0.15, h + 0.06), (0.8, h + 0.03), (0.92, h + 0.2), (0.7, 0.97), (0.4, 0.88), (0.2, 0.98)]
    shapes = [
        sky(a, "wall"),
        Shape(drape, rng.choice(["far", "cool", "warm"]), 0.8, "cloth"),
        Shape(box(-0.02, h, a + 0.02, 1.02), "near", 0.5, "land"),
        Shape(smooth(np.array(cloth) * (a, 1), True), "light", 0.4, "cloth"),
    ]
    things = [(bottle, guitar, bowl, jug)[k] for k in rng.permutation(4)[: rng.integers(2, 4)]]
    for k, thing in enumerate(things):
        x = a * (0.2 + 0.6 * (k + rng.uniform(0.2, 0.8)) / len(things))
        shapes += thing(rng, x, h + rng.uniform(0.1, 0.2), s)
    for _ in range(rng.integers(2, 6)):
        fruit = disc(a * rng.uniform(0.12, 0.88), rng.uniform(h + 0.2, 0.92), s * rng.uniform(0.045, 0.075))
        shapes.append(Shape(fruit, rng.choice(["warm", "sun", "accent", "mid"]), 0.1, "ball"))
    return shapes


def portrait(rng, a: float) -> list[Shape]:
    """Head and shoulders, with or without a hat."""
    s, x, y = min(a, 1.0) * rng.uniform(0.85, 1.05), a * rng.uniform(0.42, 0.58), rng.uniform(0.38, 0.46)
    r = 0.19 * s
    hair, dress = rng.choice(["dark", "warm", "near"]), rng.choice(["cool", "mid", "accent", "far"])
    shapes = [sky(a, rng.choice(["wall", "sky"]))]
    if rng.random() < 0.5:
        shapes.append(Shape(disc(x + rng.normal(0, 0.1), y, 0.4 * s), "far", 0.8, "sun"))
    if rng.random() < 0.7:
        shapes.append(Shape(blob(rng, x, y + 0.02, 1.5 * r, 0.08, rng.uniform(1.0, 1.5)), hair, 0.25, "hair"))
    shoulders = trace("-0.42,0.42 -0.12,0.3 0.12,0.3 0.42,0.42", x, y, s)
    bust = smooth([(x - 0.5 * s, 1.05), *shoulders, (x + 0.5 * s, 1.05)])
    crown = disc(x, y, 1.06 * r, 1.25)[20:]
    parting = trace("0.8,-0.4 0,-0.95 -0.6,-0.6", x + rng.uniform(-0.2, 0.2) * r, y, r)
    shapes += [
        Shape(bust, dress, 0.2, "body"),
        Shape(trace("-0.35,0.6 0.35,0.6 0.35,1.9 -0.35,1.9", x, y, r), "skin", 0.2, "detail"),
        Shape(disc(x, y, r, 1.28), "skin", 0.1, "ball"),
        Shape(np.concatenate([crown, parting]), hair, 0.1, "hair"),
    ]
    for side in (-1, 1):
        eye, brow = x + side * 0.42 * r, smooth(trace("0.2,-0.3 0.45,-0.38 0.66,-0.28") * (side * r, r) + (x, y))
        shapes.append(Shape(disc(eye, y - 0.08 * r, 0.17 * r, 0.55, 14), "light", 0.1, "eye"))
        shapes.append(Shape(disc(eye, y - 0.08 * r, 0.08 * r, n=10), "dark", 0.1, "detail"))
        shapes.append(Shape(ribbon(brow, 0.05 * r, 0.03 * r), "dark", 0.1, "detail"))
    nose = smooth(trace("0.05,-0.1 0.15,0.35 -0.04,0.4", x, y, r))
    shapes.append(Shape(ribbon(nose, 0.03 * r, 0.05 * r), "dark", 0.1, "detail"))
    shapes.append(Shape(disc(x, y + 0.72 * r, 0.26 * r, 0.36, 18), "accent", 0.1, "detail"))
    if rng.random() < 0.5:
        tone = rng.choice(["accent", "warm", "cool"])
        shapes.append(Shape(disc(x, y - 0.95 * r, 1.75 * r, 0.24), tone, 0.05, "body"))
        shapes.append(Shape(disc(x, y - 1.25 * r, 0.95 * r, 0.6), tone, 0.05, "body"))
    return shapes


def pond(rng, a: float) -> list[Shape]:
    """Lily pads on reflections, reeds in a corner, sometimes a bridge."""
    shapes = [Shape(sky(a).points, "water", 0.8, "water")]
    for _ in range(9):
        sheen = blob(rng, a * rng.random(), rng.uniform(0, 0.7), rng.uniform(0.08, 0.22), 0.2, 0.25)
        shapes.append(Shape(sheen, rng.choice(["sky", "mid", "cool", "far"]), 0.7, "glint"))
    if rng.random() < 0.5:
        y, lift = rng.uniform(0.26, 0.36), rng.uniform(0.08, 0.14)
        shapes.append(Shape(ridge(rng, a, y - 0.05, 0.05, bottom=y + 0.1), "mid", 0.75, "leaf"))
        u = np.linspace(-0.05, 1.05, 30)
        arch = np.stack([u * a, y + lift * (4 * (u - 0.5) ** 2)], 1)
        deck = np.add(arch, (0, 0.09))
        rails = [ribbon(arch, 0.016, 0.016), ribbon(deck, 0.035, 0.035)]
        posts = [ribbon(ends, 0.012, 0.012) for ends in np.stack([arch, deck], 1)[2:-1:3]]
        shapes += [Shape(points, "accent", 0.4, "detail") for points in rails + posts]
    for y in np.sort(rng.uniform(0.45, 1.0, 26)):
        r, x = 0.02 + 0.085 * (y - 0.4) * rng.uniform(0.6, 1.3), a * rng.random()
        shapes.append(Shape(disc(x, y, r, 0.42, 24), rng.choice(["near", "mid", "far"]), 0.5 - 0.4 * y, "leaf"))
        if rng.random() < 0.4:
            shapes += flower(rng, x, y - 0.3 * r, 0.45 * r, rng.choice(["accent", "light", "warm"]))
    for spot in rng.uniform(0, 0.16, 6) + rng.choice([0.0, 0.84]):
        reed = leaf(a * spot, 1.05, rng.uniform(0.3, 0.6), -1.57 + rng.normal(0, 0.16), 0.012)
        shapes.append(Shape(reed, "dark", 0.02, "detail"))
    return shapes


def city(rng, a: float) -> list[Shape]:
    """Three rows of stepped towers with lit windows."""
    shapes = [sky(a), sun(rng, a, 0.12, 0.35)]
    for layer, (tone, tall) in enumerate([("far", 0.5), ("mid", 0.55), ("near", 0.5)]):
        x, depth = -rng.uniform(0, 0.1), 0.8 - 0.3 * layer
        while x < a:
            wide = rng.uniform(0.08, 0.17)
            top, middle = 1 - tall * rng.uniform(0.5, 1.35) + 0.15 * layer, x + wide / 2
            for k in range(3 if layer else 2):
                half, form = wide * (0.5 - 0.13 * k), "tower" if k else "house"
                shapes.append(Shape(box(middle - half, top - 0.05 * k, middle + half, 1.02), tone, depth, form))
            if rng.random() < 0.5:
                spire = trace("-0.1,0 0,-1 0.1,0") * (wide, 0.16) + (middle, top - 0.1)
                shapes.append(Shape(spire, tone, depth, "tower"))
            rows = np.arange(top + 0.02, 0.97, 0.045) if layer else []
            for v, u in [(v, u) for v in rows for u in (0.25, 0.5, 0.75) if rng.random() < 0.5]:
                pane = box(x + u * wide - 0.007, v, x + u * wide + 0.007, v + 0.022)
                shapes.append(Shape(pane, "sun", depth, "window"))
            x += wide * rng.uniform(1.0, 1.5)
    return shapes


def field(rng, a: float) -> list[Shape]:
    """A road between haystacks to a row of poplars."""
    h = rng.uniform(0.42, 0.58)
    shapes = [sky(a), *clouds(rng, a, rng.integers(1, 4), 0.08, h - 0.15), sun(rng, a, 0.12, h - 0.1)]
    shapes.append(Shape(ridge(rng, a, h - 0.04, 0.03), "far", 0.85, "hill"))
    shapes.append(Shape(ridge(rng, a, h, 0.012), "mid", 0.6, "land"))
    for spot in rng.uniform(0, 1, rng.integers(3, 8)):
        shapes += poplar(rng, a * spot, h + 0.03, rng.uniform(0.12, 0.26), rng.choice(["mid", "cool", "dark"]), 0.6)
    vanish, foot = a * rng.uniform(0.3, 0.7), a * rng.uniform(0.1, 0.9)
    path = smooth([(foot, 1.05), (0.5 * (foot + vanish) + rng.normal(0, 0.1), 0.75), (vanish, h + 0.08)])
    shapes.append(Shape(ridge(rng, a, h + 0.08, 0.01), "warm", 0.4, "land"))
    shapes.append(Shape(ribbon(path, 0.22, 0.01), "light", 0.35, "land"))
    shapes.append(Shape(ridge(rng, a, rng.uniform(0.86, 0.93), 0.02), "near", 0.15, "land"))
    for k in range(rng.integers(1, 4)):
        y = h + 0.16 + 0.12 * k
        s, x = 0.07 + 0.22 * (y - h) * rng.uniform(0.8, 1.4), a * rng.uniform(0.1, 0.9)
        stack = smooth(trace("-0.75,0 -0.85,-0.55 0,-1.4 0.85,-0.55 0.75,0", x, y, s))
        shapes.append(Shape(disc(x + 0.7 * s, y, 1.2 * s, 0.16, 24), "dark", 0.3, "shadow"))
        shapes.append(Shape(stack, "sun", 0.25, "body"))
    return shapes + (walker(rng, a) if rng.random() < 0.6 else [])


def walker(rng, a: float) -> list[Shape]:
    """Somebody in the foreground, now and then under a parasol."""
    tone = rng.choice(["accent", "light", "cool", "warm"])
    x, y, s = a * rng.uniform(0.15, 0.85), rng.uniform(0.85, 0.95), rng.uniform(0.17, 0.27)
    return figure(x, y, s, tone, 0.1, rng.random() < 0.5)


def grove(rng, a: float) -> list[Shape]:
    """Walkers under trees."""
    h = rng.uniform(0.55, 0.7)
    shapes = [sky(a), *clouds(rng, a, 2), Shape(ridge(rng, a, h - 0.08, 0.05), "far", 0.85, "hill")]
    shapes.append(Shape(ridge(rng, a, h, 0.02), "mid", 0.5, "land"))
    for k, depth in enumerate((0.6, 0.4, 0.1)):
        for spot in rng.uniform(0, 1, 3 - k):
            tone = rng.choice(["mid", "near", "warm", "cool"])
            shapes += tree(rng, a * spot, h + 0.04 + 0.12 * k, 0.4 + 0.2 * k, tone, depth)
        if k == 0:
            shapes.append(Shape(ridge(rng, a, h + 0.08, 0.015), "near", 0.3, "land"))
    for _ in range(rng.integers(1, 3)):
        shapes += walker(rng, a)
    return shapes


def branch(rng, a: float) -> list[Shape]:
    """A bird on a blossoming branch, often before a low sun."""
    shapes = [sky(a, rng.choice(["sky", "wall"]))]
    if rng.random() < 0.7:
        orb = disc(a * rng.uniform(0.35, 0.65), rng.uniform(0.3, 0.45), rng.uniform(0.16, 0.25) * min(a, 1))
        shapes.append(Shape(orb, "sun", 0.95, "sun"))
    heights = rng.uniform([0.7, 0.6, 0.4, 0.12], [0.95, 0.75, 0.6, 0.35])
    path = smooth(np.stack([np.array([-0.05, 0.25, 0.55, 0.95]) * (1, a, a, a), heights], 1))
    limbs, tips = [ribbon(path, 0.06, 0.014)], [*path[4::2]]
    for k in (6, 11, 16, 20):
        angle, reach = rng.choice([-1.9, 0.5]) + rng.normal(0, 0.3), rng.uniform(0.14, 0.3)
        steps = [0, 0.5 * np.exp(1j * angle), np.exp(1j * (angle - 0.35))]
        twig = smooth([path[k] + reach * np.array([step.real, step.imag]) for step in steps])
        limbs.append(ribbon(twig, 0.022, 0.006))
        tips += [*twig[4::3]]
    shapes += [Shape(limb, "dark", 0.2, "trunk") for limb in limbs]
    for tip in tips:
        at = tip + rng.normal(0, 0.022, 2)
        if rng.random() < 0.3:
            shapes.append(Shape(leaf(*at, 0.08, rng.uniform(0, 6.3), 0.018), "near", 0.15, "leaf"))
        elif rng.random() < 0.75:
            shapes += flower(rng, *at, rng.uniform(0.02, 0.042), rng.choice(["accent", "light", "warm"]))
    shapes += bird(*path[14], rng.uniform(0.16, 0.24) * min(a, 1), rng.choice(["cool", "warm", "accent"]))
    return flip(shapes, a) if rng.random() < 0.5 else shapes


def bird(x: float, y: float, s: float, tone: str) -> list[Shape]:
    """A small bird sitting at `(x, y)`, looking right."""
    y = y - 0.3 * s
    body = "0.45,-0.35 0.2,-0.5 -0.1,-0.2 -0.8,0.5 -0.2,0.28 0.3,0.15"
    wing = "0.1,-0.15 -0.2,-0.02 -0.62,0.36 -0.05,0.18"
    return [
        Shape(trace("0.42,-0.36 0.66,-0.27 0.43,-0.22", x, y, s), "sun", 0.1, "detail"),
        Shape(smooth(trace(body, x, y, s), True), tone, 0.1, "body"),
        Shape(smooth(trace(wing, x, y, s), True), "dark", 0.1, "detail"),
        Shape(disc(x + 0.28 * s, y - 0.32 * s, 0.05 * s, n=10), "light", 0.1, "detail"),
        Shape(disc(x + 0.29 * s, y - 0.32 * s, 0.03 * s, n=8), "dark", 0.1, "detail"),
    ]


def balloons(rng, a: float) -> list[Shape]:
    """Striped balloons over hills."""
    shapes = [sky(a), sun(rng, a), *clouds(rng, a, rng.integers(2, 5), 0.1, 0.6)]
    shapes.append(Shape(ridge(rng, a, 0.8, 0.05), "far", 0.8, "hill"))
    shapes.append(Shape(ridge(rng, a, 0.9, 0.03), "near", 0.4, "land"))
    spots = rng.permutation(5)[: rng.integers(2, 5)]
    for k, spot in enumerate(sorted(spots, reverse=True)):
        r = (0.06 + 0.035 * (k + 1) * rng.uniform(0.8, 1.3)) * min(a, 1)
        shapes += balloon(rng, a * (0.15 + 0.175 * spot), rng.uniform(0.2, 0.55), r, 0.3 - 0.05 * k)
    return shapes


def balloon(rng, x: float, y: float, r: float, depth: float) -> list[Shape]:
    """One balloon with its basket."""
    one, two = rng.permutation(["accent", "warm", "cool", "light", "sun"])[:2]
    t = np.linspace(-0.15 * np.pi, 1.15 * np.pi, 24)
    dome = [*np.stack([np.cos(t), -np.sin(t)], 1), (-0.22, 1.35), (0.22, 1.35)]
    ropes = [ribbon(trace(rope, x, y, r), 0.03 * r, 0.03 * r) for rope in ("-0.2,1.3 -0.13,1.75", "0.2,1.3 0.13,1.75")]
    shapes = [Shape(rope, "dark", depth, "detail") for rope in ropes]
    shapes.append(Shape(trace("-0.17,1.7 0.17,1.7 0.17,2 -0.17,2", x, y, r), "near", depth, "detail"))
    shapes.append(Shape(np.array(dome) * r + (x, y), one, depth, "ball"))
    for u in (-0.62, 0.0, 0.62):
        gore = [(0.9 * u, -np.sqrt(1 - 0.64 * u * u)), (1.05 * (u + 0.16), 0), (0.3 * u, 1.33), (1.05 * (u - 0.16), 0)]
        shapes.append(Shape(smooth(np.array(gore) * r + (x, y), True), two, depth, "gore"))
    return shapes


def dancer(rng, a: float) -> list[Shape]:
    """A lady in three petticoats before a great disc of light."""
    s, x, foot = rng.uniform(0.72, 0.84), a * rng.uniform(0.4, 0.6), 0.95
    wide, lean = rng.uniform(0.26, 0.36), rng.normal(0, 0.05)
    dress = rng.choice(["accent", "warm", "cool", "light"])
    shapes = [sky(a, rng.choice(["wall", "sky"])), Shape(disc(x, 0.45, 0.42 * min(a, 1)), "glow", 0.9, "sun")]
    shapes.append(Shape(box(-0.02, 0.84, a + 0.02, 1.02), "near", 0.5, "land"))
    for width, drop, tone in ((1.0, 0.0, dress), (0.78, 0.16, "light"), (0.56, 0.3, dress)):
        hem = np.stack([np.linspace(1, -1, 9) * width * wide, 0.025 * np.array([1, -1] * 4 + [1]) - drop], 1)
        hip = 0.6 * width * wide
        skirt = [(lean / s - 0.05, -0.58), (lean / s + 0.05, -0.58), (hip, -0.2 - drop), *hem, (-hip, -0.2 - drop)]
        shapes.append(Shape(smooth(np.array(skirt) * s + (x, foot), steps=4), tone, 0.2, "cloth"))
    neck, y = x + 1.5 * lean, foot - 0.82 * s
    for side in (-1, 1):
        up = rng.uniform(-0.2, 0.3)
        arm = np.array([(side * 0.05, 0.03), (side * 0.2, 0.06 - 0.3 * up), (side * 0.25, -up)]) * s + (neck, y)
        shapes.append(Shape(ribbon(smooth(arm), 0.045 * s, 0.03 * s), "skin", 0.15, "body"))
    torso = trace("-0.055,0.25 -0.075,0.04 0,0 0.075,0.04 0.055,0.25", neck, y, s)
    torso[[0, -1], 0] -= 0.5 * lean
    head = neck + 0.4 * lean
    return [
        *shapes,
        Shape(smooth(torso), dress, 0.15, "body"),
        Shape(trace("-0.018,-0.09 0.018,-0.09 0.018,0.03 -0.018,0.03", neck, y, s), "skin", 0.1, "detail"),
        Shape(disc(head, y - 0.105 * s, 0.072 * s, 1.1), "dark", 0.1, "hair"),
        Shape(disc(head, y - 0.09 * s, 0.055 * s, 1.2, 24), "skin", 0.1, "ball"),
        Shape(disc(head, y - 0.175 * s, 0.035 * s, n=14), "dark", 0.1, "hair"),
    ]


MOTIFS = {
    "balloons": balloons,
    "branch": branch,
    "city": city,
    "dancer": dancer,
    "field": field,
    "grove": grove,
    "harbour": harbour,
    "mountains": mountains,
    "pond": pond,
    "portrait": portrait,
    "sea": sea,
    "still-life": still_life,
}
