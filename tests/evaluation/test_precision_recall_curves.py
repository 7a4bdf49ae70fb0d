"""evaluation.precision_recall_curves: scikit-learn's average precision, and paired differences."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve

from styleclf.data.one_vs_rest import against_rest
from styleclf.evaluation import precision_recall_curves as one_vs_rest
from styleclf.evaluation.precision_recall_curves import REST, _precision_at, average_precisions, precision_recall
from styleclf.evaluation.predictions import vocab_of

N_SCORED = 150


class Scored(NamedTuple):
    """Images with scores that lean to the truth."""

    scores: np.ndarray  # (n,)
    is_own: np.ndarray  # (n,) whether the image is of the style
    rng: np.random.Generator


def scored(seed=0, has_ties=False):
    rng = np.random.default_rng(seed)
    is_own = rng.random(N_SCORED) < 0.3
    scores = rng.normal(size=N_SCORED) + is_own
    if has_ties:
        scores = scores.round()
    return Scored(scores, is_own, rng)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("has_ties", [False, True])
def test_average_precision_is_scikit_learns_under_any_weights(seed, has_ties):
    scores, is_own, rng = scored(seed, has_ties)
    once = np.ones((1, N_SCORED))
    repeated = rng.integers(0, 4, (5, N_SCORED))
    weighted = rng.random((3, N_SCORED))
    counts = np.vstack([once, repeated, weighted])
    expected = [average_precision_score(is_own, scores, sample_weight=row) for row in counts]
    assert average_precisions(scores, is_own, counts) == pytest.approx(expected)


@pytest.mark.parametrize("has_ties", [False, True])
def test_precision_is_read_at_the_highest_threshold_that_reaches_a_recall(has_ties):
    scores, is_own, rng = scored(has_ties=has_ties)
    weights = rng.integers(1, 4, N_SCORED)
    wanted_recalls = np.array([0.05, 0.5, 0.8, 1])
    precision, recall, _ = precision_recall_curve(is_own, scores, sample_weight=weights)
    expected = [precision[recall >= wanted - 1e-9][-1] for wanted in wanted_recalls]
    (result,) = _precision_at(scores, is_own, weights[None], recalls=wanted_recalls)
    assert result == pytest.approx(expected)


def predicted(seed=0, skill=1.0):
    """Predictions of 240 images in three styles by 24 painters; `skill` 0 knows nothing."""
    rng = np.random.default_rng(seed)
    number = np.arange(240)
    label = np.array(["rococo", "cubism", "photo"])[number % 3]
    is_rococo = label == "rococo"
    table = pd.DataFrame(
        {
            "filename": [f"{i:03}.jpg" for i in number],
            "label": label,
            "author": [f"painter-{i}" for i in number % 24],
            "fold": (number % 4).astype(str),
            "proba_rococo": rng.normal(size=240) + skill * is_rococo,
        }
    )
    return table.sample(frac=1, random_state=seed)


def last_score(runs):
    """The last row of scores: of two runs, the difference."""
    scores, _ = precision_recall(runs, "rococo", 50)
    return scores.iloc[-1]


def test_scores_hold_what_the_tables_say():
    table = predicted()
    scores, _ = precision_recall({"one": table}, "rococo")
    is_rococo = table["label"] == "rococo"
    (row,) = scores.itertuples()
    assert row.value == pytest.approx(average_precision_score(is_rococo, table["proba_rococo"]))
    assert row.lo < row.value < row.hi
    assert row.chance == pytest.approx(1 / 3)
    assert row.n_style == 80
    assert row.n_images == 240
    assert row.n_authors == 24


def test_curves_have_a_band_wherever_more_than_one_image_is_retrieved():
    _, curves = precision_recall({"one": predicted()}, "rococo")
    assert len(curves) == len(one_vs_rest._RECALLS)
    with_band = curves.dropna()
    assert len(with_band) >= len(curves) - 1
    assert (with_band["lo"] <= with_band["hi"]).all()
    assert curves["precision"].iat[-1] >= 1 / 3, "at recall 1 precision is at least the share of the style"


def test_chance_is_what_a_model_without_skill_scores():
    values = []
    for seed in range(30):
        without_skill = predicted(seed, skill=0)
        scores, _ = precision_recall({"none": without_skill}, "rococo", 2)
        values.append(scores["value"][0])
    assert np.mean(values) == pytest.approx(1 / 3, abs=0.03)


def test_the_difference_is_paired():
    """Two almost equal models: each is uncertain by much, their difference by little."""
    table = predicted()
    noise = np.random.default_rng(1).normal(0, 0.05, len(table))
    like_it = table.assign(proba_rococo=table["proba_rococo"] + noise)
    scores, _ = precision_recall({"one": table, "many": like_it}, "rococo")
    by_model = scores.set_index("model")
    width = by_model["hi"] - by_model["lo"]
    assert width["difference"] < width["one"] / 3
    value = by_model["value"]
    assert value["difference"] == pytest.approx(value["one"] - value["many"])
    assert np.isnan(by_model["chance"]["difference"])


def test_the_better_model_wins():
    better = predicted(skill=2.5)
    worse = predicted(skill=0.5)
    difference = last_score({"a": better, "b": worse})
    assert difference["lo"] > 0


def test_a_model_beside_itself_has_no_interval():
    table = predicted()
    shuffled = table.sample(frac=1, random_state=9)
    difference = last_score({"a": table, "b": shuffled})
    assert difference["value"] == 0
    assert difference[["lo", "hi"]].isna().all()


def test_where_every_image_is_found_first_the_interval_has_a_width():
    table = predicted()
    table["proba_rococo"] = table["label"] == "rococo"
    scores, curves = precision_recall({"sure": table}, "rococo")
    (row,) = scores.itertuples()
    assert row.value == row.hi == 1
    assert 0.85 < row.lo < 1
    is_certain = curves["precision"] == 1
    width = curves["hi"] - curves["lo"]
    assert is_certain.sum() == 100
    assert width[is_certain].min() > 0.01


def test_a_band_is_wider_where_few_images_are_found():
    _, curves = precision_recall({"one": predicted()}, "rococo")
    width = curves["hi"] - curves["lo"]
    at_recall_0_05, at_recall_0_5 = width.iloc[[4, 49]]
    assert at_recall_0_05 > at_recall_0_5


def test_labels_of_many_styles_and_of_two_are_the_same_images():
    many = predicted()
    is_rococo = many["label"] == "rococo"
    two = many.assign(label=many["label"].where(is_rococo, REST), fold=many["fold"].astype(int))
    assert last_score({"one": two, "many": many})["value"] == 0


def lacking(table):
    return table[table["filename"] != "007.jpg"]


def repeated(table):
    return pd.concat([table, table.iloc[:1]])


def without_probas(table):
    return table.drop(columns="proba_rococo")


def changed(column, filename, value):
    """A function that puts `value` into a column of one image."""

    def change(table):
        is_image = table["filename"] == filename
        return table.assign(**{column: table[column].mask(is_image, value)})

    return change


@pytest.mark.parametrize(
    "change, complaint",
    [
        (lacking, "1 of 240 are with one only, 0 of 239 with many only, such as 007.jpg"),
        (repeated, "different images"),
        (changed("label", "003.jpg", "photo"), "different labels for 1 of 240"),
        (changed("fold", "004.jpg", "3"), "different folds .* such as 004.jpg"),
        (without_probas, "many have no column proba_rococo"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(change, complaint):
    table = predicted()
    with pytest.raises(ValueError, match=complaint):
        precision_recall({"one": table, "many": change(table)}, "rococo", 2)


@pytest.mark.parametrize("condition", ["label == 'rococo'", "label != 'rococo'"])
def test_a_curve_needs_the_style_and_the_rest(condition):
    part = predicted().query(condition)
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
    sizes = learn.dls.train_ds.items["label"].value_counts()
    assert sizes.nunique() == 1
    test_rows = binary[binary["fold"] == "0"]
    table = predict_design(learn, test_rows, sample, progress=False)
    assert vocab_of(table) == ["cubism", "rest"]
    scores, _ = precision_recall({"one": table}, "cubism", 50)
    (row,) = scores.itertuples()
    assert row.n_images == len(test_rows)
    assert 0 <= row.value <= 1
