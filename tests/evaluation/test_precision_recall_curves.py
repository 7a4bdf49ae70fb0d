"""styleclf.one_vs_rest: who is dropped and who never, scikit-learn's average precision, and paired differences."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve

from styleclf.data.authors import UNUSED
from styleclf.data.one_vs_rest import against_rest, thin_rest
from styleclf.evaluation import precision_recall_curves as one_vs_rest
from styleclf.evaluation.precision_recall_curves import REST, _average_precision, _precision_at, precision_recall


def painted(style, fold, *n_images):
    """Images of a style: so many by each of its painters; a negative number stands for images without author."""
    authors = [f"{style}-{fold}-{i}" if n > 0 else "" for i, n in enumerate(n_images) for _ in range(abs(n))]
    return pd.DataFrame({"label": style, "author": authors, "fold": fold})


@pytest.fixture
def uneven():
    """Eight images of rococo in each fold, and a rest of three uneven styles, one without authors."""
    parts = [
        painted(*each)
        for fold in ("0", "1", "2", "val")
        for each in (("rococo", fold, 5, 3), ("cubism", fold, 20, 2, 2), ("photo", fold, -12), ("ukiyo-e", fold, 4, 4))
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(filename=[f"{row.label}/{i:03}.jpg" for i, row in enumerate(table.itertuples())])


def test_against_rest_has_two_labels_and_keeps_the_others_beside_them(uneven):
    binary = against_rest(uneven, "rococo")
    assert set(binary["label"]) == {"rococo", REST}
    assert (binary["original_label"] == uneven["label"]).all()
    assert ((binary["label"] == "rococo") == (uneven["label"] == "rococo")).all()
    pd.testing.assert_frame_equal(binary[["author", "fold", "filename"]], uneven[["author", "fold", "filename"]])


def test_an_unknown_style_is_refused_with_near_ones(uneven):
    with pytest.raises(ValueError, match="no style 'rococco': did you mean rococo"):
        against_rest(uneven, "rococco")
    with pytest.raises(ValueError, match="it has cubism, photo, rococo, ukiyo-e"):
        against_rest(uneven, "xyz")
    with pytest.raises(ValueError, match="rename"):
        against_rest(uneven.replace("photo", REST), "rococo")


def kept_rest(design, fold, ratio, seed=0):
    """What is left of the rest to train on, and how many images of the style there are."""
    left = thin_rest(against_rest(design, "rococo"), fold, ratio, seed)
    train = left[~left["fold"].isin([fold, "val", UNUSED])]
    return train[train["label"] == REST], (train["label"] == "rococo").sum()


@pytest.mark.parametrize("fold", ["0", "2", "val"])
@pytest.mark.parametrize("ratio", [0.5, 1, 2.3])
def test_only_the_rest_of_the_training_part_is_thinned_to_the_ratio(uneven, fold, ratio):
    binary = against_rest(uneven, "rococo")
    left = thin_rest(binary, fold, ratio)
    dropped = binary[left["fold"] == UNUSED]
    assert set(dropped["label"]) == {REST} and dropped["fold"].isin([fold, "val"]).sum() == 0
    rest, n_style = kept_rest(uneven, fold, ratio)
    assert len(rest) == round(ratio * n_style)
    pd.testing.assert_frame_equal(left[left["fold"] != UNUSED], binary[left["fold"] != UNUSED])


@settings(max_examples=25, deadline=None)
@given(ratio=st.floats(0.2, 6), seed=st.integers(0, 99))
def test_every_style_gives_up_the_same_share(ratio, seed):
    design = pd.concat([painted("rococo", "0", 9), painted("cubism", "0", 40, 7, 3), painted("photo", "0", -25)])
    design = pd.concat([design, painted("rococo", "1", 2)], ignore_index=True)
    design["filename"] = design.index.map(str)
    rest, n_style = kept_rest(design, "1", ratio, seed)
    share = min(1, round(ratio * n_style) / 75)
    for style, n in (("cubism", 50), ("photo", 25)):
        assert abs((rest["original_label"] == style).sum() - share * n) <= 1


def test_painters_take_turns(uneven):
    rest, _ = kept_rest(uneven, "0", 1)
    n_of = rest[rest["original_label"] == "cubism"]["author"].value_counts()
    assert len(n_of) == 6, "every painter of cubism is still there"
    assert n_of.max() - n_of.min() <= 1


def test_a_seed_tells_which_images_stay_whatever_the_order_of_others(uneven):
    first, again, other = (set(kept_rest(uneven, "1", 1, seed)[0]["filename"]) for seed in (0, 0, 1))
    assert first == again != other


def test_a_ratio_beyond_what_there_is_drops_nothing_and_one_below_0_is_refused(uneven):
    binary = against_rest(uneven, "rococo")
    pd.testing.assert_frame_equal(thin_rest(binary, 0, 100), binary)
    with pytest.raises(ValueError, match="ratio is 0"):
        thin_rest(binary, 0, 0)
    with pytest.raises(ValueError, match="fold '7'"):
        thin_rest(binary, 7)
    with pytest.raises(ValueError, match="no image of the style"):
        thin_rest(binary[(binary["label"] == REST) | (binary["fold"] == "0")], 0)


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
    assert _average_precision(scores, own, counts) == pytest.approx(expected)


@pytest.mark.parametrize("ties", [False, True])
def test_precision_is_read_at_the_highest_threshold_that_reaches_a_recall(ties):
    scores, own, rng = scored(ties=ties)
    weights, recalls = rng.integers(1, 4, len(own)), np.array([0.05, 0.5, 0.8, 1])
    precision, recall, _ = precision_recall_curve(own, scores, sample_weight=weights)
    expected = [precision[recall >= wanted - 1e-9][-1] for wanted in recalls]
    assert _precision_at(scores, own, weights[None], recalls)[0] == pytest.approx(expected)


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
    assert row.lo < row.value < row.hi and row.chance == pytest.approx(1 / 3)
    assert (row.n_style, row.n_images, row.n_authors) == (80, 240, 24)
    assert len(curves) == len(one_vs_rest._RECALLS) and (curves["lo"] <= curves["hi"]).all()
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
    assert itself["value"] == itself["lo"] == itself["hi"] == 0


def test_labels_of_many_styles_and_of_two_are_the_same_images():
    many = predicted()
    one = many.assign(label=many["label"].where(many["label"] == "rococo", REST), fold=many["fold"].astype(int))
    assert precision_recall({"one": one, "many": many}, "rococo")[0]["value"].iloc[-1] == 0


@pytest.mark.parametrize(
    "change, what",
    [
        (
            lambda t: t[t["filename"] != "007.jpg"],
            "1 of 240 are with one only, 0 of 239 with many only, such as 007.jpg",
        ),
        (lambda t: pd.concat([t, t.iloc[:1]]), "different images"),
        (lambda t: t.assign(label=t["label"].where(t["filename"] != "003.jpg", "photo")), "another label for 1 of 240"),
        (lambda t: t.assign(fold=t["fold"].where(t["filename"] != "004.jpg", "3")), "another fold .* such as 004.jpg"),
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
    how = dict(arch=ARCH, weights=str(weights_file), size=32, bs=8, epochs=1, rest_ratio=1)
    learn = fitted_learner(binary, sample, 0, **how)
    assert isinstance(learn.loss_func, FocalLoss)
    assert learn.dls.train_ds.items["label"].value_counts().nunique() == 1
    table = predict_design(learn, binary[binary["fold"] == "0"], sample, progress=False)
    assert list(table.filter(like="proba_")) == ["proba_cubism", "proba_rest"]
    scores, _ = precision_recall({"one": table}, "cubism", 50)
    assert scores["n_images"][0] == (binary["fold"] == "0").sum() and 0 <= scores["value"][0] <= 1
