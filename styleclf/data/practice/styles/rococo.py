"""Rococo: pastel airs and gilded scrolls."""

import numpy as np

from styleclf.data.practice.brush import Brush, lay_dabs
from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import BLACK, GOLD, WHITE, Colour, Pixels, levels, mix, per_channel
from styleclf.data.practice.outlines import Points, leaf, smooth, trace, unit_vectors
from styleclf.data.practice.styles.borders import CORNERS
from styleclf.data.practice.styles.flow import flow_field
from styleclf.data.practice.styles.scene import Scene
from styleclf.data.practice.styles.sketch import paint_sketch
from styleclf.data.practice.textures import blur, noise, pixel_positions, screen

_POWDER = np.array([0.97, 0.9, 0.86])
_CREAM = np.array([0.99, 0.95, 0.9])
_LEAF_GREEN = np.array([0.5, 0.65, 0.45])
_PINK = np.array([0.98, 0.75, 0.75])
_OVAL_MARGIN = 0.03  # between the oval and the edges of the picture, in picture heights
_ROSE_RINGS = (  # size, and how much lighter or darker
    (1.0, -0.15),
    (0.8, 0.1),
    (0.6, -0.1),
    (0.4, 0.15),
    (0.2, -0.3),
)


def rococo(scene: Scene) -> Pixels:
    """Pastel airs: feathery paint in a glow, clouds, garlands of roses and gilded scrolls around an oval."""
    hand = scene.hand
    pastel = scene.with_palette(_pastel_palette(scene))
    board = paint_sketch(pastel, haze=0.5, depth=0.55)
    board.soften(0.003 + 0.005 * hand.edge)
    board.pixels = _with_mist(pastel, board.pixels)
    length = 0.03 + 0.02 * hand.stroke
    feathers = Brush(length, 0.008, jitter=0.035)
    flow = flow_field(pastel, board.pixels) + 0.5
    lay_dabs(
        board,
        scene.rng,
        feathers,
        count=1500,
        directions=flow,
    )
    board.soften(0.0015)
    pixels = board.pixels
    bloom = blur(pixels, scene.height / 14)
    board.pixels = screen(pixels, 0.28 * bloom)
    _paint_ornaments(board, pastel)
    return board.pixels


def _pastel_palette(scene: Scene) -> dict[str, Colour]:
    """The painter's palette with powder in every colour."""
    share = 0.22 + 0.15 * scene.hand.contrast
    palette = {}
    for tone, colour in scene.palette.items():
        palette[tone] = mix(colour, _POWDER, share)
    return palette


def _with_mist(scene: Scene, pixels: Pixels) -> Pixels:
    """The picture behind drifting mist, denser above."""
    mist = noise(
        scene.rng,
        scene.size,
        2.5,
        octaves=5,
        stretch=1.5,
    )
    density = 0.1 + 0.4 * scene.hand.density
    drifts = levels((mist - 0.45) * 2.2)
    veil = per_channel(drifts) * density
    thinning = np.linspace(1, 0.25, len(pixels))
    colour = mix(scene.palette["glow"], _CREAM, 0.5)
    return mix(pixels, colour, veil * thinning[:, None, None])


def _paint_ornaments(board: Board, scene: Scene) -> None:
    """What the painter sets around a picture: an oval, scrolled corners, a swag of roses, or nothing."""
    frame = scene.hand.frame
    gilt = mix(GOLD, scene.palette["warm"], 0.2)
    if frame > 0.55:
        _paint_oval(board, scene, gilt)
    if frame > 0.45:
        for right, lower in CORNERS:
            corner = np.array([scene.aspect * right, lower])
            _paint_scrolls(board, scene, corner, gilt=gilt)
    if 0.25 < frame < 0.45 or frame > 0.8:
        _paint_garland(board, scene)


def _paint_oval(board: Board, scene: Scene, gilt: Colour) -> None:
    """A gilded oval in a damask wall."""
    middle = scene.aspect / 2
    half_width = middle - _OVAL_MARGIN
    half_height = 0.5 - _OVAL_MARGIN
    x, y = pixel_positions(scene.size)
    sideways = (x - middle) / half_width
    upwards = (y - 0.5) / half_height
    distance = np.hypot(sideways, upwards)
    inside = levels((1.0 - distance) * scene.height / 5)
    wall = _damask_wall(scene, x, y, distance=distance)
    board.pixels = mix(wall, board.pixels, per_channel(inside))
    shadow = mix(gilt, BLACK, 0.25)
    shine = mix(gilt, WHITE, 0.6)
    angles = np.linspace(0, 2 * np.pi, 90)
    circle = unit_vectors(angles)
    mouldings = (
        (1.0, 0.022, shadow),
        (1.0, 0.014, gilt),
        (0.99, 0.004, shine),
    )
    for size, width, colour in mouldings:
        radii = (size * half_width, size * half_height)
        rim = (middle, 0.5) + circle * radii
        board.line(rim, colour, width)


def _damask_wall(
    scene: Scene,
    x: np.ndarray,
    y: np.ndarray,
    *,
    distance: np.ndarray,
) -> Pixels:
    """A pale patterned wall, darker near the oval; `distance` is 1 at its rim."""
    pale = mix(scene.palette["wall"], WHITE, 0.4)
    columns = np.sin(x * 36)
    rows = np.sin(y * 36)
    damask = 0.04 * columns * rows
    beyond_rim = np.maximum(distance - 1, 0) * 9
    shadow = np.exp(-(beyond_rim**2))
    wall = pale + per_channel(damask)
    return wall * per_channel(1 - 0.2 * shadow)


def _paint_scrolls(
    board: Board,
    scene: Scene,
    corner: np.ndarray,
    *,
    gilt: Colour,
) -> None:
    """Two curls, a stem and a few leaves in one corner of the picture, with a lit edge."""
    size = 0.055 + 0.045 * scene.hand.stroke
    size = size * min(1.0, scene.aspect + 0.2)
    shadow = mix(gilt, BLACK, 0.35)
    shine = mix(gilt, WHITE, 0.55)
    layers = (  # colour, shift, width of lines
        (shadow, 0.004, 0.17),
        (gilt, 0.0, 0.15),
        (shine, -0.003, 0.05),
    )
    for frond in _fronds(size):
        points = np.abs(corner - frond)
        for colour, shift, _ in layers:
            board.fill(points + shift, colour)
    for line in _scroll_lines(size):
        points = np.abs(corner - line)
        for colour, shift, width in layers:
            board.line(points + shift, colour, width * size)


def _fronds(size: float) -> list[Points]:
    """Three leaves along the left edge and three along the upper edge."""
    length = 0.8 * size
    width = 0.13 * size
    inset = 0.45 * size
    left_fronds = []
    upper_fronds = []
    for k in range(3):
        distance = (2.6 + 0.5 * k) * size
        left_frond = leaf((inset, distance), 1.0, length=length, width=width)
        upper_frond = leaf((distance, inset), 0.57, length=length, width=width)
        left_fronds.append(left_frond)
        upper_fronds.append(upper_frond)
    return left_fronds + upper_fronds


def _scroll_lines(size: float) -> list[Points]:
    """Two curls and the stem between them, in the upper left corner."""
    radius = 0.8 * size
    near = 0.9 * size
    far = 2.0 * size
    lower_curl = _curl((near, far), radius, start=3.6, sense=1)
    upper_curl = _curl((far, near), radius, start=1.1, sense=-1)
    stem = smooth(trace("0.4,3.4 0.35,1.2 1.2,0.35 3.4,0.4") * size)
    return [lower_curl, upper_curl, stem]


def _curl(
    centre: tuple[float, float],
    radius: float,
    *,
    start: float,
    sense: int,
) -> Points:
    """A C-curl: a spiral that opens from the angle `start`, clockwise for `sense` 1, else for -1."""
    angles = np.linspace(0, 1.6 * 2 * np.pi, 46)
    shares = angles / angles[-1]
    radii = radius * (0.12 + 0.88 * shares**1.4)
    directions = unit_vectors(sense * angles + start)
    return centre + radii[:, None] * directions


def _paint_garland(board: Board, scene: Scene) -> None:
    """Swags of roses and leaves hung along the top."""
    rng = scene.rng
    green = mix(scene.palette["near"], _LEAF_GREEN, 0.5)
    n_swags = max(1, round(scene.aspect * 1.8))
    for swag in range(n_swags):
        for share in np.linspace(0, 1, 15):
            from_the_middle = 2 * share - 1
            sag = 0.11 * (1 - from_the_middle**2)
            x = (swag + share) * scene.aspect / n_swags
            x = x + rng.normal(0, 0.006)
            y = 0.035 + sag + rng.normal(0, 0.008)
            radius = 0.014 + 0.02 * rng.random()
            for _ in range(2):
                angle = rng.uniform(0, 6.3)
                foliage = leaf((x, y), angle, length=0.055, width=0.013)
                board.fill(foliage, green)
            if rng.random() < 0.75:
                colour = scene.random_colour("accent", "light", "warm")
                pink = mix(colour, _PINK, 0.35)
                _paint_rose(
                    board,
                    scene,
                    (x, y),
                    radius=radius,
                    colour=pink,
                )


def _paint_rose(
    board: Board,
    scene: Scene,
    centre: tuple[float, float],
    *,
    radius: float,
    colour: Colour,
) -> None:
    """Rings of petals, lit and shaded in turn."""
    for size, light in _ROSE_RINGS:
        shift = scene.rng.normal(0, 0.12 * radius, 2)
        end = WHITE if light > 0 else BLACK
        petal_colour = mix(colour, end, abs(light))
        board.disc(centre + shift, radius * size, petal_colour)
