"""All motifs by name."""

from numpy.random import Generator

from styleclf.data.practice.motifs.balloons import draw_balloons
from styleclf.data.practice.motifs.branch import draw_branch
from styleclf.data.practice.motifs.city import draw_city
from styleclf.data.practice.motifs.fields import draw_field, draw_grove
from styleclf.data.practice.motifs.harbour import draw_harbour
from styleclf.data.practice.motifs.mountains import draw_mountains
from styleclf.data.practice.motifs.people import draw_dancer, draw_portrait
from styleclf.data.practice.motifs.pond import draw_pond
from styleclf.data.practice.motifs.sea import draw_sea
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.motifs.still_life import draw_still_life
from styleclf.data.practice.motifs.view import View

MOTIFS = {
    "balloons": draw_balloons,
    "branch": draw_branch,
    "city": draw_city,
    "dancer": draw_dancer,
    "field": draw_field,
    "grove": draw_grove,
    "harbour": draw_harbour,
    "mountains": draw_mountains,
    "pond": draw_pond,
    "portrait": draw_portrait,
    "sea": draw_sea,
    "still-life": draw_still_life,
}


def compose(motif: str, rng: Generator, aspect: float) -> list[Shape]:
    """The shapes of a motif, one of `MOTIFS`, from back to front, for a picture `aspect` times as wide as high."""
    view = View(rng, aspect)
    MOTIFS[motif](view)
    return view.shapes
