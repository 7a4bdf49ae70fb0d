"""The plan of the practice set: who paints what, in which order."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from styleclf.data.practice.names import make_title, painter_names
from styleclf.data.practice.painters import STYLES, Hand, choose_motif, make_hand

STYLES_WITHOUT_AUTHORS = ("cartoon", "photo")
TWO_STYLES = {"japonism": "artdeco", "naturalism": "impressionism"}  # where one painter also works in the other style
_ASPECTS = (0.7, 0.75, 0.8, 0.9, 1.0, 1.15, 1.25, 1.33, 1.45, 1.6)  # width over height


class _Painter(NamedTuple):
    """A painter of one style, with the number of pictures in it; the name is empty where a style has no authors."""

    name: str
    hand: Hand
    n_pictures: int


class Work(NamedTuple):
    """One picture to be painted."""

    style: str
    name: str  # file name without ending
    hand: Hand
    motif: str
    size: tuple[int, int]
    seed: tuple[int, int]


def plan_works(n_images: int, size: int, seed: int) -> list[Work]:
    """Who paints what: every picture of the set, in a fixed order."""
    rng = np.random.default_rng(seed)
    shares = _equal_shares(n_images)
    painters = _painters_of_styles(rng, shares)
    works: list[Work] = []
    for style, share in shares.items():
        if style in STYLES_WITHOUT_AUTHORS:
            painters[style] = _nameless_painters(rng, style, share)
        for painter in _one_per_picture(painters[style]):
            number = len(works)
            motif = choose_motif(rng, painter.hand)
            title = motif
            if painter.name:
                title = f"{painter.name}_{make_title(rng, motif)}"
            name = f"{title}-{number:04}"
            works.append(
                Work(
                    style,
                    name,
                    painter.hand,
                    motif,
                    size=_picture_size(rng, size),
                    seed=(seed, number),
                )
            )
    return works


def _equal_shares(n_images: int) -> dict[str, int]:
    """How many pictures each style gets; the first ones get one more where the number cannot be divided."""
    share, remainder = divmod(n_images, len(STYLES))
    shares = dict.fromkeys(STYLES, share)
    for style in STYLES[:remainder]:
        shares[style] += 1
    return shares


def _one_per_picture(painters: list[_Painter]) -> Iterator[_Painter]:
    """Each painter as often as there are pictures by that painter."""
    for painter in painters:
        for _ in range(painter.n_pictures):
            yield painter


def _painters_of_styles(rng: Generator, shares: dict[str, int]) -> dict[str, list[_Painter]]:
    """The painters of every style that has authors; two of them work in two styles."""
    styles = [style for style in STYLES if style not in STYLES_WITHOUT_AUTHORS]
    names = iter(painter_names(rng, 10 * len(styles)))
    painters: dict[str, list[_Painter]] = {}
    for style in styles:
        painters[style] = []
        for n_pictures in picture_counts(shares[style]):
            painter = _Painter(next(names), make_hand(rng, style), n_pictures)
            painters[style].append(painter)
    for style, second_style in TWO_STYLES.items():
        guest = painters[second_style][-4]
        host = painters[style][-3]
        painters[style][-3] = guest._replace(n_pictures=host.n_pictures)
    return painters


def picture_counts(n: int) -> list[int]:
    """How many pictures each painter of a style contributes, from several with a single one to a few with many."""
    n_painters = int(np.clip(n // 5, 6, 10))
    weights = np.geomspace(1, n / 4, n_painters)
    shares = weights * n / weights.sum()
    counts = np.maximum(1, shares.astype(int))
    counts[-1] += n - counts.sum()
    return counts.tolist()


def _nameless_painters(rng: Generator, style: str, n: int) -> list[_Painter]:
    """Painters of two pictures each, and one of a single picture for an odd number, for a style without authors."""
    painters = []
    for _ in range(n // 2):
        painters.append(_Painter("", make_hand(rng, style), n_pictures=2))
    last_hand = make_hand(rng, style)  # always, so that the random numbers after it do not depend on n
    if n % 2:
        painters.append(_Painter("", last_hand, n_pictures=1))
    return painters


def _picture_size(rng: Generator, short_side: int) -> tuple[int, int]:
    """Width and height of one picture."""
    aspect = float(rng.choice(_ASPECTS))
    if aspect < 1:
        return short_side, round(short_side / aspect)
    return round(short_side * aspect), short_side
