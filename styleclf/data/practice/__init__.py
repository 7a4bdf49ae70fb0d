"""The practice set: eight styles of pictures by invented painters, so that everything can be tried without a download.

hands.py     who paints: palette, stroke, favourite motifs
motifs.py    what is shown: shapes, free of any style
styles.py    how it is painted: eight handlings of the same shapes
brushes.py   what every painter finds in the studio
"""

import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed

from styleclf.data.practice.motifs import MOTIFS
from styleclf.data.practice.painters import STYLES, Hand, choose_motif, make_hand, make_title, painter_names
from styleclf.data.practice.styles import Scene, paint_picture
from styleclf.output import tracked, whole_file, write_json

AUTHORLESS = ("cartoon", "photo")
TWO_STYLES = {"japonism": "artdeco", "naturalism": "impressionism"}  # where one painter also works in the other style
ASPECTS = (0.7, 0.75, 0.8, 0.9, 1.0, 1.15, 1.25, 1.33, 1.45, 1.6)  # width over height
LEAST = 64  # images: eight styles, six painters each, some of them with more than one
MARKER = ".samples.json"
EDITION = 2  # raise it when the painters change, so that an older set is painted anew


class Work(NamedTuple):
    """One picture to be painted."""

    style: str
    name: str  # file name without ending
    hand: Hand
    motif: str
    size: tuple[int, int]
    seed: tuple[int, int]


def paint_samples(
    out: str | Path = "data/sample", n_images: int = 400, size: int = 256, seed: int = 0, progress: bool = True
) -> Path:
    """Fill `out` with `<style>/<author>_<title>.jpg`, `size` pixels on the short side; returns `out`.

    Eight styles of equal share, by 6 to 10 painters each; two painters work in two styles; cartoon and photo have no
    authors. The same arguments give the same bytes. A set that is complete is left alone; one that was interrupted,
    or painted with other arguments, is painted anew.

    Raises ValueError for fewer than 64 images, a size below 16, or a folder that holds anything else.
    """
    if n_images < LEAST or size < 16:
        raise ValueError(f"a practice set needs at least {LEAST} images of 16 pixels, not {n_images} of {size}")
    out = Path(out)
    wanted = {"n_images": n_images, "size": size, "seed": seed, "edition": EDITION}
    if out.exists():
        if _marker(out) == {**wanted, "complete": True}:
            return out
        for style in STYLES:
            shutil.rmtree(out / style, ignore_errors=True)
    write_json({**wanted, "complete": False}, out / MARKER)
    works = plan_works(n_images, size, seed)
    # joblib's processes are no forks of this one, whose threads (torch's, say) may hold locks at that moment
    painting = Parallel(os.cpu_count(), return_as="generator_unordered")(delayed(_paint)(work, out) for work in works)
    for _ in tracked(painting, len(works), "pictures", progress):
        pass
    write_json({**wanted, "complete": True}, out / MARKER)
    return out


def plan_works(n_images: int, size: int, seed: int) -> list[Work]:
    """Who paints what: every picture of the set, in a fixed order."""
    rng = np.random.default_rng(seed)
    shares = {style: n_images // len(STYLES) + (i < n_images % len(STYLES)) for i, style in enumerate(STYLES)}
    hands = painters_of_styles(rng, shares)
    works = []
    for style, share in shares.items():
        for author, hand, count in hands[style] if style in hands else nameless_hands(rng, style, share):
            for _ in range(count):
                motif = choose_motif(rng, hand)
                name = f"{author}_{make_title(rng, motif)}-{len(works):04}" if author else f"{motif}-{len(works):04}"
                works.append(Work(style, name, hand, motif, _size(rng, size), (seed, len(works))))
    return works


def painters_of_styles(rng: np.random.Generator, shares: dict[str, int]) -> dict[str, list[tuple[str, Hand, int]]]:
    """For every painted style its painters as `(name, hand, number of pictures)`; two of them work in two styles."""
    painted_styles = [style for style in STYLES if style not in AUTHORLESS]
    names = iter(painter_names(rng, 10 * len(painted_styles)))
    found = {
        style: [(next(names), make_hand(rng, style), count) for count in picture_counts(shares[style])]
        for style in painted_styles
    }
    for style, other in TWO_STYLES.items():
        name, hand, _ = found[other][-4]
        found[style][-3] = (name, hand, found[style][-3][2])
    return found


def picture_counts(n: int) -> list[int]:
    """How many pictures each painter of a style contributes, from several with a single one to a few with many."""
    rising = np.geomspace(1, n / 4, int(np.clip(n // 5, 6, 10)))
    counts = np.maximum(1, np.floor(rising * n / rising.sum())).astype(int)
    counts[-1] += n - counts.sum()
    return counts.tolist()


def nameless_hands(rng: np.random.Generator, style: str, n: int) -> list[tuple[str, Hand, int]]:
    """Nameless hands, two pictures each, for a style without authors."""
    hands = [("", make_hand(rng, style), 2) for _ in range(n // 2)]
    return [*hands, *[("", make_hand(rng, style), 1)] * (n % 2)]


def _size(rng: np.random.Generator, short: int) -> tuple[int, int]:
    """Width and height of one picture."""
    aspect = rng.choice(ASPECTS)
    return (short, round(short / aspect)) if aspect < 1 else (round(short * aspect), short)


def _paint(work: Work, out: Path) -> None:
    """Paint one picture and write it; runs in a worker process."""
    rng = np.random.default_rng(work.seed)
    shapes = MOTIFS[work.motif](rng, work.size[0] / work.size[1])
    picture = paint_picture(work.style, Scene(shapes, work.hand, work.size, rng))
    with whole_file(out / work.style / f"{work.name}.jpg") as aside:
        picture.save(aside, quality=90)


def _marker(out: Path) -> dict | None:
    """What the marker says about the set in `out`; None for an empty folder."""
    try:
        found = json.loads((out / MARKER).read_text(encoding="utf-8"))
        if "edition" in found:
            return found
    except (OSError, ValueError, TypeError):
        pass
    if out.is_dir() and not any(out.iterdir()):
        return None
    raise ValueError(f"{out} holds something other than the practice set; name a new or an empty folder")
