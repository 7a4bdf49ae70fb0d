"""The novelty model that a learner keeps: how unlike its training paintings a picture is."""

import numpy as np
from fastai.learner import Learner

from styleclf.evaluation import NoveltyModel

_NOVELTY = "novelty_arrays"  # the learner's attribute, which an exported learner keeps


def keep_novelty(learn: Learner, model: NoveltyModel) -> None:
    """Have the learner, and its export, remember what it needs to recognise pictures of no known style."""
    set_novelty_arrays(learn, model.arrays())


def set_novelty_arrays(learn: Learner, arrays: dict[str, np.ndarray]) -> None:
    """Have a learner remember the arrays of a novelty model that were saved elsewhere."""
    setattr(learn, _NOVELTY, dict(arrays))


def novelty_of(learn: Learner) -> NoveltyModel | None:
    """The novelty model of a learner; None where it has none, as when an earlier version of styleclf exported it.

    Raises ValueError for arrays that do not fit one another.
    """
    arrays = getattr(learn, _NOVELTY, None)
    if arrays is None:
        return None
    return NoveltyModel.of_arrays(arrays)


def forget_novelty(learn: Learner) -> None:
    """Have a learner say nothing of novelty any more, because its styles or its body have changed."""
    if hasattr(learn, _NOVELTY):
        delattr(learn, _NOVELTY)
