"""Near-copies under several authors: the same picture scanned twice, two frames of one film.

Byte-identical files already share a group; these do not, and so one may train a model that the other judges.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.data import VAL, author_groups, open_rgb
from styleclf.output import tracked

_HASH_SIDE = 16  # the perceptual hash has 16 x 16 bits: with the usual 8 x 8, chance pairs come as near as real ones
# Looked at: the pairs up to 84 bits apart of two real sets, 2 million pairs of paintings, photos and cartoons. Up to 72
# bits all were real (frames of one scene of a film), from 74 to 80 five of seven were, the others being blank canvases
# in frames, from 82 on hardly one. Chance pairs grow with the square of a set, and merging them would chain authors
# together, so the limit lies below the first. Of copies made on purpose, recompressing, shrinking, greying and
# relighting change up to 30 bits (50 in a blank picture), cropping 2 % off every side mostly 34-49, white margins of
# 3 % 52-82.
_NEAR = 72
_ROWS = 1024  # hashes compared at once
_PAIR = ("filename", "label", "author", "fold")


def near_duplicates(design: pd.DataFrame, images: str | Path, most: int = _NEAR, progress: bool = True) -> pd.DataFrame:
    """Pairs of images in different groups that look alike, the nearest first.

    Columns: `distance` (bits of 256 in which the perceptual hashes differ, at most `most`), `filename, label, author,
    fold` and the same of the other image, ending in `_2`. An image without author is a group by itself. Raises OSError
    for an image that cannot be read.
    """
    signs = _perceptual_hashes([Path(images) / filename for filename in design["filename"]], progress)
    groups, pairs = author_groups(design), []
    for start in range(0, len(signs), _ROWS):
        distances = (signs.shape[1] - signs[start : start + _ROWS] @ signs.T) / 2
        one, other = np.nonzero(distances <= most)
        apart = (groups[start + one] != groups[other]) & (start + one < other)
        pairs += zip(distances[one, other][apart], start + one[apart], other[apart], strict=True)
    found = pd.DataFrame(sorted(pairs), columns=["distance", "one", "other"]).astype(int)
    rows = [design.iloc[found[which]][list(_PAIR)].reset_index(drop=True) for which in ("one", "other")]
    return pd.concat([found[["distance"]], rows[0], rows[1].add_suffix("_2")], axis=1)


def _perceptual_hashes(paths: list[Path], progress: bool = True) -> np.ndarray:
    """`(n, 256)` float32 of 1 and -1: the perceptual hash (Zauner 2010) of each image.

    The product of two hashes is 256 less twice the bits in which they differ.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = list(tracked(pool.map(_hash, paths), len(paths), "images hashed", progress))
    return np.array(found, dtype=np.float32) * 2 - 1


def merged_design(design: pd.DataFrame, duplicates: pd.DataFrame) -> pd.DataFrame:
    """The design with every pair of `duplicates` in one group, through `copy_of`, and every group in one fold.

    A group that stood in several folds goes where most of its images are; out of the validation set rather than into
    it, so that no image a model has been trained or tuned on becomes one to validate with.
    """
    copies = design[design["copy_of"] != ""]
    pairs = [*zip(copies["filename"], copies["copy_of"], strict=True)]
    pairs += zip(duplicates["filename"], duplicates["filename_2"], strict=True)
    merged = design.assign(copy_of=_originals(design["filename"], pairs))
    folds = merged.groupby(author_groups(merged))["fold"]
    return merged.assign(fold=folds.transform(_common_fold))


def duplicates_sentence(duplicates: pd.DataFrame, merged: str | Path | None = None) -> str:
    """How many pairs there are, and what was done about them; `merged` is where the design without them went."""
    if duplicates.empty:
        return "no near-copies under different names"
    n = len(duplicates)
    found = f"{n} pair{'' if n == 1 else 's'} of near-copies under different names"
    n_apart = int((duplicates["fold"] != duplicates["fold_2"]).sum())
    if merged:
        return f"{found} now share a group and a fold: train on {merged}"
    return f"{found}, {n_apart} in different folds: look at them, and merge them with --merge-duplicates"


def _hash(path: Path) -> np.ndarray:
    import imagehash

    # four pixels for each that the hash keeps; its own resampling then has little left to do
    image = open_rgb(path, 4 * _HASH_SIDE).resize((4 * _HASH_SIDE, 4 * _HASH_SIDE), Image.Resampling.LANCZOS)
    return imagehash.phash(image, _HASH_SIDE).hash.ravel()


def _originals(filenames: pd.Series, pairs: list[tuple[str, str]]) -> list[str]:
    """For every file the first that a chain of pairs joins it to, '' for that first file itself."""
    first = {name: name for name in filenames}

    def found(name: str) -> str:
        while first[name] != name:
            name = first[name]
        return name

    for one, other in pairs:
        low, high = sorted((found(one), found(other)))
        first[high] = low
    return ["" if found(name) == name else found(name) for name in filenames]


def _common_fold(folds: pd.Series) -> str:
    """The fold with most of a group's images, a fold before the validation set."""
    known = folds[folds != VAL]
    return known.mode().iat[0] if len(known) else VAL
