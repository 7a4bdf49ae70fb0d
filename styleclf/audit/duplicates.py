"""Near-copies under several authors: the same picture scanned twice, two frames of one film.

Byte-identical files already share a group; these do not, and so one may train a model that the other judges.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.common import count_of, needs_package, with_progress, write_table
from styleclf.data import VAL, Paintings, author_groups, open_rgb

_HASH_SIDE = 16  # the perceptual hash has 16 x 16 bits: with the usual 8 x 8, chance pairs come as near as real ones
# All pairs up to 84 bits apart were looked at in two real sets with 2 million pairs of paintings, photos and cartoons.
# Up to 72 bits all were real copies (frames of one scene of a film), from 74 to 80 five of seven were (the others were
# blank canvases in frames), and from 82 on hardly any. Chance pairs grow with the square of a set, and merging them
# would chain authors together, so the limit lies below the first of them. In copies made on purpose, recompressing,
# shrinking, greying and relighting change up to 30 bits (50 in a blank picture), cropping 2 % off every side mostly 34
# to 49, and white margins of 3 % change 52 to 82.
MOST_BITS = 72
_BLOCK = 1024  # hashes that are compared with all others at once
_DESCRIPTION = ["filename", "label", "author", "fold"]


def near_duplicates(
    paintings: Paintings,
    max_distance: int = MOST_BITS,
    *,
    progress: bool = True,
) -> pd.DataFrame:
    """Pairs of images in different groups that look alike, the nearest first.

    Columns: `distance` (bits of 256 in which the perceptual hashes differ, at most `max_distance`), `filename, label,
    author, fold` and the same of the other image, ending in `_2`. An image without author is a group by itself. Raises
    OSError for an image that cannot be read.
    """
    hashes = _perceptual_hashes(paintings.paths(), progress=progress)
    groups = author_groups(paintings.rows)
    pairs = []
    for start in range(0, len(hashes), _BLOCK):
        block = hashes[start : start + _BLOCK]
        distances = _hash_distances(block, hashes)
        block_rows, seconds = np.nonzero(distances <= max_distance)
        firsts = start + block_rows
        have_two_groups = groups[firsts] != groups[seconds]
        is_pair = have_two_groups & (firsts < seconds)
        block_pairs = np.stack([distances[block_rows, seconds], firsts, seconds], axis=1)
        pairs.append(block_pairs[is_pair])
    numbers = np.concatenate(pairs).astype(int)
    table = pd.DataFrame(numbers, columns=["distance", "first", "second"])
    table = table.sort_values(["distance", "first", "second"], ignore_index=True)
    descriptions = paintings.rows[_DESCRIPTION]
    first_images = descriptions.iloc[table["first"]].reset_index(drop=True)
    second_images = descriptions.iloc[table["second"]].reset_index(drop=True)
    return pd.concat([table[["distance"]], first_images, second_images.add_suffix("_2")], axis=1)


def _hash_distances(block: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    """In how many bits the hashes of a block `(m, 256)`, of 1 and -1, differ from all hashes `(n, 256)`: `(m, n)`."""
    n_bits = hashes.shape[1]
    return (n_bits - block @ hashes.T) / 2


def _perceptual_hashes(paths: list[Path], *, progress: bool = True) -> np.ndarray:
    """`(n, 256)` float32 of 1 and -1: the perceptual hash (Zauner 2010) of each image."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        hashes = pool.map(_hash_bits, paths)
        bits = list(with_progress(hashes, len(paths), "images hashed", progress))
    return np.array(bits, dtype=np.float32) * 2 - 1


def _hash_bits(path: Path) -> np.ndarray:
    """The perceptual hash of an image file, `(256,)` bool."""
    with needs_package("imagehash", "audit", "the search for near-copies"):
        import imagehash

    side = 4 * _HASH_SIDE  # four pixels for each that the hash keeps; its own resampling then has little left to do
    image = open_rgb(path, side)
    small = image.resize((side, side), Image.Resampling.LANCZOS)
    return imagehash.phash(small, _HASH_SIDE).hash.ravel()


def merged_design(design: pd.DataFrame, duplicates: pd.DataFrame) -> pd.DataFrame:
    """The design with every pair of `duplicates` in one group, through `copy_of`, and every group in one fold.

    A group that stood in several folds goes where most of its images are; out of the validation set rather than into
    it, so that no image a model has been trained or tuned on becomes one to validate with.
    """
    copies = design[design["copy_of"] != ""]
    known_pairs = zip(copies["filename"], copies["copy_of"], strict=True)
    new_pairs = zip(duplicates["filename"], duplicates["filename_2"], strict=True)
    originals = _originals(design["filename"], [*known_pairs, *new_pairs])
    rows = design.assign(copy_of=originals)
    folds = rows.groupby(author_groups(rows))["fold"]
    return rows.assign(fold=folds.transform(_common_fold))


def join_duplicates(
    paintings: Paintings,
    duplicates: pd.DataFrame,
    path: str | Path,
) -> Paintings:
    """The paintings with the rows of `merged_design`, which are written to `path`."""
    rows = merged_design(paintings.rows, duplicates)
    write_table(rows, path)
    return paintings.with_rows(rows)


def duplicates_sentence(duplicates: pd.DataFrame, merged: str | Path | None = None) -> str:
    """How many pairs there are, and what was done about them; `merged` is the file of the design that merges them."""
    if duplicates.empty:
        return "no near-copies under different names"
    pairs = count_of(len(duplicates), "pair")
    subject = f"{pairs} of near-copies under different names"
    if merged:
        return f"{subject} now share a group and a fold: train on {merged}"
    is_apart = duplicates["fold"] != duplicates["fold_2"]
    n_apart = int(is_apart.sum())
    return f"{subject}, {n_apart} in different folds: look at them, and merge them (audit.py --merge-duplicates)"


def _originals(filenames: pd.Series, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """For every file the first one that a chain of pairs joins it to; '' for that first file itself."""
    nearer_original = {name: name for name in filenames}

    def original_of(name: str) -> str:
        """The first file of the chain that a file belongs to."""
        while nearer_original[name] != name:
            name = nearer_original[name]
        return name

    for pair in pairs:
        low, high = sorted(map(original_of, pair))
        nearer_original[high] = low
    originals = filenames.map(original_of)
    return originals.where(originals != filenames, "").tolist()


def _common_fold(folds: pd.Series) -> str:
    """The fold with most of a group's images, a fold before the validation set."""
    cv_folds = folds[folds != VAL]
    if cv_folds.empty:
        return VAL
    return cv_folds.mode().iat[0]
