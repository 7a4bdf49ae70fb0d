"""The search for even folds: every group of images goes to the validation set or to one fold.

A group is what must stay together, such as all images of one author. Throughout, `counts (n_groups, n_styles)` holds
the number of images of each style in each group.

What is even. Folds should hold the same share of the images of every style, of the authors of every style, and of all
images. Each of these is a column c with a weight, and the search looks for the least

    unevenness = sum over folds f and columns c of  weight(c) * share(f, c)^2

The shares of a column add up to 1 over the folds, so the sum of their squares is least where they are equal.

Vectors. A group adds to its fold the vector v of its own shares, each times sqrt(weight(c)). With F, the sum of the
vectors of a fold's groups, unevenness is the sum of |F|^2 over the folds. Groups with the same counts have the same
vector and are interchangeable: they are one kind, and a state of the search is `group_counts (n_folds, n_kinds)`, how
many groups of each kind each fold holds.

The search, from several starts, of which the best result is taken:

1. Deal (`_deal`): the largest groups first, in a random order of nearly equal sizes, each goes to the fold where it
   adds least. As |F + v|^2 - |F|^2 = 2 F.v + |v|^2, that is the fold with the least F.v.
2. Exchange (`_improve`): of all exchanges of two groups between two folds do the best one, until none helps. If a
   group a leaves fold 1 for a group b of fold 2, then with d = a - b and D = F2 - F1

       |F1 - d|^2 + |F2 + d|^2 - |F1|^2 - |F2|^2 = 2 (|d|^2 + d.D)
                                                 = 2 (a.a + a.D  +  b.b - b.D  -  2 a.b)

   So the gains of all exchanges between two folds form a matrix, a sum of a column, a row and products of kinds. To
   move a group is to exchange it for an empty one, with the vector 0, which every fold always holds.

docs/fold-search.md has a drawing.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

_MAX_VALIDATION = 3  # a style gives to validation at most so many times the share asked for, or one image
_AUTHORS_WEIGHT = 0.003  # of even numbers of authors, against 1 for even numbers of images
_SIZE_WEIGHT = 0.001  # of folds of one size, whatever the styles
_N_STARTS = 8  # each ends in a local optimum
_MIN_GAIN = 1e-13  # anything smaller is rounding


def validation_groups(
    counts: np.ndarray,  # (n_groups, n_styles) images
    n_folds: int,
    share: float,  # of each style's images, 0..1
) -> np.ndarray:
    """`(n_groups,)` bool: the groups of the validation set, which takes about `share` of every style.

    Groups are considered from the smallest to the largest. One is taken if that brings the styles closer to their
    share, or a style its first image; unless a style would be left with fewer than `n_folds` groups, or would give
    more than `_MAX_VALIDATION` times its share.
    """
    in_validation = np.zeros(len(counts), dtype=bool)
    if share == 0:
        return in_validation
    images = counts.sum(axis=0)
    target = np.maximum(1, np.round(share * images))
    limit = np.maximum(1, _MAX_VALIDATION * share * images)
    validation_images = np.zeros_like(images)
    groups_left = (counts > 0).sum(axis=0)
    smallest_first = np.argsort(counts.sum(axis=1), kind="stable")
    for group in smallest_first:
        after = validation_images + counts[group]
        styles = counts[group] > 0  # those that the group has images of
        gap_before = np.abs(validation_images - target).sum()
        gap_after = np.abs(after - target).sum()
        is_first = (validation_images[styles] == 0).any()
        leaves_enough = (groups_left[styles] > n_folds).all()
        is_within_limit = (after[styles] <= limit[styles]).all()
        if (gap_after < gap_before or is_first) and leaves_enough and is_within_limit:
            in_validation[group] = True
            validation_images = after
            groups_left = groups_left - styles
    return in_validation


def even_folds(
    counts: np.ndarray,  # (n_groups, n_styles) images
    n_folds: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """`(n_groups,)` int: the fold of every group, so that folds are as even as the search can make them."""
    kinds, kind_of = np.unique(counts, axis=0, return_inverse=True)
    kind_of = kind_of.ravel()
    vectors = _weighted_shares(kinds, np.bincount(kind_of))
    results = []
    for _ in range(_N_STARTS):
        start = _deal(vectors, kind_of, n_folds, rng=rng)
        results.append(_improve(vectors, start))
    scores = [_unevenness(vectors, group_counts) for group_counts in results]
    best = results[np.argmin(scores)]
    return _named_folds(best, kind_of)


def _weighted_shares(
    kinds: np.ndarray,  # (n_kinds, n_styles) images of one group of each kind
    n_of_kind: np.ndarray,  # (n_kinds,) groups
) -> np.ndarray:
    """`(n_kinds, 2 n_styles + 1)`: what one group of each kind adds to its fold.

    The columns are shares of each style's images, of its authors, and of all images, times the root of their weight.
    The last column is positive for every group. That leaves no fold empty, because a group that moves to an empty fold
    makes folds more even.
    """
    authors = kinds > 0
    size = kinds.sum(axis=1, keepdims=True)
    weighted_amounts = [
        (1, kinds),
        (_AUTHORS_WEIGHT, authors),
        (_SIZE_WEIGHT, size),
    ]
    columns = []
    for weight, amounts in weighted_amounts:
        totals = n_of_kind @ amounts
        columns.append(weight**0.5 * amounts / totals)
    return np.hstack(columns)


def _unevenness(vectors: np.ndarray, group_counts: np.ndarray) -> float:
    """The sum of the squared lengths of the vectors of all folds."""
    fold_vectors = group_counts @ vectors
    return float((fold_vectors**2).sum())


def _named_folds(
    group_counts: np.ndarray,  # (n_folds, n_kinds) groups
    kind_of: np.ndarray,  # (n_groups,)
) -> np.ndarray:
    """`(n_groups,)` int: a fold for every group, so that every fold gets as many of each kind as it holds."""
    n_folds, n_kinds = group_counts.shape
    every_fold = np.tile(np.arange(n_folds), n_kinds)
    folds_by_kind = np.repeat(every_fold, group_counts.T.ravel())
    groups_by_kind = np.argsort(kind_of, kind="stable")
    folds = np.empty(len(kind_of), dtype=int)
    folds[groups_by_kind] = folds_by_kind
    return folds


# Step 1: dealing


def _deal(
    vectors: np.ndarray,  # (n_kinds, n_columns)
    kind_of: np.ndarray,  # (n_groups,)
    n_folds: int,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """`(n_folds, n_kinds)` groups held: about the largest first, each dealt to the fold where it adds least."""
    fold_vectors = np.zeros((n_folds, vectors.shape[1]))
    group_counts = np.zeros((n_folds, len(vectors)), dtype=int)
    lengths = np.linalg.norm(vectors, axis=1)
    blur = rng.uniform(0.5, 1, len(kind_of))
    blurred_sizes = lengths[kind_of] * blur
    largest_first = np.argsort(-blurred_sizes)
    for kind in kind_of[largest_first]:
        fold = np.argmin(fold_vectors @ vectors[kind])
        fold_vectors[fold] += vectors[kind]
        group_counts[fold, kind] += 1
    return group_counts


# Step 2: exchanging


class _Exchange(NamedTuple):
    """A group of one kind leaves its fold for a group of another kind in another fold."""

    half_change: float  # of the unevenness: negative where folds become more even
    fold_1: int
    fold_2: int
    kind_1: int  # leaves fold 1
    kind_2: int  # leaves fold 2


def _improve(vectors: np.ndarray, group_counts: np.ndarray) -> np.ndarray:
    """The groups held `(n_folds, n_kinds)` once no exchange and no move makes the folds more even."""
    state = _Exchanges(vectors, group_counts)
    pairs = list(combinations(range(len(group_counts)), 2))
    while True:
        best = min(state.best_between(fold_1, fold_2) for fold_1, fold_2 in pairs)
        if best.half_change > -_MIN_GAIN:
            return state.group_counts[:, :-1]
        state.apply(best)


class _Exchanges:
    """Which groups the folds hold, with the products of vectors that say what an exchange would change.

    The last kind is the empty group.
    """

    def __init__(self, vectors: np.ndarray, group_counts: np.ndarray) -> None:
        empty_group = np.zeros((1, vectors.shape[1]))
        vectors = np.vstack([vectors, empty_group])
        self.products = vectors @ vectors.T  # a.b for any two kinds
        self.squares = np.diag(self.products)
        one_empty_each = np.ones((len(group_counts), 1), dtype=int)
        self.group_counts = np.hstack([group_counts, one_empty_each])
        self.pulls = self.group_counts @ self.products  # (n_folds, n_kinds + 1): F.v for every fold and every kind

    def best_between(self, fold_1: int, fold_2: int) -> _Exchange:
        """The best exchange of a group of the first fold for a group of the second, by the formula above."""
        kinds_1 = np.flatnonzero(self.group_counts[fold_1])
        kinds_2 = np.flatnonzero(self.group_counts[fold_2])
        gap = self.pulls[fold_2] - self.pulls[fold_1]  # v.D for every kind
        leaving = (self.squares + gap)[kinds_1]
        coming = (self.squares - gap)[kinds_2]
        products = self.products[np.ix_(kinds_1, kinds_2)]
        half_changes = np.add.outer(leaving, coming) - 2 * products
        position = half_changes.argmin()
        row, column = np.unravel_index(position, half_changes.shape)
        least = float(half_changes[row, column])
        kind_1 = int(kinds_1[row])
        kind_2 = int(kinds_2[column])
        return _Exchange(least, fold_1, fold_2, kind_1, kind_2)

    def apply(self, exchange: _Exchange) -> None:
        """Carry an exchange out."""
        _, fold_1, fold_2, kind_1, kind_2 = exchange
        self.group_counts[fold_1, kind_1] -= 1
        self.group_counts[fold_1, kind_2] += 1
        self.group_counts[fold_2, kind_2] -= 1
        self.group_counts[fold_2, kind_1] += 1
        self.group_counts[:, -1] = 1  # empty groups are never used up
        difference = self.products[kind_2] - self.products[kind_1]
        self.pulls[fold_1] += difference
        self.pulls[fold_2] -= difference
