"""Learners that give several labels to an image: the probability from which on each label is given."""

import numpy as np
from fastai.learner import Learner

from styleclf.data import takes_several_labels

_THRESHOLDS = "label_thresholds"  # the learner's attribute, which an exported learner keeps
_HALF = 0.5  # where nothing has been learned of thresholds


def keep_label_thresholds(learn: Learner, thresholds: np.ndarray) -> None:
    """Have the learner, and its export, remember the probability `(n_labels,)` from which on each label is given."""
    numbers = np.asarray(thresholds, dtype=float)
    setattr(learn, _THRESHOLDS, numbers)


def label_thresholds_of(learn: Learner) -> np.ndarray | None:
    """The probability `(n_labels,)` from which on each label is given; None for a learner of one style per image."""
    if not takes_several_labels(learn.dls):
        return None
    thresholds = getattr(learn, _THRESHOLDS, None)
    if thresholds is None:
        n_labels = len(learn.dls.vocab)
        return np.full(n_labels, _HALF)
    return thresholds
