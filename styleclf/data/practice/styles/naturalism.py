"""Naturalism: the thing itself."""

import numpy as np

from styleclf.data.practice.brush import Brush, lay_dabs
from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import WHITE, Colour, Pixels, mix, saturate
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.outlines import unit_vectors
from styleclf.data.practice.styles.flow import flow_field
from styleclf.data.practice.styles.scene import Scene, tint
from styleclf.data.practice.styles.sketch import modelling_depth, paint_background
from styleclf.data.practice.textures import noise, pixel_positions, warp

_EARTH = np.array([0.46, 0.4, 0.3])
_YELLOW_VARNISH = np.array([1.02, 1.0, 0.94], dtype=np.float32)


def naturalism(scene: Scene) -> Pixels:
    """The thing itself: ragged natural edges, textures by kind of ground, air between near and far, sober light."""
    hand = scene.hand
    rng = scene.rng
    sober = scene.with_palette(_sober_palette(scene))
    board = Board(scene.size, sober.palette["glow"])
    for shape in scene.shapes:
        hidden_sun = shape.form == "sun" and rng.random() < 0.4
        if shape.form != "cloud" and not hidden_sun:
            _paint_shape(board, sober, shape)
    pixels = _with_wandering_edges(scene, board.pixels)
    matter = noise(rng, scene.size, 50, octaves=3)[..., None] - 0.5
    light = noise(rng, scene.size, 2, octaves=2)[..., None] - 0.5
    board.pixels = pixels * (1.08 + 0.2 * matter * (0.3 + hand.density) + 0.2 * light)
    touch = 0.010 + 0.008 * hand.stroke
    flow = flow_field(sober, board.pixels)
    lay_dabs(board, rng, Brush(touch, 0.45 * touch, jitter=0.03), count=1400, directions=flow)
    x, y = pixel_positions(scene.size)
    distance = np.hypot(x / scene.aspect - 0.5, y - 0.5)
    vignette = 1 - 0.2 * np.clip(distance * 1.5 - 0.35, 0, 1)
    return board.pixels * vignette[..., None] * _YELLOW_VARNISH


def _sober_palette(scene: Scene) -> dict[str, Colour]:
    """The painter's palette with some earth in every colour."""
    strength = 0.8 + 0.3 * scene.hand.contrast
    return {tone: saturate(mix(colour, _EARTH, 0.12), strength) for tone, colour in scene.palette.items()}


def _with_wandering_edges(scene: Scene, pixels: Pixels) -> Pixels:
    """The picture without a ruled line anywhere; bodies keep their form."""
    wander = 0.004 + 0.008 * scene.hand.edge
    dx = noise(scene.rng, scene.size, 22, octaves=3) - 0.5
    dy = noise(scene.rng, scene.size, 22, octaves=3) - 0.5
    return warp(pixels, dx * wander * 2 * scene.height, dy * wander * 2 * scene.height)


def _paint_shape(board: Board, scene: Scene, shape: Shape) -> None:
    """One shape with the texture of what it is."""
    palette = scene.palette
    haze = 0.2 if shape.tone == "light" else 0.55
    colour = tint(scene, shape, haze=haze)
    if shape.form == "sky":
        _paint_sky(board, scene, shape)
    elif shape.is_open_water:
        paint_background(board, scene, shape)
        _paint_glitter(board, scene, shape)
    elif shape.form == "leaf":
        _paint_foliage(board, scene, shape, colour=colour)
    elif shape.is_land:
        top = mix(colour, palette["glow"], 0.15)
        bottom = mix(colour, palette["dark"], 0.45 * (1 - shape.depth))
        board.wash(shape.points, top, bottom)
        _paint_furrows(board, scene, shape, colour=colour)
    elif shape.form == "shadow":
        board.fill(shape.points, mix(colour, palette["dark"], 0.3))
    elif shape.form == "sun":
        board.fill(shape.points, mix(colour, palette["glow"], 0.3))
    elif shape.is_small:
        board.fill(shape.points, colour)
    else:
        board.model(shape.points, colour, scene.hand.light, depth=modelling_depth(shape, 0.75), swell=0.35)


def _paint_sky(board: Board, scene: Scene, shape: Shape) -> None:
    """A sky with clouds that are grey below."""
    palette = scene.palette
    paint_background(board, scene, shape)
    billows = noise(scene.rng, scene.size, 3, octaves=5, stretch=2.2)
    puffs = np.clip(billows * 1.9 - 0.95 + 0.3 * scene.hand.frame, 0, 1)
    drop = max(2, scene.height // 40)
    shade = np.clip(np.roll(puffs, -drop, axis=0) - 0.3, 0, 1)[..., None]
    white = mix(palette["light"], WHITE, 0.3)
    grey = mix(palette["far"], palette["dark"], 0.2)
    clouds = mix(white, grey, 0.6 * shade)
    board.pixels = mix(board.pixels, clouds, 0.8 * puffs[..., None])


def _paint_glitter(board: Board, scene: Scene, shape: Shape) -> None:
    """Short level strokes of sky colour, longer towards the viewer."""
    rng = scene.rng
    palette = scene.palette
    heights = rng.random(160) ** 1.3
    for y in shape.top + (1 - shape.top) * heights:
        x = scene.aspect * rng.random()
        half_length = 0.01 + 0.07 * (y - shape.top) * rng.random()
        reflection = palette[rng.choice(["glow", "dark", "light"])]
        colour = mix(palette["water"], reflection, 0.35)
        board.line([(x - half_length, y), (x + half_length, y)], colour, 0.0022)


def _paint_foliage(board: Board, scene: Scene, shape: Shape, *, colour: Colour) -> None:
    """A crown of small leaves: dark below, lit towards the light."""
    rng = scene.rng
    palette = scene.palette
    half = shape.extent / 2
    inner = shape.middle + (shape.points - shape.middle) * 0.85
    board.fill(inner, mix(colour, palette["dark"], 0.55))
    n_leaves = int(np.clip(900 * half[0] * half[1] * 12, 12, 90))
    angles = rng.uniform(0, 2 * np.pi, n_leaves)
    distances = np.sqrt(rng.random(n_leaves)) * 1.05
    leaves = unit_vectors(angles) * distances[:, None]
    towards_light = leaves @ np.array(scene.hand.light)
    dark = mix(colour, palette["dark"], 0.6)
    lit = mix(colour, palette["sun"], 0.35)
    for k in np.argsort(towards_light):
        brightness = 0.5 + 0.5 * towards_light[k] + rng.normal(0, 0.12)
        tone = mix(dark, lit, np.clip(brightness, 0, 1))
        radius = rng.uniform(0.005, 0.014)
        board.disc(shape.middle + leaves[k] * half, radius, tone, squash=rng.uniform(0.5, 0.9))


def _paint_furrows(board: Board, scene: Scene, shape: Shape, *, colour: Colour) -> None:
    """Grass and clods: strokes that grow towards the viewer; ravines on hills."""
    rng = scene.rng
    is_hill = shape.form == "hill"
    skyline = shape.points[np.argsort(shape.points[:, 0])]
    skyline_y = np.minimum(skyline[:, 1], 0.98)
    top = shape.low[1]
    bottom = min(1.0, shape.high[1])
    n_strokes = 50 if is_hill else 110
    for _ in range(n_strokes):
        x = scene.aspect * rng.random()
        # Stay clear of the skyline, whose height here is read from the nearest points.
        edge = np.interp(x, skyline[:, 0], skyline_y)
        y = edge + (bottom - edge) * rng.random() ** 1.2
        height = 0.006 + 0.03 * (y - top + 0.1) * rng.random()
        pigment = scene.palette[rng.choice(["dark", "sun", "glow", "near"])]
        tone = mix(colour, pigment, 0.35 * (1 - 0.7 * shape.depth))
        if is_hill:
            end = (x + rng.normal(0, 0.012), min(y + 2 * height, bottom))
        else:
            end = (x + rng.normal(0, 0.004), y - height)
        if end[1] > edge:
            board.line([(x, y), end], tone, 0.003)
