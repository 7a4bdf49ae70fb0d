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
from tests.evaluation.test_multilabel import VOCAB, made_labels


def test_the_threshold_is_the_highest_that_misses_no_more_labels_of_one_more_painter_than_promised():
    table = made_labels(n_authors=40)
    truth = label_matrix(list(table["label"]), VOCAB)
    probas = table[[f"proba_{label}" for label in VOCAB]].to_numpy()

    def missed(threshold):
        """The mean share of labels missed, of a painter who comes next as well: all that can be missed."""
        shares = ((probas < threshold) & truth).sum(axis=1) / truth.sum(axis=1)
        of_painters = pd.Series(shares).groupby(table["author"]).mean()
        return (of_painters.sum() + 1) / (len(of_painters) + 1)

    thresholds = label_set_thresholds(table, 0.8)
    assert len(set(thresholds)) == 1
    assert len(thresholds) == len(VOCAB)
    assert missed(thresholds[0]) <= 0.2 + 1e-9 < missed(thresholds[0] + 1e-9)


def test_with_one_label_a_work_sets_are_those_of_styles():
    rng = np.random.default_rng(0)
    probas = rng.dirichlet([1, 1, 1], 200)
    rows = {"filename": [f"{i}.jpg" for i in range(200)], "label": rng.choice(VOCAB, 200)}
    columns = {f"proba_{label}": of_label for label, of_label in zip(VOCAB, probas.T, strict=True)}
    table = pd.DataFrame({**rows, "author": rng.integers(0, 30, 200).astype(str), "fold": "0", **columns})
    truth = label_matrix(list(table["label"]), VOCAB)
    expected = -author_quantile(-probas[truth], table["author"].to_numpy(), 0.9)
    assert label_set_thresholds(table) == pytest.approx(np.full(3, expected))


def test_painters_not_seen_get_what_was_promised():
    coverage = []
    for seed in range(8):
        thresholds = label_set_thresholds(made_labels(n=300, seed=seed, n_authors=60))
        others = made_labels(n=300, seed=1000 + seed, n_authors=60)
        of_all = label_coverage_table(others, thresholds).set_index(["label", "metric"])
        coverage.append(of_all.loc[(ALL_LABELS, "coverage"), "value"])
    assert 0.88 < np.mean(coverage) < 0.95


def test_coverage_and_size_are_those_of_the_sets():
    table = made_labels()
    thresholds = cross_label_set_thresholds(table)
    scores = label_coverage_table(table, thresholds)
    of_labels = scores[(scores["metric"] == "coverage") & (scores["label"] != ALL_LABELS)]
    of_all = scores[scores["label"] == ALL_LABELS].set_index("metric")
    probas = table[[f"proba_{label}" for label in VOCAB]].to_numpy()
    members = prediction_sets(probas, thresholds)
    truth = label_matrix(list(table["label"]), VOCAB)
    shares = (members & truth).sum(axis=1) / truth.sum(axis=1)
    of_painters = pd.Series(shares).groupby(table["author"]).mean()
    assert of_all.loc["coverage", "value"] == pytest.approx(of_painters.mean())
    assert of_all.loc["size", "value"] == pytest.approx(members.sum(axis=1).mean())
    assert (of_labels["lo"] <= of_labels["value"]).all()
    assert (of_labels["value"] <= of_labels["hi"]).all()
    everything = label_coverage_table(table, np.zeros(3)).set_index(["label", "metric"])["value"]
    assert everything[ALL_LABELS, "size"] == 3
    assert everything[ALL_LABELS, "coverage"] == 1
    assert "90% were promised" in label_coverage_sentence(scores)


def test_too_few_painters_let_all_labels_into_every_set_and_nameless_works_count_where_no_work_has_a_painter():
    table = made_labels(n_authors=5)
    assert label_set_thresholds(table).tolist() == [0, 0, 0]
    nameless = table.assign(author="")
    assert (label_set_thresholds(nameless) > 0).all()
    one_painter = pd.concat([nameless, table.iloc[:1]], ignore_index=True)
    assert label_set_thresholds(one_painter).tolist() == [0, 0, 0]
