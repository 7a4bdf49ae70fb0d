"""Which images must stay together, by author and as copies of one file, and the fastai splitter that keeps to it."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from styleclf.evaluation import VAL, linked_groups, people_by_row

_Rows = Iterable[Mapping[Hashable, Any]]
UNUSED = "unused"  # the fold of images that are neither trained nor judged on: their pixels stay in one cache


def author_groups(annotation: pd.DataFrame) -> np.ndarray:
    """Which images must stay together: `(n,)` int, numbered from 0 in the order of the rows.

    Two images share a group if a chain of equal authors and byte-identical files joins them, across styles. An image by
    several authors, such as 'picasso|braque', joins the groups of them all. An image without an author is a group of
    its own unless it has copies.

    >>> author_groups(pd.DataFrame({"filename": ["a.jpg", "b.jpg", "c.jpg"], "author": ["gris", "", "gris"]}))
    array([0, 1, 0])
    """
    files = "file " + _originals(annotation).astype(str)
    people = people_by_row(annotation)
    positions = np.concatenate([np.arange(len(annotation)), people.index])
    keys = pd.concat([files, "author " + people], ignore_index=True)
    return linked_groups(len(annotation), positions, keys)


class AuthorSplitter:
    """A fastai `splitter` for one fold of a design: `items -> (train_idxs, valid_idxs)`, two lists of positions.

    `items` is a design, or a list of its rows. The training part is all other folds, without the validation set and
    without images marked unused; for `AuthorSplitter('val')` it is all folds. Raises ValueError if the design has no
    such fold.

    >>> AuthorSplitter(0)(pd.DataFrame({"fold": ["0", "1", "val", "1"]}))
    ([1, 3], [0])
    """

    def __init__(self, fold: str | int) -> None:
        self.fold = str(fold)

    def __call__(self, items: pd.DataFrame | _Rows) -> tuple[list[int], list[int]]:
        """Positions of the training items and of those in the fold."""
        folds = _folds_of(items)
        if self.fold not in folds:
            choices = ", ".join(sorted_folds(folds))
            raise ValueError(f"the design has no fold {self.fold!r}: choose from {choices}")
        not_trained = np.isin(folds, (self.fold, VAL, UNUSED))
        train_idxs = np.flatnonzero(~not_trained)
        valid_idxs = np.flatnonzero(folds == self.fold)
        return train_idxs.tolist(), valid_idxs.tolist()

    def __repr__(self) -> str:
        return f"AuthorSplitter({self.fold!r})"


def cv_folds(design: pd.DataFrame) -> list[str]:
    """The folds for cross-validation, sorted by number."""
    folds = sorted_folds(design["fold"].astype(str))
    return [fold for fold in folds if fold not in (VAL, UNUSED)]


def sorted_folds(folds: Iterable[str]) -> list[str]:
    """The different folds, sorted by number, and the validation set last."""
    return sorted(set(folds), key=lambda fold: (fold == VAL, len(fold), fold))


def _originals(annotation: pd.DataFrame) -> pd.Series:
    """`(n,)` the first of each image's byte-identical files, which may be the image's own."""
    if "copy_of" not in annotation:
        return annotation["filename"]
    copy_of = annotation["copy_of"].fillna("")
    return copy_of.where(copy_of != "", annotation["filename"])


def _folds_of(items: pd.DataFrame | _Rows) -> np.ndarray:
    folds = items["fold"] if isinstance(items, pd.DataFrame) else [row["fold"] for row in items]
    return np.array([str(fold) for fold in folds], dtype=object)
