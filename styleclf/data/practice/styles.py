"""How it is painted: eight handlings of the same shapes, and the small habits painters borrow from one another.

Every handling takes a `Scene` and returns the picture as a float array `(h, w, 3)` in 0..1.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from styleclf.data.practice.canvas import (
    Board,
    blur,
    dabs,
    grain,
    grid,
    impasto,
    ink,
    luma,
    mix,
    noise,
    saturate,
    warp,
)
from styleclf.data.practice.motifs import Shape, box, disc, leaf, smooth
from styleclf.data.practice.painters import Hand

GOLD, PAPER = np.array([0.83, 0.66, 0.33]), np.array([0.95, 0.9, 0.78])
WHITE, BLACK = np.ones(3), np.zeros(3)
CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
SMALL = ("detail", "window", "foam", "petal", "eye", "gore", "glint", "shadow")


class Scene(NamedTuple):
    """One picture to paint: the shapes, the painter's hand, the size in pixels and its own generator."""

    shapes: list[Shape]
    hand: Hand
    size: tuple[int, int]
    rng: np.random.Generator

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.size[0] / self.size[1]


def tint(scene: Scene, shape: Shape, haze: float = 0.0, spread: float = 0.03) -> np.ndarray:
    """The shape's colour from the painter's palette, paler with distance by `haze`, never twice quite the same."""
    spread = spread if shape.tone != "skin" else 0.3 * spread
    colour = scene.hand.palette[shape.tone] + scene.rng.normal(0, spread, 3) + scene.rng.normal(0, spread)
    return np.clip(mix(colour, scene.hand.palette["glow"], haze * shape.depth), 0, 1)


def ground(board: Board, scene: Scene, shape: Shape) -> bool:
    """Paint a sky or a stretch of water as a gradient; False for any other shape."""
    p = scene.hand.palette
    if shape.form == "sky":
        low = p["glow"] if shape.tone == "sky" else mix(p[shape.tone], p["dark"], 0.25)
        board.wash(shape.points, tint(scene, shape), low, (0, 0.62))
    elif shape.form == "water" and shape.depth > 0.5:
        board.wash(shape.points, mix(p["glow"], p["water"], 0.45), mix(p["water"], p["dark"], 0.25))
    else:
        return False
    return True


def depth_of(shape: Shape, depth: float) -> float:
    """How strongly a body is shaded: faces less than things."""
    return 0.45 * depth if shape.tone == "skin" else depth


def study(scene: Scene, haze: float = 0.3, depth: float = 0.5) -> Board:
    """The coloured sketch many painters start from: gradients, rounded bodies, soft shadows."""
    board = Board(scene.size, scene.hand.palette["glow"])
    for shape in scene.shapes:
        if ground(board, scene, shape):
            continue
        colour = tint(scene, shape, haze)
        if shape.form in (*SMALL, "sun"):
            board.fill(shape.points, mix(colour, scene.hand.palette["mid"], 0.35) if shape.form == "shadow" else colour)
        elif shape.form in ("hill", "land", "water"):
            board.wash(shape.points, mix(colour, WHITE, 0.1), mix(colour, scene.hand.palette["dark"], 0.3))
        else:
            board.model(shape.points, colour, scene.hand.light, depth_of(shape, depth))
    return board


def impressionism(scene: Scene) -> np.ndarray:
    """Broken colour: dabs along the forms, complementary flecks in the shadows, thick paint."""
    hand, rng = scene.hand, scene.rng
    board = study(scene, 0.35, 0.6)
    flow = flow_field(scene, board.pixels)
    source = blur(board.pixels, scene.size[1] / 110)
    source = np.clip(saturate(source, 1.15 + 0.35 * hand.contrast), 0, 1)
    source += (noise(rng, scene.size, 5, 3)[..., None] - 0.5) * np.array([0.16, 0.03, -0.16]) * (0.5 + hand.edge)
    shadow = np.clip(0.45 - luma(source), 0, 1)[..., None]
    source = np.clip(source + shadow * np.array([0.1, 0.02, 0.32]), 0, 1)
    size = 0.017 + 0.03 * hand.stroke
    ratio = 0.22 + 0.35 * hand.density
    board.soften(0.012)
    dabs(board, rng, 1500, 1.9 * size, 1.9 * size * ratio, flow, 0.09, source)
    dabs(board, rng, int(60 / size), size, size * ratio, flow, 0.11, source)
    bright = np.clip(luma(source) * 1.6 - 0.6, 0, 1) + 0.12
    dabs(board, rng, 900, 0.6 * size, 0.6 * size * ratio, flow, 0.2, np.clip(source * 1.15, 0, 1), bright)
    return impasto(board.pixels, 0.5 + 3.0 * hand.contrast)


def flow_field(scene: Scene, pixels: np.ndarray) -> np.ndarray:
    """Directions in radians: along the edges where there are some, elsewhere with a slow swirl around the level."""
    field = blur(luma(pixels), scene.size[1] / 40)
    rise_y, rise_x = np.gradient(field)
    along = np.arctan2(rise_x, -rise_y)
    strength = np.clip(np.hypot(rise_x, rise_y) * scene.size[1] / 2.5, 0, 1)
    swirl = (noise(scene.rng, scene.size, 2, 2) - 0.5) * np.pi * (0.3 + 1.2 * scene.hand.frame)
    # Directions have no sign, so they are averaged at twice the angle.
    x = strength * np.cos(2 * along) + (1 - strength) * np.cos(2 * swirl)
    y = strength * np.sin(2 * along) + (1 - strength) * np.sin(2 * swirl)
    return np.arctan2(y, x) / 2


def facets(rng, aspect: float, count: int) -> list[np.ndarray]:
    """The picture cut into about `count` convex planes by oblique straight cuts."""
    planes = [box(0, 0, aspect, 1)]
    while len(planes) < count:
        areas = [np.prod(np.ptp(p, axis=0)) for p in planes]
        plane = planes.pop(int(np.argmax(np.array(areas) * rng.uniform(0.3, 1, len(areas)))))
        longest = np.ptp(plane, axis=0)
        turn = (
            (np.pi / 2 if longest[0] < longest[1] else 0)
            + rng.choice([-0.6, -0.35, 0.0, 0.35, 0.6])
            + rng.normal(0, 0.12)
        )
        normal = np.array([np.cos(turn), np.sin(turn)])
        planes += halves(plane, normal, plane.mean(0) + rng.normal(0, 0.12, 2) * longest)
    return planes


def halves(plane: np.ndarray, normal: np.ndarray, point: np.ndarray) -> list[np.ndarray]:
    """A convex polygon on both sides of a line."""
    side = (plane - point) @ normal
    parts = []
    for sign in (1, -1):
        kept = []
        for k in range(len(plane)):
            a, b, u, v = plane[k - 1], plane[k], sign * side[k - 1], sign * side[k]
            if u * v < 0:
                kept.append(a + (b - a) * u / (u - v))
            if v >= 0:
                kept.append(b)
        if len(kept) > 2:
            parts.append(np.array(kept))
    return parts


def break_up(scene: Scene, pixels: np.ndarray, planes: list[np.ndarray], shift: float, shade: float) -> np.ndarray:
    """Every plane shows the picture from a slightly different place, under its own light."""
    rng, h = scene.rng, scene.size[1]
    index = Image.new("I", scene.size)
    draw = ImageDraw.Draw(index)
    for k, plane in enumerate(planes):
        draw.polygon([(float(x) * h, float(y) * h) for x, y in plane], fill=k)
    index = np.asarray(index)
    n = len(planes)
    moved = rng.normal(0, shift * h, (2, n)).astype(np.float32)
    moved[:, rng.random(n) < 0.25] = 0
    angle = rng.uniform(0, 2 * np.pi, n)
    slope = np.stack([np.cos(angle), np.sin(angle)]) * rng.uniform(0.5, 1.2, n)
    centre = np.array([p.mean(0) for p in planes]).T
    reach = np.array([max(np.ptp(p, axis=0)) for p in planes])
    x, y = grid(scene.size)
    ramp = ((x - centre[0][index]) * slope[0][index] + (y - centre[1][index]) * slope[1][index]) / reach[index]
    tone = rng.normal(0, 0.09, n)[index]
    lit = (shade * (1.1 * ramp + tone))[..., None]
    seen = warp(pixels, moved[0][index], moved[1][index])
    return np.clip(np.where(lit > 0, seen + (1 - seen) * lit * 0.8, seen * (1 + lit)), 0, 1).astype(np.float32)


def cubism(scene: Scene) -> np.ndarray:
    """Objects broken into planes: shifted views, a gradient on every facet, drawn edges, dry hatching."""
    hand, rng = scene.hand, scene.rng
    board = study(scene, 0.1, 0.8)
    muted = saturate(board.pixels, 0.45 + 0.55 * hand.contrast)
    planes = facets(rng, scene.aspect, int(22 + 50 * hand.density))
    coarse = break_up(scene, muted, facets(rng, scene.aspect, 9), 0.05, 0.25)
    board.pixels = break_up(scene, coarse, planes, 0.02 + 0.03 * hand.stroke, 0.55 + 0.35 * hand.edge)
    contours(board, scene, planes)
    pixels = board.pixels
    hatch = noise(rng, scene.size, 60, 2, 0.15 if hand.frame < 0.5 else 6)
    return pixels * (1 + 0.22 * hand.roughness / 0.035 * (hatch - 0.5))[..., None]


def contours(board: Board, scene: Scene, planes: list[np.ndarray]) -> None:
    """Dark and light edges of the planes, and a few of the objects' own lines, displaced."""
    hand, rng = scene.hand, scene.rng
    dark = hand.palette["dark"]
    width = 0.0025 + 0.005 * hand.edge
    for plane in planes:
        start = int(rng.integers(len(plane)))
        a, b, c = (plane[(start + k) % len(plane)] for k in range(3))
        if rng.random() < 0.75:
            board.line([a, b], dark, width * rng.uniform(0.5, 1.4))
        if rng.random() < 0.3:
            board.line([b, c], mix(hand.palette["light"], WHITE, 0.3), width)
    for shape in scene.shapes:
        if shape.form in ("body", "ball", "eye", "hair", "house", "leaf") and rng.random() < 0.7:
            n = len(shape.points)
            start, span = int(rng.integers(n)), int(n * rng.uniform(0.45, 0.8))
            arc = shape.points[np.arange(start, start + span) % n] + rng.normal(0, 0.008, 2)
            board.line(arc, dark, width)


def japonism(scene: Scene) -> np.ndarray:
    """A colour woodcut: flat colours, keyblock outlines, bokashi bands, patterns, paper and a red seal."""
    hand, rng, p = scene.hand, scene.rng, scene.hand.palette
    board = Board(scene.size, p["light"])
    key = mix(p["dark"], np.array([0.1, 0.12, 0.25]), 0.5)
    width = 0.003 + 0.006 * hand.edge
    wood = noise(rng, scene.size, 40, 3, 12 if hand.stroke < 0.5 else 0.08)
    for shape in scene.shapes:
        if shape.form in ("shadow", "glint"):
            continue
        bokashi(board, scene, shape, tint(scene, shape, 0.25, 0.015))
        if shape.form not in ("sky", "sun", "window", "shadow", "glint") and not (
            shape.form == "detail" and hand.density < 0.3
        ):
            board.outline(shape.points, key, width * (0.5 if shape.form in SMALL else 1))
    pixels = board.pixels
    pixels = pixels * mix(WHITE, PAPER, 0.5 + 0.5 * hand.contrast).astype(np.float32)
    pixels = pixels * (1 - 0.14 * (wood - 0.5) * (0.5 + hand.stroke))[..., None]
    board.pixels = np.clip(pixels, 0, 1)
    if hand.frame > 0.4:
        margin(board, PAPER, 0.03 + 0.02 * hand.frame, key)
    if hand.stroke > 0.4:
        seal(board, scene)
    return board.pixels


def bokashi(board: Board, scene: Scene, shape: Shape, colour: np.ndarray) -> None:
    """Flat ink, wiped to a gradient in the sky and along the upper edge of land and water."""
    p = scene.hand.palette
    points = shape.points
    if shape.form == "sky":
        pale = mix(p["glow"], p["light"], 0.6)
        board.wash(points, pale, mix(pale, p["warm"], 0.25 + 0.3 * scene.hand.contrast), (0.3, 0.6))
        top = 0.08 + 0.2 * scene.hand.contrast
        band = box(0, 0, scene.aspect, top)
        board.wash(band, mix(p["sky"], p["cool"], 0.5), pale, (0.02, top))
    elif shape.form in ("hill", "land", "water"):
        top = max(0.0, points[:, 1].min())
        board.wash(points, colour, mix(colour, p["light"], 0.35), (top, min(1.05, top + 0.25)))
        if shape.form == "water" and shape.depth > 0.5:
            ripples(board, scene, top, mix(colour, p["dark"], 0.3))
    else:
        board.fill(points, colour)


def ripples(board: Board, scene: Scene, top: float, colour: np.ndarray) -> None:
    """Rows of shells (seigaiha) or of long lines, as the painter likes."""
    if scene.hand.density > 0.45:
        r = 0.035 + 0.03 * scene.hand.density
        for row, y in enumerate(np.arange(top + r, 1.05, r * 0.5)):
            for x in np.arange(-r + (row % 2) * r, scene.aspect + r, 2 * r):
                for k in (1.0, 0.66, 0.33):
                    t = np.linspace(np.pi, 2 * np.pi, 9)
                    board.line(np.stack([x + k * r * np.cos(t), y + k * r * np.sin(t)], 1), colour, 0.003)
        return
    for y in np.arange(top + 0.015, 1.0, 0.022):
        x0, x1 = np.sort(scene.rng.uniform(-0.1, scene.aspect + 0.1, 2))
        x = np.linspace(x0, x1, 14)
        board.line(np.stack([x, y + 0.004 * np.sin(x * 40)], 1), colour, 0.003)


def margin(board: Board, paper: np.ndarray, width: float, key: np.ndarray) -> None:
    """The unprinted paper around a print."""
    a = board.aspect
    for edge in (box(0, 0, a, width), box(0, 1 - width, a, 1), box(0, 0, width, 1), box(a - width, 0, a, 1)):
        board.fill(edge, paper)
    board.outline(box(width, width, a - width, 1 - width), key, 0.004)


def seal(board: Board, scene: Scene) -> None:
    """A red cartouche with a few strokes in it, in an upper corner."""
    rng = scene.rng
    tall, wide = rng.uniform(0.11, 0.18), 0.055
    x = 0.07 if scene.hand.light[0] < 0 else scene.aspect - 0.07 - wide
    red = np.array([0.76, 0.18, 0.14])
    board.fill(box(x, 0.07, x + wide, 0.07 + tall), red)
    pale = np.array([0.97, 0.9, 0.78])
    for y in np.arange(0.085, 0.05 + tall, 0.035):
        for _ in range(4):
            start = np.array([x + wide / 2, y + 0.012]) + rng.uniform(-0.014, 0.014, 2)
            board.line(
                [start, start + rng.choice([(0.02, 0.0), (0.0, 0.018), (0.012, 0.012), (-0.014, 0.012)])], pale, 0.0045
            )


def artdeco(scene: Scene) -> np.ndarray:
    """A poster: sunbursts, airbrushed steps of tone, gold lines, scallops and a stepped frame."""
    hand, p, a = scene.hand, scene.hand.palette, scene.aspect
    deep = mix(p["dark"], p["near"], 0.35 * hand.contrast)
    board = Board(scene.size, deep)
    metal = mix(GOLD, p["sun"], 0.4)
    for shape in scene.shapes:
        colour = tint(scene, shape, 0.2, 0.01)
        if shape.form == "sky":
            if hand.contrast > 0.35:
                sunburst(board, scene, mix(p[shape.tone], deep, 0.3), mix(p["glow"], p["sky"], 0.45), metal)
            else:
                board.wash(shape.points, mix(p[shape.tone], deep, 0.5), mix(p["glow"], p["sky"], 0.3), (0, 0.8))
        elif shape.form in ("glint", "shadow", "cloud", "foam"):
            continue
        elif shape.form in SMALL:
            board.fill(shape.points, colour if shape.form != "window" else metal)
        elif shape.form == "sun":
            for k, size in enumerate((1.0, 0.78, 0.56)):
                centre = shape.points.mean(0)
                board.fill(
                    centre + (shape.points - centre) * size, mix(mix(metal, p["light"], 0.3 + 0.3 * k), p["glow"], 0.1)
                )
        else:
            low, high = mix(colour, deep, 0.6), mix(colour, p["light"], 0.35)
            board.wash(shape.points, high if hand.density < 0.6 else low, low if hand.density < 0.6 else high)
            if hand.edge > 0.25:
                board.outline(shape.points, metal, 0.001 + 0.004 * hand.edge)
    if hand.stroke > 0.55:
        scallops(board, scene, deep, metal)
    if hand.frame > 0.3:
        deco_frame(board, scene, deep, metal)
    pixels = board.pixels
    spray = noise(scene.rng, scene.size, 3, 2)
    x, _ = grid(scene.size)
    sheen = 0.9 + 0.14 * np.cos((x / a - 0.5) * 2.6) + 0.08 * (spray - 0.5)
    return pixels * sheen[..., None].astype(np.float32)


def sunburst(board: Board, scene: Scene, one: np.ndarray, two: np.ndarray, metal: np.ndarray) -> None:
    """Rays from a low centre, alternately lit, each fading outwards."""
    hand, a = scene.hand, scene.aspect
    suns = [s for s in scene.shapes if s.form == "sun"]
    centre = suns[0].points.mean(0) if suns and hand.frame < 0.5 else np.array([a / 2, 0.75 + 0.3 * hand.frame])
    rays = int(10 + 22 * hand.density) * 2
    angles = np.linspace(0, 2 * np.pi, rays + 1)
    ends = centre + 2.2 * np.stack([np.cos(angles), np.sin(angles)], 1)
    board.fill(box(0, 0, a, 1), one)
    for k in range(0, rays, 2):
        board.fill(np.array([centre, ends[k], ends[k + 1]]), mix(one, two, 0.75))
        if hand.edge > 0.4:
            board.line([centre, ends[k]], metal, 0.002)
    x, y = grid(scene.size)
    far = np.hypot(x - centre[0], y - centre[1])[..., None]
    pixels = board.pixels
    glow = np.exp(-far * 2.2)
    board.pixels = pixels * (1.08 - 0.35 * np.clip(far, 0, 1.2)) + 0.45 * glow * (mix(two, metal, 0.4) - 0.3 * pixels)


def scallops(board: Board, scene: Scene, deep: np.ndarray, metal: np.ndarray) -> None:
    """Rows of fans along the foot."""
    p, a = scene.hand.palette, scene.aspect
    n = max(3, round(a * (5 + 5 * scene.hand.density)))
    r = a / n / 2
    for row in range(2):
        y = 1.02 - 0.05 - r * (1 - row) * 0.9
        for k in range(-1, n + 1):
            x = (2 * k + 1 + row) * r
            for t, size in enumerate((1.0, 0.8, 0.6, 0.4, 0.2)):
                board.disc(x, y + r, r * size, metal if t % 2 else mix(deep, p["cool"], 0.15 * t))


def deco_frame(board: Board, scene: Scene, deep: np.ndarray, metal: np.ndarray) -> None:
    """Stepped corners and doubled gold lines."""
    a = scene.aspect
    m = 0.025 + 0.03 * scene.hand.frame
    for edge in (box(0, 0, a, m), box(0, 1 - m, a, 1), box(0, 0, m, 1), box(a - m, 0, a, 1)):
        board.fill(edge, deep)
    steps = 3
    for sx, sy in CORNERS if scene.hand.frame > 0.6 else ():
        for k in range(steps):
            wide, tall = m + 0.035 * (steps - k), m + 0.035 * (k + 1)
            board.fill(np.abs(np.array([(a * sx, sy)]) - box(0, 0, wide, tall)), deep)
        board.line(np.abs(np.array([(a * sx, sy)]) - staircase(m, steps)), metal, 0.005)
    for inset, width in ((0.55 * m, 0.006), (0.85 * m, 0.003)):
        board.outline(box(inset, inset, a - inset, 1 - inset), metal, width)


def staircase(m: float, steps: int) -> np.ndarray:
    """The gold line along a stepped corner."""
    points = [(m, m + 0.035 * steps)]
    for k in range(steps):
        points += [(m + 0.035 * (k + 1), m + 0.035 * (steps - k)), (m + 0.035 * (k + 1), m + 0.035 * (steps - k - 1))]
    return np.array(points)


def rococo(scene: Scene) -> np.ndarray:
    """Pastel airs: feathery paint in a glow, clouds, garlands of roses and gilded scrolls around an oval."""
    hand, rng = scene.hand, scene.rng
    p = {
        tone: mix(colour, np.array([0.97, 0.9, 0.86]), 0.22 + 0.15 * hand.contrast)
        for tone, colour in hand.palette.items()
    }
    soft = scene._replace(hand=hand._replace(palette=p))
    board = study(soft, 0.5, 0.55)
    board.soften(0.003 + 0.005 * hand.edge)
    mist = noise(rng, scene.size, 2.5, 5, 1.5)
    pixels = board.pixels
    veil = np.clip((mist - 0.45) * 2.2, 0, 1)[..., None] * (0.1 + 0.4 * hand.density)
    cream = np.array([0.99, 0.95, 0.9])
    board.pixels = mix(pixels, mix(p["glow"], cream, 0.5), veil * np.linspace(1, 0.25, len(pixels))[:, None, None])
    flow = flow_field(soft, board.pixels) + 0.5
    dabs(board, rng, 1500, 0.03 + 0.02 * hand.stroke, 0.008, flow, 0.035)
    board.soften(0.0015)
    pixels = board.pixels
    bloom = blur(pixels, scene.size[1] / 14)
    board.pixels = 1 - (1 - pixels) * (1 - 0.28 * bloom)
    surround(board, soft)
    return board.pixels


def surround(board: Board, scene: Scene) -> None:
    """What the painter sets around a picture: an oval, scrolled corners, a swag of roses, or nothing."""
    frame, gilt = scene.hand.frame, mix(GOLD, scene.hand.palette["warm"], 0.2)
    if frame > 0.55:
        oval(board, scene, gilt)
    if frame > 0.45:
        for sx, sy in CORNERS:
            scroll_corner(board, scene, sx, sy, gilt)
    if 0.25 < frame < 0.45 or frame > 0.8:
        garland(board, scene)


def oval(board: Board, scene: Scene, gilt: np.ndarray) -> None:
    """A gilded oval in a damask wall."""
    a, pale = scene.aspect, mix(scene.hand.palette["wall"], WHITE, 0.4)
    x, y = grid(scene.size)
    far = np.hypot((x - a / 2) / (a / 2 - 0.03), (y - 0.5) / 0.47)
    inside = np.clip((1.0 - far) * scene.size[1] / 5, 0, 1)[..., None]
    damask = 0.04 * np.sin(x * 36) * np.sin(y * 36)
    edge = np.exp(-((np.maximum(far - 1, 0) * 9) ** 2))[..., None]
    wall = (pale + damask[..., None]) * (1 - 0.2 * edge)
    board.pixels = mix(wall, board.pixels, inside)
    t = np.linspace(0, 2 * np.pi, 90)
    for grow, width, colour in (
        (1.0, 0.022, mix(gilt, BLACK, 0.25)),
        (1.0, 0.014, gilt),
        (0.99, 0.004, mix(gilt, WHITE, 0.6)),
    ):
        rim = np.stack([a / 2 + grow * (a / 2 - 0.03) * np.cos(t), 0.5 + grow * 0.47 * np.sin(t)], 1)
        board.line(rim, colour, width)


def scroll(x: float, y: float, size: float, turn: float, hand: int, turns: float = 1.6) -> np.ndarray:
    """A C-curl: a spiral that opens into a stem."""
    t = np.linspace(0, turns * 2 * np.pi, 46)
    r = size * (0.12 + 0.88 * (t / t[-1]) ** 1.4)
    return np.stack([x + r * np.cos(hand * t + turn), y + r * np.sin(hand * t + turn)], 1)


def scroll_corner(board: Board, scene: Scene, sx: int, sy: int, gilt: np.ndarray) -> None:
    """Two curls and a few leaves in one corner, with a lit edge."""
    a, s = scene.aspect, (0.055 + 0.045 * scene.hand.stroke) * min(1.0, scene.aspect + 0.2)
    parts = [scroll(0.9 * s, 2.0 * s, 0.8 * s, 3.6, 1), scroll(2.0 * s, 0.9 * s, 0.8 * s, 1.1, -1)]
    parts += [smooth([(0.4 * s, 3.4 * s), (0.35 * s, 1.2 * s), (1.2 * s, 0.35 * s), (3.4 * s, 0.4 * s)])]
    fronds = [leaf(0.45 * s, (2.6 + 0.5 * k) * s, 0.8 * s, 1.0, 0.13 * s) for k in range(3)]
    fronds += [leaf((2.6 + 0.5 * k) * s, 0.45 * s, 0.8 * s, 0.57, 0.13 * s) for k in range(3)]
    for points, filled in [*((f, True) for f in fronds), *((c, False) for c in parts)]:
        placed = np.abs(np.array([(a * sx, sy)]) - points)
        for colour, nudge, width in (
            (mix(gilt, BLACK, 0.35), 0.004, 0.17),
            (gilt, 0.0, 0.15),
            (mix(gilt, WHITE, 0.55), -0.003, 0.05),
        ):
            if filled:
                board.fill(placed + nudge, colour)
            else:
                board.line(placed + nudge, colour, width * s)


def garland(board: Board, scene: Scene) -> None:
    """Swags of roses and leaves hung along the top."""
    rng, a, p = scene.rng, scene.aspect, scene.hand.palette
    green, pink = mix(p["near"], np.array([0.5, 0.65, 0.45]), 0.5), np.array([0.98, 0.75, 0.75])
    swags = max(1, round(a * 1.8))
    for swag in range(swags):
        for u in np.linspace(0, 1, 15):
            x = (swag + u) * a / swags + rng.normal(0, 0.006)
            y = 0.035 + 0.11 * (1 - (2 * u - 1) ** 2) + rng.normal(0, 0.008)
            r = 0.014 + 0.02 * rng.random()
            for _ in range(2):
                board.fill(leaf(x, y, 0.055, rng.uniform(0, 6.3), 0.013), green)
            if rng.random() < 0.75:
                rose(board, rng, x, y, r, mix(p[rng.choice(["accent", "light", "warm"])], pink, 0.35))


def rose(board: Board, rng, x: float, y: float, r: float, colour: np.ndarray) -> None:
    """Rings of petals, lit and shaded in turn."""
    for size, t in ((1.0, -0.15), (0.8, 0.1), (0.6, -0.1), (0.4, 0.15), (0.2, -0.3)):
        at = rng.normal(0, 0.12 * r, 2)
        board.disc(x + at[0], y + at[1], r * size, mix(colour, WHITE if t > 0 else BLACK, abs(t)))


def naturalism(scene: Scene) -> np.ndarray:
    """The thing itself: ragged natural edges, textures by kind of ground, air between near and far, sober light."""
    hand, rng, size = scene.hand, scene.rng, scene.size
    earth = np.array([0.46, 0.4, 0.3])
    p = {tone: saturate(mix(colour, earth, 0.12), 0.8 + 0.3 * hand.contrast) for tone, colour in hand.palette.items()}
    sober = scene._replace(hand=hand._replace(palette=p))
    board = Board(size, p["glow"])
    for shape in scene.shapes:
        if shape.form == "cloud" or (shape.form == "sun" and rng.random() < 0.4):
            continue
        natural(board, sober, shape)
    pixels = board.pixels
    # Wandering edges: a little for bodies, and never a ruled line anywhere.
    wander = 0.004 + 0.008 * hand.edge
    dx, dy = (noise(rng, size, 22, 3) - 0.5, noise(rng, size, 22, 3) - 0.5)
    pixels = warp(pixels, dx * wander * 2 * size[1], dy * wander * 2 * size[1])
    fine = noise(rng, size, 50, 3)[..., None] - 0.5
    light = noise(rng, size, 2, 2)[..., None] - 0.5
    pixels = pixels * (1.08 + 0.2 * fine * (0.3 + hand.density) + 0.2 * light)
    board.pixels = np.clip(pixels, 0, 1)
    touch = 0.010 + 0.008 * hand.stroke
    dabs(board, rng, 1400, touch, 0.45 * touch, flow_field(sober, board.pixels), 0.03)
    pixels = board.pixels
    x, y = grid(size)
    vignette = 1 - 0.2 * np.clip(np.hypot(x / scene.aspect - 0.5, y - 0.5) * 1.5 - 0.35, 0, 1)
    return pixels * vignette[..., None] * np.array([1.02, 1.0, 0.94], dtype=np.float32)


def natural(board: Board, scene: Scene, shape: Shape) -> None:
    """One shape with the texture of what it is."""
    hand, rng, p = scene.hand, scene.rng, scene.hand.palette
    colour = tint(scene, shape, 0.55 if shape.tone != "light" else 0.2)
    if shape.form == "sky":
        ground(board, scene, shape)
        pixels = board.pixels
        puffs = np.clip(noise(rng, scene.size, 3, 5, 2.2) * 1.9 - 0.95 + 0.3 * hand.frame, 0, 1)
        shade = np.clip(np.roll(puffs, -max(2, scene.size[1] // 40), 0) - 0.3, 0, 1)[..., None]
        cloud = mix(mix(p["light"], WHITE, 0.3)[None, None], mix(p["far"], p["dark"], 0.2), 0.6 * shade)
        board.pixels = mix(pixels, cloud, 0.8 * puffs[..., None])
    elif shape.form == "water" and shape.depth > 0.5:
        ground(board, scene, shape)
        glitter(board, scene, shape)
    elif shape.form == "leaf":
        foliage(board, scene, shape, colour)
    elif shape.form in ("land", "hill", "water"):
        board.wash(shape.points, mix(colour, p["glow"], 0.15), mix(colour, p["dark"], 0.45 * (1 - shape.depth)))
        furrows(board, scene, shape, colour)
    elif shape.form in SMALL or shape.form == "sun":
        board.fill(
            shape.points,
            mix(colour, p["dark"], 0.3)
            if shape.form == "shadow"
            else mix(colour, p["glow"], 0.3 if shape.form == "sun" else 0),
        )
    else:
        board.model(shape.points, colour, hand.light, depth_of(shape, 0.75), 0.35)


def glitter(board: Board, scene: Scene, shape: Shape) -> None:
    """Short level strokes of sky colour, longer towards the viewer."""
    rng, top = scene.rng, max(0.0, shape.points[:, 1].min())
    for y in top + (1 - top) * rng.random(160) ** 1.3:
        x, long = scene.aspect * rng.random(), 0.01 + 0.07 * (y - top) * rng.random()
        colour = mix(scene.hand.palette["water"], scene.hand.palette[rng.choice(["glow", "dark", "light"])], 0.35)
        board.line([(x - long, y), (x + long, y)], colour, 0.0022)


def foliage(board: Board, scene: Scene, shape: Shape, colour: np.ndarray) -> None:
    """A crown of small leaves: dark below, lit towards the light."""
    rng, light = scene.rng, scene.hand.light
    low, high = shape.points.min(0), shape.points.max(0)
    centre, half = (low + high) / 2, (high - low) / 2
    board.fill(centre + (shape.points - centre) * 0.85, mix(colour, scene.hand.palette["dark"], 0.55))
    n = int(np.clip(900 * half[0] * half[1] * 12, 12, 90))
    angle, far = rng.uniform(0, 2 * np.pi, n), np.sqrt(rng.random(n)) * 1.05
    unit = np.stack([np.cos(angle), np.sin(angle)], 1) * far[:, None]
    lit = unit @ np.array(light)
    for k in np.argsort(lit):
        shade = np.clip(0.5 + 0.5 * lit[k] + rng.normal(0, 0.12), 0, 1)
        tone = mix(mix(colour, scene.hand.palette["dark"], 0.6), mix(colour, scene.hand.palette["sun"], 0.35), shade)
        x, y = centre + unit[k] * half
        board.disc(x, y, rng.uniform(0.005, 0.014), tone, rng.uniform(0.5, 0.9))


def furrows(board: Board, scene: Scene, shape: Shape, colour: np.ndarray) -> None:
    """Grass and clods: strokes that grow towards the viewer; ravines on hills."""
    rng, p = scene.rng, scene.hand.palette
    skyline = shape.points[np.argsort(shape.points[:, 0])]
    top, hilly = shape.points[:, 1].min(), shape.form == "hill"
    bottom = min(1.0, shape.points[:, 1].max())
    for _ in range(110 if not hilly else 50):
        x = scene.aspect * rng.random()
        # Stay clear of the skyline, whose height here is read from the nearest points.
        edge = np.interp(x, skyline[:, 0], np.minimum(skyline[:, 1], 0.98))
        y = edge + (bottom - edge) * rng.random() ** 1.2
        tall = 0.006 + 0.03 * (y - top + 0.1) * rng.random()
        tone = mix(colour, p[rng.choice(["dark", "sun", "glow", "near"])], 0.35 * (1 - 0.7 * shape.depth))
        end = (x + rng.normal(0, 0.012), min(y + 2 * tall, bottom)) if hilly else (x + rng.normal(0, 0.004), y - tall)
        if end[1] > edge:
            board.line([(x, y), end], tone, 0.003)


def photo(scene: Scene) -> np.ndarray:
    """Through a lens: lit bodies with cast shadows, one plane in focus, bokeh, vignette and sensor noise."""
    hand, size = scene.hand, scene.size
    board = Board(size, hand.palette["glow"])
    aperture = 0.004 + 0.016 * hand.stroke
    order = sorted(range(len(scene.shapes)), key=lambda k: -scene.shapes[k].depth)
    far = [scene.shapes[k] for k in order if scene.shapes[k].depth > 0.35]
    near = [scene.shapes[k] for k in order if scene.shapes[k].depth <= 0.35]
    for shape in far:
        expose(board, scene, shape)
    out_of_focus(board, scene, aperture)
    for shape in near:
        cast_shadow(board, scene, shape)
    board.soften(0.004)
    for shape in near:
        expose(board, scene, shape)
    return develop(scene, board.pixels)


def expose(board: Board, scene: Scene, shape: Shape) -> None:
    """One thing in front of the camera."""
    hand = scene.hand
    if ground(board, scene, shape):
        return
    colour = saturate(tint(scene, shape, 0.45), 0.9)
    if shape.form == "ball" and shape.tone != "skin":
        low, high = shape.points.min(0), shape.points.max(0)
        x, y = (low + high) / 2
        r = float(min(high - low)) / 2
        if float(max(high - low)) < 2.2 * r:
            board.ball(x, y, r, colour, hand.light, 0.35 + 0.5 * hand.edge)
            return
    if shape.form in ("sun", "window", "glint", "foam"):
        board.fill(shape.points, mix(colour, WHITE, 0.55 if shape.form != "glint" else 0.2))
    elif shape.form in SMALL:
        board.fill(shape.points, mix(colour, hand.palette["dark"], 0.4 if shape.form == "shadow" else 0.05))
    elif shape.form in ("hill", "land", "water"):
        board.wash(shape.points, mix(colour, WHITE, 0.12), mix(colour, BLACK, 0.35))
    else:
        board.model(shape.points, colour, hand.light, depth_of(shape, 0.95), 0.4)


def cast_shadow(board: Board, scene: Scene, shape: Shape) -> None:
    """A dark pool on the ground, away from the light."""
    if shape.form not in ("ball", "body") or shape.tone == "skin":
        return
    low, high = shape.points.min(0), shape.points.max(0)
    wide, foot = (high[0] - low[0]) / 2, high[1]
    if foot < 0.5 or foot > 1.0:
        return
    x = (low[0] + high[0]) / 2 - 0.6 * wide * scene.hand.light[0]
    cropped = board.crop(disc(x, foot - 0.06 * wide, 1.15 * wide, 0.3, 24))
    if cropped is not None:
        mask, region = cropped
        board.image.paste(ink(mix(scene.hand.palette["dark"], BLACK, 0.5)), region, mask.point(lambda v: int(v * 0.55)))


def out_of_focus(board: Board, scene: Scene, aperture: float) -> None:
    """Blur the far planes; points of light become discs."""
    hand, rng = scene.hand, scene.rng
    board.soften(aperture)
    pixels = board.pixels
    h = scene.size[1]
    total = np.zeros_like(pixels)
    for _ in range(int(26 * hand.density)):
        x, y = scene.aspect * rng.random(), rng.uniform(0, 0.75)
        r = aperture * rng.uniform(1.2, 3.4)
        colour = mix(hand.palette[rng.choice(["sun", "glow", "warm", "light"])], WHITE, 0.2) * rng.uniform(0.15, 0.5)
        layer = Image.new("RGB", scene.size)
        corners = [(x - r) * h, (y - r) * h, (x + r) * h, (y + r) * h]
        ImageDraw.Draw(layer).ellipse(corners, fill=ink(colour), outline=ink(colour * 1.5))
        total = total + np.asarray(layer, dtype=np.float32) / 255
    board.pixels = 1 - (1 - pixels) * (1 - blur(np.clip(total, 0, 1), 0.6))


def develop(scene: Scene, pixels: np.ndarray) -> np.ndarray:
    """Texture of things, light falloff, tone curve, noise of the sensor."""
    hand, rng, size = scene.hand, scene.rng, scene.size
    matter = noise(rng, size, 30, 3)[..., None] - 0.5
    pixels = pixels * (1 + 0.12 * matter * (1 - 0.5 * hand.contrast))
    x, y = grid(size)
    falloff = 1.05 - (0.3 + 0.4 * hand.frame) * ((x / scene.aspect - 0.5 - 0.2 * hand.light[0]) ** 2 + (y - 0.4) ** 2)
    pixels = np.clip(pixels * falloff[..., None], 0, 1)
    glow = blur(np.clip(pixels - 0.7, 0, 1) * 2, size[1] / 25)
    pixels = np.clip(pixels + 0.2 * glow, 0, 1)
    curve = pixels * pixels * (3 - 2 * pixels)
    pixels = mix(pixels, curve, 0.3 + 0.5 * hand.contrast)
    sensor = rng.normal(0, 1, (*pixels.shape[:2], 1)) + 0.4 * rng.normal(0, 1, pixels.shape)
    return pixels + (0.006 + 0.022 * hand.roughness / 0.035) * sensor.astype(np.float32)


def cartoon(scene: Scene) -> np.ndarray:
    """Ink and flat bright paint: thick outlines, one step of shadow, and everything may look back at you."""
    hand, p = scene.hand, scene.hand.palette
    board = Board(scene.size, saturate(p["glow"], 1.3))
    width = 0.004 + 0.01 * hand.edge
    pen = mix(p["dark"], BLACK, 0.6)
    for shape in scene.shapes:
        if shape.form in ("shadow", "glint"):
            continue
        colour = np.clip(saturate(tint(scene, shape, 0.0, 0.015), 1.3 + 0.4 * hand.contrast) * 1.06, 0, 1)
        board.fill(shape.points, colour)
        if shape.form == "sky":
            halftone(board, scene, colour)
        elif shape.form not in SMALL:
            cel_shadow(board, scene, shape, colour)
        if shape.form not in ("sky", "window", "foam"):
            board.outline(shape.points, pen, width * (0.45 if shape.form in SMALL else 1))
    if hand.frame > 0.4:
        faces(board, scene, pen, width)
    return board.pixels


def halftone(board: Board, scene: Scene, colour: np.ndarray) -> None:
    """A comic's dots, growing downwards."""
    if scene.hand.density < 0.4:
        board.wash(box(0, 0, scene.aspect, 1), colour, mix(colour, WHITE, 0.5), (0.1, 0.7))
        return
    step = 0.03 + 0.02 * scene.hand.stroke
    pale = mix(colour, WHITE, 0.35)
    for row, y in enumerate(np.arange(0, 0.9, step)):
        for x in np.arange((row % 2) * step / 2, scene.aspect, step):
            board.disc(x, y, step * 0.45 * (0.15 + 0.7 * y), pale)


def cel_shadow(board: Board, scene: Scene, shape: Shape, colour: np.ndarray) -> None:
    """One hard-edged darker tone on the side away from the light."""
    cropped = board.crop(shape.points)
    if cropped is None:
        return
    mask, region = cropped
    push = 0.16 * min(mask.size)
    lit = Image.new("L", mask.size)
    lit.paste(mask, (round(scene.hand.light[0] * push), round(scene.hand.light[1] * push)))
    dark = Image.composite(Image.new("L", mask.size), mask, lit)
    board.image.paste(ink(colour * 0.78), region, dark)


def faces(board: Board, scene: Scene, pen: np.ndarray, width: float) -> None:
    """Eyes and a smile on the things that have room for them, unless somebody is there who has a face already."""
    if any(shape.form == "eye" or (shape.form, shape.tone) == ("ball", "skin") for shape in scene.shapes):
        return
    taken = []
    for shape in reversed(scene.shapes):
        low, high = shape.points.min(0), shape.points.max(0)
        (x, y), r = (low + high) / 2, float(min(high - low)) / 2
        peak = shape.form == "hill" and shape.tone == "cool" and r < 0.4
        seen = 0.05 < x < scene.aspect - 0.05 and 0.05 < y < 0.95
        free = all(np.hypot(x - u, y - v) > r + s for u, v, s in taken)
        if (peak or shape.form in ("ball", "sun", "body")) and r > 0.035 and seen and free and len(taken) < 5:
            taken.append((x, y, min(r, 0.16)))
            smile(board, scene.rng, *taken[-1], pen, width)


def smile(board: Board, rng, x: float, y: float, r: float, pen: np.ndarray, width: float) -> None:
    """Two eyes that look the same way, and a mouth."""
    look = rng.uniform(-0.08, 0.08, 2) * r
    for side in (-1, 1):
        ex = x + side * 0.34 * r
        board.disc(ex, y - 0.15 * r, 0.27 * r, pen, 1.25)
        board.disc(ex, y - 0.15 * r, 0.27 * r - 0.5 * width, WHITE, 1.25)
        board.disc(ex + look[0], y - 0.1 * r + look[1], 0.13 * r, BLACK)
        board.disc(ex + look[0] + 0.04 * r, y - 0.16 * r + look[1], 0.045 * r, WHITE)
    t = np.linspace(0.15 * np.pi, 0.85 * np.pi, 10)
    board.line(
        np.stack([x + 0.4 * r * np.cos(t), y + 0.15 * r + 0.35 * r * np.sin(t)], 1), pen, max(0.7 * width, 0.07 * r)
    )


HANDLINGS = {
    'artdeco': artdeco, 'cartoon': cartoon, 'cubism': cubism, 'impressionism': impressionism,
    'japonism': japonism, 'naturalism': naturalism, 'photo': photo, 'rococo': rococo,
}  # fmt: skip


def borrow_handling(scene: Scene, pixels: np.ndarray) -> np.ndarray:
    """What the painter took from the guest style, laid thinly over the finished picture."""
    hand, rng, size = scene.hand, scene.rng, scene.size
    t = hand.influence
    if t <= 0.1:
        return pixels
    board = Board(size, WHITE)
    if hand.guest in ("japonism", "cartoon"):
        # Drawn on a sheet of its own first, so that what stands in front hides the lines behind it.
        for shape in scene.shapes:
            if shape.form not in ("sky", "water", "cloud", "sun", *SMALL):
                board.fill(shape.points, WHITE)
                board.outline(shape.points, BLACK, 0.002 + 0.005 * t)
        pixels = mix(hand.palette["dark"], pixels, board.pixels)
    board.pixels = pixels
    if hand.guest in ("impressionism", "naturalism"):
        mark = 0.014 + 0.02 * t
        dabs(board, rng, int(400 + 1500 * t), mark, 0.4 * mark, flow_field(scene, pixels), 0.05)
    elif hand.guest == "cubism":
        board.pixels = break_up(scene, pixels, facets(rng, scene.aspect, 26), 0.008 * t, 0.35 * t)
    elif hand.guest == "japonism" and t > 0.5:
        margin(board, PAPER, 0.045, hand.palette["dark"])
    elif hand.guest == "artdeco":
        metal = mix(GOLD, hand.palette["sun"], 0.5)
        for inset in (0.03, 0.042):
            board.outline(box(inset, inset, scene.aspect - inset, 1 - inset), metal, 0.004)
    elif hand.guest == "rococo":
        bloom = blur(pixels, size[1] / 20)
        board.pixels = mix(pixels, 1 - (1 - pixels) * (1 - 0.4 * bloom), t)
    elif hand.guest == "photo":
        board.pixels = mix(pixels, blur(pixels, size[1] / 120), 0.8 * t)
    return board.pixels


def paint_picture(style: str, scene: Scene) -> Image.Image:
    """The finished picture in `style`, with the painter's borrowings and the grain of its support."""
    pixels = borrow_handling(scene, HANDLINGS[style](scene))
    if style != "photo":
        pixels = grain(pixels, scene.rng, scene.hand.grain, scene.hand.roughness)
    return Image.fromarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8))
