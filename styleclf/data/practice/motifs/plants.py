"""Trees and flowers."""

import numpy as np

from styleclf.data.practice.motifs.shapes import Place, Shape
from styleclf.data.practice.motifs.view import View
from styleclf.data.practice.outlines import disc, leaf, lobed_shape, ribbon, smooth


def tree(view: View, place: Place, tone: str) -> list[Shape]:
    """A leaning trunk under a crown of three lumps, rooted at the place and as tall as its size."""
    lean = view.rng.normal(0, 0.06)
    spine = smooth(place.points([(0, 0), (lean, -0.4), (2 * lean, -0.8)]))
    trunk = ribbon(spine, 0.1 * place.size, 0.04 * place.size)
    left = view.between(-0.2, -0.1)
    right = view.between(0.08, 0.2)
    crown = place.moved(2 * lean, -0.85)
    lumps = [(0, 0, 0.42), (left, 0.1, 0.24), (right, -0.1, 0.25)]
    shapes = [place.shape(trunk, "dark", "trunk")]
    for x, y, radius in lumps:
        lump = lobed_shape(view.rng, crown.at(x, y), radius * place.size)
        shapes.append(place.shape(lump, tone, "leaf"))
    return shapes


def poplar(view: View, place: Place, tone: str) -> list[Shape]:
    """A tall narrow tree."""
    angle = -np.pi / 2 + view.rng.normal(0, 0.04)
    width = place.size * view.between(0.1, 0.16)
    crown = leaf(place.at(0, -0.1), angle, length=place.size, width=width)
    trunk = place.band("0,0 0,-0.3", 0.05, 0.04)
    return [place.shape(trunk, "dark", "trunk"), place.shape(crown, tone, "leaf")]


def flower(view: View, place: Place, tone: str) -> list[Shape]:
    """Five round petals and an eye."""
    angles = view.between(0, 6.3) + np.linspace(0, 2 * np.pi, 5, endpoint=False)
    ring = place.scaled(0.6)
    shapes = []
    for angle in angles:
        petal = disc(ring.at(np.cos(angle), np.sin(angle)), 0.5 * place.size, corners=14)
        shapes.append(place.shape(petal, tone, "petal"))
    eye = place.disc(0, 0, 0.28, corners=12)
    return [*shapes, place.shape(eye, "sun", "detail")]
