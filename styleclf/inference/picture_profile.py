"""What pictures a learner was trained on, and whether others are much larger, smaller, sharper or softer.

An accuracy was measured on pictures like those of the training. A learner of small copies can be wrong about large
originals, and nothing in its probabilities says so.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from fastai.learner import Learner
from scipy import stats

from styleclf.common import count_of
from styleclf.data import ImagePath, Picture, UnreadableImageError, full_size, open_image
from styleclf.inference.learner_parts import picture_of

_PROFILE = "picture_profile"  # the learner's attribute, which an exported learner keeps: percentiles 0..100 by trait
_N_PICTURES = 256  # looked at, evenly spread over all
_MUCH = 2.0  # times as large, or as small, as nearly all of the training
_TAIL = 5  # percent of the training's pictures that are sharper than 'sharp', or softer than 'soft'
_FEWEST = 3  # pictures among which tails can be counted; of fewer, each has to be beyond all of the training
_LEAST_SHARE = 0.2  # of the pictures has to be unlike those of the training before anything is said
_BY_CHANCE = 0.001  # largest probability of so many pictures beyond a tail by chance
_FLAT = 1.0  # deviation of greys below which a picture is as good as empty


class Traits(NamedTuple):
    """What can be measured of `n` pictures without knowing what they show."""

    short_sides: np.ndarray  # (n,) pixels, of the files
    sharpness: np.ndarray  # (n,) octaves: the strength of finest detail beside all contrast, as the network sees it


def keep_profile(learn: Learner) -> None:
    """Have the learner, and its export, remember the traits of the pictures that it was trained on.

    A learner whose pictures are not at hand, such as one that was loaded, keeps the profile it has.
    """
    paths = _training_files(learn)
    if not paths:
        return
    traits = picture_traits(picture_of(learn), paths)
    if not len(traits.sharpness):
        return
    percents = np.arange(101)
    profile = {}
    for name, values in traits._asdict().items():
        percentiles = np.percentile(values, percents)
        profile[name] = percentiles.tolist()
    setattr(learn, _PROFILE, profile)


def kept_profile(learn: Learner) -> dict[str, list[float]] | None:
    """The percentiles 0..100 of each trait that a learner remembers; None if it has no profile."""
    return getattr(learn, _PROFILE, None)


def set_profile(learn: Learner, profile: dict[str, list[float]]) -> None:
    """Have a learner remember a profile that was saved elsewhere."""
    setattr(learn, _PROFILE, profile)


def _training_files(learn: Learner) -> list[Path]:
    """The image files that a learner was trained on; none where its dls have been emptied or were not made by us."""
    dataset = learn.dls.train_ds
    if not hasattr(dataset, "tls"):
        return []
    items = dataset.items
    if "filename" not in getattr(items, "columns", ()):
        return []
    for transform in dataset.tls[0].tfms.fs:
        if isinstance(transform, ImagePath):
            return [transform.images / filename for filename in items["filename"]]
    return []


def picture_traits(picture: Picture, paths: Sequence[str | Path]) -> Traits:
    """The traits of at most 256 of the files, evenly spread over them; those that cannot be read are passed over."""
    n_looked_at = min(len(paths), _N_PICTURES)
    spread = np.linspace(0, len(paths) - 1, n_looked_at)
    positions = spread.round().astype(int)
    files = [Path(paths[i]) for i in positions]
    measure = partial(_traits_of_file, picture)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        traits_by_file = list(pool.map(measure, files))
    readable = [traits for traits in traits_by_file if traits is not None]
    n_traits = len(Traits._fields)
    table = np.array(readable, dtype=float).reshape(-1, n_traits)
    short_sides, sharpness = table.T
    return Traits(short_sides, sharpness)


def _traits_of_file(picture: Picture, path: Path) -> tuple[float, float] | None:
    """Short side and sharpness of an image file; None if it cannot be read."""
    try:
        with open_image(path) as image:
            short_side = min(full_size(image))
        pixels = picture.encodes(path).numpy()
        return short_side, sharpness_of(pixels)
    except UnreadableImageError:
        return None


def sharpness_of(pixels: np.ndarray) -> float:
    """Octaves of the mean Laplacian beside the deviation of greys, of pixels `(3, h, w)` uint8.

    >>> flat = np.zeros((3, 4, 4), dtype=np.uint8)
    >>> checkered = flat + np.uint8(255) * (np.indices((4, 4)).sum(axis=0) % 2).astype(np.uint8)
    >>> sharpness_of(checkered) > 2 > sharpness_of(flat)
    True
    """
    greys = pixels.astype(np.float32).mean(axis=0)
    centre = greys[1:-1, 1:-1]
    above = greys[:-2, 1:-1]
    below = greys[2:, 1:-1]
    left = greys[1:-1, :-2]
    right = greys[1:-1, 2:]
    laplacian = 4 * centre - (above + below + left + right)
    detail = np.abs(laplacian).mean()
    contrast = max(greys.std(), _FLAT)
    ratio = (detail + _FLAT / 100) / contrast
    return float(np.log2(ratio))


def unlike_training(learn: Learner, paths: Sequence[str | Path]) -> str:
    """A sentence if many pictures are much larger, smaller, sharper or softer than those of the training, else nothing.

    At most 256 pictures are looked at. Nothing is said for a learner that has no profile, because an earlier version
    exported it or another program made it.
    """
    profile = kept_profile(learn)
    if profile is None:
        return ""
    traits = picture_traits(picture_of(learn), paths)
    differences = _size_differences(traits.short_sides, profile)
    differences += _sharpness_differences(traits.sharpness, profile)
    if not differences:
        return ""
    n = len(traits.sharpness)
    pictures = count_of(n, "picture")
    if n >= _N_PICTURES:
        pictures += " that were looked at"
    words = " and ".join(differences)
    return f"of {pictures}, {words}: how right it is about such pictures has not been measured"


def _size_differences(short_sides: np.ndarray, profile: dict[str, list[float]]) -> list[str]:
    """What is to be said of the pictures' sizes."""
    percentiles = profile["short_sides"]
    smallest = percentiles[_TAIL]
    median = percentiles[50]
    largest = percentiles[100 - _TAIL]
    unlike = {
        "larger": short_sides > _MUCH * largest,
        "smaller": short_sides < smallest / _MUCH,
    }
    differences = []
    for word, is_unlike in unlike.items():
        if is_unlike.any() and is_unlike.mean() >= _LEAST_SHARE:
            subject = _are(is_unlike)
            median_of_unlike = np.median(short_sides[is_unlike])
            sizes = f"({median_of_unlike:,.0f} pixels) than those it was trained on ({median:,.0f} pixels a short side)"
            differences.append(f"{subject} much {word} {sizes}")
    return differences


def _sharpness_differences(sharpness: np.ndarray, profile: dict[str, list[float]]) -> list[str]:
    """What is to be said of the pictures' sharpness."""
    percentiles = profile["sharpness"]
    n = len(sharpness)
    tail = _TAIL if n >= _FEWEST else 0
    of_training = f"{100 - tail} of 100" if tail else "any"
    unlike = {
        "sharper": sharpness > percentiles[100 - tail],
        "softer": sharpness < percentiles[tail],
    }
    differences = []
    for word, is_unlike in unlike.items():
        n_unlike = int(is_unlike.sum())
        by_chance = stats.binom.sf(n_unlike - 1, n, tail / 100)
        are_many = n_unlike > 0 and n_unlike / n >= _LEAST_SHARE
        if are_many and by_chance < _BY_CHANCE:
            subject = _are(is_unlike)
            differences.append(f"{subject} {word} than {of_training} of those it was trained on")
    return differences


def _are(is_unlike: np.ndarray) -> str:
    """How many of the pictures `(n,)`, with the verb."""
    n_unlike = int(is_unlike.sum())
    verb = "is" if n_unlike == 1 else "are"
    return f"{n_unlike:,} {verb}"
