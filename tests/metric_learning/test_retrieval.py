"""styleclf.retrieval: formulas by hand, authors apart, and the numbers of the libraries."""

import sys

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation.intervals import author_units
from styleclf.metric_learning.retrieval import (
    _COLUMNS,
    _KINDS,
    Judged,
    _auroc,
    _few_shot_values,
    _prototypes,
    _retrieval_values,
    embedding_scores,
    scores_text,
    similarities,
    unit_rows,
)


def circle(*degrees):
    """Unit vectors at some angles."""
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1)


def judged(units, targs, groups):
    return Judged(units, np.array(targs), np.array(groups), np.ones(len(targs), dtype=bool))


@pytest.fixture(scope="module")
def table():
    """Two trained and two withheld styles, twelve images each by six authors."""
    labels = np.repeat(["baroque", "cubism", "photo", "rococo"], 12)
    authors = [f"{label}{i % 6}" for label in "bcpr" for i in range(12)]
    return pd.DataFrame({"label": labels, "author": authors, "withheld": np.isin(labels, ["photo", "rococo"])})


@pytest.fixture(scope="module")
def blobs(table):
    """Embeddings that part the styles well."""
    rng = np.random.default_rng(0)
    return unit_rows(np.eye(4)[pd.factorize(table["label"])[0]] + 0.1 * rng.normal(size=(48, 4)))


TRAIN = np.eye(4)[:2].repeat(5, axis=0), ["baroque"] * 5 + ["cubism"] * 5


def scored(*given, **how):
    return embedding_scores(*given, n_draws=40, n_resamples=100, **how).set_index(["styles", "metric"])


def test_retrieval_is_its_formula_without_the_own_author():
    units, targs = circle(0, 1, 10, 20, 30), np.array([0, 0, 1, 0, 0])
    found = _retrieval_values(units, targs, np.array([0, 0, 1, 2, 3]))
    # of the first not its author's at 1 degree, but those at 10 (wrong), 20, 30 (right): R is 2
    assert [found[name][0] for name in ("precision_at_1", "r_precision", "map_at_r")] == [0, 1 / 2, (0 + 1 / 2) / 2]
    assert np.isnan(found["map_at_r"][2])  # nobody else paints its style
    alone = _retrieval_values(units, targs, np.arange(5))  # the author's may be found: 1, 10 (wrong), 20; R is 3
    assert [alone[name][0] for name in alone] == pytest.approx([1, 2 / 3, (1 + 0 + 2 / 3) / 3])


def test_without_repeated_authors_it_is_the_librarys_own_mean():
    import torch
    from pytorch_metric_learning.distances import CosineSimilarity
    from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
    from pytorch_metric_learning.utils.inference import CustomKNN

    units, targs = unit_rows(np.random.default_rng(0).normal(size=(30, 3))), np.arange(30) % 3
    names = ("precision_at_1", "r_precision", "mean_average_precision_at_r")
    calculator = AccuracyCalculator(names, k="max_bin_count", knn_func=CustomKNN(CosineSimilarity()))
    expected = calculator.get_accuracy(torch.tensor(units), torch.tensor(targs))
    found = _retrieval_values(units, targs, np.arange(30))
    assert [each.mean() for each in found.values()] == pytest.approx([expected[name] for name in names])


def test_well_parted_styles_score_best_and_noise_scores_chance(blobs, table):
    found = scored(blobs, table, *TRAIN, shots=(1, 5))
    for name in ("precision_at_1", "map_at_r"):
        assert (found.loc[(slice(None), name), "value"] == 1).all()
    assert found.loc[("withheld", "accuracy_1_shot_of_all"), "value"] > 0.95
    assert found.loc[("both", "auroc_known"), "value"] == pytest.approx(1)
    assert found.loc[("both", "silhouette"), "value"] > 0.5
    assert found["n_images"].to_dict()[("trained", "r_precision")] == 24
    assert found["n_authors"].to_dict()[("both", "silhouette")] == 24
    lost = scored(unit_rows(np.random.default_rng(1).normal(size=(48, 4))), table, *TRAIN, shots=(5,))
    for name, chance in (("accuracy_5_shot", 1 / 2), ("accuracy_5_shot_of_all", 1 / 4)):
        row = lost.loc[("withheld", name)]
        assert row["chance"] == chance and row["lo"] < chance < row["hi"]
    assert lost.loc[("trained", "precision_at_1"), "chance"] == pytest.approx(10 / 22)  # of others' paintings
    assert lost.loc[("trained", "precision_at_1_own_author"), "chance"] == pytest.approx(11 / 23)
    bounds = lost[["lo", "value", "hi"]].dropna()
    assert (bounds["lo"] <= bounds["value"] + 1e-9).all() and (bounds["value"] <= bounds["hi"] + 1e-9).all()
    text = scores_text({"blobs": found.reset_index(), "noise": lost.reset_index()}).splitlines()
    assert [line.split()[0] for line in text[-3:]] == ["blobs", "noise", "chance"]
    assert "MAP@R" in text[1] and "1.00 (1.00-1.00)" in text[2] and "0.50" in text[-1]


def test_noise_finds_as_many_as_chance_says(table):
    targs, groups = pd.factorize(table["label"])[0], pd.factorize(table["author"])[0]
    rng = np.random.default_rng(0)
    found = [_retrieval_values(unit_rows(rng.normal(size=(48, 8))), targs, groups) for _ in range(10)]
    for name in ("precision_at_1", "r_precision"):
        assert np.mean([each[name] for each in found]) == pytest.approx(10 / 46, abs=0.05)


def test_finding_the_own_author_flatters(table):
    own = pd.factorize(table["author"])[0]
    hands = unit_rows(np.random.default_rng(0).normal(size=(own.max() + 1, 8)))[own]  # they know the hand alone
    found = scored(hands, table, hands[:24], table["label"][:24], shots=())
    for styles in ("trained", "withheld"):
        assert found.loc[(styles, "precision_at_1_own_author"), "value"] == 1
        assert found.loc[(styles, "precision_at_1"), "value"] < 0.9


def test_examples_are_by_as_many_authors_as_can_be_and_none_of_them_is_judged():
    # of either style one author is at 0 degrees and the other at 90, both with two images
    units, authors = circle(0, 0, 90, 90, 90, 90, 0, 0), np.repeat(range(4), 2)
    crossed = judged(units, np.repeat([0, 1], 4), authors)
    values = _few_shot_values(crossed, np.full(8, -1.0), 1, 30, np.random.default_rng(0))
    # examples at 0 and 90 leave the two other authors, both wrong; examples in one place tie, and one style is right
    assert set(values[:, 0, 0]) <= {0, 0.5}
    many = judged(circle(*np.linspace(0, 20, 12), *np.linspace(90, 110, 12)), np.repeat([0, 1], 12), np.arange(24) // 2)
    nothing, rng = np.full(24, -1.0), np.random.default_rng(0)
    for k in (1, 5, 6, 10):  # five authors of a style give examples at the most, as the sixth is judged
        assert (_few_shot_values(many, nothing, k, 5, rng)[:, 0] == 1).all()
    assert _few_shot_values(many, nothing, 11, 5, rng) is None
    assert (_few_shot_values(many, nothing + 3, 5, 5, rng)[:, 1] == 0).all()  # a trained style is always nearer


def test_one_withheld_style_has_no_accuracy_among_itself(blobs, table):
    rows = (table["label"] != "rococo").to_numpy()
    found = scored(blobs[rows], table[rows], *TRAIN, shots=(1, 12))
    assert np.isnan(found.loc[("withheld", "accuracy_1_shot"), "value"])
    assert np.isnan(found.loc[("withheld", "silhouette"), "value"])
    assert found.loc[("withheld", "accuracy_1_shot_of_all"), "value"] > 0.95
    assert np.isnan(found.loc[("withheld", "accuracy_12_shot_of_all"), "value"])  # too few images
    one = scored(blobs[:24], table[:24], *TRAIN)
    assert set(one.index.get_level_values("styles")) == {"trained"}
    assert list(one.reset_index().columns) == _COLUMNS


def test_auroc_is_scikit_learns_with_every_style_weighted_alike():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    scores, targs, known = rng.normal(size=40).round(1), np.repeat([0, 1, 2, 3], [5, 15, 12, 8]), np.arange(40) < 20
    counts = rng.integers(0, 3, size=(4, 40)).astype(float)
    for row, found in zip(counts, _auroc(scores, known, targs, counts), strict=True):
        weights = row / np.bincount(targs, row)[targs]
        assert found == pytest.approx(roc_auc_score(known, scores, sample_weight=weights))


def test_prototypes_are_means_of_length_one():
    found = _prototypes(circle(0, 90, 10), np.array([0, 0, 1]))
    assert found == pytest.approx(circle(45, 10))
    assert unit_rows([[3, 4], [0, 0]]) == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


def test_similarities_count_every_pair_by_different_authors_once(table, monkeypatch):
    monkeypatch.setattr("styleclf.metric_learning.retrieval._BLOCK", 7)
    units = unit_rows(np.random.default_rng(0).normal(size=(48, 3)))
    found = similarities(units, table, bins=40)
    groups, styles, withheld = author_units(table["author"]), table["label"], table["withheld"].astype(int)
    expected = dict.fromkeys(_KINDS, 0)
    pairs = [(i, j) for j in range(48) for i in range(j) if groups[i] != groups[j]]
    cosines = {kind: [] for kind in expected}
    for i, j in pairs:
        both, same = withheld[i] + withheld[j], styles[i] == styles[j]
        kind = "withheld with trained" if both == 1 else _KINDS[(0 if same else 1) + both]
        cosines[kind].append(units[i] @ units[j])
    for kind, own in cosines.items():
        rows = found[found["kind"] == kind]
        assert rows["pairs"].tolist() == np.histogram(own, 40, (-1, 1))[0].tolist()
        assert rows["share"].sum() == pytest.approx(1)


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
            embedding_scores(*given)
    with pytest.raises(ValueError, match="1 or more, not 200 and"):
        embedding_scores(blobs, table, *TRAIN, shots=(0,))
    monkeypatch.setitem(sys.modules, "pytorch_metric_learning.utils.accuracy_calculator", None)
    with pytest.raises(ValueError, match=r"pip install styleclf\[metric\]"):
        embedding_scores(blobs, table, *TRAIN)
