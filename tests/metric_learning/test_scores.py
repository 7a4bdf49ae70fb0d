"""metric_learning.scores: well separated styles win, noise scores chance, bad input is refused."""

import sys

import numpy as np
import pandas as pd
import pytest

from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.scores import _COLUMNS, _auroc_of_known, embedding_scores, scores_text

TRAIN_LABELS = ["baroque"] * 5 + ["cubism"] * 5
TRAIN_UNITS = np.repeat([[1, 0, 0, 0], [0, 1, 0, 0]], 5, axis=0)


def scored(units, table, train_units=TRAIN_UNITS, train_labels=TRAIN_LABELS, shots=(5,)):
    """Scores by styles and metric."""
    scores = embedding_scores(
        units,
        table,
        train_units,
        train_labels=train_labels,
        shots=shots,
        n_draws=40,
        n_resamples=100,
    )
    return scores.set_index(["styles", "metric"])


@pytest.fixture(scope="module")
def well_parted(blobs, table):
    """Scores of embeddings that part the styles well."""
    return scored(blobs, table, shots=(1, 5))


@pytest.fixture(scope="module")
def noise(table):
    """Scores of embeddings that know nothing."""
    rng = np.random.default_rng(1)
    return scored(unit_rows(rng.normal(size=(48, 4))), table)


def test_well_parted_styles_score_best(well_parted):
    value = well_parted["value"]
    assert (value[:, "precision_at_1"] == 1).all()
    assert (value[:, "map_at_r"] == 1).all()
    assert value["withheld", "accuracy_1_shot_of_all"] > 0.95
    assert value["both", "auroc_known"] == pytest.approx(1)
    assert value["both", "silhouette"] > 0.5


def test_scores_come_with_numbers_of_images_and_authors(well_parted):
    assert well_parted["n_images"]["trained", "r_precision"] == 24
    assert well_parted["n_authors"]["both", "silhouette"] == 24


@pytest.mark.parametrize("metric, chance", [("accuracy_5_shot", 1 / 2), ("accuracy_5_shot_of_all", 1 / 4)])
def test_noise_scores_chance(noise, metric, chance):
    row = noise.loc[("withheld", metric)]
    assert row["chance"] == chance
    assert row["lo"] < chance < row["hi"]


def test_chance_of_a_search_is_the_share_of_the_style(noise):
    chance = noise["chance"]["trained"]
    by_others = 10 / 22
    by_anybody = 11 / 23
    assert chance["precision_at_1"] == pytest.approx(by_others)
    assert chance["precision_at_1_own_author"] == pytest.approx(by_anybody)


def test_values_lie_in_their_intervals(noise):
    scores = noise[["lo", "value", "hi"]].dropna()
    assert (scores["lo"] <= scores["value"] + 1e-9).all()
    assert (scores["value"] <= scores["hi"] + 1e-9).all()


def test_the_text_has_a_line_for_every_table_and_one_for_chance(well_parted, noise):
    tables = {"blobs": well_parted.reset_index(), "noise": noise.reset_index()}
    text = scores_text(tables)
    assert "MAP@R" in text
    assert "1.00 (1.00-1.00)" in text
    *lines, of_blobs, of_noise, of_chance = text.splitlines()
    assert of_blobs.startswith("blobs")
    assert of_noise.startswith("noise")
    assert of_chance.startswith("chance")
    chance_lines = [line for line in [*lines, of_chance] if line.startswith("chance")]
    assert "0.50" in " ".join(chance_lines)


@pytest.mark.parametrize("styles", ["trained", "withheld"])
def test_finding_the_own_author_flatters(table, styles):
    authors, names = pd.factorize(table["author"])
    rng = np.random.default_rng(0)
    hands = unit_rows(rng.normal(size=(len(names), 8)))
    units = hands[authors]  # they know the hand alone
    result = scored(units, table, units[:24], table["label"][:24], shots=())
    value = result["value"][styles]
    assert value["precision_at_1_own_author"] == 1
    assert value["precision_at_1"] < 0.9


def test_one_withheld_style_has_no_accuracy_among_itself(blobs, table):
    is_kept = (table["label"] != "rococo").to_numpy()
    result = scored(blobs[is_kept], table[is_kept], shots=(1, 12))
    value = result["value"]["withheld"]
    assert np.isnan(value["accuracy_1_shot"])
    assert np.isnan(value["silhouette"])
    assert value["accuracy_1_shot_of_all"] > 0.95
    assert np.isnan(value["accuracy_12_shot_of_all"]), "too few images"


def test_without_withheld_styles_only_trained_ones_are_judged(blobs, table):
    result = scored(blobs[:24], table[:24]).reset_index()
    assert list(result) == _COLUMNS
    assert set(result["styles"]) == {"trained"}


def test_auroc_is_scikit_learns_with_every_style_weighted_alike():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    scores = rng.normal(size=40).round(1)
    targs = np.repeat([0, 1, 2, 3], [5, 15, 12, 8])
    is_known = targs < 2
    counts = rng.integers(0, 3, size=(4, 40)).astype(float)
    expected = []
    for row in counts:
        of_style = np.bincount(targs, row)
        weights = row / of_style[targs]
        expected.append(roc_auc_score(is_known, scores, sample_weight=weights))
    assert _auroc_of_known(scores, is_known, targs, counts=counts) == pytest.approx(expected)


def test_one_row_for_each_embedding(blobs, table):
    with pytest.raises(ValueError, match="has 47 rows for 48 embeddings"):
        scored(blobs, table[:47])


def test_missing_columns_are_named(blobs, table):
    with pytest.raises(ValueError, match="lacks the column 'author'"):
        scored(blobs, table.drop(columns="author"))


def test_embeddings_have_length_1(blobs, table):
    with pytest.raises(ValueError, match="48 of the 48 embeddings to judge are not of length 1, such as 2 in row 0"):
        scored(2 * blobs, table)
    with pytest.raises(ValueError, match="not of length 1"):
        scored(np.full((48, 4), np.nan), table)


@pytest.mark.parametrize(
    "train_labels, complaint",
    [
        (TRAIN_LABELS[1:], r"\(10, 4\) for 9 labels"),
        (["photo"] * 10, "withheld style photo is among the training images"),
        (["cubism"] * 10, "style baroque has no training image"),
    ],
)
def test_labels_of_training_images_fit(blobs, table, train_labels, complaint):
    with pytest.raises(ValueError, match=complaint):
        scored(blobs, table, train_labels=train_labels)


def test_a_style_is_withheld_as_a_whole(blobs, table):
    three_of_baroque = table.assign(withheld=table.index < 3)
    with pytest.raises(ValueError, match="some images of baroque are withheld"):
        scored(blobs, three_of_baroque)


def test_a_shot_has_an_example(blobs, table):
    with pytest.raises(ValueError, match="1 or more, not 40 and"):
        scored(blobs, table, shots=(0,))


def test_a_missing_package_is_named(blobs, table, monkeypatch):
    monkeypatch.setitem(sys.modules, "pytorch_metric_learning.utils.accuracy_calculator", None)
    with pytest.raises(ValueError, match=r'pip install "styleclf\[metric\]"'):
        scored(blobs, table)
