"""evaluation.conformal_sets: sets hold the true style as often as promised, whoever painted how much."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import conformal_sets
from styleclf.evaluation.predictions import probas_of
from tests.evaluation.sharpened_predictions import drawn


def test_sets_hold_the_style_of_new_painters_as_often_as_promised():
    known, _ = drawn(2000, sharpness=2, images_of_author=4)
    new, _ = drawn(4000, sharpness=2, seed=1, images_of_author=4)
    thresholds = conformal_sets.conformal_thresholds(known, 0.8)
    scores = conformal_sets.coverage_table(new, thresholds)
    assert scores["metric"].tolist() == ["coverage_of_painters", "coverage", "size"]
    assert (scores["lo"] < scores["value"]).all()
    assert (scores["value"] < scores["hi"]).all()
    coverage, _, size = scores["value"]
    assert coverage == pytest.approx(0.8, abs=0.03)
    sizes = conformal_sets.prediction_sets(probas_of(new), thresholds).sum(axis=1)
    assert size == pytest.approx(sizes.mean())
    assert sizes.min() == 1
    sentence = conformal_sets.coverage_sentence(scores)
    assert f"{coverage:.0%} of the images by painters not seen" in sentence
    assert "without painters" not in sentence


def hard_painters_and_easy_photographs():
    """Painters whose style is rarely found, among many more images without author whose style always is."""
    painters, _ = drawn(400, sharpness=1, images_of_author=4)
    is_painted = painters["label"] != "rococo"
    photographs = painters[~is_painted].assign(
        author="",
        proba_cubism=0.01,
        proba_fauvism=0.01,
        proba_rococo=0.98,
    )
    return pd.concat([painters[is_painted], *[photographs] * 8], ignore_index=True)


def test_images_without_painter_have_a_promise_of_their_own():
    predictions = hard_painters_and_easy_photographs()
    painters = predictions[predictions["author"] != ""]
    *of_painters, _ = conformal_sets.conformal_thresholds(painters, 0.8)
    thresholds = conformal_sets.conformal_thresholds(predictions, 0.8)
    assert thresholds.tolist() == [*of_painters, 0.98]
    scores = conformal_sets.coverage_table(predictions, thresholds)
    value = scores.set_index("metric")["value"]
    assert value["coverage_of_painters"] == pytest.approx(0.8, abs=0.02)
    assert value["coverage_without_painter"] == 1
    sentence = conformal_sets.coverage_sentence(scores)
    assert "by painters not seen" in sentence
    assert "100% of the images of styles without painters" in sentence


def test_sets_of_a_fold_are_learned_from_the_others():
    predictions, _ = drawn(400, images_of_author=4)
    thresholds = conformal_sets.cross_thresholds(predictions)
    for fold in set(predictions["fold"]):
        is_own = (predictions["fold"] == fold).to_numpy()
        expected = conformal_sets.conformal_thresholds(predictions[~is_own])
        assert (thresholds[is_own] == expected).all()


def test_coverage_does_not_depend_on_the_order_of_rows():
    predictions, _ = drawn(400, images_of_author=4)
    thresholds = conformal_sets.cross_thresholds(predictions)
    order = np.random.default_rng(0).permutation(400)
    expected = conformal_sets.coverage_table(predictions, thresholds)
    shuffled = conformal_sets.coverage_table(predictions.iloc[order], thresholds[order])
    pd.testing.assert_frame_equal(shuffled, expected)


@pytest.mark.parametrize("row", range(40))
def test_authors_count_alike_in_the_threshold(row):
    once, _ = drawn(40)
    expected = conformal_sets.conformal_thresholds(once)
    further = [once.iloc[[row]]] * 50
    many = pd.concat([once, *further], ignore_index=True)
    assert (conformal_sets.conformal_thresholds(many) == expected).all()


def test_three_authors_promise_nothing_so_that_all_styles_are_let_in():
    three, _ = drawn(3)
    assert (conformal_sets.conformal_thresholds(three) == 0).all()


def test_a_coverage_that_is_no_share_is_refused():
    predictions, _ = drawn(40)
    with pytest.raises(ValueError, match=r"not 1\.5"):
        conformal_sets.conformal_thresholds(predictions, 1.5)


def test_the_likeliest_style_is_always_in_the_set():
    probas = np.array([[0.4, 0.3, 0.3], [0.05, 0.15, 0.8]])
    sets = conformal_sets.prediction_sets(probas, 0.9)
    assert sets.tolist() == [[True, False, False], [False, False, True]]
