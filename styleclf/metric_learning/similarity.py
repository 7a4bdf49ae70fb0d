"""How similar pairs of paintings by different authors are, within and between trained and withheld styles."""

import numpy as np
import pandas as pd

from styleclf.metric_learning.judged_images import JudgedImages, check_judged

_KINDS = (  # of pairs of images
    "same trained style",
    "different trained styles",
    "same withheld style",
    "different withheld styles",
    "withheld with trained",
)
_N_BINS = 100  # of cosine similarities, from -1 to 1
_BLOCK = 512  # rows of similarities in memory at once: 40 MB of 10,000 images


def similarities(
    units: np.ndarray,  # (n, d) of length 1
    table: pd.DataFrame,  # n rows: label, author, withheld
    bins: int = _N_BINS,
) -> pd.DataFrame:
    """How many pairs of images by different authors have which cosine similarity: `kind, low, high, pairs, share`.

    `units (n, d)` are of length 1, `table` has `label, author, withheld`, one row each. `kind` says what a pair is:
    'same trained style', 'different trained styles', 'same withheld style', 'different withheld styles', 'withheld with
    trained'; those without pairs are left out. `low, high` bound a bin, `share` is the part of the kind's pairs that
    lies in it. Memory holds a block of similarities at a time.

    Raises ValueError for embeddings that are not of length 1, and a table of another length.
    """
    units = np.asarray(units)
    check_judged(units, table)
    images = JudgedImages.of(units, table)
    is_withheld = table["withheld"].to_numpy(dtype=bool)
    n_kinds = len(_KINDS)
    n_pairs = np.zeros(n_kinds * bins, dtype=int)
    positions = np.arange(len(units))
    for start in range(0, len(units), _BLOCK):
        rows = positions[start : start + _BLOCK]
        is_by_two_authors = images.groups[rows, None] != images.groups
        is_counted_once = rows[:, None] < positions
        is_pair = is_by_two_authors & is_counted_once
        cosines = images.units[rows] @ images.units.T
        shares = (cosines + 1) / 2
        bin_of_pair = (shares * bins).astype(int)
        bin_of_pair = bin_of_pair.clip(0, bins - 1)
        kind_of_pair = _kinds_of_pairs(images.targs, is_withheld, rows)
        cells = kind_of_pair * bins + bin_of_pair
        n_pairs += np.bincount(cells[is_pair], minlength=len(n_pairs))
    edges = np.linspace(-1, 1, bins + 1)
    kinds = np.repeat(_KINDS, bins)
    histogram = pd.DataFrame({"kind": kinds})
    histogram["low"] = np.tile(edges[:-1], n_kinds)
    histogram["high"] = np.tile(edges[1:], n_kinds)
    histogram["pairs"] = n_pairs
    total = histogram.groupby("kind")["pairs"].transform("sum")
    histogram["share"] = n_pairs / total.clip(lower=1)
    has_pairs = total > 0
    return histogram[has_pairs].reset_index(drop=True)


def _kinds_of_pairs(
    targs: np.ndarray,  # (n,)
    is_withheld: np.ndarray,  # (n,) bool
    rows: np.ndarray,  # positions of some images
) -> np.ndarray:
    """`(len(rows), n)` positions in `_KINDS` of the pairs of some images with all."""
    is_different = targs[rows, None] != targs
    both_withheld = is_withheld[rows, None] & is_withheld
    kinds = is_different + 2 * both_withheld
    is_mixed = is_withheld[rows, None] != is_withheld
    kinds[is_mixed] = _KINDS.index("withheld with trained")
    return kinds
