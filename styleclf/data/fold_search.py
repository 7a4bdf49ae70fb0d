"""The search for even folds: groups of images go to validation or to a fold.

Throughout, `counts` is `(n_groups, n_styles)`: the images of each style in each group.
"""

from itertools import combinations

import numpy as np

_MOST_VAL = 3  # a style gives to validation at most so many times the share asked for, or one image
_AUTHOR_WEIGHT = 0.003  # of even numbers of authors, against 1 for even numbers of images
_SIZE_WEIGHT = 0.001  # of folds of one size, whatever the styles
_N_STARTS = 8  # the search ends in a local optimum: the best of so many is kept
_LEAST_GAIN = 1e-13  # whatever is smaller is rounding


def _val_groups(counts: np.ndarray, n_folds: int, share: float) -> np.ndarray:
    """(n_groups,) bool: the groups for validation, the smallest first."""
    in_val = np.zeros(len(counts), dtype=bool)
    if share == 0:
        return in_val
    images, groups_left = counts.sum(0), (counts > 0).sum(0)
    wanted = np.maximum(1, np.round(share * images))
    most = np.maximum(1, _MOST_VAL * share * images)
    taken = np.zeros_like(images)
    for group in np.argsort(counts.sum(1), kind="stable"):
        more = counts[group]
        own = more > 0
        closer = np.abs(taken + more - wanted).sum() < np.abs(taken - wanted).sum()
        first = (taken[own] == 0).any()
        spared = (groups_left[own] > n_folds).all() and (taken + more <= most)[own].all()
        if (closer or first) and spared:
            in_val[group] = True
            taken += more
            groups_left -= own
    return in_val


def _even_folds(counts: np.ndarray, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """(n_groups,) int: a fold for each group.

    Groups with the same counts are interchangeable, so the search only knows how many of each kind a fold holds.
    """
    kinds, kind_of = np.unique(counts, axis=0, return_inverse=True)
    kind_of = kind_of.ravel()
    vectors = _vectors(kinds, np.bincount(kind_of))
    starts = (_dealt(vectors, kind_of, n_folds, rng) for _ in range(_N_STARTS))
    held = min((_improved(vectors, start) for start in starts), key=lambda held: _unevenness(vectors, held))
    folds = np.empty(len(counts), dtype=int)
    folds[np.argsort(kind_of, kind="stable")] = np.repeat(np.tile(np.arange(n_folds), len(kinds)), held.T.ravel())
    return folds


def _vectors(kinds: np.ndarray, n_of_kind: np.ndarray) -> np.ndarray:
    """(n_kinds, 2 n_styles + 1): what one group adds to its fold, in shares of each style's images and authors.

    The sum of a column over all folds is given, so folds are even in it when the sum of its squares is least.
    The last column, of all images, is positive for every group: that leaves no fold empty, because a group that
    moves to an empty fold makes the sum less.
    """
    parts = ((1, kinds), (_AUTHOR_WEIGHT, kinds > 0), (_SIZE_WEIGHT, kinds.sum(1, keepdims=True)))
    return np.hstack([weight**0.5 * part / (n_of_kind @ part) for weight, part in parts])


def _unevenness(vectors: np.ndarray, held: np.ndarray) -> float:
    return float(((held @ vectors) ** 2).sum())


def _dealt(vectors: np.ndarray, kind_of: np.ndarray, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """(n_folds, n_kinds) groups held: the largest first, give or take, each where it adds least to the unevenness."""
    sums = np.zeros((n_folds, vectors.shape[1]))
    held = np.zeros((n_folds, len(vectors)), dtype=int)
    size = np.linalg.norm(vectors, axis=1)[kind_of] * rng.uniform(0.5, 1, len(kind_of))
    for kind in kind_of[np.argsort(-size)]:
        fold = np.argmin(sums @ vectors[kind])
        sums[fold] += vectors[kind]
        held[fold, kind] += 1
    return held


def _improved(vectors: np.ndarray, held: np.ndarray) -> np.ndarray:
    """The groups held once no move of a group, and no exchange of two, makes the folds more even."""
    vectors = np.vstack([vectors, np.zeros(vectors.shape[1])])  # to move a group is to exchange it for nobody
    held = np.hstack([held, np.ones((len(held), 1), dtype=int)])
    products = vectors @ vectors.T
    pulls = held @ products  # (n_folds, n_kinds + 1) product of each kind with all that a fold holds
    while True:
        change, (here, there), (one, other) = min(
            _best_exchange(products, held, pulls, pair) for pair in combinations(range(len(held)), 2)
        )
        if change > -_LEAST_GAIN:
            return held[:, :-1]
        held[[here, there], [one, other]] -= 1
        held[[there, here], [one, other]] += 1
        held[:, -1] = 1
        pulls[here] += products[other] - products[one]
        pulls[there] += products[one] - products[other]


def _best_exchange(
    products: np.ndarray, held: np.ndarray, pulls: np.ndarray, pair: tuple[int, int]
) -> tuple[float, tuple[int, int], tuple[int, int]]:
    """The least half change of unevenness by exchanging two kinds between two folds, the folds, and the kinds."""
    ones, others = (np.flatnonzero(held[fold]) for fold in pair)
    # with d what leaves the first fold on balance, and D how much more the second holds: |d|^2 + d . D
    squares, pull = np.diag(products), pulls[pair[1]] - pulls[pair[0]]
    change = np.add.outer((squares + pull)[ones], (squares - pull)[others]) - 2 * products[np.ix_(ones, others)]
    one, other = np.unravel_index(np.argmin(change), change.shape)
    return float(change[one, other]), pair, (int(ones[one]), int(others[other]))
