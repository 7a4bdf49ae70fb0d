"""Who paints: invented painters, each with a palette, a stroke, a favourite motif and something borrowed.

A painter's traits vary as widely inside a style as they can while the style's own handling still carries it. That is
what makes folds by author matter: somebody who has seen the painter before has an easier task.
"""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from styleclf.data.practice.palettes import Palette, mixed_palette

# The styles' habits overlap: every palette serves at least two of them.
STYLE_PALETTES = {
    "artdeco": "night ember jade plum sand indigo lagoon rose dusk",
    "cartoon": "candy lagoon meadow indigo ember rose jade morning sand",
    "cubism": "ochre slate sand ember jade ochre indigo dusk plum meadow",
    "impressionism": "dusk morning meadow rose lagoon plum sand jade indigo ochre",
    "japonism": "indigo sand jade ember morning slate plum rose meadow",
    "naturalism": "ochre meadow slate sand dusk morning jade plum ember",
    "photo": "dusk morning meadow slate sand night ochre lagoon ember candy indigo",
    "rococo": "rose morning sand plum lagoon jade dusk meadow candy",
}
STYLE_MOTIFS = {
    "artdeco": "city dancer sea portrait city mountains balloons branch harbour",
    "cartoon": "balloons still-life portrait sea city mountains dancer field branch harbour",
    "cubism": "still-life portrait still-life city harbour dancer branch grove",
    "impressionism": "harbour pond field grove sea dancer balloons still-life mountains",
    "japonism": "sea mountains branch pond portrait harbour city grove",
    "naturalism": "field grove mountains harbour sea pond still-life portrait",
    "photo": "still-life mountains branch city sea balloons harbour field pond portrait grove",
    "rococo": "dancer portrait grove branch pond balloons field still-life sea",
}
# From whom a painter of the style may have learned something.
NEIGHBOURS = {
    "artdeco": "cubism japonism cartoon rococo",
    "cartoon": "japonism artdeco photo cubism",
    "cubism": "artdeco impressionism cartoon naturalism",
    "impressionism": "naturalism rococo cubism japonism",
    "japonism": "cartoon artdeco impressionism rococo",
    "naturalism": "impressionism photo rococo japonism",
    "photo": "photo rococo",
    "rococo": "impressionism naturalism artdeco photo",
}
STYLES = sorted(STYLE_MOTIFS)
_MOTIF_SHARES = (0.62, 0.2, 0.1, 0.08)  # of a painter's four motifs, the favourite first


class Hand(NamedTuple):
    """One painter's way of working; the plain numbers lie in 0..1."""

    palette: Palette
    motifs: list[str]
    guest: str  # the style from which something is borrowed
    influence: float
    stroke: float
    density: float
    edge: float
    contrast: float
    frame: float
    light: tuple[float, float]  # a vector towards the lamp
    grain: str
    roughness: float


def _any_of(rng: Generator, names: str) -> str:
    """One of the names in a line of them."""
    return str(rng.choice(names.split()))


def make_hand(rng: Generator, style: str) -> Hand:
    """A painter of `style`, drawn by lot."""
    motifs = rng.permutation(STYLE_MOTIFS[style].split()).tolist()
    different_motifs = list(dict.fromkeys(motifs))
    angle = rng.uniform(0, np.pi)
    light_x = -np.cos(angle)
    light_y = -(0.3 + 0.7 * np.sin(angle))
    return Hand(
        palette=mixed_palette(rng, _any_of(rng, STYLE_PALETTES[style])),
        motifs=different_motifs[:4],
        guest=_any_of(rng, NEIGHBOURS[style]),
        influence=max(0.0, rng.uniform(-0.3, 1.0)),
        stroke=rng.random(),
        density=rng.random(),
        edge=rng.random(),
        contrast=rng.random(),
        frame=rng.random(),
        light=(float(light_x), float(light_y)),
        grain=_any_of(rng, "canvas paper panel"),
        roughness=rng.uniform(0.012, 0.035),
    )


def choose_motif(rng: Generator, hand: Hand) -> str:
    """One of the painter's motifs, mostly the favourite."""
    position = rng.choice(len(hand.motifs), p=_MOTIF_SHARES)
    return hand.motifs[position]
