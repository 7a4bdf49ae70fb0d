"""The answer that a prediction allows: a style, or where several are likely the narrowest name that they share.

From "any style" on, an answer goes down to the likeliest class of the next level as long as the probabilities of its
styles add up to more than a threshold. The threshold is the lowest at which a promised share of the images by painters
not seen get an answer that their style belongs to. The way down does not depend on the threshold, and a higher one only
stops it earlier, so this is split conformal prediction with nested answers in place of sets (Gupta, Kuchibhotla and
Ramdas, Nested conformal prediction and quantile out-of-bag ensemble methods, 2022).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import ratio, weighted_means
from styleclf.evaluation.author_quantiles import author_quantile, learned_from
from styleclf.evaluation.conformal_sets import COVERAGE
from styleclf.evaluation.estimates import Estimate
from styleclf.evaluation.hierarchy import ANY_STYLE, Hierarchy
from styleclf.evaluation.intervals import AuthorBootstrap, image_units
from styleclf.evaluation.metrics import estimate_texts
from styleclf.evaluation.other_folds import from_other_folds
from styleclf.evaluation.predictions import design_columns, probas_of, targets_of, vocab_of

_RATE_COLUMNS = ["level", "metric", "value", "lo", "hi", "n_images"]


class AnswerRule(NamedTuple):
    """What answers are made by: a hierarchy, and the probability that an answer must exceed."""

    hierarchy: Hierarchy
    threshold: float

    def answers(
        self,
        probas: np.ndarray,  # (n, n_styles)
        vocab: Sequence[str],
    ) -> pd.DataFrame:
        """`answer, level` of `n` images: level 1 has the widest names, 0 is "any style".

        >>> rule = AnswerRule(Hierarchy({"baroque": ("european", "baroque"), "rococo": ("european", "rococo")}), 0.6)
        >>> rule.answers(np.array([[0.3, 0.7], [0.5, 0.5]]), ["baroque", "rococo"])["answer"].tolist()
        ['rococo', 'european']
        """
        ways = _ways_down(probas, vocab, self.hierarchy)
        thresholds = np.full(len(probas), self.threshold)
        return ways.answers(thresholds)


class _Ways(NamedTuple):
    """The way down of `n` images through a hierarchy, likeliest classes only."""

    names: np.ndarray  # (n, n_levels + 1) str, from "any style" on; '' below a style
    sums: np.ndarray  # (n, n_levels + 1) probabilities of the styles in each, -1 below a style

    def answers(self, thresholds: np.ndarray) -> pd.DataFrame:
        """`answer, level` for thresholds `(n,)`."""
        is_allowed = self.sums > thresholds[:, None]
        levels = is_allowed[:, 1:].sum(axis=1)
        images = np.arange(len(levels))
        names = self.names[images, levels]
        return pd.DataFrame({"answer": names, "level": levels})

    def first_wrong_sums(
        self,
        labels: Sequence[str],  # of the images
        hierarchy: Hierarchy,
    ) -> np.ndarray:
        """`(n,)` the sum of the first class on the way that the true style does not belong to; 0 if there is none."""
        wrong_sums = []
        for label, names, sums in zip(labels, self.names, self.sums, strict=True):
            is_true = np.isin(names, ("", *_names_of(label, hierarchy)))
            wrong_levels = np.flatnonzero(~is_true)
            wrong_sum = 0.0
            if len(wrong_levels):
                first = wrong_levels[0]
                wrong_sum = sums[first]
            wrong_sums.append(wrong_sum)
        return np.array(wrong_sums)


def _names_of(label: str, hierarchy: Hierarchy) -> tuple[str, ...]:
    """All names that a style belongs to, and its own."""
    path = hierarchy.paths[label]
    return (ANY_STYLE, *path)


def _ways_down(
    probas: np.ndarray,  # (n, n_styles)
    vocab: Sequence[str],
    hierarchy: Hierarchy,
) -> _Ways:
    """The way down of every image; of classes that are equally likely the first one by name is taken."""
    shape = (len(probas), hierarchy.n_levels + 1)
    names = np.full(shape, "", dtype=object)
    sums = np.full(shape, -1.0)
    names[:, 0] = ANY_STYLE
    sums[:, 0] = 1.0
    children = _children_by_name(hierarchy)
    members = _members_by_name(vocab, hierarchy)
    for level in range(1, hierarchy.n_levels + 1):
        names_above = names[:, level - 1]
        for parent in set(names_above):
            candidates = children.get(parent, [])
            if not candidates:
                continue
            rows = np.flatnonzero(names_above == parent)
            of_candidates = [members[name] for name in candidates]
            membership = np.stack(of_candidates, axis=1)
            candidate_sums = probas[rows] @ membership
            likeliest = candidate_sums.argmax(axis=1)
            candidate_names = np.array(candidates, dtype=object)
            names[rows, level] = candidate_names[likeliest]
            sums[rows, level] = candidate_sums.max(axis=1)
    return _Ways(names, sums)


def _children_by_name(hierarchy: Hierarchy) -> dict[str, list[str]]:
    """The sorted names that belong to each name, those of level 1 to "any style"."""
    children: dict[str, list[str]] = {}
    table = hierarchy.table()
    for row in table.itertuples():
        parent = row.parent or ANY_STYLE
        siblings = children.setdefault(parent, [])
        siblings.append(row.style)
    return children


def _members_by_name(
    vocab: Sequence[str],
    hierarchy: Hierarchy,
) -> dict[str, np.ndarray]:
    """By name `(n_styles,)` 1 for a style that belongs to it, else 0."""
    members: dict[str, np.ndarray] = {}
    for position, style in enumerate(vocab):
        for name in hierarchy.paths[style]:
            nobody = np.zeros(len(vocab))
            of_name = members.setdefault(name, nobody)
            of_name[position] = 1
    return members


def fitted_rule(
    predictions: pd.DataFrame,  # by models that had not seen the painters
    hierarchy: Hierarchy,
    share: float = COVERAGE,  # 0..1
) -> AnswerRule:
    """The rule by which `share` of the images by painters not seen get an answer that their style belongs to.

    Images without a painter are learned from only where none has one. With too few painters the only answer is
    "any style".
    """
    ways = _ways_of(predictions, hierarchy)
    scores = ways.first_wrong_sums(predictions["label"], hierarchy)
    units = image_units(predictions)
    is_counted = learned_from(predictions)
    threshold = author_quantile(scores[is_counted], units[is_counted], share)
    return AnswerRule(hierarchy, threshold)


def _ways_of(predictions: pd.DataFrame, hierarchy: Hierarchy) -> _Ways:
    """The way down of every image of a table of predictions."""
    probas = probas_of(predictions)
    vocab = vocab_of(predictions)
    return _ways_down(probas, vocab, hierarchy)


def cross_answers(
    predictions: pd.DataFrame,
    hierarchy: Hierarchy,
    share: float = COVERAGE,  # 0..1
) -> pd.DataFrame:
    """Answers for out-of-fold predictions, by rules that are learned for every fold from the others.

    Columns: `filename, label, author, fold, answer, level, is_right`; `is_right` where the style belongs to the answer.
    Raises ValueError for fewer than two folds.
    """

    def threshold_of(rows: pd.DataFrame) -> float:
        """The threshold of the rule that predictions teach."""
        return fitted_rule(rows, hierarchy, share).threshold

    thresholds = from_other_folds(predictions, threshold_of, "answers")
    ways = _ways_of(predictions, hierarchy)
    answers = ways.answers(thresholds)
    return judged_answers(predictions, answers, hierarchy)


def judged_answers(
    predictions: pd.DataFrame,
    answers: pd.DataFrame,  # `answer, level` of the same images
    hierarchy: Hierarchy,
) -> pd.DataFrame:
    """The images of predictions with their answers, and whether their style belongs to them."""
    known_columns = design_columns(predictions)
    table = pd.concat([known_columns, answers], axis=1)
    is_right = []
    for row in table.itertuples():
        true_names = _names_of(row.label, hierarchy)
        is_right.append(row.answer in true_names)
    return table.assign(is_right=is_right)


def answer_rates(
    predictions: pd.DataFrame,
    answers: pd.DataFrame,
) -> pd.DataFrame:
    """How often answers stop at each level, and how often the style belongs to them.

    `predictions` and `answers` of the same rows, as `cross_answers` takes and returns them. One row for 'all' and one
    per level that has answers: `level, metric, value, lo, hi, n_images`. The metrics are `share`, of all images, and
    `right`, of the answers of that level; `right` of all images counts every painter the same, as was promised.
    """
    targs = targets_of(predictions)
    units = image_units(predictions)
    bootstrap = AuthorBootstrap(units, targs)
    is_right = answers["is_right"].to_numpy(dtype=float)
    levels = answers["level"].to_numpy()
    is_counted = learned_from(predictions)
    images_of_painter = np.bincount(units)[units]
    of_painters = is_counted / images_of_painter
    right = weighted_share(is_right, of_painters, bootstrap)
    rows = [("all", "right", *right, is_counted.sum())]
    for level in np.unique(levels):
        is_level = (levels == level).astype(float)
        n_images = int(is_level.sum())
        share = bootstrap.of(partial(weighted_means, is_level))
        right = weighted_share(is_right, is_level, bootstrap)
        rows += [
            (str(level), "share", *share, n_images),
            (str(level), "right", *right, n_images),
        ]
    return pd.DataFrame(rows, columns=_RATE_COLUMNS)


def weighted_share(
    is_right: np.ndarray,  # (n,) 0 or 1
    weights: np.ndarray,  # (n,) how much each image counts
    bootstrap: AuthorBootstrap,
) -> Estimate:
    """The share of images that are right, with its interval."""
    right_weights = weights * is_right
    hits = bootstrap.counts @ right_weights
    totals = bootstrap.counts @ weights
    draws = ratio(hits, totals)
    one_set = weights[:, None]
    shares = bootstrap.shares(is_right, one_set, np.ones(1))
    lo, hi = bootstrap.rate_bounds(draws, shares)
    return Estimate(shares.mean, lo, hi)


def answer_sentence(rates: pd.DataFrame) -> str:
    """What `answer_rates` found, in one sentence."""
    shares = rates[rates["metric"] == "share"]
    narrowest_first = shares.sort_values("level", ascending=False)
    parts = []
    for row in narrowest_first.itertuples():
        place = f"level {row.level}"
        if row.level == "0":
            place = repr(ANY_STYLE)
        parts.append(f"{row.value:.0%} at {place}")
    stops = ", ".join(parts)
    rows_of_all = rates[rates["level"] == "all"]
    (right,) = estimate_texts(rows_of_all)
    return f"answers: right for {right} of the images by painters not seen, {COVERAGE:.2f} were promised; {stops}"


def rule_facts(rule: AnswerRule) -> dict[str, object]:
    """A rule as plain values, which a learner keeps."""
    paths = {}
    for style, path in rule.hierarchy.paths.items():
        paths[style] = list(path)
    return {"paths": paths, "threshold": rule.threshold}


def rule_of_facts(facts: Mapping) -> AnswerRule:
    """The rule of `rule_facts`."""
    paths = {}
    for style, path in facts["paths"].items():
        paths[style] = tuple(path)
    hierarchy = Hierarchy(paths)
    return AnswerRule(hierarchy, facts["threshold"])
