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
    table = conformal_sets.coverage_table(new, thresholds).set_index("metric")
    assert list(table.index) == ["coverage_of_painters", "coverage", "size"]
    assert table["value"]["coverage_of_painters"] == pytest.approx(0.8, abs=0.03)
    assert (table["lo"] < table["value"]).all()
    assert (table["value"] < table["hi"]).all()
    sizes = conformal_sets.prediction_sets(probas_of(new), thresholds).sum(axis=1)
    assert table["value"]["size"] == pytest.approx(sizes.mean())
    assert sizes.min() == 1
    sentence = conformal_sets.coverage_sentence(table.reset_index())
    assert f"{table['value']['coverage_of_painters']:.0%} of the images by painters not seen" in sentence
    assert "without painters" not in sentence


def hard_painters_and_easy_photographs():
    """Painters whose style is rarely found, among many more images without author whose style always is."""
    painters, _ = drawn(400, sharpness=1, images_of_author=4)
    is_painted = painters["label"] != "rococo"
    photographs = painters[~is_painted].assign(author="", proba_cubism=0.01, proba_fauvism=0.01, proba_rococo=0.98)
    return pd.concat([painters[is_painted], *[photographs] * 8], ignore_index=True)


def test_images_without_painter_have_a_promise_of_their_own():
    predictions = hard_painters_and_easy_photographs()
    thresholds = conformal_sets.conformal_thresholds(predictions, 0.8)
    painters = predictions[predictions["author"] != ""]
    alone = conformal_sets.conformal_thresholds(painters, 0.8)
    assert thresholds[:2].tolist() == alone[:2].tolist()
    assert thresholds[2] == 0.98
    table = conformal_sets.coverage_table(predictions, thresholds).set_index("metric")["value"]
    assert table["coverage_of_painters"] == pytest.approx(0.8, abs=0.02)
    assert table["coverage_without_painter"] == 1
    sentence = conformal_sets.coverage_sentence(conformal_sets.coverage_table(predictions, thresholds))
    assert "by painters not seen" in sentence
    assert "100% of the images of styles without painters" in sentence


def test_sets_of_a_fold_are_learned_from_the_others():
    predictions, _ = drawn(400, images_of_author=4)
    thresholds = conformal_sets.cross_thresholds(predictions)
    for fold in set(predictions["fold"]):
        own = (predictions["fold"] == fold).to_numpy()
        assert (thresholds[own] == conformal_sets.conformal_thresholds(predictions[~own])).all()
    table = conformal_sets.coverage_table(predictions, thresholds)
    turned = predictions.assign(row=range(400)).sample(frac=1, random_state=0)
    of_turned = conformal_sets.coverage_table(turned.drop(columns="row"), thresholds[turned["row"]])
    pd.testing.assert_frame_equal(of_turned, table)


def test_authors_count_alike_in_the_threshold():
    few, _ = drawn(40)
    for row in range(40):
        many = pd.concat([few, *[few.iloc[[row]]] * 50], ignore_index=True)
        thresholds = conformal_sets.conformal_thresholds(many)
        assert (thresholds == conformal_sets.conformal_thresholds(few)).all(), "whoever shows more is not more"
    of_three = conformal_sets.conformal_thresholds(few.iloc[:3])
    assert (of_three == 0).all(), "three authors promise nothing: all styles are let in"


def test_a_coverage_that_is_no_share_is_refused():
    predictions, _ = drawn(40)
    with pytest.raises(ValueError, match=r"not 1\.5"):
        conformal_sets.conformal_thresholds(predictions, 1.5)


def test_the_likeliest_style_is_always_in_the_set():
    sets = conformal_sets.prediction_sets(np.array([[0.4, 0.3, 0.3], [0.05, 0.15, 0.8]]), 0.9)
    assert sets.tolist() == [[True, False, False], [False, False, True]]
