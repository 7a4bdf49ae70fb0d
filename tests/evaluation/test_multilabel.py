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
from styleclf.evaluation.predictions import probas_of

VOCAB = ["cubism", "landscape", "portrait"]


def made_labels(n=200, seed=0, n_authors=30):
    """Images of one to three labels by random painters, with probabilities that lean to the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.random((n, 3)) < [0.5, 0.3, 0.15]
    truth[~truth.any(axis=1), 0] = True
    probas = np.clip(rng.random((n, 3)) * 0.7 + 0.3 * truth, 0, 1)
    authors = rng.integers(n_authors, size=n)
    table = pd.DataFrame({"filename": [f"{i:03}.jpg" for i in range(n)], "label": joined_labels(truth, VOCAB)})
    table["author"] = [f"author-{i}" for i in authors]
    table["fold"] = (authors % 4).astype(str)
    for column, label in enumerate(VOCAB):
        table[f"proba_{label}"] = probas[:, column]
    return with_labels(table, np.full(3, 0.5))


def test_values_are_those_of_scikit_learn():
    table = made_labels()
    truth = label_matrix(table["label"], VOCAB)
    given = label_matrix(table["pred"], VOCAB)
    scores = label_table(table).set_index(["label", "metric"])["value"]
    for column, label in enumerate(VOCAB):
        columns = truth[:, column], given[:, column]
        expected = average_precision_score(truth[:, column], table[f"proba_{label}"])
        assert scores[label, "average_precision"] == pytest.approx(expected)
        assert scores[label, "precision"] == pytest.approx(precision_score(*columns))
        assert scores[label, "recall"] == pytest.approx(recall_score(*columns))
        assert scores[label, "f1"] == pytest.approx(f1_score(*columns))
    macro = average_precision_score(truth, probas_of(table), average="macro")
    assert scores[ALL_LABELS, "average_precision"] == pytest.approx(macro)
    assert mean_average_precision(probas_of(table), truth) == pytest.approx(macro)
    assert scores[ALL_LABELS, "exact_match"] == pytest.approx((truth == given).all(axis=1).mean())


def test_intervals_hold_their_values_and_widen_for_rare_labels():
    scores = label_table(made_labels())
    assert (scores["lo"] <= scores["value"]).all()
    assert (scores["value"] <= scores["hi"]).all()
    averages = scores[scores["metric"] == "average_precision"].set_index("label")
    widths = averages["hi"] - averages["lo"]
    assert widths["cubism"] < widths["portrait"]
    np.testing.assert_allclose(averages["chance"]["cubism"], averages["n_images"]["cubism"] / 200)


def test_the_order_of_rows_does_not_matter():
    table = made_labels(80)
    pd.testing.assert_frame_equal(label_table(table), label_table(table.sample(frac=1, random_state=1)))


def test_thresholds_have_the_highest_f1_there_is():
    table = made_labels()
    truth = label_matrix(table["label"], VOCAB)
    probas = probas_of(table)
    thresholds = best_thresholds(probas, truth)
    for column in range(3):
        best = f1_score(truth[:, column], probas[:, column] >= thresholds[column])
        given = probas[:, column] >= np.linspace(0, 1, 101)[:, None]
        n_hits = (given & truth[:, column]).sum(axis=1)
        f1 = 2 * n_hits / (given.sum(axis=1) + truth[:, column].sum())
        assert best >= f1.max() - 1e-12
    everybody = np.ones((200, 3), dtype=bool)
    assert best_thresholds(probas, everybody).tolist() == [0.5] * 3


def test_no_fold_learns_its_thresholds_from_itself():
    table = made_labels()
    thresholds = cross_label_thresholds(table)
    is_first = (table["fold"] == "0").to_numpy()
    rest = table[~is_first]
    expected = best_thresholds(probas_of(rest), label_matrix(rest["label"], VOCAB))
    np.testing.assert_array_equal(thresholds[is_first], np.tile(expected, (is_first.sum(), 1)))
    with pytest.raises(ValueError, match="only fold 0"):
        cross_label_thresholds(table[is_first])


def test_an_image_may_get_no_label_and_the_text_says_how_many_are_all_right():
    table = with_labels(made_labels(), np.ones(3) * 2)
    assert set(table["pred"]) == {""}
    scores = label_table(table).set_index(["label", "metric"])["value"]
    assert scores[ALL_LABELS, "recall"] == 0
    assert scores[ALL_LABELS, "precision"] == 0
    lines = label_text(label_table(made_labels())).splitlines()
    assert [line.split()[0] for line in lines[1:5]] == ["cubism", "landscape", "portrait", "all"]
    assert lines[-1].startswith("all labels right, and none too many: 0.")
