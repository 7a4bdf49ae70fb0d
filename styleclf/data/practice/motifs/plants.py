"""Trees and flowers."""

import numpy as np

from styleclf.data.practice.motifs.shapes import Place, Shape
from styleclf.data.practice.motifs.view import View
from styleclf.data.practice.outlines import angles_around, disc, leaf, lobed_shape, ribbon, smooth, unit_vectors


def tree(view: View, place: Place, tone: str) -> list[Shape]:
    """A leaning trunk under a crown of three lumps, rooted at the place and as tall as its size."""
    lean = view.stray(0.06)
    top = (2 * lean, -0.8)
    spine = [(0, 0), (lean, -0.4), top]
    line = smooth(place.points(spine))
    thickness = 0.1 * place.size
    trunk = ribbon(line, thickness, 0.04 * place.size)
    left = view.between(-0.2, -0.1)
    right = view.between(0.08, 0.2)
    crown = place.shifted(2 * lean, -0.85)
    lumps = (
        (0, 0, 0.42),
        (left, 0.1, 0.24),
        (right, -0.1, 0.25),
    )
    shapes = [place.shape(trunk, "dark", "trunk")]
    for x, y, radius in lumps:
        centre = crown.at(x, y)
        lump = lobed_shape(view.rng, centre, radius * place.size)
        shapes.append(place.shape(lump, tone, "leaf"))
    return shapes


def poplar(view: View, place: Place, tone: str) -> list[Shape]:
    """A tall narrow tree."""
    angle = -np.pi / 2 + view.stray(0.04)
    width = place.size * view.between(0.1, 0.16)
    stalk = place.at(0, -0.1)
    crown = leaf(stalk, angle, length=place.size, width=width)
    trunk = place.band("0,0 0,-0.3", 0.05, 0.04)
    return [
        place.shape(trunk, "dark", "trunk"),
        place.shape(crown, tone, "leaf"),
    ]


def flower(view: View, place: Place, tone: str) -> list[Shape]:
    """Five round petals and an eye."""
    turn = view.between(0, 6.3)
    ring = place.resized(0.6)
    shapes = []
    for x, y in unit_vectors(turn + angles_around(5)):
        centre = ring.at(x, y)
        petal = disc(centre, 0.5 * place.size, corners=14)
        shapes.append(place.shape(petal, tone, "petal"))
    eye = place.disc(0, 0, 0.28, corners=12)
    return [*shapes, place.shape(eye, "sun", "detail")]
