"""Japonism: the colour woodcut."""

import numpy as np

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import PAPER, WHITE, Colour, Pixels, mix, per_channel
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.outlines import box, unit_vectors
from styleclf.data.practice.styles.borders import paint_margin
from styleclf.data.practice.styles.scene import Scene, tint

_INDIGO = np.array([0.1, 0.12, 0.25])
_SEAL_RED = np.array([0.76, 0.18, 0.14])
_SEAL_PAPER = np.array([0.97, 0.9, 0.78])
_SEAL_STROKES = [
    (0.02, 0.0),
    (0.0, 0.018),
    (0.012, 0.012),
    (-0.014, 0.012),
]
_LINE_WIDTH = 0.003
_FORMS_LEFT_OUT = ("shadow", "glint")
_FORMS_WITHOUT_LINES = ("sky", "sun", "window")


def japonism(scene: Scene) -> Pixels:
    """A colour woodcut: flat colours, keyblock outlines, bokashi bands, patterns, paper and a red seal."""
    hand = scene.hand
    board = Board(scene.size, scene.palette["light"])
    line_colour = mix(scene.palette["dark"], _INDIGO, 0.5)
    wood_stretch = 12 if hand.stroke < 0.5 else 0.08
    wood = scene.noise(40, octaves=3, stretch=wood_stretch)
    for shape in scene.shapes:
        if shape.form not in _FORMS_LEFT_OUT:
            _print_colour(board, scene, shape)
            _print_lines(board, scene, shape, colour=line_colour)
    paper = mix(WHITE, PAPER, 0.5 + 0.5 * hand.contrast)
    pressure = 1 - 0.14 * wood * (0.5 + hand.stroke)
    print_on_paper = board.pixels * paper.astype(np.float32)
    board.pixels = print_on_paper * per_channel(pressure)
    if hand.frame > 0.4:
        paint_margin(board, 0.03 + 0.02 * hand.frame, line_colour)
    if hand.stroke > 0.4:
        _stamp_seal(board, scene)
    return board.pixels


def _print_lines(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    colour: Colour,
) -> None:
    """The outline of a shape, thinner for small ones."""
    if shape.form in _FORMS_WITHOUT_LINES:
        return
    if shape.form == "detail" and scene.hand.density < 0.3:
        return
    width = 0.003 + 0.006 * scene.hand.edge
    if shape.is_small:
        width = width * 0.5
    board.outline(shape.points, colour, width)


def _print_colour(board: Board, scene: Scene, shape: Shape) -> None:
    """Flat ink, wiped to a gradient (bokashi) in the sky and along the upper edge of land and water."""
    colour = tint(scene, shape, haze=0.25, spread=0.015)
    palette = scene.palette
    if shape.form == "sky":
        _print_sky(board, scene, shape)
    elif shape.is_land:
        fade_end = min(1.05, shape.top + 0.25)
        pale = mix(colour, palette["light"], 0.35)
        board.wash(shape.points, colour, pale, span=(shape.top, fade_end))
        if shape.is_open_water:
            dark = mix(colour, palette["dark"], 0.3)
            _print_ripples(board, scene, shape.top, colour=dark)
    else:
        board.fill(shape.points, colour)


def _print_sky(board: Board, scene: Scene, shape: Shape) -> None:
    """A pale sky, warmer towards the horizon, with a dark band along the upper edge."""
    palette = scene.palette
    pale = mix(palette["glow"], palette["light"], 0.6)
    warmth = 0.25 + 0.3 * scene.hand.contrast
    warm = mix(pale, palette["warm"], warmth)
    board.wash(shape.points, pale, warm, span=(0.3, 0.6))
    band_height = 0.08 + 0.2 * scene.hand.contrast
    band = box((0, 0), (scene.aspect, band_height))
    deep = mix(palette["sky"], palette["cool"], 0.5)
    board.wash(band, deep, pale, span=(0.02, band_height))


def _print_ripples(
    board: Board,
    scene: Scene,
    top: float,
    *,
    colour: Colour,
) -> None:
    """Rows of shells (seigaiha) or of long lines, as the painter likes."""
    if scene.hand.density > 0.45:
        _print_shells(board, scene, top, colour=colour)
        return
    for y in np.arange(top + 0.015, 1.0, 0.022):
        right = scene.aspect + 0.1
        ends = scene.rng.uniform(-0.1, right, 2)
        x = np.linspace(ends.min(), ends.max(), 14)
        wave = y + 0.004 * np.sin(x * 40)
        board.line(np.column_stack([x, wave]), colour, _LINE_WIDTH)


def _print_shells(
    board: Board,
    scene: Scene,
    top: float,
    *,
    colour: Colour,
) -> None:
    """Rows of nested arcs, each row shifted against the one above."""
    radius = 0.035 + 0.03 * scene.hand.density
    angles = np.linspace(np.pi, 2 * np.pi, 9)
    rows = np.arange(top + radius, 1.05, radius * 0.5)
    for row, y in enumerate(rows):
        first_x = -radius + (row % 2) * radius
        right = scene.aspect + radius
        for x in np.arange(first_x, right, 2 * radius):
            for share in (1.0, 0.66, 0.33):
                arc = share * radius * unit_vectors(angles)
                shell = np.add((x, y), arc)
                board.line(shell, colour, _LINE_WIDTH)


def _stamp_seal(board: Board, scene: Scene) -> None:
    """A red cartouche with a few strokes in it, in an upper corner."""
    rng = scene.rng
    height = rng.uniform(0.11, 0.18)
    width = 0.055
    x = 0.07
    if scene.hand.light[0] >= 0:
        x = scene.aspect - 0.07 - width
    lower_right = (x + width, 0.07 + height)
    cartouche = box((x, 0.07), lower_right)
    board.fill(cartouche, _SEAL_RED)
    middle_x = x + width / 2
    for y in np.arange(0.085, 0.05 + height, 0.035):
        middle = np.array([middle_x, y + 0.012])
        for _ in range(4):
            start = middle + rng.uniform(-0.014, 0.014, 2)
            end = start + rng.choice(_SEAL_STROKES)
            board.line([start, end], _SEAL_PAPER, 0.0045)
