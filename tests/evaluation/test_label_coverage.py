"""Sets of labels: thresholds recomputed painter by painter, the promise kept by painters not seen, and few painters."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation.author_quantiles import author_quantile
from styleclf.evaluation.conformal_sets import prediction_sets
from styleclf.evaluation.label_coverage import (
    cross_label_set_thresholds,
    label_coverage_sentence,
    label_coverage_table,
    label_set_thresholds,
)
from styleclf.evaluation.labels import label_matrix
from styleclf.evaluation.multilabel import ALL_LABELS
from styleclf.evaluation.predictions import prediction_columns, probas_of
from tests.evaluation.test_multilabel import VOCAB, made_labels


def test_the_threshold_is_the_highest_that_misses_no_more_labels_of_one_more_painter_than_promised():
    table = made_labels(n_authors=40)

    def missed(threshold):
        """The mean share of labels missed, of a painter who comes next as well: all that can be missed."""
        of_painters = 1 - shares_in_sets(table, probas_of(table) >= threshold)
        return (of_painters.sum() + 1) / (len(of_painters) + 1)

    thresholds = label_set_thresholds(table, 0.8)
    threshold = thresholds[0]
    assert thresholds.tolist() == [threshold] * len(VOCAB)
    allowed = 0.2 + 1e-9
    assert missed(threshold) <= allowed < missed(threshold + 1e-9)


def shares_in_sets(table, members):
    """The share of a work's labels that is in its set, by painter."""
    truth = label_matrix(table["label"], VOCAB)
    n_inside = (members & truth).sum(axis=1)
    shares = pd.Series(n_inside / truth.sum(axis=1))
    return shares.groupby(table["author"]).mean()


def test_with_one_label_a_work_sets_are_those_of_styles():
    rng = np.random.default_rng(0)
    probas = rng.dirichlet([1, 1, 1], 200)
    table = prediction_columns(probas, VOCAB).assign(
        filename=[f"{i}.jpg" for i in range(200)],
        label=rng.choice(VOCAB, 200),
        author=rng.integers(0, 30, 200).astype(str),
        fold="0",
    )
    truth = label_matrix(table["label"], VOCAB)
    expected = -author_quantile(-probas[truth], table["author"].to_numpy(), 0.9)
    assert label_set_thresholds(table) == pytest.approx(np.full(3, expected))


def test_painters_not_seen_get_what_was_promised():
    coverage = []
    for seed in range(8):
        thresholds = label_set_thresholds(made_labels(n=300, seed=seed, n_authors=60))
        others = made_labels(n=300, seed=1000 + seed, n_authors=60)
        values = values_of(label_coverage_table(others, thresholds))
        coverage.append(values[ALL_LABELS, "coverage"])
    assert 0.88 < np.mean(coverage) < 0.95


def values_of(scores):
    """Values by label and metric."""
    return scores.set_index(["label", "metric"])["value"]


def test_coverage_and_size_are_those_of_the_sets():
    table = made_labels()
    thresholds = cross_label_set_thresholds(table)
    scores = label_coverage_table(table, thresholds)
    values = values_of(scores)[ALL_LABELS]
    members = prediction_sets(probas_of(table), thresholds)
    expected = shares_in_sets(table, members).mean()
    assert values["coverage"] == pytest.approx(expected)
    assert values["size"] == pytest.approx(members.sum(axis=1).mean())
    assert "90% were promised" in label_coverage_sentence(scores)


def test_coverage_of_every_label_lies_in_its_interval():
    table = made_labels()
    scores = label_coverage_table(table, cross_label_set_thresholds(table))
    of_labels = scores.query("metric == 'coverage' and label != @ALL_LABELS")
    assert len(of_labels) == len(VOCAB)
    assert (of_labels["lo"] <= of_labels["value"]).all()
    assert (of_labels["value"] <= of_labels["hi"]).all()


def test_sets_of_all_labels_cover_everything():
    everything = label_coverage_table(made_labels(), np.zeros(3))
    values = values_of(everything)[ALL_LABELS]
    assert values["size"] == 3
    assert values["coverage"] == 1


def test_too_few_painters_let_all_labels_into_every_set():
    table = made_labels(n_authors=5)
    assert label_set_thresholds(table).tolist() == [0, 0, 0]


def test_nameless_works_count_where_no_work_has_a_painter():
    table = made_labels(n_authors=5)
    nameless = table.assign(author="")
    assert (label_set_thresholds(nameless) > 0).all()
    one_painter = pd.concat([nameless, table.iloc[:1]], ignore_index=True)
    assert label_set_thresholds(one_painter).tolist() == [0, 0, 0]
