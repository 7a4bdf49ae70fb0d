"""The practice set on disk: a folder per style, a JPEG file per picture."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from styleclf.common import with_progress, write_image, write_json
from styleclf.data.practice.motifs.repertoire import compose
from styleclf.data.practice.painters import STYLES
from styleclf.data.practice.plan import Work, plan_works
from styleclf.data.practice.styles.painting import paint_picture
from styleclf.data.practice.styles.scene import Scene

MIN_IMAGES = 64  # eight styles, six painters each, some of them with more than one
MARKER_FILE = ".samples.json"
_MIN_SIZE = 16  # pixels
_EDITION = 2  # raise it when the painters change, so that an older set is painted anew


def paint_samples(
    out: str | Path = "data/sample",
    n_images: int = 400,
    size: int = 256,
    *,
    seed: int = 0,
    progress: bool = True,
) -> Path:
    """Fill `out` with `<style>/<author>_<title>.jpg`, `size` pixels on the short side; returns `out`.

    Eight styles of equal share, by 6 to 10 painters each; two painters work in two styles; cartoon and photo have no
    authors. The same arguments give the same bytes. A set that is complete is left alone; one that was interrupted,
    or painted with other arguments, is painted anew.

    Raises ValueError for fewer than 64 images, a size below 16, or a folder that holds anything else.

    >>> painted = paint_samples(folder / "sample", n_images=64, size=32, progress=False)
    >>> len(list(painted.glob("*/*.jpg")))
    64
    """
    if n_images < MIN_IMAGES or size < _MIN_SIZE:
        raise ValueError(
            f"a practice set needs at least {MIN_IMAGES} images of {_MIN_SIZE} pixels, not {n_images} of {size}"
        )
    out = Path(out)
    settings = {"n_images": n_images, "size": size, "seed": seed, "edition": _EDITION}
    complete = {**settings, "complete": True}
    if out.exists():
        if _read_marker(out) == complete:
            return out
        for style in STYLES:
            shutil.rmtree(out / style, ignore_errors=True)
    write_json({**settings, "complete": False}, out / MARKER_FILE)
    works = plan_works(n_images, size, seed)
    # joblib's processes are not forks of this one, whose threads (torch's, say) may hold locks at that moment
    workers = Parallel(os.cpu_count(), return_as="generator_unordered")
    pictures = workers(delayed(_paint)(work, out) for work in works)
    for _ in with_progress(pictures, len(works), "pictures", progress):
        pass
    write_json(complete, out / MARKER_FILE)
    return out


def _paint(work: Work, out: Path) -> None:
    """Paint one picture and write it; runs in a worker process."""
    rng = np.random.default_rng(work.seed)
    width, height = work.size
    shapes = compose(work.motif, rng, width / height)
    scene = Scene(shapes, work.hand, work.size, rng)
    picture = paint_picture(work.style, scene)
    file = out / work.style / f"{work.name}.jpg"
    write_image(picture, file, quality=90)


def _read_marker(out: Path) -> dict | None:
    """What the marker file says about the set in `out`; None for an empty folder.

    Raises ValueError for a folder with files but without a readable marker, and for a file in the folder's place.
    """
    try:
        marker = json.loads((out / MARKER_FILE).read_text(encoding="utf-8"))
        if "edition" in marker:
            return marker
    except (OSError, ValueError, TypeError):
        pass
    if out.is_dir() and not any(out.iterdir()):
        return None
    raise ValueError(f"{out} holds something other than the practice set; name a new or an empty folder")
