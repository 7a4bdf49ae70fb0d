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
_GROUP_COLUMNS = ["group", "n_works", "n_doubted", "n_wrong", "proposed"]
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
    styles = np.array(vocab, dtype=object)
    probas = probas_of(predictions)
    works = _works(predictions, targs, len(vocab))
    evidence = _evidence(probas, works)
    alone = _log_odds_alone(evidence, works)
    together_of_units = _log_odds_together(evidence, works)
    together = together_of_units[works.units]
    log_odds = np.logaddexp(alone, together)
    log_odds_of_any = logsumexp(log_odds, axis=1)
    is_together = logsumexp(together, axis=1) > logsumexp(alone, axis=1)
    likeliest = log_odds.argmax(axis=1)
    images = pd.DataFrame(
        {
            "filename": predictions["filename"].to_numpy(),
            "author": predictions["author"].fillna("").to_numpy(),
            "label": predictions["label"].to_numpy(),
            "proposed": styles[likeliest],
            "doubt": expit(log_odds_of_any),
            "together": is_together,
        }
    )
    guesses = probas.argmax(axis=1)
    painters = _painters_table(images, styles[guesses], works, together_of_units, styles)
    return Doubts(images[IMAGE_COLUMNS], painters)


def most_doubtful_first(images: pd.DataFrame) -> pd.DataFrame:
    """The images in the order of their doubts, those that are equally doubtful by name."""
    return images.sort_values(["doubt", "filename"], ascending=[False, True], ignore_index=True)


def is_of_units(table: pd.DataFrame, units: pd.DataFrame) -> np.ndarray:
    """`(n,)` bool: which rows have the `author` and the `label` of a row of `units`."""
    pairs = pd.MultiIndex.from_frame(table[["author", "label"]])
    pairs_of_units = pd.MultiIndex.from_frame(units[["author", "label"]])
    return np.asarray(pairs.isin(pairs_of_units))


def expected_number(doubts: pd.DataFrame) -> float:
    """How many labels of a table with `doubt` are expected to be wrong."""
    return float(doubts["doubt"].sum())


def group_doubts(images: pd.DataFrame, groups: pd.Series, least: float) -> pd.DataFrame:
    """Doubts by group, such as a source: `group, n_works, n_doubted, n_wrong, proposed`, the most doubtful share first.

    `groups (n,)` name the group of every image, '' for none; `n_doubted` labels have a doubt of `least` or more, and
    `proposed` is the style that most of them may be instead, '' without any.
    """
    with_groups = images.assign(group=groups.to_numpy())
    grouped_images = with_groups[with_groups["group"] != ""]
    rows = []
    for group, members in grouped_images.groupby("group", sort=True):
        doubted_images = members[members["doubt"] >= least]
        commonest = doubted_images["proposed"].value_counts()
        n_wrong = expected_number(members)
        row = {
            "group": group,
            "n_works": len(members),
            "n_doubted": len(doubted_images),
            "n_wrong": n_wrong,
            "proposed": commonest.index[0] if len(commonest) else "",
            "share": n_wrong / len(members),
        }
        rows.append(row)
    table = pd.DataFrame(rows, columns=[*_GROUP_COLUMNS, "share"])
    order = table.sort_values(["share", "group"], ascending=[False, True], ignore_index=True)
    return order[_GROUP_COLUMNS]


def _works(predictions: pd.DataFrame, targs: np.ndarray, n_styles: int) -> _Works:
    """The images of predictions as numbers."""
    authors = predictions["author"].reset_index(drop=True)
    painters = author_units(authors)
    keys = painters * n_styles + targs
    _, units = np.unique(keys, return_inverse=True)
    return _Works(targs, painters, units, n_styles)


def _evidence(probas: np.ndarray, works: _Works) -> np.ndarray:
    """`(n, n_styles)` the logarithm of how much likelier an image looks as each style than as its label."""
    even = _EVEN_SHARE / works.n_styles
    softened_probas = (1 - _EVEN_SHARE) * probas + even
    thresholds = _class_thresholds(softened_probas, works)
    log_ratios = np.log(softened_probas / thresholds)
    of_label = log_ratios[works.is_label]
    return log_ratios - of_label[:, None]


def _class_thresholds(probas: np.ndarray, works: _Works) -> np.ndarray:
    """`(n_styles,)` the mean probability of each style among the images labelled so; that of all without such."""
    thresholds = probas.mean(axis=0)
    for style in np.unique(works.targs):
        of_style = probas[works.targs == style, style]
        thresholds[style] = of_style.mean()
    return thresholds


def _log_odds_alone(evidence: np.ndarray, works: _Works) -> np.ndarray:
    """`(n, n_styles)` log-odds that this label alone is wrong and the image of each style; -inf for the label."""
    n_painters = works.painters.max() + 1
    labels_of_painters = np.zeros((n_painters, works.n_styles))
    np.add.at(labels_of_painters, works.painters, works.is_label)
    other_works = labels_of_painters[works.painters] - works.is_label
    customs = other_works + _EVEN_WORKS / works.n_styles
    log_customs = np.log(customs)
    of_label = log_customs[works.is_label]
    log_ratios = log_customs - of_label[:, None]
    log_odds = _log_odds_of_rate() + log_ratios + evidence
    return np.where(works.is_label, -np.inf, log_odds)


def _log_odds_together(evidence: np.ndarray, works: _Works) -> np.ndarray:
    """`(n_units, n_styles)` log-odds that all works under one label are wrong; -inf for the label, and for one work."""
    sizes = works.unit_sizes
    shape = (len(sizes), works.n_styles)
    sums = np.zeros(shape)
    np.add.at(sums, works.units, evidence)
    inflation = (sizes - 1) * _CORRELATION
    worth = 1 / (1 + inflation)
    log_odds_of_style = _log_odds_of_rate() - np.log(works.n_styles - 1)
    log_odds = log_odds_of_style + sums * worth[:, None]
    is_impossible = np.zeros(shape, dtype=bool)
    is_impossible[works.units] = works.is_label
    is_impossible[sizes == 1] = True
    return np.where(is_impossible, -np.inf, log_odds)


def _log_odds_of_rate() -> float:
    """The log-odds that a label is wrong, before anything is seen."""
    return float(np.log(_WRONG_RATE) - np.log1p(-_WRONG_RATE))


def _painters_table(
    images: pd.DataFrame,  # IMAGE_COLUMNS
    preds: np.ndarray,  # (n,) predicted styles
    works: _Works,
    log_odds: np.ndarray,  # (n_units, n_styles)
    styles: np.ndarray,  # (n_styles,) names
) -> pd.DataFrame:
    """Painters with two works or more under a label, the most doubtful first; `PAINTER_COLUMNS`."""
    log_odds_of_any = logsumexp(log_odds, axis=1)
    doubts = expit(log_odds_of_any)
    likeliest = log_odds.argmax(axis=1)
    numbered_images = images.assign(unit=works.units, pred=preds)
    by_painters = numbered_images[numbered_images["author"] != ""]
    rows = []
    for unit, members in by_painters.groupby("unit", sort=True):
        if len(members) == 1:
            continue
        proposed_style = styles[likeliest[unit]]
        is_taken = members["pred"] == proposed_style
        row = {
            "author": members["author"].mode().iat[0],
            "label": members["label"].iat[0],
            "proposed": proposed_style,
            "doubt": doubts[unit],
            "n_works": len(members),
            "n_taken": int(is_taken.sum()),
            "n_wrong": expected_number(members),
        }
        rows.append(row)
    table = pd.DataFrame(rows, columns=PAINTER_COLUMNS)
    is_ascending = [False, True, True]
    return table.sort_values(["doubt", "author", "label"], ascending=is_ascending, ignore_index=True)
