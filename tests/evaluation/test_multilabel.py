"""Scores of several labels per image, recomputed with scikit-learn, and thresholds learned from other folds."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score

from styleclf.evaluation.labels import joined_labels, label_matrix
from styleclf.evaluation.multilabel import (
    ALL_LABELS,
    best_thresholds,
    cross_label_thresholds,
    label_table,
    label_text,
    mean_average_precision,
    with_labels,
)
from styleclf.evaluation.predictions import prediction_columns, probas_of

VOCAB = ["cubism", "landscape", "portrait"]


def made_labels(n=200, seed=0, n_authors=30):
    """Images of one to three labels by random painters, with probabilities that lean to the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.random((n, 3)) < [0.5, 0.3, 0.15]
    has_none = ~truth.any(axis=1)
    truth[has_none, 0] = True
    probas = 0.7 * rng.random((n, 3)) + 0.3 * truth
    authors = rng.integers(n_authors, size=n)
    table = prediction_columns(probas, VOCAB).assign(
        filename=[f"{i:03}.jpg" for i in range(n)],
        label=joined_labels(truth, VOCAB),
        author=[f"author-{i}" for i in authors],
        fold=(authors % 4).astype(str),
    )
    return with_labels(table, np.full(3, 0.5))


def truth_of(table):
    return label_matrix(table["label"], VOCAB)


def values_of(table):
    """Scores by label and metric."""
    return label_table(table).set_index(["label", "metric"])["value"]


@pytest.mark.parametrize("column, label", list(enumerate(VOCAB)))
def test_values_of_a_label_are_those_of_scikit_learn(column, label):
    table = made_labels()
    truth = truth_of(table)[:, column]
    preds = label_matrix(table["pred"], VOCAB)[:, column]
    scores = values_of(table)[label]
    expected = average_precision_score(truth, table[f"proba_{label}"])
    assert scores["average_precision"] == pytest.approx(expected)
    assert scores["precision"] == pytest.approx(precision_score(truth, preds))
    assert scores["recall"] == pytest.approx(recall_score(truth, preds))
    assert scores["f1"] == pytest.approx(f1_score(truth, preds))


def test_values_of_all_labels_are_those_of_scikit_learn():
    table = made_labels()
    truth = truth_of(table)
    probas = probas_of(table)
    is_exact = table["pred"] == table["label"]
    scores = values_of(table)[ALL_LABELS]
    macro = average_precision_score(truth, probas, average="macro")
    assert scores["average_precision"] == pytest.approx(macro)
    assert mean_average_precision(probas, truth) == pytest.approx(macro)
    assert scores["exact_match"] == pytest.approx(is_exact.mean())


def test_intervals_hold_their_values_and_widen_for_rare_labels():
    scores = label_table(made_labels())
    assert (scores["lo"] <= scores["value"]).all()
    assert (scores["value"] <= scores["hi"]).all()
    averages = scores[scores["metric"] == "average_precision"].set_index("label")
    widths = averages["hi"] - averages["lo"]
    assert widths["cubism"] < widths["portrait"]


def test_chance_of_average_precision_is_the_share_of_images():
    scores = label_table(made_labels(n=200)).set_index(["label", "metric"])
    row = scores.loc[("cubism", "average_precision")]
    assert row["chance"] == pytest.approx(row["n_images"] / 200)


def test_the_order_of_rows_does_not_matter():
    table = made_labels(80)
    shuffled = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(label_table(table), label_table(shuffled))


@pytest.mark.parametrize("column", range(3))
def test_thresholds_have_the_highest_f1_there_is(column):
    table = made_labels()
    probas = probas_of(table)
    threshold = best_thresholds(probas, truth_of(table))[column]
    truth = truth_of(table)[:, column]
    of_label = probas[:, column]
    best = f1_score(truth, of_label >= threshold)
    for other in np.linspace(0, 1, 101):
        assert best >= f1_score(truth, of_label >= other) - 1e-12


def test_a_label_of_every_image_has_the_threshold_of_one_half():
    everywhere = np.ones((200, 3), dtype=bool)
    thresholds = best_thresholds(probas_of(made_labels(n=200)), everywhere)
    assert thresholds.tolist() == [0.5, 0.5, 0.5]


def test_no_fold_learns_its_thresholds_from_itself():
    table = made_labels()
    is_first = (table["fold"] == "0").to_numpy()
    others = table[~is_first]
    expected = best_thresholds(probas_of(others), truth_of(others))
    thresholds = cross_label_thresholds(table)
    assert (thresholds[is_first] == expected).all()
    with pytest.raises(ValueError, match="only fold 0"):
        cross_label_thresholds(table[is_first])


def test_an_image_may_get_no_label():
    unreachable = np.full(3, 2.0)
    table = with_labels(made_labels(), unreachable)
    assert set(table["pred"]) == {""}
    scores = values_of(table)[ALL_LABELS]
    assert scores["recall"] == 0
    assert scores["precision"] == 0


def test_the_text_has_a_line_for_every_label_and_says_how_many_images_are_all_right():
    lines = label_text(label_table(made_labels())).splitlines()
    names = [line.split()[0] for line in lines[1:5]]
    assert names == [*VOCAB, "all"]
    assert lines[-1].startswith("all labels right, and none too many: 0.")
