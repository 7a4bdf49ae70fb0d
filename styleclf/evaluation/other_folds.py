"""What is learned for the images of each fold from out-of-fold predictions of all the others: thresholds, widths."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd

_Lesson = TypeVar("_Lesson")


def from_other_folds(
    predictions: pd.DataFrame,  # n rows, with `fold`
    learn: Callable[[pd.DataFrame], float | np.ndarray],  # from the predictions of some folds
    subject: str = "thresholds",  # what is learned, in the message
) -> np.ndarray:
    """`(n,)`, or `(n, d)` where arrays `(d,)` are learned: for every image what the other folds teach.

    Raises ValueError for fewer than two folds.

    >>> predictions = pd.DataFrame({"fold": ["0", "0", "1"], "novelty": [1, 3, 8]})
    >>> from_other_folds(predictions, lambda rows: rows["novelty"].mean()).tolist()
    [8.0, 8.0, 2.0]
    """
    lessons = lesson_of_others(predictions, learn, subject)
    folds = predictions["fold"].astype(str)
    return np.stack([lessons[fold] for fold in folds])


def lesson_of_others(
    predictions: pd.DataFrame,  # n rows, with `fold`
    learn: Callable[[pd.DataFrame], _Lesson],  # from the predictions of some folds
    subject: str = "thresholds",  # what is learned, in the message
) -> dict[str, _Lesson]:
    """By the names of folds, what all the other folds teach. Raises ValueError for fewer than two folds."""
    folds = predictions["fold"].astype(str)
    names = folds.unique()
    if len(names) < 2:
        raise ValueError(f"{subject} are learned from other folds, but there is only fold {names[0]}")
    return {name: learn(predictions[folds != name]) for name in names}
