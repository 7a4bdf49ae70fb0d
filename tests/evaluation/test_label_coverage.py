"""Sets of labels: thresholds recomputed painter by painter, the promise kept by painters not seen, and few painters."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation.label_coverage import (
    cross_label_set_thresholds,
    label_coverage_sentence,
    label_coverage_table,
    label_set_thresholds,
)
from styleclf.evaluation.labels import label_matrix
from styleclf.evaluation.multilabel import ALL_LABELS
from tests.evaluation.test_multilabel import VOCAB, made_labels


def test_the_threshold_of_a_label_is_a_quantile_in_which_every_painter_counts_the_same():
    table = made_labels(n_authors=40)
    has_label = label_matrix(list(table["label"]), VOCAB)[:, 1]
    works = table[has_label]
    n_authors = works["author"].nunique()
    weights = 1 / works.groupby("author")["author"].transform("size") / (n_authors + 1)
    threshold = label_set_thresholds(table, 0.8)[1]
    is_held = works["proba_landscape"] >= threshold
    assert weights[is_held].sum() >= 0.8 - 1e-9
    assert weights[works["proba_landscape"] > threshold].sum() < 0.8


def test_painters_not_seen_get_what_was_promised():
    coverage = []
    for seed in range(8):
        thresholds = label_set_thresholds(made_labels(n=300, seed=seed, n_authors=60))
        others = made_labels(n=300, seed=1000 + seed, n_authors=60)
        of_all = label_coverage_table(others, thresholds).set_index(["label", "metric"])
        coverage.append(of_all.loc[(ALL_LABELS, "coverage"), "value"])
    assert 0.88 < np.mean(coverage) < 0.96


def test_the_mean_of_the_labels_and_the_size_are_those_of_the_sets():
    table = made_labels()
    scores = label_coverage_table(table, cross_label_set_thresholds(table))
    of_labels = scores[(scores["metric"] == "coverage") & (scores["label"] != ALL_LABELS)]
    of_all = scores[scores["label"] == ALL_LABELS].set_index("metric")
    assert of_all.loc["coverage", "value"] == pytest.approx(of_labels["value"].mean())
    assert (of_labels["lo"] <= of_labels["value"]).all() and (of_labels["value"] <= of_labels["hi"]).all()
    everything = label_coverage_table(table, np.zeros(3)).set_index(["label", "metric"])["value"]
    assert everything[ALL_LABELS, "size"] == 3 and everything[ALL_LABELS, "coverage"] == 1
    assert "90% were promised" in label_coverage_sentence(scores)


def test_too_few_painters_let_a_label_into_every_set_and_nameless_works_count_where_no_work_has_a_painter():
    table = made_labels(n_authors=5)
    assert label_set_thresholds(table).tolist() == [0, 0, 0]
    nameless = table.assign(author="")
    assert (label_set_thresholds(nameless) > 0).all()
    one_painter = pd.concat([nameless, table.iloc[:1]], ignore_index=True)
    has_label = label_matrix(list(table["label"][:1]), VOCAB)[0]
    np.testing.assert_array_equal(label_set_thresholds(one_painter) == 0, has_label)
