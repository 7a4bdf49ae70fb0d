"""Art deco: the poster."""

from typing import NamedTuple

import numpy as np

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import GOLD, Colour, Pixels, mix, per_channel
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.outlines import Points, box, frame_edges, inner_box, unit_vectors
from styleclf.data.practice.styles.borders import CORNERS
from styleclf.data.practice.styles.scene import Scene, tint
from styleclf.data.practice.textures import pixel_positions

_N_STEPS = 3  # in a corner of the frame
_STEP = 0.035  # picture heights
_FORMS_LEFT_OUT = ("glint", "shadow", "cloud", "foam")
_SUN_RINGS = (1.0, 0.78, 0.56)  # sizes
_FAN_RINGS = (1.0, 0.8, 0.6, 0.4, 0.2)


class _Inks(NamedTuple):
    """The two colours of a poster's ornaments."""

    deep: Colour
    metal: Colour


def artdeco(scene: Scene) -> Pixels:
    """A poster: sunbursts, airbrushed steps of tone, gold lines, scallops and a stepped frame."""
    hand = scene.hand
    palette = scene.palette
    share = 0.35 * hand.contrast
    deep = mix(palette["dark"], palette["near"], share)
    metal = mix(GOLD, palette["sun"], 0.4)
    inks = _Inks(deep, metal)
    board = Board(scene.size, inks.deep)
    for shape in scene.shapes:
        _paint_shape(board, scene, shape, inks=inks)
    if hand.stroke > 0.55:
        _paint_scallops(board, scene, inks)
    if hand.frame > 0.3:
        _paint_frame(board, scene, inks)
    spray = scene.noise(3, octaves=2)
    x, _ = pixel_positions(scene.size)
    from_middle = x / scene.aspect - 0.5
    highlight = 0.14 * np.cos(from_middle * 2.6)
    sheen = 0.9 + highlight + 0.08 * spray
    return board.pixels * per_channel(sheen).astype(np.float32)


def _paint_shape(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    inks: _Inks,
) -> None:
    """One shape as its form asks for."""
    colour = tint(scene, shape, haze=0.2, spread=0.01)
    if shape.form == "sky":
        _paint_sky(board, scene, shape, inks=inks)
    elif shape.form in _FORMS_LEFT_OUT:
        return
    elif shape.form == "window":
        board.fill(shape.points, inks.metal)
    elif shape.is_small:
        board.fill(shape.points, colour)
    elif shape.form == "sun":
        _paint_sun(board, scene, shape, inks=inks)
    else:
        _paint_body(
            board,
            scene,
            shape,
            colour=colour,
            inks=inks,
        )


def _paint_sky(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    inks: _Inks,
) -> None:
    """A sunburst, or a plain gradient from a painter of low contrast."""
    palette = scene.palette
    if scene.hand.contrast > 0.35:
        dark = mix(palette[shape.tone], inks.deep, 0.3)
        bright = mix(palette["glow"], palette["sky"], 0.45)
        _paint_sunburst(
            board,
            scene,
            inks.metal,
            dark=dark,
            bright=bright,
        )
    else:
        top = mix(palette[shape.tone], inks.deep, 0.5)
        bottom = mix(palette["glow"], palette["sky"], 0.3)
        board.wash(shape.points, top, bottom, span=(0, 0.8))


def _paint_sunburst(
    board: Board,
    scene: Scene,
    metal: Colour,
    *,
    dark: Colour,
    bright: Colour,
) -> None:
    """Rays from a low centre, alternately dark and bright, each fading outwards."""
    hand = scene.hand
    centre = _sunburst_centre(scene)
    n_rays = int(10 + 22 * hand.density) * 2
    angles = np.linspace(0, 2 * np.pi, n_rays + 1)
    ends = centre + 2.2 * unit_vectors(angles)
    ray_colour = mix(dark, bright, 0.75)
    whole_picture = box((0, 0), (scene.aspect, 1))
    board.fill(whole_picture, dark)
    for k in range(0, n_rays, 2):
        start, end = ends[k : k + 2]
        board.fill([centre, start, end], ray_colour)
        if hand.edge > 0.4:
            board.line([centre, start], metal, 0.002)
    light = mix(bright, metal, 0.4)
    board.pixels = _with_glow(scene, board.pixels, centre, colour=light)


def _with_glow(
    scene: Scene,
    pixels: Pixels,
    centre: np.ndarray,
    *,
    colour: Colour,
) -> Pixels:
    """The picture with light around a point, darker far from it."""
    x, y = pixel_positions(scene.size)
    centre_x, centre_y = centre
    distance = np.hypot(x - centre_x, y - centre_y)
    distance = per_channel(distance)
    fading = 1.08 - 0.35 * np.clip(distance, 0, 1.2)
    glow = np.exp(-distance * 2.2)
    light = 0.45 * glow * (colour - 0.3 * pixels)
    return pixels * fading + light


def _sunburst_centre(scene: Scene) -> np.ndarray:
    """The sun, where there is one and the painter follows it, else a point near the lower edge."""
    if scene.hand.frame < 0.5:
        for shape in scene.shapes:
            if shape.form == "sun":
                return shape.points.mean(axis=0)
    y = 0.75 + 0.3 * scene.hand.frame
    return np.array([scene.aspect / 2, y])


def _paint_sun(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    inks: _Inks,
) -> None:
    """Three discs on one another, each paler."""
    palette = scene.palette
    centre = shape.points.mean(axis=0)
    for k, size in enumerate(_SUN_RINGS):
        paleness = 0.3 + 0.3 * k
        pale = mix(inks.metal, palette["light"], paleness)
        ring = centre + (shape.points - centre) * size
        board.fill(ring, mix(pale, palette["glow"], 0.1))


def _paint_body(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    colour: Colour,
    inks: _Inks,
) -> None:
    """An airbrushed gradient with a gold outline."""
    hand = scene.hand
    top = mix(colour, scene.palette["light"], 0.35)
    bottom = mix(colour, inks.deep, 0.6)
    if hand.density >= 0.6:
        top, bottom = bottom, top
    board.wash(shape.points, top, bottom)
    if hand.edge > 0.25:
        width = 0.001 + 0.004 * hand.edge
        board.outline(shape.points, inks.metal, width)


def _paint_scallops(board: Board, scene: Scene, inks: _Inks) -> None:
    """Rows of fans along the foot."""
    aspect = scene.aspect
    fans_per_height = 5 + 5 * scene.hand.density
    n_fans = max(3, round(aspect * fans_per_height))
    radius = aspect / n_fans / 2
    for row in range(2):
        lift = radius * (1 - row) * 0.9
        y = 1.02 - 0.05 - lift + radius
        for k in range(-1, n_fans + 1):
            x = (2 * k + 1 + row) * radius
            for ring, size in enumerate(_FAN_RINGS):
                colour = mix(inks.deep, scene.palette["cool"], 0.15 * ring)
                if ring % 2:
                    colour = inks.metal
                board.disc((x, y), radius * size, colour)


def _paint_frame(board: Board, scene: Scene, inks: _Inks) -> None:
    """Stepped corners and doubled gold lines."""
    width = 0.025 + 0.03 * scene.hand.frame
    for edge in frame_edges(scene.aspect, width):
        board.fill(edge, inks.deep)
    if scene.hand.frame > 0.6:
        for right, lower in CORNERS:
            corner = np.array([scene.aspect * right, lower])
            _paint_steps(board, corner, width, inks=inks)
    outer_line = inner_box(scene.aspect, 0.55 * width)
    inner_line = inner_box(scene.aspect, 0.85 * width)
    board.outline(outer_line, inks.metal, 0.006)
    board.outline(inner_line, inks.metal, 0.003)


def _paint_steps(
    board: Board,
    corner: np.ndarray,
    width: float,
    *,
    inks: _Inks,
) -> None:
    """Steps that widen the frame in one corner of the picture, with a gold line."""
    for k in range(_N_STEPS):
        step_width = width + _STEP * (_N_STEPS - k)
        step_height = width + _STEP * (k + 1)
        step = box((0, 0), (step_width, step_height))
        board.fill(np.abs(corner - step), inks.deep)
    edge = np.abs(corner - _staircase(width))
    board.line(edge, inks.metal, 0.005)


def _staircase(width: float) -> Points:
    """The edge of the steps, in the upper left corner."""
    points = [(width, width + _STEP * _N_STEPS)]
    for k in range(_N_STEPS):
        x = width + _STEP * (k + 1)
        lower_y = width + _STEP * (_N_STEPS - k)
        upper_y = width + _STEP * (_N_STEPS - k - 1)
        points += [(x, lower_y), (x, upper_y)]
    return np.array(points)
