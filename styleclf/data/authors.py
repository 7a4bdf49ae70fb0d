"""Which images must stay together, by author and as copies of one file, and the fastai splitter that keeps to it."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from styleclf.evaluation import VAL, group_names_by_row, linked_groups, people_by_row

_Rows = Iterable[Mapping[Hashable, Any]]
UNUSED = "unused"  # the fold of images that are neither trained nor judged on: their pixels stay in one cache


def author_groups(annotation: pd.DataFrame) -> np.ndarray:
    """Which images must stay together: `(n,)` int, numbered from 0 in the order of the rows.

    Two images share a group if a chain of equal authors and byte-identical files joins them, across styles. An image by
    several authors, such as 'picasso|braque', joins the groups of them all. An image without an author is a group of
    its own unless it has copies. In a design that has a column `group`, that stands for the authors.

    >>> author_groups(pd.DataFrame({"filename": ["a.jpg", "b.jpg", "c.jpg"], "author": ["gris", "", "gris"]}))
    array([0, 1, 0])
    """
    return joined_rows(annotation, [group_names_by_row(annotation)])


def joined_rows(
    annotation: pd.DataFrame,
    names: Sequence[pd.Series],  # each of texts, indexed by the positions of rows, several of a row perhaps
) -> np.ndarray:
    """`(n,)` int: which images a chain of equal names and byte-identical files joins, numbered from 0."""
    files = "file " + originals(annotation).astype(str)
    positions = [np.arange(len(annotation))]
    keys = [files]
    for number, texts in enumerate(names):
        positions.append(texts.index.to_numpy())
        keys.append(f"name {number} " + texts)
    all_positions = np.concatenate(positions)
    all_keys = pd.concat(keys, ignore_index=True)
    return linked_groups(len(annotation), all_positions, all_keys)


class AuthorSplitter:
    """A fastai `splitter` for one fold of a design: `items -> (train_idxs, valid_idxs)`, two lists of positions.

    `items` is a design, or a list of its rows. The training part is all other folds, without the validation set and
    without images marked unused; for `AuthorSplitter('val')` it is all folds, and the second list is empty where the
    design has no validation set. Where folds are not those of authors, images by authors of the test fold or the
    validation set, and copies of theirs, are left out of training. Raises ValueError if the design has no such fold.

    >>> AuthorSplitter(0)(pd.DataFrame({"fold": ["0", "1", "val", "1"]}))
    ([1, 3], [0])
    """

    def __init__(self, fold: str | int) -> None:
        self.fold = str(fold)

    def __call__(self, items: pd.DataFrame | _Rows) -> tuple[list[int], list[int]]:
        """Positions of the training items and of those in the fold."""
        folds = _folds_of(items)
        if self.fold != VAL and self.fold not in folds:
            choices = ", ".join(sorted_folds(folds))
            raise ValueError(f"the design has no fold {self.fold!r}: choose from {choices}")
        train_idxs = np.flatnonzero(trained_on(items, self.fold))
        valid_idxs = np.flatnonzero(folds == self.fold)
        return train_idxs.tolist(), valid_idxs.tolist()

    def __repr__(self) -> str:
        return f"AuthorSplitter({self.fold!r})"


def has_validation_set(design: pd.DataFrame) -> bool:
    """Whether any image of a design is in its validation set."""
    return VAL in _folds_of(design)


def check_validation_set(design: pd.DataFrame) -> None:
    """Raise ValueError, with what to do, for a design without a validation set."""
    if not has_validation_set(design):
        choices = ", ".join(sorted_folds(_folds_of(design)))
        reason = "val_share was 0, or no style could spare an author"
        advice = "judge by them, and train on all of them with recipes/validate.py --closed"
        raise ValueError(f"the design has no validation set ({reason}), only the folds {choices}: {advice}")


def trained_on(
    items: pd.DataFrame | _Rows,
    fold: str,  # the test fold
) -> np.ndarray:
    """`(n,)` bool: the images that a model tested on the fold may learn from.

    They are in other folds, and neither by an author of that fold or of the validation set nor copies of its files.
    """
    folds = _folds_of(items)
    is_closed = np.isin(folds, (fold, VAL))
    is_trained = ~is_closed & (folds != UNUSED)
    design = items if isinstance(items, pd.DataFrame) else pd.DataFrame(list(items))
    if "author" not in design:
        return is_trained
    people = people_by_row(design)
    files = originals(design).reset_index(drop=True) if "filename" in design else pd.Series(dtype=str)
    for names in (people, files):
        closed_names = names[is_closed[names.index]]
        shares_name = names.index[names.isin(closed_names)]
        is_trained[shares_name] = False
    return is_trained


def cv_folds(design: pd.DataFrame) -> list[str]:
    """The folds for cross-validation, sorted by number."""
    folds = sorted_folds(design["fold"].astype(str))
    return [fold for fold in folds if fold not in (VAL, UNUSED)]


def folds_that_mix_painters(
    folds: np.ndarray,  # (n,)
    targs: np.ndarray,  # (n,) positions of styles
    seed: int,
) -> np.ndarray:
    """The folds `(n,)` with the images of every style shuffled among them, whoever painted them."""
    rng = np.random.default_rng(seed)
    new_folds = folds.copy()
    for style in np.unique(targs):
        rows = targs == style
        new_folds[rows] = rng.permutation(folds[rows])
    return new_folds


def sorted_folds(folds: Iterable[str]) -> list[str]:
    """The different folds, sorted by number, and the validation set last."""
    return sorted(set(folds), key=lambda fold: (fold == VAL, len(fold), fold))


def originals(annotation: pd.DataFrame) -> pd.Series:
    """`(n,)` the first of each image's byte-identical files, which may be the image's own."""
    if "copy_of" not in annotation:
        return annotation["filename"]
    copy_of = annotation["copy_of"].fillna("")
    return copy_of.where(copy_of != "", annotation["filename"])


def _folds_of(items: pd.DataFrame | _Rows) -> np.ndarray:
    folds = items["fold"] if isinstance(items, pd.DataFrame) else [row["fold"] for row in items]
    return np.array([str(fold) for fold in folds], dtype=object)
