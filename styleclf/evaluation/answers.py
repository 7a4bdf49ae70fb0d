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
from styleclf.evaluation.author_quantiles import author_quantile
from styleclf.evaluation.calibration import COVERAGE
from styleclf.evaluation.hierarchy import ANY_STYLE, Hierarchy
from styleclf.evaluation.intervals import AuthorBootstrap, Estimate, author_units
from styleclf.evaluation.predictions import probas_of, targets_of, vocab_of

ANSWER_COLUMNS = ["answer", "level"]


class AnswerRule(NamedTuple):
    """What answers are made by: a hierarchy, and the probability that an answer must exceed."""

    hierarchy: Hierarchy
    threshold: float

    def answers(self, probas: np.ndarray, vocab: Sequence[str]) -> pd.DataFrame:
        """`answer, level` for probabilities `(n, n_styles)`: level 1 has the widest names, 0 is "any style".

        >>> rule = AnswerRule(Hierarchy({"baroque": ("european", "baroque"), "rococo": ("european", "rococo")}), 0.6)
        >>> rule.answers(np.array([[0.3, 0.7], [0.5, 0.5]]), ["baroque", "rococo"])["answer"].tolist()
        ['rococo', 'european']
        """
        ways = _ways_down(probas, vocab, self.hierarchy)
        return ways.answers(np.full(len(probas), self.threshold))


class _Ways(NamedTuple):
    """The way down of `n` images through a hierarchy, likeliest classes only."""

    names: np.ndarray  # (n, n_levels + 1) str, from "any style" on; '' below a style
    sums: np.ndarray  # (n, n_levels + 1) probabilities of the styles in each, -1 below a style

    def answers(self, thresholds: np.ndarray) -> pd.DataFrame:
        """`answer, level` for thresholds `(n,)`."""
        is_allowed = self.sums > thresholds[:, None]
        is_allowed[:, 0] = True
        levels = is_allowed.sum(axis=1) - 1
        images = np.arange(len(levels))
        names = self.names[images, levels]
        return pd.DataFrame({"answer": names, "level": levels})

    def first_wrong_sums(self, labels: Sequence[str], hierarchy: Hierarchy) -> np.ndarray:
        """`(n,)` the sum of the first class on the way that the true style does not belong to; 0 if there is none."""
        sums = np.zeros(len(self.sums))
        for image, label in enumerate(labels):
            true_names = (ANY_STYLE, *hierarchy.paths[label])
            for name, probability in zip(self.names[image], self.sums[image], strict=True):
                if name and name not in true_names:
                    sums[image] = probability
                    break
        return sums


def _ways_down(probas: np.ndarray, vocab: Sequence[str], hierarchy: Hierarchy) -> _Ways:
    """The way down of every image; of classes that are equally likely the first one by name is taken."""
    n_images = len(probas)
    shape = (n_images, hierarchy.n_levels + 1)
    names = np.full(shape, "", dtype=object)
    sums = np.full(shape, -1.0)
    names[:, 0] = ANY_STYLE
    sums[:, 0] = 1.0
    children = _children_by_name(hierarchy)
    membership = _membership(vocab, hierarchy)
    for level in range(1, shape[1]):
        for parent in set(names[:, level - 1]):
            rows = np.flatnonzero(names[:, level - 1] == parent)
            candidates = children.get(parent, [])
            if candidates:
                of_children = np.stack([membership[name] for name in candidates], axis=1)
                child_sums = probas[rows] @ of_children
                likeliest = child_sums.argmax(axis=1)
                names[rows, level] = np.array(candidates, dtype=object)[likeliest]
                sums[rows, level] = child_sums.max(axis=1)
    return _Ways(names, sums)


def _children_by_name(hierarchy: Hierarchy) -> dict[str, list[str]]:
    """The sorted names that belong to each name, those of level 1 to "any style"."""
    children: dict[str, list[str]] = {}
    table = hierarchy.table()
    for name, parent in zip(table["style"], table["parent"], strict=True):
        children.setdefault(parent or ANY_STYLE, []).append(name)
    return children


def _membership(vocab: Sequence[str], hierarchy: Hierarchy) -> dict[str, np.ndarray]:
    """By name `(n_styles,)` 1 for a style that belongs to it, else 0."""
    membership: dict[str, np.ndarray] = {}
    for position, style in enumerate(vocab):
        for name in hierarchy.paths[style]:
            members = membership.setdefault(name, np.zeros(len(vocab)))
            members[position] = 1
    return membership


def fitted_rule(predictions: pd.DataFrame, hierarchy: Hierarchy, share: float = COVERAGE) -> AnswerRule:
    """The rule by which `share` of the images by painters not seen get an answer that their style belongs to.

    It is learned from predictions of images whose painters the model had not seen; those without a painter are learned
    from only where none has one. With too few painters the only answer is "any style".
    """
    probas = probas_of(predictions)
    ways = _ways_down(probas, vocab_of(predictions), hierarchy)
    scores = ways.first_wrong_sums(predictions["label"], hierarchy)
    units = author_units(predictions["author"])
    counted = _counted(predictions)
    threshold = author_quantile(scores[counted], units[counted], share)
    return AnswerRule(hierarchy, threshold)


def _counted(predictions: pd.DataFrame) -> np.ndarray:
    """`(n,)` bool: the images by painters, or all of them where none has one."""
    has_author = (predictions["author"].fillna("") != "").to_numpy()
    return has_author if has_author.any() else np.ones(len(predictions), dtype=bool)


def cross_answers(predictions: pd.DataFrame, hierarchy: Hierarchy, share: float = COVERAGE) -> pd.DataFrame:
    """Answers for out-of-fold predictions, by rules that are learned for every fold from the others.

    Columns: `filename, label, author, fold, answer, level, is_right`; `is_right` where the style belongs to the answer.
    Raises ValueError for fewer than two folds.
    """
    folds = predictions["fold"].astype(str).to_numpy()
    if len(set(folds)) < 2:
        raise ValueError(f"answers are learned from other folds, but there is only fold {folds[0]}")
    ways = _ways_down(probas_of(predictions), vocab_of(predictions), hierarchy)
    thresholds = np.empty(len(predictions))
    for fold in set(folds):
        of_other_folds = predictions[folds != fold]
        rule = fitted_rule(of_other_folds, hierarchy, share)
        thresholds[folds == fold] = rule.threshold
    return judged_answers(predictions, ways.answers(thresholds), hierarchy)


def judged_answers(predictions: pd.DataFrame, answers: pd.DataFrame, hierarchy: Hierarchy) -> pd.DataFrame:
    """The images of predictions with their answers, and whether their style belongs to them."""
    columns = ["filename", "label", "author", "fold"]
    known_columns = predictions[columns].reset_index(drop=True)
    table = pd.concat([known_columns, answers], axis=1)
    is_right = []
    for label, answer in zip(table["label"], table["answer"], strict=True):
        is_right.append(answer in (ANY_STYLE, *hierarchy.paths[label]))
    return table.assign(is_right=is_right)


def answer_rates(predictions: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """How often answers stop at each level, and how often the style belongs to them.

    `predictions` and `judged` of the same rows, as `cross_answers` takes and returns them. One row for 'all' and one
    per level that has answers: `level, metric, value, lo, hi, n_images`. The metrics are `share`, of all images, and
    `right`, of the answers of that level; `right` of all images counts every painter the same, as was promised.
    """
    targs = targets_of(predictions)
    units = author_units(predictions["author"])
    bootstrap = AuthorBootstrap(units, targs)
    is_right = judged["is_right"].to_numpy(dtype=float)
    levels = judged["level"].to_numpy()
    of_painters = _counted(predictions) / np.bincount(units)[units]
    right = _share_right(is_right, of_painters, bootstrap)
    rows = [("all", "right", *right, int(_counted(predictions).sum()))]
    for level in np.unique(levels):
        is_level = (levels == level).astype(float)
        n_images = int(is_level.sum())
        share = bootstrap.of(partial(weighted_means, is_level))
        right = _share_right(is_right, is_level, bootstrap)
        rows.append((str(level), "share", *share, n_images))
        rows.append((str(level), "right", *right, n_images))
    return pd.DataFrame(rows, columns=["level", "metric", "value", "lo", "hi", "n_images"])


def _share_right(is_right: np.ndarray, weights: np.ndarray, bootstrap: AuthorBootstrap) -> Estimate:
    """The share of answers that are right, of images that count by `weights (n,)`."""
    hits = bootstrap.counts @ (weights * is_right)
    totals = bootstrap.counts @ weights
    draws = ratio(hits, totals)
    shares = bootstrap.shares(is_right, weights[:, None], np.ones(1))
    lo, hi = bootstrap.rate_bounds(draws, shares)
    return Estimate(shares.mean, lo, hi)


def answer_sentence(rates: pd.DataFrame, share: float = COVERAGE) -> str:
    """What `answer_rates` found, in one sentence."""
    by_row = rates.set_index(["level", "metric"])
    right = _estimate_of(by_row, "all", "right")
    parts = []
    levels = rates["level"][rates["metric"] == "share"]
    for level in sorted(levels, reverse=True):
        value = by_row.loc[(level, "share"), "value"]
        name = f"{ANY_STYLE!r}" if level == "0" else f"level {level}"
        parts.append(f"{value:.0%} at {name}")
    stops = ", ".join(parts)
    return f"answers: right for {right} of the images by painters not seen, {share:.2f} were promised; {stops}"


def _estimate_of(by_row: pd.DataFrame, level: str, metric: str) -> Estimate:
    value, lo, hi = by_row.loc[(level, metric), ["value", "lo", "hi"]]
    return Estimate(float(value), float(lo), float(hi))


def rule_facts(rule: AnswerRule) -> dict[str, object]:
    """A rule as plain values, which a learner keeps."""
    paths = {style: list(path) for style, path in rule.hierarchy.paths.items()}
    return {"paths": paths, "threshold": rule.threshold}


def rule_of_facts(facts: Mapping) -> AnswerRule:
    """The rule of `rule_facts`."""
    paths = {style: tuple(path) for style, path in facts["paths"].items()}
    return AnswerRule(Hierarchy(paths), float(facts["threshold"]))
