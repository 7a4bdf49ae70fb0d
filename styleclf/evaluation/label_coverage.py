"""Sets of labels that keep a promise: of the works that have a label, so many have it in their set.

A label is in the set of an image from a probability of its own on. That is the highest with which the promised share of
the works by a painter not seen have the label in their set, if they have it: split conformal prediction for each label,
in which every painter counts the same (see `author_quantile`). Sets are for what may be there, and the labels that are
given by thresholds for what rather is there than not.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import ratio, weighted_means
from styleclf.evaluation.author_quantiles import author_quantile
from styleclf.evaluation.calibration import COVERAGE, prediction_sets
from styleclf.evaluation.intervals import TOO_FEW, AuthorBootstrap, image_units
from styleclf.evaluation.joint_works import count_authors
from styleclf.evaluation.labels import label_matrix, rarest_labels
from styleclf.evaluation.multilabel import ALL_LABELS
from styleclf.evaluation.predictions import probas_of, vocab_of
from styleclf.evaluation.tables import in_fixed_order

_COLUMNS = ["label", "metric", "value", "lo", "hi", "n_images", "n_authors"]


def label_set_thresholds(
    predictions: pd.DataFrame,  # by models that had not seen the painters
    share: float = COVERAGE,  # 0..1
) -> np.ndarray:
    """`(n_labels,)` the probability from which on each label is in a set; 0, which lets it in, of too few painters.

    Works without a painter are learned from only where no work with the label has one.

    Raises ValueError for a share outside 0..1.
    """
    probas = probas_of(predictions)
    truth = _truth(predictions)
    units = image_units(predictions)
    thresholds = []
    for of_label, has_label in zip(probas.T, truth.T, strict=True):
        counted = _counted(predictions, has_label)
        scores = -of_label[counted]
        quantile = author_quantile(scores, units[counted], share)
        threshold = max(0.0, -quantile)
        thresholds.append(threshold)
    return np.array(thresholds)


def _truth(predictions: pd.DataFrame) -> np.ndarray:
    """`(n, n_labels)` bool: which labels the images have."""
    cells = list(predictions["label"])
    vocab = vocab_of(predictions)
    return label_matrix(cells, vocab)


def _counted(
    predictions: pd.DataFrame,
    has_label: np.ndarray,  # (n,) bool
) -> np.ndarray:
    """`(n,)` bool: the images with a label that have a painter, or all with the label where none has."""
    authors = predictions["author"].fillna("")
    has_author = (authors != "").to_numpy()
    by_painters = has_label & has_author
    return by_painters if by_painters.any() else has_label


def cross_label_set_thresholds(
    predictions: pd.DataFrame,
    share: float = COVERAGE,  # 0..1
) -> np.ndarray:
    """`(n, n_labels)` thresholds of out-of-fold predictions, those of every fold learned from the others."""
    folds = predictions["fold"].astype(str)
    thresholds = np.empty_like(probas_of(predictions))
    for fold in folds.unique():
        is_test = (folds == fold).to_numpy()
        of_other_folds = predictions[~is_test]
        learned = label_set_thresholds(of_other_folds, share)
        thresholds[is_test] = learned
    return thresholds


class _LabelSets(NamedTuple):
    """Sets of `n` images, and how much each image counts for each label that it has."""

    members: np.ndarray  # (n, n_labels) bool
    truth: np.ndarray  # (n, n_labels) bool
    weights: np.ndarray  # (n, n_labels) by which every painter counts the same for a label; 0 without the label

    def coverage(self, counts: np.ndarray) -> np.ndarray:
        """`(m, n_labels)` shares of the works with each label that have it in their set, for `counts (m, n)`."""
        weights_in_sets = self.weights * self.members
        in_sets = counts @ weights_in_sets
        totals = counts @ self.weights
        return ratio(in_sets, totals)


def label_coverage_table(
    predictions: pd.DataFrame,
    thresholds: np.ndarray,  # (n_labels,) or (n, n_labels)
) -> pd.DataFrame:
    """How often sets hold a label that is there, and how many labels they have.

    Columns: `label, metric, value, lo, hi, n_images, n_authors`. The metrics are `coverage`, of each label and as the
    mean of all, every painter counting the same, and `size` of all. `lo, hi` bound 95 % intervals from resampling
    painters within the rarest label of their works.
    """
    vocab = vocab_of(predictions)
    n_images = len(predictions)
    shape = (n_images, len(vocab))
    every_threshold = np.broadcast_to(thresholds, shape)
    numbered = predictions.assign(_row=np.arange(n_images))
    rows = in_fixed_order(numbered)
    order = rows["_row"].to_numpy()
    sets = _label_sets(rows, every_threshold[order])
    units = image_units(rows)
    strata = rarest_labels(sets.truth) + 1
    bootstrap = AuthorBootstrap(units, strata)
    counts = bootstrap.counts_with_value
    coverage = sets.coverage(counts)
    means_of_labels = np.nanmean(coverage, axis=1)
    mean_coverage = bootstrap.estimate(means_of_labels)
    n_members = sets.members.sum(axis=1)
    mean_sizes = weighted_means(n_members, counts)
    mean_size = bootstrap.estimate(mean_sizes)
    n_of_all = (n_images, count_authors(rows["author"]))
    table = [
        (ALL_LABELS, "coverage", *mean_coverage, *n_of_all),
        (ALL_LABELS, "size", *mean_size, *n_of_all),
    ]
    for label, of_label, has_label in zip(vocab, coverage.T, sets.truth.T, strict=True):
        estimate = bootstrap.estimate(of_label)
        n_with_label = int(has_label.sum())
        n_authors = count_authors(rows["author"][has_label])
        table.append((label, "coverage", *estimate, n_with_label, n_authors))
    return pd.DataFrame(table, columns=_COLUMNS)


def _label_sets(rows: pd.DataFrame, thresholds: np.ndarray) -> _LabelSets:
    """The sets of predictions."""
    units = image_units(rows)
    truth = _truth(rows)
    weights = np.zeros(truth.shape)
    for column, has_label in enumerate(truth.T):
        counted = _counted(rows, has_label)
        units_of_counted = units[counted]
        images_of_unit = np.bincount(units_of_counted)
        weights[counted, column] = 1 / images_of_unit[units_of_counted]
    members = prediction_sets(probas_of(rows), thresholds)
    return _LabelSets(members, truth, weights)


def label_coverage_sentence(table: pd.DataFrame) -> str:
    """What `label_coverage_table` found, and what of it was promised."""
    is_of_all = table["label"] == ALL_LABELS
    of_all = table[is_of_all].set_index("metric")
    size = of_all.loc["size", "value"]
    value, lo, hi = of_all.loc["coverage", ["value", "lo", "hi"]]
    interval = TOO_FEW if np.isnan(lo) else f"95 % interval {lo:.0%} to {hi:.0%}"
    promise = f"{COVERAGE:.0%} were promised"
    works = "of the works by painters not seen that have it, every painter counting the same"
    return f"sets of {size:.1f} labels on average hold a label for {value:.0%} {works} ({promise}; {interval})"
