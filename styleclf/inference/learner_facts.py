"""What a learner keeps beside its weights, and its export with it: thresholds, rule, novelty, years, ids of styles.

Each is an attribute of the learner, of arrays or plain values.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from fastai.learner import Learner

from styleclf.data import STYLE_ID, style_ids, takes_several_labels
from styleclf.evaluation import AnswerRule, NoveltyModel, YearAnswers, rule_facts, rule_of_facts

_THRESHOLD = "set_threshold"
_LABEL_THRESHOLDS = "label_thresholds"
_RULE = "answer_rule"
_NOVELTY = "novelty_arrays"
_YEARS = "year_answers"
_STYLE_IDS = "style_ids"
_HALF = 0.5  # where nothing has been learned of thresholds


def keep_threshold(learn: Learner, threshold: float | np.ndarray) -> None:
    """Have the learner, and its export, remember the probability from which on each style belongs to a prediction set.

    One number for all styles, or `(n_styles,)`.
    """
    setattr(learn, _THRESHOLD, threshold)


def threshold_of(learn: Learner, path: str | Path) -> float | np.ndarray:
    """The probability from which on a style, or each of them `(n_styles,)`, belongs to a prediction set.

    Raises ValueError if the learner, exported to `path`, has none.
    """
    threshold = getattr(learn, _THRESHOLD, None)
    if threshold is None:
        advice = "`calibrate_learners` and recipes/validate.py --calibrate do that"
        raise ValueError(f"{path} was not calibrated to give sets of styles: {advice}")
    return threshold


def keep_label_thresholds(learn: Learner, thresholds: np.ndarray) -> None:
    """Have the learner, and its export, remember the probability `(n_labels,)` from which on each label is given."""
    numbers = np.asarray(thresholds, dtype=float)
    setattr(learn, _LABEL_THRESHOLDS, numbers)


def label_thresholds_of(learn: Learner) -> np.ndarray | None:
    """The probability `(n_labels,)` from which on each label is given; None for a learner of one style per image."""
    if not takes_several_labels(learn.dls):
        return None
    thresholds = getattr(learn, _LABEL_THRESHOLDS, None)
    if thresholds is None:
        n_labels = len(learn.dls.vocab)
        return np.full(n_labels, _HALF)
    return thresholds


def keep_rule(learn: Learner, rule: AnswerRule) -> None:
    """Have the learner, and its export, remember the rule."""
    facts = rule_facts(rule)
    setattr(learn, _RULE, facts)


def rule_of(learn: Learner) -> AnswerRule | None:
    """The rule of a learner; None where it has none."""
    facts = getattr(learn, _RULE, None)
    if facts is None:
        return None
    return rule_of_facts(facts)


def keep_novelty(learn: Learner, model: NoveltyModel) -> None:
    """Have the learner, and its export, remember what it needs to recognise pictures of no known style."""
    set_novelty_arrays(learn, model.arrays())


def set_novelty_arrays(learn: Learner, arrays: dict[str, np.ndarray]) -> None:
    """Have a learner remember the arrays of a novelty model that were saved elsewhere."""
    setattr(learn, _NOVELTY, dict(arrays))


def novelty_of(learn: Learner) -> NoveltyModel | None:
    """The novelty model of a learner; None where it has none, or one of another kind, as earlier versions exported it.

    Raises ValueError for arrays that do not fit one another.
    """
    arrays = getattr(learn, _NOVELTY, None)
    if arrays is None or not arrays.keys() >= set(NoveltyModel._fields):
        return None
    return NoveltyModel.of_arrays(arrays)


def forget_novelty(learn: Learner) -> None:
    """Have a learner say nothing of novelty any more, because its styles or its body have changed."""
    if hasattr(learn, _NOVELTY):
        delattr(learn, _NOVELTY)


def keep_years(learn: Learner, years: YearAnswers) -> None:
    """Have the learner, and a bundle of it, remember what makes years of its labels, which are decades."""
    setattr(learn, _YEARS, years)


def years_of(learn: Learner) -> YearAnswers | None:
    """What makes years of the learner's labels; None of a learner that does not date."""
    return getattr(learn, _YEARS, None)


def style_ids_of(learn: Learner) -> dict[str, str]:
    """The id of every style that has one: as the learner remembers, else those of the design that it is trained on."""
    saved_ids = getattr(learn, _STYLE_IDS, None)
    if saved_ids is not None:
        return dict(saved_ids)
    items: Any = getattr(learn.dls.train_ds, "items", None)
    columns = getattr(items, "columns", ())
    if STYLE_ID not in columns:
        return {}
    vocab = set(learn.dls.vocab)
    ids = style_ids(items)
    return {style: ids[style] for style in ids if style in vocab}


def keep_style_ids(learn: Learner, ids: Mapping[str, str] | None = None) -> None:
    """Have the learner, and its export, remember ids of styles: those given, or those of its design."""
    saved_ids = style_ids_of(learn) if ids is None else dict(ids)
    setattr(learn, _STYLE_IDS, saved_ids)
