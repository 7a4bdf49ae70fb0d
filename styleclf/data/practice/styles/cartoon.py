"""Cartoons: ink and flat bright paint."""

import numpy as np
from PIL import Image

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import BLACK, WHITE, Colour, Pixels, ink, levels, mix, saturate
from styleclf.data.practice.motifs.shapes import Place, Shape
from styleclf.data.practice.outlines import box, unit_vectors
from styleclf.data.practice.styles.scene import Scene, tint

_FORMS_LEFT_OUT = ("shadow", "glint")
_FORMS_WITHOUT_LINES = ("sky", "window", "foam")
_FORMS_WITH_FACES = ("ball", "sun", "body")
_MAX_FACES = 5


def cartoon(scene: Scene) -> Pixels:
    """Ink and flat bright paint: thick outlines, one step of shadow, and everything may look back at you."""
    ground = saturate(scene.palette["glow"], 1.3)
    board = Board(scene.size, ground)
    pen_width = 0.004 + 0.01 * scene.hand.edge
    pen_colour = mix(scene.palette["dark"], BLACK, 0.6)
    for shape in scene.shapes:
        if shape.form in _FORMS_LEFT_OUT:
            continue
        _paint_shape(board, scene, shape)
        if shape.form not in _FORMS_WITHOUT_LINES:
            width = pen_width * 0.45 if shape.is_small else pen_width
            board.outline(shape.points, pen_colour, width)
    if scene.hand.frame > 0.4 and not _has_a_face(scene):
        for face in _faces(scene):
            _draw_smile(
                board,
                scene,
                face,
                pen_colour=pen_colour,
                pen_width=pen_width,
            )
    return board.pixels


def _paint_shape(board: Board, scene: Scene, shape: Shape) -> None:
    """One shape in a bright colour: dots for the sky, a hard shadow for bodies."""
    colour = tint(scene, shape, spread=0.015)
    strong = saturate(colour, 1.3 + 0.4 * scene.hand.contrast)
    bright = levels(strong * 1.06)
    board.fill(shape.points, bright)
    if shape.form == "sky":
        _paint_halftone(board, scene, bright)
    elif not shape.is_small:
        _paint_hard_shadow(board, scene, shape, colour=bright)


def _paint_halftone(board: Board, scene: Scene, colour: Colour) -> None:
    """A comic's dots, growing downwards."""
    if scene.hand.density < 0.4:
        whole_picture = box((0, 0), (scene.aspect, 1))
        pale = mix(colour, WHITE, 0.5)
        board.wash(whole_picture, colour, pale, span=(0.1, 0.7))
        return
    step = 0.03 + 0.02 * scene.hand.stroke
    pale = mix(colour, WHITE, 0.35)
    for row, y in enumerate(np.arange(0, 0.9, step)):
        radius = step * 0.45 * (0.15 + 0.7 * y)
        first_x = (row % 2) * step / 2
        for x in np.arange(first_x, scene.aspect, step):
            board.disc((x, y), radius, pale)


def _paint_hard_shadow(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    colour: Colour,
) -> None:
    """One hard-edged darker tone on the side away from the light."""
    cutout = board.cutout(shape.points)
    if cutout is None:
        return
    size = cutout.mask.size
    light_x, light_y = scene.hand.light
    distance = 0.16 * min(size)
    shift = (round(light_x * distance), round(light_y * distance))
    black = Image.new("L", size)
    lit_side = Image.new("L", size)
    lit_side.paste(cutout.mask, shift)
    dark_side = Image.composite(black, cutout.mask, lit_side)
    dark = ink(colour * 0.78)
    board.image.paste(dark, cutout.region, dark_side)


def _has_a_face(scene: Scene) -> bool:
    """Whether the scene shows somebody who has a face already."""
    for shape in scene.shapes:
        is_head = shape.form == "ball" and shape.is_skin
        if is_head or shape.form == "eye":
            return True
    return False


def _faces(scene: Scene) -> list[Place]:
    """Places for up to five faces that do not touch, the nearest first; their size is the radius of the thing."""
    faces: list[Place] = []
    for shape in reversed(scene.shapes):
        radius = float(shape.extent.min()) / 2
        x, y = shape.middle.tolist()
        place = Place((x, y), radius, shape.depth)
        inside = 0.05 < x < scene.aspect - 0.05 and 0.05 < y < 0.95
        if inside and _may_smile(shape, radius) and _is_free(place, faces):
            faces.append(place._replace(size=min(radius, 0.16)))
    return faces[:_MAX_FACES]


def _may_smile(shape: Shape, radius: float) -> bool:
    """Whether it is a large round thing or a mountain peak."""
    is_peak = shape.form == "hill" and shape.tone == "cool" and radius < 0.4
    return (is_peak or shape.form in _FORMS_WITH_FACES) and radius > 0.035


def _is_free(place: Place, faces: list[Place]) -> bool:
    """Whether a face there would touch none of the others."""
    x, y = place.point
    for face in faces:
        face_x, face_y = face.point
        distance = np.hypot(x - face_x, y - face_y)
        if distance <= place.size + face.size:
            return False
    return True


def _draw_smile(
    board: Board,
    scene: Scene,
    face: Place,
    *,
    pen_colour: Colour,
    pen_width: float,
) -> None:
    """Two eyes that look the same way, and a mouth."""
    radius = face.size
    look = scene.rng.uniform(-0.08, 0.08, 2) * radius
    for side in (-1, 1):
        eye = face.shifted(side * 0.34, 0)
        white = eye.at(0, -0.15)
        pupil = np.add(eye.at(0, -0.1), look)
        glint = np.add(eye.at(0, -0.16), look)
        glint[0] += 0.04 * radius
        outer_radius = 0.27 * radius
        inner_radius = outer_radius - 0.5 * pen_width
        board.disc(white, outer_radius, pen_colour, squash=1.25)
        board.disc(white, inner_radius, WHITE, squash=1.25)
        board.disc(pupil, 0.13 * radius, BLACK)
        board.disc(glint, 0.045 * radius, WHITE)
    half_turns = np.linspace(0.15, 0.85, 10)
    angles = half_turns * np.pi
    reach = (0.4 * radius, 0.35 * radius)
    arc = unit_vectors(angles) * reach
    mouth = np.add(face.at(0, 0.15), arc)
    line_width = max(0.7 * pen_width, 0.07 * radius)
    board.line(mouth, pen_colour, line_width)
