"""Naturalism: ragged natural edges, textures by kind of ground, sober light."""

import numpy as np

from styleclf.data.practice.brush import Brush, lay_dabs
from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import WHITE, Colour, Pixels, levels, mix, per_channel, saturate
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.outlines import unit_vectors
from styleclf.data.practice.styles.flow import flow_field
from styleclf.data.practice.styles.scene import Scene, tint
from styleclf.data.practice.styles.sketch import modelling_depth, paint_background
from styleclf.data.practice.textures import noise, pixel_positions, warp

_EARTH = np.array([0.46, 0.4, 0.3])
_YELLOW_VARNISH = np.array([1.02, 1.0, 0.94], dtype=np.float32)


def naturalism(scene: Scene) -> Pixels:
    """A natural scene: ragged edges, textures by kind of ground, air between near and far, sober light."""
    hand = scene.hand
    rng = scene.rng
    sober = scene.with_palette(_sober_palette(scene))
    board = Board(scene.size, sober.palette["glow"])
    for shape in scene.shapes:
        hidden_sun = shape.form == "sun" and rng.random() < 0.4
        if shape.form != "cloud" and not hidden_sun:
            _paint_shape(board, sober, shape)
    pixels = _with_wandering_edges(scene, board.pixels)
    matter = scene.noise(50, octaves=3)
    light = scene.noise(2, octaves=2)
    texture = 0.2 * matter * (0.3 + hand.density)
    brightness = 1.08 + texture + 0.2 * light
    board.pixels = pixels * per_channel(brightness)
    touch = 0.010 + 0.008 * hand.stroke
    flow = flow_field(sober, board.pixels)
    lay_dabs(
        board,
        rng,
        Brush(touch, 0.45 * touch, jitter=0.03),
        count=1400,
        directions=flow,
    )
    x, y = pixel_positions(scene.size)
    sideways = x / scene.aspect - 0.5
    distance = np.hypot(sideways, y - 0.5)
    darkening = levels(distance * 1.5 - 0.35)
    vignette = 1 - 0.2 * darkening
    return board.pixels * per_channel(vignette) * _YELLOW_VARNISH


def _sober_palette(scene: Scene) -> dict[str, Colour]:
    """The painter's palette with some earth in every colour."""
    strength = 0.8 + 0.3 * scene.hand.contrast
    palette = {}
    for tone, colour in scene.palette.items():
        earthy = mix(colour, _EARTH, 0.12)
        palette[tone] = saturate(earthy, strength)
    return palette


def _with_wandering_edges(scene: Scene, pixels: Pixels) -> Pixels:
    """The picture without a ruled line anywhere; bodies keep their form."""
    wander = 0.004 + 0.008 * scene.hand.edge
    shift_x = scene.noise(22, octaves=3) * wander * 2
    shift_y = scene.noise(22, octaves=3) * wander * 2
    return warp(pixels, shift_x * scene.height, shift_y * scene.height)


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
        darkness = 0.45 * (1 - shape.depth)
        bottom = mix(colour, palette["dark"], darkness)
        board.wash(shape.points, top, bottom)
        _paint_furrows(board, scene, shape, colour=colour)
    elif shape.form == "shadow":
        dark_tone = mix(colour, palette["dark"], 0.3)
        board.fill(shape.points, dark_tone)
    elif shape.form == "sun":
        bright = mix(colour, palette["glow"], 0.3)
        board.fill(shape.points, bright)
    elif shape.is_small:
        board.fill(shape.points, colour)
    else:
        board.model(
            shape.points,
            colour,
            scene.hand.light,
            depth=modelling_depth(shape, 0.75),
            swell=0.35,
        )


def _paint_sky(board: Board, scene: Scene, shape: Shape) -> None:
    """A sky with clouds that are grey below."""
    palette = scene.palette
    paint_background(board, scene, shape)
    billows = noise(
        scene.rng,
        scene.size,
        3,
        octaves=5,
        stretch=2.2,
    )
    cover = 0.3 * scene.hand.frame
    puffs = levels(billows * 1.9 - 0.95 + cover)
    drop = max(2, scene.height // 40)
    puffs_below = np.roll(puffs, -drop, axis=0)
    shade = 0.6 * levels(puffs_below - 0.3)
    white = mix(palette["light"], WHITE, 0.3)
    grey = mix(palette["far"], palette["dark"], 0.2)
    clouds = mix(white, grey, per_channel(shade))
    opacity = 0.8 * per_channel(puffs)
    board.pixels = mix(board.pixels, clouds, opacity)


def _paint_glitter(board: Board, scene: Scene, shape: Shape) -> None:
    """Short level strokes of sky colour, longer towards the viewer."""
    rng = scene.rng
    heights = rng.random(160) ** 1.3
    for y in shape.top + (1 - shape.top) * heights:
        x = scene.aspect * rng.random()
        growth = 0.07 * (y - shape.top)
        half_length = 0.01 + growth * rng.random()
        reflection = scene.random_colour("glow", "dark", "light")
        colour = mix(scene.palette["water"], reflection, 0.35)
        start = (x - half_length, y)
        end = (x + half_length, y)
        board.line([start, end], colour, 0.0022)


def _paint_foliage(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    colour: Colour,
) -> None:
    """A crown of small leaves: dark below, lit towards the light."""
    rng = scene.rng
    palette = scene.palette
    middle = shape.middle
    half_extent = shape.extent / 2
    inner = middle + (shape.points - middle) * 0.85
    shade = mix(colour, palette["dark"], 0.55)
    board.fill(inner, shade)
    half_width, half_height = half_extent
    area = 900 * half_width * half_height * 12
    n_leaves = int(np.clip(area, 12, 90))
    angles = rng.uniform(0, 2 * np.pi, n_leaves)
    distances = np.sqrt(rng.random(n_leaves)) * 1.05
    leaves = unit_vectors(angles) * distances[:, None]
    towards_light = leaves @ np.array(scene.hand.light)
    dark_tone = mix(colour, palette["dark"], 0.6)
    light_tone = mix(colour, palette["sun"], 0.35)
    for k in np.argsort(towards_light):
        typical_brightness = 0.5 + 0.5 * towards_light[k]
        brightness = levels(typical_brightness + rng.normal(0, 0.12))
        tone = mix(dark_tone, light_tone, brightness)
        radius = rng.uniform(0.005, 0.014)
        squash = rng.uniform(0.5, 0.9)
        centre = middle + leaves[k] * half_extent
        board.disc(centre, radius, tone, squash=squash)


def _paint_furrows(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    colour: Colour,
) -> None:
    """Grass and clods: strokes that grow towards the viewer; ravines on hills."""
    rng = scene.rng
    is_hill = shape.form == "hill"
    from_left_to_right = np.argsort(shape.points[:, 0])
    skyline_x, skyline_y = shape.points[from_left_to_right].T
    skyline_y = np.minimum(skyline_y, 0.98)
    top = shape.low[1]
    bottom = min(1.0, shape.high[1])
    n_strokes = 50 if is_hill else 110
    strength = 0.35 * (1 - 0.7 * shape.depth)
    for _ in range(n_strokes):
        x = scene.aspect * rng.random()
        # Stay clear of the skyline, whose height here is read from the nearest points.
        edge = np.interp(x, skyline_x, skyline_y)
        share = rng.random() ** 1.2
        y = edge + (bottom - edge) * share
        growth = 0.03 * (y - top + 0.1)
        height = 0.006 + growth * rng.random()
        pigment = scene.random_colour("dark", "sun", "glow", "near")
        tone = mix(colour, pigment, strength)
        if is_hill:
            end_x = x + rng.normal(0, 0.012)
            end_y = min(y + 2 * height, bottom)
        else:
            end_x = x + rng.normal(0, 0.004)
            end_y = y - height
        if end_y > edge:
            stroke = [(x, y), (end_x, end_y)]
            board.line(stroke, tone, 0.003)
