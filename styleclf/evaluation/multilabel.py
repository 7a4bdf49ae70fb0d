"""Scores of predictions of several labels per image, every label by itself and all of them together.

A table of predictions has `filename, label, author, fold, pred, proba_<label>…`, where `label` and `pred` may hold
several labels, 'fauvism|portrait', and the probabilities of an image need not add up to 1. Painters are drawn within
the rarest label of their images, so that rare labels are there in every draw.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import ratio, weighted_means
from styleclf.evaluation.intervals import AuthorBootstrap, image_units
from styleclf.evaluation.joint_works import count_authors
from styleclf.evaluation.labels import joined_labels, label_matrix, rarest_labels
from styleclf.evaluation.metrics import estimate_texts
from styleclf.evaluation.other_folds import from_other_folds
from styleclf.evaluation.precision_recall_curves import average_precisions
from styleclf.evaluation.predictions import probas_of, vocab_of
from styleclf.evaluation.screen_tables import screen_text
from styleclf.evaluation.tables import in_fixed_order

ALL_LABELS = "all labels"
LABEL_METRICS = ("average_precision", "precision", "recall", "f1")
_COLUMNS = [
    *("part", "label", "metric"),
    *("value", "lo", "hi", "chance"),
    *("n_images", "n_authors"),
]
_HALF = 0.5  # the threshold of a label about which nothing can be learned


def mean_average_precision(
    scores: np.ndarray,  # (n, n_labels), probabilities or logits
    truth: np.ndarray,  # (n, n_labels) 0 or 1
) -> float:
    """The mean over the labels that occur of their average precision, 0..1; NaN where none does.

    >>> mean_average_precision(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([[1, 0], [0, 1]]))
    1.0
    """
    scores = np.asarray(scores)
    matrix = np.asarray(truth) > 0
    every_image_once = np.ones((1, len(scores)))
    averages = []
    for of_label, has_label in zip(scores.T, matrix.T, strict=True):
        if has_label.any():
            average = average_precisions(of_label, has_label, every_image_once)
            averages.append(average[0])
    if not averages:
        return np.nan
    return float(np.mean(averages))


def best_thresholds(
    probas: np.ndarray,  # (n, n_labels) of images by painters that the model had not seen
    truth: np.ndarray,  # (n, n_labels) bool
) -> np.ndarray:
    """`(n_labels,)` the probability from which on each label is given, so that its F1 is as high as it can be.

    The middle between two probabilities; 0.5 for a label that no image has, or all have.

    >>> best_thresholds(np.array([[0.2], [0.4], [0.6]]), np.array([[False], [True], [True]])).round(2).tolist()
    [0.3]
    """
    thresholds = []
    for of_label, has_label in zip(probas.T, truth.T, strict=True):
        threshold = _HALF
        if has_label.any() and not has_label.all():
            threshold = _best_threshold(of_label, has_label)
        thresholds.append(threshold)
    return np.array(thresholds)


def _best_threshold(
    probas: np.ndarray,  # (n,)
    has_label: np.ndarray,  # (n,) bool
) -> float:
    """The threshold of one label with the highest F1; of several the highest."""
    likeliest_first = np.argsort(-probas, kind="stable")
    scores = probas[likeliest_first]
    hits = has_label[likeliest_first]
    n_hits = np.cumsum(hits)
    n_assigned = np.arange(1, len(scores) + 1)
    total = n_assigned + has_label.sum()
    f1 = 2 * n_hits / total
    next_scores = np.append(scores[1:], 0.0)
    is_last_of_tie = next_scores < scores
    f1_of_thresholds = np.where(is_last_of_tie, f1, -1)
    best = f1_of_thresholds.argmax()
    middle = (scores[best] + next_scores[best]) / 2
    return float(middle)


def cross_label_thresholds(predictions: pd.DataFrame) -> np.ndarray:
    """`(n, n_labels)` thresholds of out-of-fold predictions, those of every fold learned from the others.

    Raises ValueError for fewer than two folds.
    """
    return from_other_folds(predictions, _best_thresholds_of)


def _best_thresholds_of(predictions: pd.DataFrame) -> np.ndarray:
    """The `best_thresholds` of predictions, `(n_labels,)`."""
    vocab = vocab_of(predictions)
    truth = label_matrix(predictions["label"], vocab)
    return best_thresholds(probas_of(predictions), truth)


def with_labels(predictions: pd.DataFrame, thresholds: np.ndarray) -> pd.DataFrame:
    """The table with `pred` by thresholds `(n_labels,)` or `(n, n_labels)`: all labels from theirs on, '' for none."""
    is_assigned = probas_of(predictions) >= thresholds
    vocab = vocab_of(predictions)
    cells = joined_labels(is_assigned, vocab)
    return predictions.assign(pred=cells)


def label_table(predictions: pd.DataFrame, part: str = "cv") -> pd.DataFrame:
    """Scores of every label and of all together: `part, label, metric, value, lo, hi, chance, n_images, n_authors`.

    Of each label `average_precision`, whose chance is the label's share of the images, and `precision, recall, f1` of
    the labels in `pred`. Of all labels their means, and `exact_match`, the share of images whose labels are all right
    and no further one is given. `n_images` and `n_authors` are those that have the label. `lo, hi` bound 95 % intervals
    from resampling painters, NaN where there are too few to tell.
    """
    rows = in_fixed_order(predictions)
    vocab = vocab_of(rows)
    labels = _JudgedLabels(
        probas=probas_of(rows),
        truth=label_matrix(rows["label"], vocab),
        assigned=label_matrix(rows["pred"], vocab),
    )
    strata = rarest_labels(labels.truth) + 1
    units = image_units(rows)
    bootstrap = AuthorBootstrap(units, strata)
    draws = labels.draws(bootstrap)
    table = []
    for column, label in enumerate(vocab):
        has_label = labels.truth[:, column]
        n_authors = count_authors(rows["author"][has_label])
        for metric in LABEL_METRICS:
            values = draws[metric][:, column]
            row = {
                "label": label,
                "metric": metric,
                "value": values[0],
                "chance": _chance(metric, has_label),
                "n_images": has_label.sum(),
                "n_authors": n_authors,
            }
            table.append(row | _interval(values, has_label, bootstrap))
    sizes = {"n_images": len(rows), "n_authors": count_authors(rows["author"])}
    for row in _rows_of_all(labels, draws, bootstrap):
        table.append(row | sizes)
    scores = pd.DataFrame(table).assign(part=part)
    return scores[_COLUMNS]


class _JudgedLabels(NamedTuple):
    """Probabilities, true labels and those that were assigned, of `n` images."""

    probas: np.ndarray  # (n, n_labels)
    truth: np.ndarray  # (n, n_labels) bool
    assigned: np.ndarray  # (n, n_labels) bool

    def draws(self, bootstrap: AuthorBootstrap) -> dict[str, np.ndarray]:
        """Every metric of every label by name, `(1 + n_resamples, n_labels)`, the values themselves first."""
        counts = bootstrap.counts_with_value
        hits = self.truth & self.assigned
        n_hits = counts @ hits
        n_assigned = counts @ self.assigned
        n_true = counts @ self.truth
        total = n_assigned + n_true
        averages = []
        for of_label, has_label in zip(self.probas.T, self.truth.T, strict=True):
            average = average_precisions(of_label, has_label, counts)
            averages.append(average)
        return {
            "average_precision": np.stack(averages, axis=1),
            "precision": ratio(n_hits, n_assigned, default=0),
            "recall": ratio(n_hits, n_true),
            "f1": ratio(2 * n_hits, total, default=0),
        }


def _chance(
    metric: str,
    has_label: np.ndarray,  # bool
) -> float:
    """What guessing would reach: of the average precision the share of images with the label."""
    if metric != "average_precision":
        return np.nan
    return float(has_label.mean())


def _interval(
    values: np.ndarray,  # (1 + n_resamples,)
    is_counted: np.ndarray,  # (n,) bool
    bootstrap: AuthorBootstrap,
) -> dict[str, float]:
    """The interval `lo, hi` of a score, never narrower than that of a share of the images that count."""
    if is_counted.sum() < 2:
        return {"lo": np.nan, "hi": np.nan}
    hits = np.where(is_counted, values[0], 0)
    one_set = is_counted[:, None].astype(float)
    shares = bootstrap.shares(hits, one_set, np.ones(1))
    lo, hi = bootstrap.rate_bounds(values[1:], shares)
    return {"lo": lo, "hi": hi}


def _rows_of_all(
    labels: _JudgedLabels,
    draws: dict[str, np.ndarray],
    bootstrap: AuthorBootstrap,
) -> list[dict]:
    """The rows of all labels: means over them, and the share of images that are right in all."""
    rows = []
    occurs = labels.truth.any(axis=0)
    for metric in LABEL_METRICS:
        of_labels = draws[metric][:, occurs]
        means = np.nanmean(of_labels, axis=1)
        value, lo, hi = bootstrap.estimate(means)
        chance = _chance(metric, labels.truth[:, occurs])
        rows.append({"metric": metric, "value": value, "lo": lo, "hi": hi, "chance": chance})
    is_right = labels.truth == labels.assigned
    is_exact = is_right.all(axis=1)
    values = weighted_means(is_exact, bootstrap.counts_with_value)
    every_image = np.ones(len(is_exact), dtype=bool)
    exact = {"metric": "exact_match", "value": values[0], "chance": np.nan}
    rows.append(exact | _interval(values, every_image, bootstrap))
    return [{"label": ALL_LABELS} | row for row in rows]


def label_text(scores: pd.DataFrame) -> str:
    """The scores of `label_table` as a small table for the screen: one row per label, those of all below."""
    of_labels = scores[scores["metric"].isin(LABEL_METRICS)]
    with_texts = of_labels.assign(text=estimate_texts(of_labels))
    table = with_texts.pivot(index="label", columns="metric", values="text")
    labels = of_labels["label"].drop_duplicates()
    table = table.loc[labels, list(LABEL_METRICS)]
    averages = scores[scores["metric"] == "average_precision"]
    by_label = averages.set_index("label")
    table["chance"] = by_label["chance"].map("{:.2f}".format)
    table["images"] = by_label["n_images"]
    table["authors"] = by_label["n_authors"]
    table.columns = table.columns.str.replace("_", " ")
    table = table.rename_axis(index=None, columns=None)
    exact = scores[scores["metric"] == "exact_match"]
    (share,) = estimate_texts(exact)
    return f"{screen_text(table)}\nall labels right, and none too many: {share}"
