"""metric_learning.scores: well separated styles win, noise scores chance, bad input is refused."""

import sys

import numpy as np
import pandas as pd
import pytest

from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.scores import _COLUMNS, _auroc_of_known, embedding_scores, scores_text

TRAIN = np.eye(4)[:2].repeat(5, axis=0), ["baroque"] * 5 + ["cubism"] * 5


def scored(units, table, train_units, train_labels, **flags):
    scores = embedding_scores(
        units, table, train_units, train_labels=train_labels, n_draws=40, n_resamples=100, **flags
    )
    return scores.set_index(["styles", "metric"])


def test_well_parted_styles_score_best_and_noise_scores_chance(blobs, table):
    result = scored(blobs, table, *TRAIN, shots=(1, 5))
    for name in ("precision_at_1", "map_at_r"):
        assert (result.loc[(slice(None), name), "value"] == 1).all()
    assert result.loc[("withheld", "accuracy_1_shot_of_all"), "value"] > 0.95
    assert result.loc[("both", "auroc_known"), "value"] == pytest.approx(1)
    assert result.loc[("both", "silhouette"), "value"] > 0.5
    assert result["n_images"].to_dict()[("trained", "r_precision")] == 24
    assert result["n_authors"].to_dict()[("both", "silhouette")] == 24
    lost = scored(unit_rows(np.random.default_rng(1).normal(size=(48, 4))), table, *TRAIN, shots=(5,))
    for name, chance in (("accuracy_5_shot", 1 / 2), ("accuracy_5_shot_of_all", 1 / 4)):
        row = lost.loc[("withheld", name)]
        assert row["chance"] == chance
        assert row["lo"] < chance < row["hi"]
    assert lost.loc[("trained", "precision_at_1"), "chance"] == pytest.approx(10 / 22)  # of others' paintings
    assert lost.loc[("trained", "precision_at_1_own_author"), "chance"] == pytest.approx(11 / 23)
    bounds = lost[["lo", "value", "hi"]].dropna()
    assert (bounds["lo"] <= bounds["value"] + 1e-9).all()
    assert (bounds["value"] <= bounds["hi"] + 1e-9).all()
    text = scores_text({"blobs": result.reset_index(), "noise": lost.reset_index()}).splitlines()
    assert [line.split()[0] for line in text[-3:]] == ["blobs", "noise", "chance"]
    assert "MAP@R" in text[1]
    assert "1.00 (1.00-1.00)" in text[2]
    assert "0.50" in text[-1]


def test_finding_the_own_author_flatters(table):
    own = pd.factorize(table["author"])[0]
    hands = unit_rows(np.random.default_rng(0).normal(size=(own.max() + 1, 8)))[own]  # they know the hand alone
    result = scored(hands, table, hands[:24], table["label"][:24], shots=())
    for styles in ("trained", "withheld"):
        assert result.loc[(styles, "precision_at_1_own_author"), "value"] == 1
        assert result.loc[(styles, "precision_at_1"), "value"] < 0.9


def test_one_withheld_style_has_no_accuracy_among_itself(blobs, table):
    rows = (table["label"] != "rococo").to_numpy()
    result = scored(blobs[rows], table[rows], *TRAIN, shots=(1, 12))
    assert np.isnan(result.loc[("withheld", "accuracy_1_shot"), "value"])
    assert np.isnan(result.loc[("withheld", "silhouette"), "value"])
    assert result.loc[("withheld", "accuracy_1_shot_of_all"), "value"] > 0.95
    assert np.isnan(result.loc[("withheld", "accuracy_12_shot_of_all"), "value"])  # too few images
    one = scored(blobs[:24], table[:24], *TRAIN)
    assert set(one.index.get_level_values("styles")) == {"trained"}
    assert list(one.reset_index().columns) == _COLUMNS


def test_auroc_is_scikit_learns_with_every_style_weighted_alike():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    scores, targs, known = rng.normal(size=40).round(1), np.repeat([0, 1, 2, 3], [5, 15, 12, 8]), np.arange(40) < 20
    counts = rng.integers(0, 3, size=(4, 40)).astype(float)
    for row, result in zip(counts, _auroc_of_known(scores, known, targs, counts=counts), strict=True):
        weights = row / np.bincount(targs, row)[targs]
        assert result == pytest.approx(roc_auc_score(known, scores, sample_weight=weights))


def test_bad_input_is_told(blobs, table, monkeypatch):
    for given, what in (
        ((blobs, table[:47], *TRAIN), "has 47 rows for 48 embeddings"),
        ((blobs, table.drop(columns="author"), *TRAIN), "lacks the column 'author'"),
        ((2 * blobs, table, *TRAIN), "48 of the 48 embeddings to judge are not of length 1, such as 2 in row 0"),
        ((np.full((48, 4), np.nan), table, *TRAIN), "not of length 1"),
        ((blobs, table, TRAIN[0], TRAIN[1][1:]), r"\(10, 4\) for 9 labels"),
        ((blobs, table, TRAIN[0], ["photo"] * 10), "withheld style photo is among the training images"),
        ((blobs, table, TRAIN[0], ["cubism"] * 10), "style baroque has no training image"),
        ((blobs, table.assign(withheld=[True] * 3 + [False] * 45), *TRAIN), "some images of baroque are withheld"),
    ):
        with pytest.raises(ValueError, match=what):
            scored(*given)
    with pytest.raises(ValueError, match="1 or more, not 40 and"):
        scored(blobs, table, *TRAIN, shots=(0,))
    monkeypatch.setitem(sys.modules, "pytorch_metric_learning.utils.accuracy_calculator", None)
    with pytest.raises(ValueError, match=r'pip install "styleclf\[metric\]"'):
        scored(blobs, table, *TRAIN)
