"""Who must stay together: images of one author and copies of one file; and the fastai splitter that keeps to it."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

VAL = "val"
UNUSED = "unused"  # where images stand that are neither trained nor judged on: their pixels stay in one cache


def author_groups(annotation: pd.DataFrame) -> np.ndarray:
    """Which images must stay together: `(n,)` int, numbered from 0 in the order of the rows.

    Two images share a group if a chain of equal authors and byte-identical files joins them, across styles. An image
    without author is its own group unless it has copies.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(annotation)
    author = annotation["author"].fillna("")
    copy_of = annotation["copy_of"].fillna("") if "copy_of" in annotation else pd.Series("", index=annotation.index)
    original, _ = pd.factorize(copy_of.where(copy_of != "", annotation["filename"]))
    painter, _ = pd.factorize(author)
    images, named = np.arange(n), (author != "").to_numpy()
    # nodes: the images, then the originals, then the painters
    ends = np.concatenate([n + original, 2 * n + painter[named]])
    starts = np.concatenate([images, images[named]])
    graph = coo_array((np.ones(len(starts)), (starts, ends)), shape=(3 * n, 3 * n))
    return pd.factorize(connected_components(graph, directed=False)[1][:n])[0]


class AuthorSplitter:
    """A fastai `splitter` for one fold of a design: `items -> (train_idxs, valid_idxs)`, two lists of positions.

    `items` is a design, or a list of its rows. The train part is the other folds, without the validation set and
    whatever is marked unused; for `AuthorSplitter('val')` it is all the folds. Raises ValueError where the design has
    no such fold.
    """

    def __init__(self, fold: str | int) -> None:
        self.fold = str(fold)

    def __call__(self, items: pd.DataFrame | Iterable[Mapping]) -> tuple[list[int], list[int]]:
        folds = _folds_of(items)
        if self.fold not in folds:
            raise ValueError(f"the design has no fold {self.fold!r}: choose from {', '.join(_in_order(folds))}")
        valid = folds == self.fold
        return np.flatnonzero(~valid & ~np.isin(folds, (VAL, UNUSED))).tolist(), np.flatnonzero(valid).tolist()

    def __repr__(self) -> str:
        return f"AuthorSplitter({self.fold!r})"


def cv_folds(design: pd.DataFrame) -> list[str]:
    """The folds for cross-validation, by number."""
    return [fold for fold in _in_order(design["fold"].astype(str)) if fold not in (VAL, UNUSED)]


# Describing


def _folds_of(items: pd.DataFrame | Iterable[Mapping]) -> np.ndarray:
    folds = items["fold"] if isinstance(items, pd.DataFrame) else [row["fold"] for row in items]
    return np.array([str(fold) for fold in folds], dtype=object)


def _in_order(folds: Iterable[str]) -> list[str]:
    """The folds without repeats, by number, and validation last."""
    return sorted(set(folds), key=lambda fold: (fold == VAL, len(fold), fold))
