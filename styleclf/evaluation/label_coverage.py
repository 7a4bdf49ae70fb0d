"""Sets of labels that keep a promise: of the labels that a work has, so many are in its set.

A label is in the set of an image from one probability on, which is the same for all labels: the highest with which the
mean over works by a painter not seen, of the share of their labels that is in their sets, is as promised. Every painter
counts the same. This is conformal risk control (Angelopoulos, Bates, Fisch, Lei and Schuster 2022) of the labels that
are missed, and where works have one label each, split conformal prediction as for styles. Sets are for what may be
there, and the labels that are given by thresholds for what is more likely there than not.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import ratio, weighted_means
from styleclf.evaluation.author_quantiles import author_quantile, learned_from
from styleclf.evaluation.conformal_sets import COVERAGE, prediction_sets, promise_text
from styleclf.evaluation.intervals import AuthorBootstrap, image_units
from styleclf.evaluation.joint_works import count_authors
from styleclf.evaluation.labels import label_matrix, rarest_labels
from styleclf.evaluation.multilabel import ALL_LABELS
from styleclf.evaluation.other_folds import from_other_folds
from styleclf.evaluation.predictions import probas_of, vocab_of
from styleclf.evaluation.tables import in_fixed_order

_COLUMNS = ["label", "metric", "value", "lo", "hi", "n_images", "n_authors"]


def label_set_thresholds(
    predictions: pd.DataFrame,  # by models that had not seen the painters
    share: float = COVERAGE,  # 0..1
) -> np.ndarray:
    """`(n_labels,)` the probability from which on labels are in a set; 0, which lets all in, of too few painters.

    Works without a painter are learned from only where no work has one.

    Raises ValueError for a share outside 0..1.
    """
    probas = probas_of(predictions)
    truth = _truth(predictions)
    is_learned_from = learned_from(predictions)
    works, labels = np.nonzero(truth & is_learned_from[:, None])
    scores = -probas[works, labels]
    units = image_units(predictions)
    weights = _shares_of_labels(truth)
    quantile = author_quantile(scores, units[works], share, weights=weights[works])
    threshold = max(0.0, -quantile)
    n_labels = probas.shape[1]
    return np.full(n_labels, threshold)


def _truth(predictions: pd.DataFrame) -> np.ndarray:
    """`(n, n_labels)` bool: which labels the images have."""
    cells = list(predictions["label"])
    vocab = vocab_of(predictions)
    return label_matrix(cells, vocab)


def _shares_of_labels(truth: np.ndarray) -> np.ndarray:
    """`(n,)` what share of its image each label is."""
    n_labels = truth.sum(axis=1)
    return 1 / np.maximum(n_labels, 1)


def cross_label_set_thresholds(predictions: pd.DataFrame) -> np.ndarray:
    """`(n, n_labels)` thresholds of out-of-fold predictions, those of every fold learned from the others.

    Raises ValueError for fewer than two folds.
    """
    return from_other_folds(predictions, label_set_thresholds)


class _LabelSets(NamedTuple):
    """Sets of `n` images, and how much each image counts."""

    members: np.ndarray  # (n, n_labels) bool
    truth: np.ndarray  # (n, n_labels) bool
    weights: np.ndarray  # (n, 1 + n_labels) by which every painter counts the same: first of all labels, then of each

    def coverage(self, counts: np.ndarray) -> np.ndarray:
        """`(m, 1 + n_labels)` shares of the labels that are in their sets, of all and of each, for `counts (m, n)`."""
        hits = self.truth & self.members
        share_of_hits = hits.sum(axis=1) * _shares_of_labels(self.truth)
        of_all_and_each = np.column_stack([share_of_hits, hits])
        in_sets = counts @ (self.weights * of_all_and_each)
        totals = counts @ self.weights
        return ratio(in_sets, totals)


def label_coverage_table(
    predictions: pd.DataFrame,
    thresholds: np.ndarray,  # (n_labels,) or (n, n_labels)
) -> pd.DataFrame:
    """How often sets hold a label that is there, and how many labels they have.

    Columns: `label, metric, value, lo, hi, n_images, n_authors`. The metrics are `coverage`, the share of the labels of
    a work that are in its set, and of each label by itself, every painter counting the same, and `size` of all.
    `lo, hi` bound 95 % intervals from resampling painters within the rarest label of their works.
    """
    vocab = vocab_of(predictions)
    n_images = len(predictions)
    shape = (n_images, len(vocab))
    every_threshold = np.broadcast_to(thresholds, shape)
    rows = in_fixed_order(predictions.assign(_row=np.arange(n_images)))
    order = rows["_row"].to_numpy()
    sets = _label_sets(rows, every_threshold[order])
    units = image_units(rows)
    strata = rarest_labels(sets.truth) + 1
    bootstrap = AuthorBootstrap(units, strata)
    counts = bootstrap.counts_with_value
    of_all_labels, *of_labels = sets.coverage(counts).T
    mean_coverage = bootstrap.estimate(of_all_labels)
    n_members = sets.members.sum(axis=1)
    mean_sizes = weighted_means(n_members, counts)
    mean_size = bootstrap.estimate(mean_sizes)
    n_of_all = (n_images, count_authors(rows["author"]))
    table = [
        (ALL_LABELS, "coverage", *mean_coverage, *n_of_all),
        (ALL_LABELS, "size", *mean_size, *n_of_all),
    ]
    for label, of_label, has_label in zip(vocab, of_labels, sets.truth.T, strict=True):
        estimate = bootstrap.estimate(of_label)
        n_with_label = int(has_label.sum())
        n_authors = count_authors(rows["author"][has_label])
        table.append((label, "coverage", *estimate, n_with_label, n_authors))
    return pd.DataFrame(table, columns=_COLUMNS)


def _label_sets(rows: pd.DataFrame, thresholds: np.ndarray) -> _LabelSets:
    """The sets of predictions."""
    units = image_units(rows)
    truth = _truth(rows)
    is_counted = learned_from(rows)
    has_a_label = truth.any(axis=1)
    columns = [_weights_of_painters(units, has_a_label & is_counted)]
    for has_label in truth.T:
        by_painters = has_label & is_counted
        is_judged = by_painters if by_painters.any() else has_label
        columns.append(_weights_of_painters(units, is_judged))
    members = prediction_sets(probas_of(rows), thresholds)
    return _LabelSets(members, truth, np.column_stack(columns))


def _weights_of_painters(
    units: np.ndarray,  # (n,) numbers of painters
    is_counted: np.ndarray,  # (n,) bool
) -> np.ndarray:
    """`(n,)` how much each image counts, if every painter of those that are counted does the same."""
    weights = np.zeros(len(units))
    counted_units = units[is_counted]
    images_of_unit = np.bincount(counted_units)
    weights[is_counted] = 1 / images_of_unit[counted_units]
    return weights


def label_coverage_sentence(table: pd.DataFrame) -> str:
    """What `label_coverage_table` found, what of it was promised, and which label is missed most often."""
    is_of_all = table["label"] == ALL_LABELS
    of_all = table[is_of_all].set_index("metric")
    size = of_all.loc["size", "value"]
    share, lo, hi = of_all.loc["coverage", ["value", "lo", "hi"]]
    promise = promise_text(lo, hi)
    labels = "of the labels of works by painters not seen, every painter counting the same"
    of_labels = table[~is_of_all].set_index("label")["value"]
    rarest = of_labels.idxmin()
    least = of_labels.min()
    sets = f"sets of {size:.1f} labels on average"
    held_least = f"held least often is {rarest}, {least:.0%}"
    return f"{sets} hold {share:.0%} {labels} ({promise}); {held_least}"
