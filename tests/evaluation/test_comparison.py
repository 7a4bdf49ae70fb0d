"""evaluation.comparison: differences are those of the metrics, luck is shared, what cannot be compared is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from styleclf.evaluation import comparison as compare, metrics
from styleclf.evaluation.comparison import _COLUMNS
from styleclf.evaluation.predictions import prediction_columns, probas_of

VOCAB = ["cubism", "photo", "rococo"]
IMAGES_OF_STYLE = 60
FOLDS = ["0"] * 5 + ["1"] * 5 + ["val"] * 2
COUNTS = ["n_images", "n_authors"]
BOUNDS = ["difference", "lo", "hi"]
ODD = "cubism/3.jpg"  # the image that one run has otherwise


def predicted(table, skill, seed):
    """The rows with predictions: the true style's logit is `skill` more, for every row (a number) or row by row."""
    rng = np.random.default_rng(seed)
    truth = truth_of(table)
    skills = np.broadcast_to(skill, len(table))
    logits = rng.normal(size=truth.shape) + truth * skills[:, None]
    return with_probas(table, softmax(logits, axis=1))


def truth_of(table):
    """`(n, 3)` 1 for the true style."""
    targs = table["label"].map(VOCAB.index)
    return np.eye(3)[targs]


def with_probas(table, probas):
    return table.join(prediction_columns(probas, VOCAB))


@pytest.fixture
def images():
    """Paintings by 10 authors a style in two folds and the validation set; photos have no author."""
    rows = []
    for label in VOCAB:
        for i in range(IMAGES_OF_STYLE):
            filename = f"{label}/{i}.jpg"
            author = "" if label == "photo" else f"{label}-{i // 6}"
            fold = FOLDS[i % len(FOLDS)]
            rows.append((filename, label, author, fold))
    return pd.DataFrame(rows, columns=["filename", "label", "author", "fold"])


@pytest.fixture
def runs(images):
    return {
        "first": predicted(images, 1, 0),
        "second": predicted(images, 1, 1),
        "skilled": predicted(images, 3, 2),
    }


def metrics_of(table, **options):
    """The metrics of a run by itself, without its validation set."""
    is_val = table["fold"] == "val"
    return metrics.metrics_table(table[~is_val], "cv", **options).set_index("metric")


def rows_of(result, run):
    """What a comparison says of a run, by metric."""
    return result[result["run"] == run].set_index("metric")


def width(row):
    return row["hi"] - row["lo"]


@pytest.mark.parametrize("name", ["first", "second", "skilled"])
def test_values_are_those_of_the_metrics(runs, name):
    result = compare.compare(runs, n_resamples=20)
    assert list(result.columns) == _COLUMNS
    assert set(result["part"]) == {"cv"}
    rows = rows_of(result, name)
    expected = metrics_of(runs[name], n_resamples=20)
    assert rows["value"].to_dict() == pytest.approx(expected["value"].to_dict())
    assert rows[COUNTS].eq(expected[COUNTS]).all(axis=None)


def test_differences_are_from_the_first_run(runs):
    result = compare.compare(runs, n_resamples=20)
    first = rows_of(result, "first")
    skilled = rows_of(result, "skilled")
    assert np.allclose(skilled["difference"], skilled["value"] - first["value"])
    assert first[[*BOUNDS, "better"]].isna().all(axis=None)


def test_the_order_of_rows_and_styles_does_not_matter(runs):
    first = runs["first"]
    second = runs["second"]
    columns = list(second)
    turned = second.sample(frac=1, random_state=0)
    turned = turned[[*columns[:5], *reversed(columns[5:])]]
    expected = compare.compare({"a": first, "b": second}, n_resamples=20)
    result = compare.compare({"a": first, "b": turned}, n_resamples=20)
    pd.testing.assert_frame_equal(result, expected)


def test_a_run_against_its_copy_differs_in_nothing(runs):
    first = runs["first"]
    result = compare.compare({"a": first, "copy": first}, n_resamples=100)
    copy = rows_of(result, "copy")
    assert copy[BOUNDS].eq(0).all(axis=None)
    assert copy["better"].eq(0.5).all()


def test_a_skilled_run_is_better_in_all(runs):
    result = compare.compare(runs, n_resamples=100)
    skilled = rows_of(result, "skilled")
    assert skilled["lo"][["top_1_accuracy", "top_2_accuracy", "f1"]].gt(0).all()
    assert skilled["hi"]["log_loss"] < 0
    assert skilled["better"]["top_1_accuracy"] == 1
    assert skilled["better"]["log_loss"] == 1, "less log loss is better"


def test_shared_luck_narrows_the_interval(images):
    """Painters differ more than the runs do: a paired interval sees the difference, two separate ones do not."""
    authors, _ = pd.factorize(images["author"])
    ease_of_author = 4 * np.random.default_rng(0).random(len(images))
    first = predicted(images, ease_of_author[authors], 0)
    logits = np.log(probas_of(first))
    second = with_probas(images, softmax(logits + 0.7 * truth_of(images), axis=1))
    result = compare.compare({"a": first, "b": second})
    paired = rows_of(result, "b").loc["top_1_accuracy"]
    alone = metrics_of(first).loc["top_1_accuracy"]
    assert paired["lo"] > 0
    assert width(paired) < 0.7 * width(alone)


def test_equal_runs_are_seldom_told_apart(images):
    n_significant = 0
    for seed in range(60):
        first = predicted(images, 1, 2 * seed)
        second = predicted(images, 1, 2 * seed + 1)
        result = compare.compare({"a": first, "b": second}, n_resamples=200, seed=seed)
        row = rows_of(result, "b").loc["top_2_accuracy"]
        n_significant += not row["lo"] <= 0 <= row["hi"]
    assert n_significant <= 7, "of 60 one expects 3; more than 7 come by chance once in 100 times"


def test_the_validation_set_is_compared_apart(runs):
    result = compare.compare(runs, val=True, n_resamples=20)
    sizes = result.groupby("part")["n_images"].unique()
    n_val = runs["first"]["fold"].eq("val").sum()
    n_images = len(runs["first"])
    assert sizes["cv"] == [n_images - n_val]
    assert sizes["val"] == [n_val]
    metrics_of_run = result.groupby(["part", "run"])["metric"].unique()
    assert len(metrics_of_run) == 6
    assert len({tuple(names) for names in metrics_of_run}) == 1


def test_the_validation_set_has_to_be_in_every_run_only_if_asked_for(runs):
    second = runs["second"]
    is_val = second["fold"] == "val"
    one_closed = {"first": runs["first"], "second": second[~is_val]}
    with pytest.raises(ValueError, match="second has no predictions of the part 'val'"):
        compare.compare(one_closed, val=True)
    compare.compare(one_closed, n_resamples=20)


def test_runs_of_one_fold_are_compared_on_a_test_set(runs):
    one_fold = {name: table[table["fold"] == "1"] for name, table in runs.items()}
    result = compare.compare(one_fold, n_resamples=20)
    assert set(result["part"]) == {"test"}


def lacking(table):
    return table[table["filename"] != ODD]


def repeated(table):
    return pd.concat([table, table.iloc[:2]])


def renamed_style(table):
    return table.rename(columns={"proba_photo": "proba_baroque"})


def changed(column, value):
    """A function that puts `value` into a column of the odd image."""

    def change(table):
        is_odd = table["filename"] == ODD
        return table.assign(**{column: table[column].mask(is_odd, value)})

    return change


@pytest.mark.parametrize(
    "change, complaint",
    [
        (lacking, r"1 image \(such as cubism/3.jpg\) only in first"),
        (
            changed("filename", "cubism/new.jpg"),
            r"cubism/3.jpg\) only in first and 1 image \(such as cubism/new.jpg\) only in other",
        ),
        (changed("fold", "1"), r"folds differ for 1 of \d+ images, such as cubism/3.jpg \(0 and 1\)"),
        (changed("label", "rococo"), r"labels differ for 1 of \d+ .*\(cubism and rococo\)"),
        (changed("author", ""), r"authors differ for 1 of \d+ .*\(cubism-0 and none\)"),
        (renamed_style, "only first knows photo and only other"),
        (repeated, r"2 images \(such as cubism/0.jpg\) more than once"),
    ],
)
def test_runs_that_differ_are_refused_with_how(runs, change, complaint):
    other = change(runs["second"])
    with pytest.raises(ValueError, match=complaint):
        compare.compare({"first": runs["first"], "other": other})


def test_one_run_alone_is_refused(runs):
    with pytest.raises(ValueError, match="two or more runs, not 1"):
        compare.compare({"first": runs["first"]})


def test_verdicts_say_what_may_be_chance(runs):
    result = compare.compare(runs)
    second, skilled = compare.verdicts(result)
    assert second.startswith("cv: the difference between second and first in top-2 accuracy is not significant: ")
    row = rows_of(result, "skilled").loc["top_2_accuracy"]
    points, low, high = 100 * row[["difference", "retrained_lo", "retrained_hi"]]
    assert skilled == (
        f"cv: skilled is {points:.1f} points better than first in top-2 accuracy "
        f"(95 % interval {low:.1f} to {high:.1f}, trainings on other painters included): more than chance"
    )


def test_a_verdict_says_which_run_is_worse(runs):
    result = compare.compare({"skilled": runs["skilled"], "first": runs["first"]})
    (sentence,) = compare.verdicts(result, "top_1_accuracy")
    assert "points worse than skilled" in sentence


def two_runs(difference, lo, hi):
    """The rows of a run `a` and of a run `b` that differs from it."""
    row = {
        "part": "cv",
        "metric": "top_2_accuracy",
        "run": "b",
        "difference": difference,
        "lo": lo,
        "hi": hi,
    }
    first = row | {"run": "a", "difference": np.nan}
    return pd.DataFrame([first, row])


def test_a_difference_that_retraining_could_undo_is_one_of_these_models_only():
    (sentence,) = compare.verdicts(two_runs(0.036, 0.002, 0.07))
    assert "b is 3.6 points better than a in top-2 accuracy as trained (95 % interval 0.2 to 7.0)" in sentence
    assert "(-0.6 to +7.8): these models differ, the configurations perhaps not" in sentence
    (opposite,) = compare.verdicts(two_runs(-0.036, -0.07, -0.002))
    assert "3.6 points worse" in opposite
    assert "0.2 to 7.0" in opposite
    assert "(-7.8 to +0.6)" in opposite


@pytest.mark.parametrize("part, luck", [("cv", 1 / 2), ("test", 1 / 6), ("val", 1 / 6), ("style features", 1 / 2)])
def test_the_interval_of_configurations_has_more_variance_by_the_luck_of_training(part, luck):
    difference = 0.1
    low, high = compare.retrained_bounds(difference, 0.0, 0.3, part=part)
    stretch_below = (difference - low) / 0.1
    stretch_above = (high - difference) / 0.2
    assert stretch_below**2 == pytest.approx(1 + luck)
    assert stretch_above**2 == pytest.approx(1 + luck)


def test_one_image_a_style_tells_no_run_from_another():
    images = pd.DataFrame(
        {
            "filename": ["a", "b"],
            "label": ["cubism", "rococo"],
            "author": "",
            "fold": "0",
        }
    )
    wrong = images.assign(proba_cubism=[0.4, 0.6], proba_rococo=[0.6, 0.4])
    right = images.assign(proba_cubism=[0.7, 0.1], proba_rococo=[0.3, 0.9])
    result = compare.compare({"wrong": wrong, "right": right})
    (sentence,) = compare.verdicts(result, "accuracy")
    assert "not significant" in sentence
    assert "(too few to tell)" in sentence
    assert "nan" not in sentence


def test_runs_of_several_labels_are_not_compared_by_one_style(runs):
    for table in runs.values():
        table["label"] += "|portrait"
    with pytest.raises(ValueError, match="first gives several labels to an image, and runs are compared by one style"):
        compare.compare(runs, n_resamples=20)


def test_what_are_no_runs_is_named(runs):
    with pytest.raises(ValueError, match="'cv' is not a collection of runs: give tables by name"):
        compare.compare("cv")
    without_folds = runs["second"].drop(columns="fold")
    with pytest.raises(ValueError, match=r"the run second is a DataFrame of length .* and no table of predictions"):
        compare.compare({"first": runs["first"], "second": without_folds})
