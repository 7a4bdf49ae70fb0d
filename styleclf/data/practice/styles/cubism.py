"""Cubism: objects broken into planes."""

import numpy as np

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import WHITE, Colour, Pixels, mix, per_channel, saturate
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.outlines import Points
from styleclf.data.practice.styles.planes import break_up, facets
from styleclf.data.practice.styles.scene import Scene
from styleclf.data.practice.styles.sketch import paint_sketch

_FORMS_WITH_CONTOURS = ("body", "ball", "eye", "hair", "house", "leaf")


def cubism(scene: Scene) -> Pixels:
    """Objects broken into planes: shifted views, a gradient on every facet, drawn edges, dry hatching."""
    hand = scene.hand
    board = paint_sketch(scene, haze=0.1, depth=0.8)
    muted_pixels = saturate(board.pixels, 0.45 + 0.55 * hand.contrast)
    n_planes = int(22 + 50 * hand.density)
    planes = facets(scene.rng, scene.aspect, n_planes)
    large_planes = facets(scene.rng, scene.aspect, 9)
    coarse = break_up(
        scene,
        muted_pixels,
        large_planes,
        shift=0.05,
        shade=0.25,
    )
    shift = 0.02 + 0.03 * hand.stroke
    shade = 0.55 + 0.35 * hand.edge
    board.pixels = break_up(
        scene,
        coarse,
        planes,
        shift=shift,
        shade=shade,
    )
    _draw_contours(board, scene, planes)
    stretch = 0.15 if hand.frame < 0.5 else 6
    hatching = scene.noise(60, octaves=2, stretch=stretch)
    strength = 0.22 * hand.roughness / 0.035
    return board.pixels * per_channel(1 + strength * hatching)


def _draw_contours(board: Board, scene: Scene, planes: list[Points]) -> None:
    """Dark and light edges of the planes, and a few of the objects' own lines, displaced."""
    rng = scene.rng
    dark = scene.palette["dark"]
    pale = mix(scene.palette["light"], WHITE, 0.3)
    width = 0.0025 + 0.005 * scene.hand.edge
    for plane in planes:
        first_corner = int(rng.integers(len(plane)))
        corners = np.roll(plane, -first_corner, axis=0)
        if rng.random() < 0.75:
            pressure = rng.uniform(0.5, 1.4)
            board.line(corners[:2], dark, width * pressure)
        if rng.random() < 0.3:
            board.line(corners[1:3], pale, width)
    for shape in scene.shapes:
        if shape.form in _FORMS_WITH_CONTOURS and rng.random() < 0.7:
            _draw_arc(
                board,
                scene,
                shape,
                colour=dark,
                width=width,
            )


def _draw_arc(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    colour: Colour,
    width: float,
) -> None:
    """A part of the shape's outline, displaced."""
    n = len(shape.points)
    start = int(scene.rng.integers(n))
    length = int(n * scene.rng.uniform(0.45, 0.8))
    positions = np.arange(start, start + length) % n
    shift = scene.rng.normal(0, 0.008, 2)
    board.line(shape.points[positions] + shift, colour, width)
