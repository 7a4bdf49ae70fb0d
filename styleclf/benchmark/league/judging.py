"""Judging a body: probes of its features, on painters that they were not fitted to, and on folds that mix painters."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from styleclf.common import with_progress
from styleclf.data import folds_that_mix_painters
from styleclf.evaluation import true_ranks
from styleclf.training import ProbeRules, probe_rules

KS = (1, 2)  # guesses


class Judgement(NamedTuple):
    """How often n images were recognised, 0..1."""

    hits: dict[int, np.ndarray]  # by number of guesses, (n,) each, on painters never seen; means over draws of folds
    painter_hits: np.ndarray  # (n,) with one guess, how much more where the folds of the first draw mix painters
    strengths: list[float]  # one for each fold of the first draw


def judge_coordinates(
    coordinates: np.ndarray,  # (n, rank)
    targs: np.ndarray,  # (n,) positions of the styles
    draws: Sequence[np.ndarray],  # folds (n,) of every draw
    *,
    groups: np.ndarray,  # (n,) authors
    noun: str = "draws of folds",  # of what is counted while it goes on
    progress: bool = True,
) -> Judgement:
    """Judge images by probes of the other folds, in every draw.

    In the first draw each fold's probe is that of a training on the other folds, whose inner folds by author choose
    its rules. Folds that mix painters, and those of further draws, have the same rules, in the same order.
    """
    first_folds = draws[0]
    rules = _rules_of_folds(coordinates, targs, first_folds, groups=groups)
    hits = {}
    for k in KS:
        hits[k] = np.zeros(len(targs))
    first_hits = np.zeros(len(targs))
    for number, folds in enumerate(with_progress(draws, len(draws), noun, progress)):
        logits = _logits(coordinates, targs, folds, rules=rules)
        if number == 0:
            first_hits = _hits(logits, targs, 1)
        for k in KS:
            hits[k] += _hits(logits, targs, k) / len(draws)
    mixing_folds = folds_that_mix_painters(first_folds, targs, 0)
    mixed_logits = _logits(coordinates, targs, mixing_folds, rules=rules)
    painter_hits = _hits(mixed_logits, targs, 1) - first_hits
    strengths = [rules_of_fold.strength for rules_of_fold in rules.values()]
    return Judgement(hits, painter_hits, strengths)


def _hits(logits: np.ndarray, targs: np.ndarray, k: int) -> np.ndarray:
    """`(n,)` 1 for an image whose style is among the k likeliest, else 0."""
    ranks = true_ranks(logits, targs)
    return (ranks < k) * 1.0


def _rules_of_folds(
    coordinates: np.ndarray,
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    groups: np.ndarray,
) -> dict[int, ProbeRules]:
    """The rules that a training on the other folds chooses, by fold."""
    n_styles = targs.max() + 1
    rules = {}
    for fold in np.unique(folds).tolist():
        train = folds != fold
        rules[fold] = probe_rules(coordinates[train], targs[train], groups[train], n_styles=n_styles)
    return rules


def _logits(
    coordinates: np.ndarray,
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    rules: Mapping[int, ProbeRules],
) -> np.ndarray:
    """Logits `(n, n_styles)` over folds, whose rules are given: for the images of each from the probe of the others."""
    n_styles = targs.max() + 1
    logits = np.zeros((len(targs), n_styles))
    for fold, rules_of_fold in rules.items():
        test = folds == fold
        train = ~test
        probe = rules_of_fold.fitted(coordinates[train], targs[train], n_styles=n_styles)
        logits[test] = probe.logits(coordinates[test])
    return logits
