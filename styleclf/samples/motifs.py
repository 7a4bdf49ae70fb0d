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


def box(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], dtype=float)


def disc(x: float, y: float, r: float, squash: float = 1.0, n: int = 40) -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack([x + r * np.cos(t), y + r * squash * np.sin(t)], axis=1)


def blob(rng, x: float, y: float, r: float, rough: float = 0.2, squash: float = 1.0, n: int = 36) -> np.ndarray:
    """A disc whose rim wanders."""
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    rim = r * (1 + rough * sum(rng.normal() * np.sin(k * t + rng.uniform(0, 6.3)) / k for k in range(2, 7)))
    return np.stack([x + rim * np.cos(t), y + rim * squash * np.sin(t)], axis=1)


def lobed(rng, x: float, y: float, r: float) -> np.ndarray:
    """The bulging outline of a crown of leaves."""
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    bulges, turn = rng.integers(6, 10), rng.uniform(0, 3)
    rim = blob(rng, 0, 0, r, 0.1, 0.88, 60) * (0.82 + 0.2 * np.abs(np.sin(bulges * t / 2 + turn)))[:, None]
    return rim + (x, y)


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


def sky(a: float) -> Shape:
    return Shape(box(-0.02, -0.02, a + 0.02, 1.02), "sky", 1.0, "sky")


def water(a: float, y: float) -> Shape:
    return Shape(box(-0.02, y, a + 0.02, 1.02), "water", 0.6, "water")


def sun(rng, a: float, low: float = 0.15, high: float = 0.4) -> Shape:
    return Shape(disc(a * rng.uniform(0.2, 0.8), rng.uniform(low, high), rng.uniform(0.05, 0.12)), "sun", 0.95, "sun")


def clouds(rng, a: float, count: int, low: float = 0.05, high: float = 0.35) -> list[Shape]:
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
    hull = smooth(
        [(x - s, y - 0.12 * s), (x - 0.6 * s, y + 0.22 * s), (x + 0.5 * s, y + 0.22 * s), (x + 1.05 * s, y - 0.2 * s)]
    )
    parts = [Shape(ribbon([(x, y), (x + 0.03 * s, y - 1.9 * s)], 0.06 * s, 0.03 * s), "dark", depth, "detail")]
    cloth = [(x + 0.08 * s, y - 0.2 * s), (x + 0.55 * s, y - 0.75 * s), (x + 0.08 * s, y - 1.75 * s)]
    parts.append(Shape(smooth([*cloth[:1], (x + 0.9 * s, y - 0.25 * s), *cloth[1:]]), tone, depth, "body"))
    if sails > 1:
        jib = [(x - 0.08 * s, y - 0.25 * s), (x - 0.75 * s, y - 0.25 * s), (x - 0.05 * s, y - 1.5 * s)]
        parts.append(Shape(np.array(jib), "light", depth, "body"))
    return [*parts, Shape(hull, "dark", depth, "body")]


def figure(x: float, y: float, s: float, tone: str, depth: float = 0.15, parasol: bool = False) -> list[Shape]:
    """A small standing person, feet at `y`, `s` tall."""
    parts = []
    if parasol:
        dome = np.array(
            [
                (x + 0.12 * s + 0.34 * s * np.cos(t), y - 0.98 * s - 0.26 * s * np.sin(t))
                for t in np.linspace(0, np.pi, 14)
            ]
        )
        parts = [
            Shape(
                ribbon([(x + 0.12 * s, y - 0.4 * s), (x + 0.12 * s, y - s)], 0.03 * s, 0.03 * s),
                "dark",
                depth,
                "detail",
            )
        ]
        parts.append(Shape(dome, "warm", depth, "body"))
    skirt = smooth(
        [(x - 0.08 * s, y - 0.62 * s), (x - 0.22 * s, y), (x + 0.22 * s, y), (x + 0.08 * s, y - 0.62 * s)], True
    )
    torso = box(x - 0.09 * s, y - 0.82 * s, x + 0.09 * s, y - 0.5 * s)
    head = disc(x, y - 0.9 * s, 0.085 * s, n=16)
    hat = disc(x, y - 0.96 * s, 0.14 * s, 0.4, 16)
    return [
        *parts,
        Shape(skirt, tone, depth, "body"),
        Shape(torso, tone, depth, "detail"),
        Shape(head, "skin", depth, "detail"),
        Shape(hat, "dark", depth, "detail"),
    ]


def tree(rng, x: float, y: float, s: float, tone: str, depth: float) -> list[Shape]:
    lean = rng.normal(0, 0.06)
    trunk = ribbon(smooth([(x, y), (x + lean * s, y - 0.4 * s), (x + 2 * lean * s, y - 0.8 * s)]), 0.1 * s, 0.04 * s)
    x, y = x + 2 * lean * s, y - 0.85 * s
    lumps = [(0, 0, 0.42), (rng.uniform(-0.2, -0.1), 0.1, 0.24), (rng.uniform(0.08, 0.2), -0.1, 0.25)]
    crown = [Shape(lobed(rng, x + u * s, y + v * s, r * s), tone, depth, "leaf") for u, v, r in lumps]
    return [Shape(trunk, "dark", depth, "trunk"), *crown]


def poplar(rng, x: float, y: float, s: float, tone: str, depth: float) -> list[Shape]:
    crown = leaf(x, y - 0.1 * s, s, -np.pi / 2 + rng.normal(0, 0.04), s * rng.uniform(0.1, 0.16))
    return [
        Shape(ribbon([(x, y), (x, y - 0.3 * s)], 0.05 * s, 0.04 * s), "dark", depth, "trunk"),
        Shape(crown, tone, depth, "leaf"),
    ]


def flower(rng, x: float, y: float, r: float, tone: str, depth: float = 0.1, petals: int = 5) -> list[Shape]:
    turn = rng.uniform(0, 6.3)
    parts = [
        Shape(disc(x + 0.6 * r * np.cos(t), y + 0.6 * r * np.sin(t), 0.5 * r, n=14), tone, depth, "petal")
        for t in turn + np.linspace(0, 2 * np.pi, petals, endpoint=False)
    ]
    return [*parts, Shape(disc(x, y, 0.28 * r, n=12), "sun", depth, "detail")]


def mountains(rng, a: float) -> list[Shape]:
    h = rng.uniform(0.55, 0.7)
    x, top, half = a * rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.36), rng.uniform(0.45, 0.75) * min(a, 1.1)
    t = np.linspace(0, 1, 14)
    slope = top + (h + 0.08 - top) * t**0.75
    left, right = np.stack([x - 0.05 - half * t, slope], 1), np.stack([x + 0.05 + half * t, slope], 1)
    peak = np.concatenate([left[::-1], right])
    cut = top + 0.3 * (h - top)
    reach = 0.05 + half * ((cut - top) / (h + 0.08 - top)) ** (1 / 0.75)
    zigzag = [
        (x + reach * u, cut + 0.05 * (-1) ** k * rng.uniform(0.4, 1)) for k, u in enumerate(np.linspace(0.85, -0.85, 8))
    ]
    cap = np.concatenate([[(x - reach, cut), (x - 0.05, top), (x + 0.05, top), (x + reach, cut)], zigzag])
    shapes = [
        sky(a),
        sun(rng, a),
        *clouds(rng, a, rng.integers(0, 3)),
        Shape(ridge(rng, a, h - 0.05, 0.05), "far", 0.8, "hill"),
    ]
    shapes += [Shape(peak, "cool", 0.7, "hill"), Shape(cap, "light", 0.7, "detail")]
    if rng.random() < 0.5:
        shapes += [water(a, h), *boat(a * rng.uniform(0.2, 0.8), h + 0.12, 0.06, "warm", 0.4)]
    else:
        shapes.append(Shape(ridge(rng, a, h + 0.03, 0.04), "mid", 0.5, "hill"))
    shapes.append(Shape(ridge(rng, a, 0.85, 0.05), "near", 0.15, "land"))
    grow = tree if rng.random() < 0.5 else poplar
    for spot in rng.uniform(0.05, 0.95, rng.integers(1, 5)):
        shapes += grow(
            rng, a * spot, rng.uniform(0.9, 1.02), rng.uniform(0.2, 0.4), rng.choice(["dark", "near", "mid"]), 0.05
        )
    return shapes


def sea(rng, a: float) -> list[Shape]:
    h = rng.uniform(0.4, 0.55)
    shapes = [sky(a), sun(rng, a, 0.12, h - 0.05), *clouds(rng, a, rng.integers(0, 3)), water(a, h)]
    if rng.random() < 0.5:
        island = np.array([(a * 0.5, h + 0.005), (a * 0.62, h - 0.09), (a * 0.67, h - 0.1), (a * 0.8, h + 0.005)])
        shapes.append(Shape(island, "far", 0.8, "hill"))
    shapes += boat(
        a * rng.uniform(0.5, 0.85), h + rng.uniform(0.03, 0.1), rng.uniform(0.05, 0.09), "warm", 0.5, rng.integers(1, 3)
    )
    x = np.linspace(-0.02, a + 0.02, 70)
    for k in range(3):
        base, swing = h + 0.12 + 0.12 * k, 0.025 + 0.015 * k
        crest = (
            base
            + swing * np.sin(x * rng.uniform(5, 9) + rng.uniform(0, 6))
            + 0.4 * swing * np.sin(x * 17 + rng.uniform(0, 6))
        )
        wave = np.concatenate([np.stack([x, crest], 1), [(a + 0.02, 1.02), (-0.02, 1.02)]])
        shapes.append(Shape(wave, ("cool", "water", "mid")[k], 0.45 - 0.1 * k, "water"))
        foam = np.concatenate([np.stack([x, crest], 1), np.stack([x, crest + 0.012 + 0.01 * np.sin(x * 40)], 1)[::-1]])
        shapes.append(Shape(foam, "light", 0.4 - 0.1 * k, "detail"))
    if rng.random() < 0.65:
        shapes += great_wave(rng, a)
    return shapes


def great_wave(rng, a: float) -> list[Shape]:
    flip, s = rng.random() < 0.4, min(a, 1.25)
    y = rng.uniform(-0.03, 0.1)

    def place(points):
        p = np.array(points, dtype=float) * (s, 1) + (0, y)
        return np.stack([a - p[:, 0], p[:, 1]], 1) if flip else p

    back = [(-0.05, 0.5), (0.08, 0.36), (0.24, 0.25), (0.4, 0.2), (0.52, 0.24), (0.6, 0.36)]
    belly = [
        (0.52, 0.32),
        (0.43, 0.32),
        (0.36, 0.4),
        (0.35, 0.52),
        (0.42, 0.66),
        (0.58, 0.78),
        (0.85, 0.87),
        (1.3, 0.92),
    ]
    body = np.concatenate([smooth(back + belly), [(1.8, 1.1), (-0.05, 1.1)]])
    shapes = [Shape(place(body), "cool", 0.1, "water")]
    for k in range(4):
        u = 0.045 * (k + 1)
        band = [
            (-0.05, 0.5 + 1.6 * u),
            (0.1, 0.4 + 1.4 * u),
            (0.24 - u / 3, 0.3 + 1.4 * u),
            (0.3 - u / 2, 0.45 + 1.3 * u),
            (0.36, 0.66 + u),
            (0.55, 0.8 + u),
        ]
        shapes.append(Shape(place(ribbon(smooth(band), 0.006, 0.022)), "light" if k % 2 else "water", 0.1, "detail"))
    for t, (px, py) in enumerate(smooth([*back[1:], *belly[:3]], steps=4)):
        shapes.append(
            Shape(
                place(disc(px, py + 0.01, rng.uniform(0.014, 0.034), n=14)), "light", 0.1, "foam" if t % 2 else "detail"
            )
        )
    return shapes


def harbour(rng, a: float) -> list[Shape]:
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


def bottle(x: float, y: float, s: float, tone: str) -> list[Shape]:
    side = [(0.16, 0), (0.17, -0.55), (0.06, -0.75), (0.05, -1)]
    outline = smooth(
        [(x + u * s, y + v * s) for u, v in side] + [(x - u * s, y + v * s) for u, v in side[::-1]], steps=5
    )
    label = box(x - 0.13 * s, y - 0.42 * s, x + 0.13 * s, y - 0.18 * s)
    return [Shape(outline, tone, 0.2, "body"), Shape(label, "light", 0.2, "detail")]


def guitar(x: float, y: float, s: float, angle: float, tone: str) -> list[Shape]:
    side = [(0.02, 0), (0.27, 0.06), (0.3, 0.28), (0.17, 0.46), (0.22, 0.64), (0.14, 0.78), (0.05, 0.82), (0.045, 1.5)]
    body = smooth([(u, -v) for u, v in side] + [(-u, -v) for u, v in side[::-1]], steps=6)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) * s
    parts = [
        Shape(body @ turn + (x, y), tone, 0.2, "body"),
        Shape(disc(0, -0.5, 0.1) @ turn + (x, y), "dark", 0.2, "detail"),
    ]
    for u in (-0.03, 0, 0.03):
        parts.append(
            Shape(ribbon(np.array([(u, -0.15), (u, -1.45)]), 0.008, 0.008) @ turn + (x, y), "light", 0.2, "detail")
        )
    return parts


def still_life(rng, a: float) -> list[Shape]:
    h, s = rng.uniform(0.55, 0.66), min(a, 1.1)
    shapes = [Shape(sky(a).points, "wall", 1.0, "sky")]
    drape = smooth([(-0.02, -0.02), (0.3 * a, -0.02), (0.22 * a, 0.3), (0.12 * a, h), (-0.02, h)])
    shapes += [
        Shape(drape, rng.choice(["far", "cool", "warm"]), 0.8, "cloth"),
        Shape(box(-0.02, h, a + 0.02, 1.02), "near", 0.5, "land"),
    ]
    cloth = smooth(
        [
            (0.15 * a, h + 0.06),
            (0.8 * a, h + 0.03),
            (0.92 * a, h + 0.2),
            (0.7 * a, 0.97),
            (0.4 * a, 0.88),
            (0.2 * a, 0.98),
        ],
        True,
    )
    shapes.append(Shape(cloth, "light", 0.4, "cloth"))
    order = list(rng.permutation(["bottle", "guitar", "bowl", "jug"])[: rng.integers(2, 4)])
    spots = a * (0.2 + 0.6 * (np.arange(len(order)) + rng.uniform(0.2, 0.8, len(order))) / len(order))
    for thing, x in zip(order, spots, strict=False):
        y = h + rng.uniform(0.1, 0.2)
        if thing == "bottle":
            shapes += bottle(x, y, s * rng.uniform(0.45, 0.6), rng.choice(["dark", "cool", "mid"]))
        elif thing == "guitar":
            shapes += guitar(
                x, y + 0.05, s * rng.uniform(0.4, 0.5), rng.uniform(-0.7, 0.7), rng.choice(["warm", "mid", "near"])
            )
        elif thing == "jug":
            r = s * rng.uniform(0.11, 0.15)
            handle = ribbon(
                smooth([(x + 0.7 * r, y - 1.9 * r), (x + 1.7 * r, y - 1.6 * r), (x + 0.8 * r, y - 0.6 * r)]),
                0.25 * r,
                0.25 * r,
            )
            side = [(0.6, 0), (1, -0.8), (0.5, -1.8), (0.62, -2.3)]
            pot = smooth([(x + u * r, y + v * r) for u, v in side] + [(x - u * r, y + v * r) for u, v in side[::-1]])
            tone = rng.choice(["cool", "far", "warm"])
            shapes += [Shape(handle, tone, 0.2, "body"), Shape(pot, tone, 0.2, "body")]
        else:
            r = s * rng.uniform(0.15, 0.2)
            fruits = [
                Shape(disc(x + u * r, y - v * r, 0.36 * r), tone, 0.2, "ball")
                for u, v, tone in [(-0.4, 0.75, "warm"), (0.35, 0.8, "sun"), (0.0, 1.05, "near")]
            ]
            dish = np.array([(x + r * np.cos(t), y - 0.6 * r + 0.6 * r * np.sin(t)) for t in np.linspace(0, np.pi, 20)])
            shapes += [*fruits, Shape(dish, "cool", 0.2, "body")]
    for _ in range(rng.integers(2, 6)):
        r = s * rng.uniform(0.045, 0.075)
        shapes.append(
            Shape(
                disc(a * rng.uniform(0.12, 0.88), rng.uniform(h + 0.2, 0.92), r),
                rng.choice(["warm", "sun", "accent", "mid"]),
                0.1,
                "ball",
            )
        )
    return shapes


def portrait(rng, a: float) -> list[Shape]:
    s, x, y = min(a, 1.0) * rng.uniform(0.85, 1.05), a * rng.uniform(0.42, 0.58), rng.uniform(0.38, 0.46)
    hair, dress = rng.choice(["dark", "warm", "near"]), rng.choice(["cool", "mid", "accent", "far"])
    shapes = [Shape(sky(a).points, rng.choice(["wall", "sky"]), 1.0, "sky")]
    if rng.random() < 0.5:
        shapes.append(Shape(disc(x + rng.normal(0, 0.1), y, 0.4 * s), "far", 0.8, "sun"))
    bust = smooth(
        [
            (x - 0.5 * s, 1.05),
            (x - 0.42 * s, y + 0.42 * s),
            (x - 0.12 * s, y + 0.3 * s),
            (x + 0.12 * s, y + 0.3 * s),
            (x + 0.42 * s, y + 0.42 * s),
            (x + 0.5 * s, 1.05),
        ]
    )
    r = 0.19 * s
    if rng.random() < 0.7:
        shapes.append(Shape(blob(rng, x, y + 0.02, 1.5 * r, 0.08, rng.uniform(1.0, 1.5)), hair, 0.25, "hair"))
    shapes += [
        Shape(bust, dress, 0.2, "body"),
        Shape(box(x - 0.35 * r, y + 0.6 * r, x + 0.35 * r, y + 1.9 * r), "skin", 0.2, "detail"),
    ]
    shapes += [Shape(disc(x, y, r, 1.28), "skin", 0.1, "ball")]
    fringe = [(x + 1.06 * r * np.cos(t), y - 1.33 * r * np.sin(t)) for t in np.linspace(0, np.pi, 16)]
    shapes.append(
        Shape(
            np.array(
                [
                    *fringe,
                    (x - 0.6 * r, y - 0.6 * r),
                    (x + rng.uniform(-0.3, 0.5) * r, y - 0.95 * r),
                    (x + 0.8 * r, y - 0.4 * r),
                ]
            ),
            hair,
            0.1,
            "hair",
        )
    )
    for side in (-1, 1):
        shapes.append(Shape(disc(x + side * 0.42 * r, y - 0.08 * r, 0.17 * r, 0.55, 14), "light", 0.1, "eye"))
        shapes.append(Shape(disc(x + side * 0.42 * r, y - 0.08 * r, 0.08 * r, n=10), "dark", 0.1, "detail"))
        shapes.append(
            Shape(
                ribbon(
                    smooth(
                        [
                            (x + side * 0.2 * r, y - 0.3 * r),
                            (x + side * 0.45 * r, y - 0.38 * r),
                            (x + side * 0.66 * r, y - 0.28 * r),
                        ]
                    ),
                    0.05 * r,
                    0.03 * r,
                ),
                "dark",
                0.1,
                "detail",
            )
        )
    nose = [(x + 0.05 * r, y - 0.1 * r), (x + 0.15 * r, y + 0.35 * r), (x - 0.04 * r, y + 0.4 * r)]
    shapes += [
        Shape(ribbon(smooth(nose), 0.03 * r, 0.05 * r), "dark", 0.1, "detail"),
        Shape(disc(x, y + 0.72 * r, 0.26 * r, 0.36, 18), "accent", 0.1, "detail"),
    ]
    if rng.random() < 0.5:
        tone = rng.choice(["accent", "warm", "cool"])
        shapes += [
            Shape(disc(x, y - 0.95 * r, 1.75 * r, 0.24), tone, 0.05, "body"),
            Shape(disc(x, y - 1.25 * r, 0.95 * r, 0.6), tone, 0.05, "body"),
        ]
    return shapes


def pond(rng, a: float) -> list[Shape]:
    shapes = [Shape(sky(a).points, "water", 0.8, "water")]
    for _ in range(9):
        at = (a * rng.random(), rng.uniform(0, 0.7))
        sheen = blob(rng, *at, rng.uniform(0.08, 0.22), 0.2, 0.25)
        shapes.append(Shape(sheen, rng.choice(["sky", "mid", "cool", "far"]), 0.7, "glint"))
    if rng.random() < 0.5:
        y, lift = rng.uniform(0.26, 0.36), rng.uniform(0.08, 0.14)
        shapes.append(Shape(ridge(rng, a, y - 0.05, 0.05, bottom=y + 0.1), "mid", 0.75, "leaf"))
        arch = np.array([(u * a, y + lift * (4 * (u - 0.5) ** 2)) for u in np.linspace(-0.05, 1.05, 30)])
        for drop, thick in ((0, 0.016), (0.09, 0.035)):
            shapes.append(Shape(ribbon(np.add(arch, (0, drop)), thick, thick), "accent", 0.4, "detail"))
        for u in arch[2:-1:3]:
            shapes.append(Shape(ribbon([u, np.add(u, (0, 0.09))], 0.012, 0.012), "accent", 0.4, "detail"))
    for y in np.sort(rng.uniform(0.45, 1.0, 26)):
        r, x = 0.02 + 0.085 * (y - 0.4) * rng.uniform(0.6, 1.3), a * rng.random()
        shapes.append(Shape(disc(x, y, r, 0.42, 24), rng.choice(["near", "mid", "far"]), 0.5 - 0.4 * y, "leaf"))
        if rng.random() < 0.4:
            shapes += flower(rng, x, y - 0.3 * r, 0.45 * r, rng.choice(["accent", "light", "warm"]))
    for spot in rng.uniform(0, 0.16, 6) + rng.choice([0.0, 0.84]):
        shapes.append(
            Shape(
                leaf(a * spot, 1.05, rng.uniform(0.3, 0.6), -1.57 + rng.normal(0, 0.16), 0.012), "dark", 0.02, "detail"
            )
        )
    return shapes


def city(rng, a: float) -> list[Shape]:
    shapes = [sky(a), sun(rng, a, 0.12, 0.35)]
    for layer, (tone, tall) in enumerate([("far", 0.5), ("mid", 0.55), ("near", 0.5)]):
        x = -rng.uniform(0, 0.1)
        depth = 0.8 - 0.3 * layer
        while x < a:
            wide = rng.uniform(0.08, 0.17)
            top = 1 - tall * rng.uniform(0.5, 1.35) + 0.15 * layer
            middle = x + wide / 2
            for k in range(3 if layer else 2):
                half = wide * (0.5 - 0.13 * k)
                shapes.append(
                    Shape(
                        box(middle - half, top - 0.05 * k, middle + half, 1.02),
                        tone,
                        depth,
                        "house" if k == 0 else "tower",
                    )
                )
            if rng.random() < 0.5:
                shapes.append(
                    Shape(
                        np.array(
                            [(middle - 0.1 * wide, top - 0.1), (middle, top - 0.26), (middle + 0.1 * wide, top - 0.1)]
                        ),
                        tone,
                        depth,
                        "tower",
                    )
                )
            if layer:
                for v in np.arange(top + 0.02, 0.97, 0.045):
                    for u in (0.25, 0.5, 0.75):
                        if rng.random() < 0.5:
                            at = x + u * wide
                            shapes.append(Shape(box(at - 0.007, v, at + 0.007, v + 0.022), "sun", depth, "window"))
            x += wide * rng.uniform(1.0, 1.5)
    return shapes


def field(rng, a: float) -> list[Shape]:
    h = rng.uniform(0.42, 0.58)
    shapes = [sky(a), *clouds(rng, a, rng.integers(1, 4), 0.08, h - 0.15), sun(rng, a, 0.12, h - 0.1)]
    shapes += [
        Shape(ridge(rng, a, h - 0.04, 0.03), "far", 0.85, "hill"),
        Shape(ridge(rng, a, h, 0.012), "mid", 0.6, "land"),
    ]
    for spot in rng.uniform(0, 1, rng.integers(3, 8)):
        shapes += poplar(rng, a * spot, h + 0.03, rng.uniform(0.12, 0.26), rng.choice(["mid", "cool", "dark"]), 0.6)
    shapes.append(Shape(ridge(rng, a, h + 0.08, 0.01), "warm", 0.4, "land"))
    vanish, foot = a * rng.uniform(0.3, 0.7), a * rng.uniform(0.1, 0.9)
    path = smooth([(foot, 1.05), (0.5 * (foot + vanish) + rng.normal(0, 0.1), 0.75), (vanish, h + 0.08)])
    shapes.append(Shape(ribbon(path, 0.22, 0.01), "light", 0.35, "land"))
    shapes.append(Shape(ridge(rng, a, rng.uniform(0.86, 0.93), 0.02), "near", 0.15, "land"))
    for k in range(rng.integers(1, 4)):
        y = h + 0.16 + 0.12 * k
        s, x = 0.07 + 0.22 * (y - h) * rng.uniform(0.8, 1.4), a * rng.uniform(0.1, 0.9)
        shapes.append(Shape(disc(x + 0.7 * s, y, 1.2 * s, 0.16, 24), "dark", 0.3, "shadow"))
        shapes.append(
            Shape(
                smooth(
                    [
                        (x - 0.75 * s, y),
                        (x - 0.85 * s, y - 0.55 * s),
                        (x, y - 1.4 * s),
                        (x + 0.85 * s, y - 0.55 * s),
                        (x + 0.75 * s, y),
                    ]
                ),
                "sun",
                0.25,
                "body",
            )
        )
    if rng.random() < 0.6:
        shapes += figure(
            a * rng.uniform(0.15, 0.85),
            rng.uniform(0.85, 0.95),
            rng.uniform(0.14, 0.24),
            rng.choice(["accent", "cool", "light"]),
            0.1,
            rng.random() < 0.4,
        )
    return shapes


def grove(rng, a: float) -> list[Shape]:
    h = rng.uniform(0.55, 0.7)
    shapes = [
        sky(a),
        *clouds(rng, a, 2),
        Shape(ridge(rng, a, h - 0.08, 0.05), "far", 0.85, "hill"),
        Shape(ridge(rng, a, h, 0.02), "mid", 0.5, "land"),
    ]
    for k, depth in enumerate((0.6, 0.4, 0.1)):
        for spot in rng.uniform(0, 1, 3 - k):
            shapes += tree(
                rng, a * spot, h + 0.04 + 0.12 * k, 0.4 + 0.2 * k, rng.choice(["mid", "near", "warm", "cool"]), depth
            )
        if k == 0:
            shapes.append(Shape(ridge(rng, a, h + 0.08, 0.015), "near", 0.3, "land"))
    for spot in rng.uniform(0.2, 0.8, rng.integers(1, 3)):
        shapes += figure(
            a * spot,
            rng.uniform(0.85, 0.95),
            rng.uniform(0.2, 0.28),
            rng.choice(["accent", "light", "cool", "warm"]),
            0.1,
            rng.random() < 0.6,
        )
    return shapes


def branch(rng, a: float) -> list[Shape]:
    flip = rng.random() < 0.5
    shapes = [Shape(sky(a).points, rng.choice(["sky", "wall"]), 1.0, "sky")]
    if rng.random() < 0.7:
        shapes.append(
            Shape(
                disc(a * rng.uniform(0.35, 0.65), rng.uniform(0.3, 0.45), rng.uniform(0.16, 0.25) * min(a, 1)),
                "sun",
                0.95,
                "sun",
            )
        )
    path = smooth(
        [
            (-0.05, rng.uniform(0.7, 0.95)),
            (0.25 * a, rng.uniform(0.6, 0.75)),
            (0.55 * a, rng.uniform(0.4, 0.6)),
            (0.95 * a, rng.uniform(0.12, 0.35)),
        ]
    )
    limbs = [ribbon(path, 0.06, 0.014)]
    tips = [*path[4::2]]
    for k in (6, 11, 16, 20):
        at, angle = path[k], rng.choice([-1.9, 0.5]) + rng.normal(0, 0.3)
        reach = rng.uniform(0.14, 0.3)
        twig = smooth(
            [
                at,
                at + reach * 0.5 * np.array([np.cos(angle), np.sin(angle)]),
                at + reach * np.array([np.cos(angle - 0.35), np.sin(angle - 0.35)]),
            ]
        )
        limbs.append(ribbon(twig, 0.022, 0.006))
        tips += [*twig[4::3]]
    shapes += [Shape(limb, "dark", 0.2, "trunk") for limb in limbs]
    for tip in tips:
        at = tip + rng.normal(0, 0.022, 2)
        if rng.random() < 0.3:
            shapes.append(Shape(leaf(*at, 0.08, rng.uniform(0, 6.3), 0.018), "near", 0.15, "leaf"))
        elif rng.random() < 0.75:
            shapes += flower(rng, *at, rng.uniform(0.02, 0.042), rng.choice(["accent", "light", "warm"]))
    shapes += bird(path[14], rng.uniform(0.16, 0.24) * min(a, 1), rng.choice(["cool", "warm", "accent"]))
    if flip:
        shapes = [s._replace(points=np.stack([a - s.points[:, 0], s.points[:, 1]], 1)) for s in shapes]
    return shapes


def bird(at, s: float, tone: str) -> list[Shape]:
    x, y = at[0], at[1] - 0.3 * s
    body = smooth(
        [
            (x + 0.45 * s, y - 0.35 * s),
            (x + 0.2 * s, y - 0.5 * s),
            (x - 0.1 * s, y - 0.2 * s),
            (x - 0.8 * s, y + 0.5 * s),
            (x - 0.2 * s, y + 0.28 * s),
            (x + 0.3 * s, y + 0.15 * s),
        ],
        True,
    )
    wing = smooth(
        [
            (x + 0.1 * s, y - 0.15 * s),
            (x - 0.2 * s, y - 0.02 * s),
            (x - 0.62 * s, y + 0.36 * s),
            (x - 0.05 * s, y + 0.18 * s),
        ],
        True,
    )
    beak = np.array([(x + 0.42 * s, y - 0.36 * s), (x + 0.66 * s, y - 0.27 * s), (x + 0.43 * s, y - 0.22 * s)])
    return [
        Shape(beak, "sun", 0.1, "detail"),
        Shape(body, tone, 0.1, "body"),
        Shape(wing, "dark", 0.1, "detail"),
        Shape(disc(x + 0.28 * s, y - 0.32 * s, 0.05 * s, n=10), "light", 0.1, "detail"),
        Shape(disc(x + 0.29 * s, y - 0.32 * s, 0.03 * s, n=8), "dark", 0.1, "detail"),
    ]


def balloons(rng, a: float) -> list[Shape]:
    shapes = [
        sky(a),
        sun(rng, a),
        *clouds(rng, a, rng.integers(2, 5), 0.1, 0.6),
        Shape(ridge(rng, a, 0.8, 0.05), "far", 0.8, "hill"),
        Shape(ridge(rng, a, 0.9, 0.03), "near", 0.4, "land"),
    ]
    spots = rng.permutation(5)[: rng.integers(2, 5)]
    for k, spot in enumerate(sorted(spots, key=lambda v: -v)):
        r = (0.06 + 0.035 * (k + 1) * rng.uniform(0.8, 1.3)) * min(a, 1)
        x, y = a * (0.15 + 0.175 * spot), rng.uniform(0.2, 0.55)
        t = np.linspace(-0.15 * np.pi, 1.15 * np.pi, 24)
        dome = np.concatenate(
            [
                np.stack([x + r * np.cos(t), y - r * np.sin(t)], 1),
                [(x - 0.22 * r, y + 1.35 * r), (x + 0.22 * r, y + 1.35 * r)],
            ]
        )
        one, two = rng.permutation(["accent", "warm", "cool", "light", "sun"])[:2]
        for side in (-1, 1):
            rope = [(x + side * 0.2 * r, y + 1.3 * r), (x + side * 0.13 * r, y + 1.75 * r)]
            shapes.append(Shape(ribbon(rope, 0.03 * r, 0.03 * r), "dark", 0.3, "detail"))
        shapes += [
            Shape(box(x - 0.17 * r, y + 1.7 * r, x + 0.17 * r, y + 2 * r), "near", 0.3, "detail"),
            Shape(dome, one, 0.3 - 0.05 * k, "ball"),
        ]
        for u in (-0.62, 0.0, 0.62):
            side = [
                (x + u * r * 0.9, y - r * np.sqrt(1 - (0.8 * u) ** 2)),
                (x + (u + 0.16) * r * 1.05, y),
                (x + u * 0.3 * r, y + 1.33 * r),
                (x + (u - 0.16) * r * 1.05, y),
            ]
            shapes.append(Shape(smooth(side, True), two, 0.2, "gore"))
    return shapes


def dancer(rng, a: float) -> list[Shape]:
    s, x, foot = rng.uniform(0.72, 0.84), a * rng.uniform(0.4, 0.6), 0.95
    shapes = [
        Shape(sky(a).points, rng.choice(["wall", "sky"]), 1.0, "sky"),
        Shape(disc(x, 0.45, 0.42 * min(a, 1)), "glow", 0.9, "sun"),
    ]
    shapes.append(Shape(box(-0.02, 0.84, a + 0.02, 1.02), "near", 0.5, "land"))
    w, lean = s * rng.uniform(0.26, 0.36), rng.normal(0, 0.05)
    waist = (x + lean, foot - 0.58 * s)
    dress = rng.choice(["accent", "warm", "cool", "light"])
    for wide, drop, tone in ((1.0, 0.0, dress), (0.78, 0.16, "light"), (0.56, 0.3, dress)):
        hem = [(x + wide * w * u, foot - drop * s + 0.025 * s * (-1) ** k) for k, u in enumerate(np.linspace(1, -1, 9))]
        shapes.append(
            Shape(
                smooth(
                    [
                        (waist[0] - 0.05 * s, waist[1]),
                        (waist[0] + 0.05 * s, waist[1]),
                        (x + 0.6 * wide * w, foot - (0.2 + drop) * s),
                        *hem,
                        (x - 0.6 * wide * w, foot - (0.2 + drop) * s),
                    ],
                    steps=4,
                ),
                tone,
                0.2,
                "cloth",
            )
        )
    neck = (x + 1.5 * lean, foot - 0.82 * s)
    for side in (-1, 1):
        up = rng.uniform(-0.2, 0.3)
        arm = smooth(
            [
                (neck[0] + side * 0.05 * s, neck[1] + 0.03 * s),
                (neck[0] + side * 0.2 * s, neck[1] + 0.06 * s - 0.3 * up * s),
                (neck[0] + side * 0.25 * s, neck[1] - up * s),
            ]
        )
        shapes.append(Shape(ribbon(arm, 0.045 * s, 0.03 * s), "skin", 0.15, "body"))
    torso = smooth(
        [
            (waist[0] - 0.055 * s, waist[1] + 0.01),
            (neck[0] - 0.075 * s, neck[1] + 0.04 * s),
            neck,
            (neck[0] + 0.075 * s, neck[1] + 0.04 * s),
            (waist[0] + 0.055 * s, waist[1] + 0.01),
        ]
    )
    head = (neck[0] + 0.4 * lean, neck[1] - 0.09 * s)
    shapes += [
        Shape(torso, dress, 0.15, "body"),
        Shape(box(neck[0] - 0.018 * s, head[1], neck[0] + 0.018 * s, neck[1] + 0.03 * s), "skin", 0.1, "detail"),
    ]
    shapes += [
        Shape(disc(head[0], head[1] - 0.015 * s, 0.072 * s, 1.1), "dark", 0.1, "hair"),
        Shape(disc(*head, 0.055 * s, 1.2, 24), "skin", 0.1, "ball"),
    ]
    shapes.append(Shape(disc(head[0], head[1] - 0.085 * s, 0.035 * s, n=14), "dark", 0.1, "hair"))
    return shapes


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
