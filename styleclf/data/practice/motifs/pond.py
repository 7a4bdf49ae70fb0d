"""A pond: lily pads, reeds, a bridge."""

import numpy as np

from styleclf.data.practice.motifs.backdrop import ridge
from styleclf.data.practice.motifs.plants import flower
from styleclf.data.practice.motifs.shapes import Place
from styleclf.data.practice.motifs.view import OVERLAP, View
from styleclf.data.practice.outlines import blob, disc, leaf, ribbon


def draw_pond(view: View) -> None:
    """Lily pads on reflections, reeds in a corner, sometimes a bridge."""
    surface = view.below(-OVERLAP)
    view.draw(surface, "water", "water", depth=0.8)
    for _ in range(9):
        _add_reflection(view)
    if view.chance(0.5):
        _add_bridge(view)
    for y in np.sort(view.rng.uniform(0.45, 1.0, 26)):
        _add_lily(view, y)
    spots = view.rng.uniform(0, 0.16, 6)
    corner = view.rng.choice([0.0, 0.84])
    for share in corner + spots:
        _add_reed(view, view.aspect * share)


def _add_reed(view: View, x: float) -> None:
    """A long leaf from below the lower edge."""
    length = view.between(0.3, 0.6)
    angle = -1.57 + view.stray(0.16)
    reed = leaf((x, 1.05), angle, length=length, width=0.012)
    view.draw(reed, "dark", "detail", depth=0.02)


def _add_reflection(view: View) -> None:
    """A patch of another colour on the water."""
    centre = (view.across(), view.between(0, 0.7))
    radius = view.between(0.08, 0.22)
    sheen = blob(
        view.rng,
        centre,
        radius,
        rough=0.2,
        squash=0.25,
    )
    tone = view.any_of("sky", "mid", "cool", "far")
    view.draw(sheen, tone, "glint", depth=0.7)


def _add_bridge(view: View) -> None:
    """An arched bridge before a bank of leaves."""
    y = view.between(0.26, 0.36)
    lift = view.between(0.08, 0.14)
    foot = y + 0.1
    bank = ridge(view, y - 0.05, rise=0.05, bottom=foot)
    view.draw(bank, "mid", "leaf", depth=0.75)
    t = np.linspace(-0.05, 1.05, 30)
    arch = 4 * (t - 0.5) ** 2
    x = t * view.aspect
    rail = np.column_stack([x, y + lift * arch])
    deck = np.add(rail, (0, 0.09))
    bands = [ribbon(rail, 0.016), ribbon(deck, 0.035)]
    posts = np.stack([rail, deck], axis=1)
    for ends in posts[2:-1:3]:
        bands.append(ribbon(ends, 0.012))
    for band in bands:
        view.draw(band, "accent", "detail", depth=0.4)


def _add_lily(view: View, y: float) -> None:
    """A lily pad, larger towards the viewer, often with its flower."""
    growth = 0.085 * (y - 0.4)
    radius = 0.02 + growth * view.between(0.6, 1.3)
    x = view.across()
    pad = disc((x, y), radius, squash=0.42, corners=24)
    tone = view.any_of("near", "mid", "far")
    depth = 0.5 - 0.4 * y
    view.draw(pad, tone, "leaf", depth=depth)
    if view.chance(0.4):
        centre = (x, y - 0.3 * radius)
        place = Place(centre, 0.45 * radius, 0.1)
        tone = view.any_of("accent", "light", "warm")
        view.add(*flower(view, place, tone))
