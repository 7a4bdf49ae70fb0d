"""Doubts about labels: how likely each is wrong, from predictions by models that have not seen its painter.

A label can be wrong in two ways: alone, or together with all works that its painter has under this style. With
`L_ij = (p_ij / t_j) / (p_iy / t_y)`, how much likelier image i looks as style j than as its label y, the odds that it
is j are the sum of both:

    alone      r / (1 - r) * (n_j + a / K) / (n_y + a / K) * L_ij
    together   r / (1 - r) / (K - 1) * (product of L over the m works) ** (1 / (1 + (m - 1) * c))

`t_j` is the mean probability of j among images labelled j, the threshold of confident learning [1], which makes up for
styles that the model never dares to name. `n_j` counts the painter's other works labelled j: most painters keep to
their style, so a work apart from the others is suspect, the more if it looks like them. The exponent is that of m works
whose evidence has the correlation c [2]: a painter whom the model does not understand is misjudged in all of them.

The constants were chosen on flipped labels of three sets of paintings; `tests/curation/simulate_flips.py` draws others.

References:
    [1] Northcutt, Jiang and Chuang, Confident learning: estimating uncertainty in dataset labels, 2021.
    [2] Kish, Survey sampling, 1965: the design effect.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logsumexp

from styleclf.evaluation import author_units, probas_of, targets_of, vocab_of

_WRONG_RATE = 0.01  # r: of labels, before anything is seen; alone, and again together with their painter's others
_CORRELATION = 0.3  # c: of the evidence, between works of one painter
_EVEN_WORKS = 3.0  # a: works, spread evenly over all styles, that every painter is given beside their own
_EVEN_SHARE = 0.02  # of every probability that is spread evenly, so that no single work decides alone
IMAGE_COLUMNS = ["filename", "author", "label", "proposed", "doubt", "together"]
PAINTER_COLUMNS = ["author", "label", "proposed", "doubt", "n_works", "n_taken", "n_wrong"]


class Doubts(NamedTuple):
    """How likely labels are wrong: of every image, and of every painter's works under one label."""

    images: pd.DataFrame  # IMAGE_COLUMNS, a row per prediction and in their order
    painters: pd.DataFrame  # PAINTER_COLUMNS, of painters with two works or more under a label, the most doubtful first


class _Works(NamedTuple):
    """The images as numbers: their labels, painters, and the works that a painter has under one label."""

    targs: np.ndarray  # (n,)
    painters: np.ndarray  # (n,) ints
    units: np.ndarray  # (n,) ints: painter and label
    n_styles: int

    @property
    def unit_sizes(self) -> np.ndarray:
        """`(n_units,)` works of every painter under one label."""
        return np.bincount(self.units)

    @property
    def is_label(self) -> np.ndarray:
        """`(n, n_styles)` bool: which style is the label."""
        return np.eye(self.n_styles, dtype=bool)[self.targs]


def label_doubts(predictions: pd.DataFrame) -> Doubts:
    """How likely the labels are wrong, from out-of-fold `predictions`: `filename, label, author, proba_<style>…`.

    `images`: `proposed` is the likeliest other style, `doubt` 0..1 how likely the label is not the right one, and
    `together` whether rather all works of the painter under this label are wrong than this one alone. `painters`:
    `doubt` 0..1 that all `n_works` are wrong, `n_taken` of them are predicted to be `proposed`, and `n_wrong` labels
    are expected to be wrong. Raises ValueError for an empty table, a label that has no probabilities, or one style.
    """
    vocab = vocab_of(predictions)
    targs = targets_of(predictions)
    if len(vocab) < 2:
        raise ValueError(f"there is only the style {vocab[0]}: no label can be taken for another one")
    works = _works(predictions, targs, len(vocab))
    evidence = _evidence(probas_of(predictions), works)
    alone = _log_odds_alone(evidence, works)
    together_of_units = _log_odds_together(evidence, works)
    together = together_of_units[works.units]
    log_odds = np.logaddexp(alone, together)
    doubt = expit(logsumexp(log_odds, axis=1))
    proposed = log_odds.argmax(axis=1)
    styles = np.array(vocab, dtype=object)
    images = pd.DataFrame(
        {
            "filename": predictions["filename"].to_numpy(),
            "author": predictions["author"].fillna("").to_numpy(),
            "label": predictions["label"].to_numpy(),
            "proposed": styles[proposed],
            "doubt": doubt,
            "together": logsumexp(together, axis=1) > logsumexp(alone, axis=1),
        }
    )
    preds = styles[probas_of(predictions).argmax(axis=1)]
    painters = _painters_table(images, preds, works, together_of_units, styles)
    return Doubts(images[IMAGE_COLUMNS], painters)


def expected_number(doubts: pd.DataFrame) -> float:
    """How many labels of a table with `doubt` are expected to be wrong."""
    return float(doubts["doubt"].sum())


def group_doubts(images: pd.DataFrame, groups: pd.Series, least: float) -> pd.DataFrame:
    """Doubts by group, such as a source: `group, n_works, n_doubted, n_wrong, proposed`, the most doubtful share first.

    `groups (n,)` name the group of every image, '' for none; `n_doubted` labels have a doubt of `least` or more, and
    `proposed` is the style that most of them may be instead, '' without any.
    """
    named = images.assign(group=groups.to_numpy())
    named = named[named["group"] != ""]
    rows = []
    for group, members in named.groupby("group", sort=True):
        doubted = members[members["doubt"] >= least]
        commonest = doubted["proposed"].value_counts()
        proposed = commonest.index[0] if len(commonest) else ""
        n_wrong = expected_number(members)
        rows.append((group, len(members), len(doubted), n_wrong, proposed))
    columns = ["group", "n_works", "n_doubted", "n_wrong", "proposed"]
    table = pd.DataFrame(rows, columns=columns)
    table["share"] = table["n_wrong"] / table["n_works"]
    order = table.sort_values(["share", "group"], ascending=[False, True])
    return order.drop(columns="share").reset_index(drop=True)


def _works(predictions: pd.DataFrame, targs: np.ndarray, n_styles: int) -> _Works:
    painters = author_units(predictions["author"].reset_index(drop=True))
    _, units = np.unique(painters * n_styles + targs, return_inverse=True)
    return _Works(targs, painters, units, n_styles)


def _evidence(probas: np.ndarray, works: _Works) -> np.ndarray:
    """`(n, n_styles)` the logarithm of how much likelier an image looks as each style than as its label."""
    softened = (1 - _EVEN_SHARE) * probas + _EVEN_SHARE / works.n_styles
    log_ratios = np.log(softened) - np.log(_class_thresholds(softened, works))
    of_label = log_ratios[works.is_label]
    return log_ratios - of_label[:, None]


def _class_thresholds(probas: np.ndarray, works: _Works) -> np.ndarray:
    """`(n_styles,)` the mean probability of each style among the images labelled so; that of all without such."""
    thresholds = probas.mean(axis=0)
    for style in np.unique(works.targs):
        thresholds[style] = probas[works.targs == style, style].mean()
    return thresholds


def _log_odds_alone(evidence: np.ndarray, works: _Works) -> np.ndarray:
    """`(n, n_styles)` log-odds that this label alone is wrong and the image of each style; -inf for the label."""
    n_painters = works.painters.max() + 1
    labels_of_painters = np.zeros((n_painters, works.n_styles))
    np.add.at(labels_of_painters, works.painters, works.is_label)
    other_works = labels_of_painters[works.painters] - works.is_label
    log_customs = np.log(other_works + _EVEN_WORKS / works.n_styles)
    of_label = log_customs[works.is_label]
    log_odds = _log_odds_of_rate() + log_customs - of_label[:, None] + evidence
    return np.where(works.is_label, -np.inf, log_odds)


def _log_odds_together(evidence: np.ndarray, works: _Works) -> np.ndarray:
    """`(n_units, n_styles)` log-odds that all works under one label are wrong; -inf for the label, and for one work."""
    sizes = works.unit_sizes
    sums = np.zeros((len(sizes), works.n_styles))
    np.add.at(sums, works.units, evidence)
    worth = 1 / (1 + (sizes - 1) * _CORRELATION)
    log_odds_of_style = _log_odds_of_rate() - np.log(works.n_styles - 1)
    log_odds = log_odds_of_style + sums * worth[:, None]
    is_label = np.zeros(sums.shape, dtype=bool)
    is_label[works.units] = works.is_label
    is_impossible = is_label | (sizes == 1)[:, None]
    return np.where(is_impossible, -np.inf, log_odds)


def _log_odds_of_rate() -> float:
    return float(np.log(_WRONG_RATE) - np.log1p(-_WRONG_RATE))


def _painters_table(
    images: pd.DataFrame,  # IMAGE_COLUMNS
    preds: np.ndarray,  # (n,) predicted styles
    works: _Works,
    log_odds: np.ndarray,  # (n_units, n_styles)
    styles: np.ndarray,  # (n_styles,) names
) -> pd.DataFrame:
    rows = []
    doubts = expit(logsumexp(log_odds, axis=1))
    proposals = styles[log_odds.argmax(axis=1)]
    numbered = images.assign(unit=works.units, pred=preds)
    by_painters = numbered[numbered["author"] != ""]
    for unit, members in by_painters.groupby("unit", sort=True):
        if len(members) == 1:
            continue
        author = members["author"].mode().iat[0]
        label = members["label"].iat[0]
        proposed = proposals[unit]
        is_taken = members["pred"] == proposed
        numbers = (len(members), int(is_taken.sum()), expected_number(members))
        rows.append((author, label, proposed, doubts[unit], *numbers))
    table = pd.DataFrame(rows, columns=PAINTER_COLUMNS)
    is_ascending = [False, True, True]
    return table.sort_values(["doubt", "author", "label"], ascending=is_ascending, ignore_index=True)
