"""evaluation.comparison: differences are those of the metrics, luck is shared, what cannot be compared is refused."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import comparison as compare, metrics
from styleclf.evaluation.comparison import _COLUMNS

VOCAB = ["cubism", "photo", "rococo"]


def predicted(table, skill, seed):
    """The rows with predictions: the true style's logit is `skill` more, for every row (a number) or row by row."""
    rng = np.random.default_rng(seed)
    right = np.eye(3)[[VOCAB.index(label) for label in table["label"]]]
    logits = rng.normal(size=right.shape) + right * np.broadcast_to(skill, len(table))[:, None]
    probas = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    shown = table.assign(pred=[VOCAB[i] for i in probas.argmax(axis=1)])
    return shown.assign(**{f"proba_{style}": probas[:, i] for i, style in enumerate(VOCAB)})


@pytest.fixture
def images():
    """Paintings by 10 authors a style in two folds and the validation set; photos have no author."""
    rows = [
        (f"{label}/{i}.jpg", label, "" if label == "photo" else f"{label}-{i // 6}", ("0", "1", "val")[i % 12 // 5])
        for label in VOCAB
        for i in range(60)
    ]
    return pd.DataFrame(rows, columns=["filename", "label", "author", "fold"])


@pytest.fixture
def runs(images):
    return {"first": predicted(images, 1, 0), "second": predicted(images, 1, 1), "skilled": predicted(images, 3, 2)}


def test_values_and_differences_are_those_of_the_metrics(runs):
    result = compare.compare(runs, n_resamples=20)
    assert list(result.columns) == _COLUMNS
    assert set(result["part"]) == {"cv"}
    for name, table in runs.items():
        own = metrics.metrics_table(table[table["fold"] != "val"], "cv", n_resamples=20).set_index("metric")
        rows = result[result["run"] == name].set_index("metric")
        assert rows["value"].to_dict() == pytest.approx(own["value"].to_dict())
        assert (rows[["n_images", "n_authors"]] == own[["n_images", "n_authors"]]).all(axis=None)
    values = result.pivot(index="metric", columns="run", values="value")
    differences = result.pivot(index="metric", columns="run", values="difference")
    assert np.allclose(differences["skilled"], values["skilled"] - values["first"])
    assert result.loc[result["run"] == "first", ["difference", "lo", "hi", "better"]].isna().all(axis=None)


def test_the_order_of_rows_and_styles_does_not_matter(runs):
    turned = runs["second"].sample(frac=1, random_state=0)
    turned = turned[[*turned.columns[:5], *turned.columns[:4:-1]]]
    expected = compare.compare({"a": runs["first"], "b": runs["second"]}, n_resamples=20)
    pd.testing.assert_frame_equal(compare.compare({"a": runs["first"], "b": turned}, n_resamples=20), expected)


def test_a_run_against_its_copy_differs_in_nothing_and_a_skilled_one_in_all(runs):
    result = compare.compare({"a": runs["first"], "copy": runs["first"], "skilled": runs["skilled"]}, n_resamples=100)
    copy, skilled = (result[result["run"] == name].set_index("metric") for name in ("copy", "skilled"))
    assert (copy[["difference", "lo", "hi"]] == 0).all(axis=None)
    assert (copy["better"] == 0.5).all()
    assert skilled.loc[["top_1_accuracy", "top_2_accuracy", "f1"], "lo"].gt(0).all()
    assert skilled["hi"]["log_loss"] < 0
    assert skilled.loc[["top_1_accuracy", "log_loss"], "better"].eq(1).all(), "less log loss is better"


def test_shared_luck_narrows_the_interval(images):
    """Painters differ more than the runs do: a paired interval sees the difference, two separate ones do not."""
    ease = images["author"].map(lambda author: 4 * np.random.default_rng(list(author.encode())).random())
    first = predicted(images, ease, 0)
    logits = np.log(first.filter(like="proba_").to_numpy())
    right = np.eye(3)[[VOCAB.index(label) for label in images["label"]]]
    second = first.assign(**dict(zip(first.filter(like="proba_"), np.exp(logits + 0.7 * right).T, strict=True)))
    row = compare.compare({"a": first, "b": second}).set_index(["metric", "run"]).loc[("top_1_accuracy", "b")]
    alone = metrics.metrics_table(first[first["fold"] != "val"], "cv").set_index("metric").loc["top_1_accuracy"]
    assert row["lo"] > 0
    assert row["hi"] - row["lo"] < 0.7 * (alone["hi"] - alone["lo"])


def test_equal_runs_are_seldom_told_apart(images):
    told = 0
    for seed in range(60):
        runs = {"a": predicted(images, 1, 2 * seed), "b": predicted(images, 1, 2 * seed + 1)}
        result = compare.compare(runs, n_resamples=200, seed=seed).set_index(["metric", "run"])
        lo, hi = result.loc[("top_2_accuracy", "b"), ["lo", "hi"]]
        told += not lo <= 0 <= hi
    assert told <= 7, "of 60 one expects 3; more than 7 come by chance once in 100 times"


def test_the_validation_set_is_compared_apart_and_only_if_asked_for(runs):
    result = compare.compare(runs, val=True, n_resamples=20)
    sizes = result.drop_duplicates("part").set_index("part")["n_images"]
    n_val = int((runs["first"]["fold"] == "val").sum())
    assert sizes.to_dict() == {"cv": 180 - n_val, "val": n_val}
    assert (result.groupby(["part", "run"], sort=False).ngroups, result["metric"].nunique()) == (6, len(result) // 6)
    closed = runs["second"][runs["second"]["fold"] != "val"]
    with pytest.raises(ValueError, match="second has no predictions of the part 'val'"):
        compare.compare({"first": runs["first"], "second": closed}, val=True)
    compare.compare({"first": runs["first"], "second": closed}, n_resamples=20)
    one_fold = {name: table[table["fold"] == "1"] for name, table in runs.items()}
    assert set(compare.compare(one_fold, n_resamples=20)["part"]) == {"test"}


def other_images(table):
    return table.assign(filename=table["filename"].replace({"cubism/3.jpg": "cubism/new.jpg"}))


def changed(column, value):
    """A table with `value` in one row of a column, that of cubism/3.jpg."""
    return lambda table: table.assign(**{column: table[column].where(table["filename"] != "cubism/3.jpg", value)})


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda table: table[table["filename"] != "cubism/3.jpg"], r"1 image \(such as cubism/3.jpg\) only in first"),
        (other_images, r"cubism/3.jpg\) only in first and 1 image \(such as cubism/new.jpg\) only in other"),
        (changed("fold", "1"), r"folds differ for 1 of \d+ images, such as cubism/3.jpg \(0 and 1\)"),
        (changed("label", "rococo"), r"labels differ for 1 of \d+ .*\(cubism and rococo\)"),
        (changed("author", ""), r"authors differ for 1 of \d+ .*\(cubism-0 and none\)"),
        (lambda table: table.rename(columns={"proba_photo": "proba_baroque"}), "only first knows photo and only other"),
        (lambda table: pd.concat([table, table.iloc[:2]]), r"2 images \(such as cubism/0.jpg\) more than once"),
    ],
)
def test_runs_that_differ_are_refused_with_how(runs, change, said):
    with pytest.raises(ValueError, match=said):
        compare.compare({"first": runs["first"], "other": change(runs["second"])})


def test_one_run_alone_is_refused(runs):
    with pytest.raises(ValueError, match="two or more runs, not 1"):
        compare.compare({"first": runs["first"]})


def test_verdicts_say_what_may_be_chance(runs):
    result = compare.compare(runs)
    second, skilled = compare.verdicts(result)
    row = result.set_index(["metric", "run"]).loc[("top_2_accuracy", "skilled")]
    assert second.startswith("cv: the difference between second and first in top-2 accuracy is not significant: ")
    points, low, high = (100 * row[name] for name in ("difference", "retrained_lo", "retrained_hi"))
    expected = f"cv: skilled is {points:.1f} points better than first in top-2 accuracy (95 % interval {low:.1f} to"
    assert skilled == f"{expected} {high:.1f}, trainings on other painters included): more than chance"
    worse = compare.compare({"skilled": runs["skilled"], "first": runs["first"]})
    assert "points worse than skilled" in compare.verdicts(worse, "top_1_accuracy")[0]


def test_a_difference_that_retraining_could_undo_is_one_of_these_models_only():
    row = {"part": "cv", "metric": "top_2_accuracy", "run": "b", "difference": 0.036, "lo": 0.002, "hi": 0.07}
    table = pd.DataFrame([{**row, "run": "a", "difference": np.nan}, row])
    (sentence,) = compare.verdicts(table)
    assert "b is 3.6 points better than a in top-2 accuracy as trained (95 % interval 0.2 to 7.0)" in sentence
    assert "(-0.6 to +7.8): these models differ, the configurations perhaps not" in sentence
    (opposite,) = compare.verdicts(table.assign(difference=-table["difference"], lo=-table["hi"], hi=-table["lo"]))
    assert "3.6 points worse" in opposite
    assert "0.2 to 7.0" in opposite
    assert "(-7.8 to +0.6)" in opposite


def test_the_interval_of_configurations_has_more_variance_by_the_luck_of_training():
    for part, luck in (("cv", 1 / 2), ("test", 1 / 6), ("val", 1 / 6), ("style features", 1 / 2)):
        low, high = compare.retrained_bounds(0.1, 0.0, 0.3, part=part)
        assert ((0.1 - low) / 0.1) ** 2 == pytest.approx(1 + luck) == ((high - 0.1) / 0.2) ** 2


def test_one_image_a_style_tells_no_run_from_another():
    images = pd.DataFrame({"filename": ["a", "b"], "label": ["cubism", "rococo"], "author": "", "fold": "0"})
    wrong = images.assign(proba_cubism=[0.4, 0.6], proba_rococo=[0.6, 0.4])
    right = images.assign(proba_cubism=[0.7, 0.1], proba_rococo=[0.3, 0.9])
    (sentence,) = compare.verdicts(compare.compare({"wrong": wrong, "right": right}), "accuracy")
    assert "not significant" in sentence
    assert "(too few to tell)" in sentence
    assert "nan" not in sentence


def test_runs_of_several_labels_are_not_compared_by_one_style(runs):
    labelled = {name: table.assign(label=table["label"] + "|portrait") for name, table in runs.items()}
    with pytest.raises(ValueError, match="first gives several labels to an image, and runs are compared by one style"):
        compare.compare(labelled, n_resamples=20)


def test_what_are_no_runs_is_named(runs):
    with pytest.raises(ValueError, match="'cv' is not a collection of runs: give tables by name"):
        compare.compare("cv")
    lost = {"first": runs["first"], "second": runs["second"].drop(columns="fold")}
    with pytest.raises(ValueError, match=r"the run second is a DataFrame of length .* and no table of predictions"):
        compare.compare(lost)
