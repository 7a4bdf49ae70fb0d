"""evaluation.precision_recall_curves: scikit-learn's average precision, and paired differences."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve

from styleclf.data.one_vs_rest import against_rest
from styleclf.evaluation import precision_recall_curves as one_vs_rest
from styleclf.evaluation.precision_recall_curves import REST, _precision_at, average_precisions, precision_recall


def scored(n=150, seed=0, ties=False):
    rng = np.random.default_rng(seed)
    own = rng.random(n) < 0.3
    scores = rng.normal(size=n) + own
    return (np.round(scores) if ties else scores), own, rng


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("ties", [False, True])
def test_average_precision_is_scikit_learns_under_any_weights(seed, ties):
    scores, own, rng = scored(seed=seed, ties=ties)
    counts = np.vstack([np.ones(len(own)), rng.integers(0, 4, (5, len(own))), rng.random((3, len(own)))])
    expected = [average_precision_score(own, scores, sample_weight=row) for row in counts]
    assert average_precisions(scores, own, counts) == pytest.approx(expected)


@pytest.mark.parametrize("ties", [False, True])
def test_precision_is_read_at_the_highest_threshold_that_reaches_a_recall(ties):
    scores, own, rng = scored(ties=ties)
    weights, recalls = rng.integers(1, 4, len(own)), np.array([0.05, 0.5, 0.8, 1])
    precision, recall, _ = precision_recall_curve(own, scores, sample_weight=weights)
    expected = [precision[recall >= wanted - 1e-9][-1] for wanted in recalls]
    assert _precision_at(scores, own, weights[None], recalls=recalls)[0] == pytest.approx(expected)


def predicted(n=240, seed=0, skill=1.0):
    """Predictions of three styles by 24 painters; `skill` 0 knows nothing."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"filename": [f"{i:03}.jpg" for i in rng.permutation(n)]}).sort_values("filename")
    number = table["filename"].str[:3].astype(int).to_numpy()
    label = np.array(["rococo", "cubism", "photo"])[number % 3]
    table["label"], table["author"] = label, [f"painter-{i}" for i in number % 24]
    table["fold"] = (number % 4).astype(str)
    table["proba_rococo"] = rng.normal(size=n) + skill * (label == "rococo")
    return table.sample(frac=1, random_state=seed)


def test_scores_hold_what_the_tables_say():
    table = predicted()
    scores, curves = precision_recall({"one": table}, "rococo")
    (row,) = scores.itertuples()
    assert row.value == pytest.approx(average_precision_score(table["label"] == "rococo", table["proba_rococo"]))
    assert row.lo < row.value < row.hi
    assert row.chance == pytest.approx(1 / 3)
    assert (row.n_style, row.n_images, row.n_authors) == (80, 240, 24)
    assert len(curves) == len(one_vs_rest._RECALLS)
    assert (curves["lo"] <= curves["hi"]).all()
    assert curves["precision"].iat[-1] >= 1 / 3, "at recall 1 precision is at least the share of the style"


def test_chance_is_what_a_model_without_skill_scores():
    values = [precision_recall({"none": predicted(seed=i, skill=0)}, "rococo", 2)[0]["value"][0] for i in range(30)]
    assert np.mean(values) == pytest.approx(1 / 3, abs=0.03)


def test_the_difference_is_paired():
    """Two almost equal models: each is uncertain by much, their difference by little."""
    table = predicted()
    like_it = table.assign(proba_rococo=table["proba_rococo"] + np.random.default_rng(1).normal(0, 0.05, len(table)))
    scores, _ = precision_recall({"one": table, "many": like_it.rename(columns=str)}, "rococo")
    scores = scores.set_index("model")
    width = scores["hi"] - scores["lo"]
    assert width["difference"] < width["one"] / 3
    assert scores["value"]["difference"] == pytest.approx(scores["value"]["one"] - scores["value"]["many"])
    assert np.isnan(scores["chance"]["difference"])


def test_the_better_model_wins_and_a_model_beside_itself_does_not():
    better, worse = predicted(skill=2.5), predicted(skill=0.5)
    difference = precision_recall({"a": better, "b": worse}, "rococo")[0].iloc[-1]
    assert difference["lo"] > 0
    itself = precision_recall({"a": better, "b": better.sample(frac=1, random_state=9)}, "rococo")[0].iloc[-1]
    assert itself["value"] == 0
    assert np.isnan(itself["lo"])
    assert np.isnan(itself["hi"])


def test_where_every_image_is_found_first_the_interval_has_a_width():
    table = predicted()
    scores, curves = precision_recall({"sure": table.assign(proba_rococo=table["label"] == "rococo")}, "rococo")
    (row,) = scores.itertuples()
    assert row.value == row.hi == 1
    assert 0.85 < row.lo < 1
    found_first = curves[curves["precision"] == 1]
    assert len(found_first) == 100
    assert (found_first["hi"] - found_first["lo"]).min() > 0.01


def test_a_band_is_that_of_the_images_found():
    table = predicted()
    _, curves = precision_recall({"one": table}, "rococo")
    few, many = curves["hi"].sub(curves["lo"]).iloc[[4, 49]]
    assert few > many, "few images are found first, and say less"


def test_labels_of_many_styles_and_of_two_are_the_same_images():
    many = predicted()
    one = many.assign(label=many["label"].where(many["label"] == "rococo", REST), fold=many["fold"].astype(int))
    assert precision_recall({"one": one, "many": many}, "rococo")[0]["value"].iloc[-1] == 0


def changed_label(table):
    return table.assign(label=table["label"].where(table["filename"] != "003.jpg", "photo"))


def changed_fold(table):
    return table.assign(fold=table["fold"].where(table["filename"] != "004.jpg", "3"))


@pytest.mark.parametrize(
    "change, what",
    [
        (
            lambda t: t[t["filename"] != "007.jpg"],
            "1 of 240 are with one only, 0 of 239 with many only, such as 007.jpg",
        ),
        (lambda t: pd.concat([t, t.iloc[:1]]), "different images"),
        (
            lambda t: t.assign(label=t["label"].where(t["filename"] != "003.jpg", "photo")),
            "different labels for 1 of 240",
        ),
        (
            lambda t: t.assign(fold=t["fold"].where(t["filename"] != "004.jpg", "3")),
            "different folds .* such as 004.jpg",
        ),
        (lambda t: t.drop(columns="proba_rococo"), "many have no column proba_rococo"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(change, what):
    with pytest.raises(ValueError, match=what):
        precision_recall({"one": predicted(), "many": change(predicted())}, "rococo", 2)


def test_a_curve_needs_the_style_and_the_rest():
    table = predicted()
    for part in (table[table["label"] == "rococo"], table[table["label"] != "rococo"]):
        with pytest.raises(ValueError, match="some of the rest"):
            precision_recall({"one": part}, "rococo", 2)


def test_a_learner_trains_on_a_thinned_design(design, sample, weights_file):
    """The whole way, tiny: probe and an epoch under focal loss, and scores for the whole test fold."""
    from styleclf.inference.predict import predict_design
    from styleclf.training.fit import fitted_learner
    from styleclf.training.losses import FocalLoss
    from tests.conftest import ARCH

    binary = against_rest(design, "cubism")
    options = dict(arch=ARCH, weights=str(weights_file), size=32, bs=8, epochs=1, rest_ratio=1)
    learn = fitted_learner(binary, sample, 0, **options)
    assert isinstance(learn.loss_func, FocalLoss)
    assert learn.dls.train_ds.items["label"].value_counts().nunique() == 1
    table = predict_design(learn, binary[binary["fold"] == "0"], sample, progress=False)
    assert list(table.filter(like="proba_")) == ["proba_cubism", "proba_rest"]
    scores, _ = precision_recall({"one": table}, "cubism", 50)
    assert scores["n_images"][0] == (binary["fold"] == "0").sum()
    assert 0 <= scores["value"][0] <= 1
