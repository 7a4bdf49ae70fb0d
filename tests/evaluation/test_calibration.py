"""evaluation.calibration: recomputed formulas, and what it is for, on predictions whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import calibration
from styleclf.evaluation.metrics import metrics_table
from styleclf.evaluation.predictions import probas_of

VOCAB = ["cubism", "fauvism", "rococo"]


def drawn(n=3000, sharpness=1.0, seed=0, images_of_author=1):
    """Predictions by a model that knows the true probabilities, but tells their `sharpness`-th power."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.ones(len(VOCAB)), n)
    targs = (rng.random(n)[:, None] > true.cumsum(axis=1)).sum(axis=1)
    told = true**sharpness / (true**sharpness).sum(axis=1, keepdims=True)
    authors = [f"a{i // images_of_author}" for i in range(n)]
    table = pd.DataFrame({"filename": range(n), "label": np.array(VOCAB)[targs], "author": authors})
    return table_of(table.assign(fold=(np.arange(n) // images_of_author % 4).astype(str)), told), targs


def table_of(table, probas):
    known = table.assign(pred=np.array(VOCAB)[probas.argmax(axis=1)])
    return known.assign(**{f"proba_{style}": column for style, column in zip(VOCAB, probas.T, strict=True)})


def measures(predictions):
    return metrics_table(predictions, "cv", n_resamples=2).set_index("metric")["value"]


@pytest.mark.parametrize("sharpness", [0.4, 1.0, 2.5])
def test_the_temperature_undoes_what_sharpened_the_probabilities(sharpness):
    predictions, targs = drawn(sharpness=sharpness)
    found = calibration.fitted_calibrator(probas_of(predictions), targs)
    assert found.value == pytest.approx(sharpness, rel=0.1)


def test_a_temperature_divides_logits_and_keeps_their_order():
    logits = np.array([[1.0, 2.0, 4.0], [0.0, -1.0, 0.5]])
    probas = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = np.exp(logits / 3) / np.exp(logits / 3).sum(axis=1, keepdims=True)
    found = calibration.Temperature(3).predict_proba(probas)
    assert found == pytest.approx(expected)
    assert (found.argsort(axis=1) == probas.argsort(axis=1)).all()


@pytest.mark.parametrize("method", calibration.CALIBRATION_METHODS)
def test_every_method_lowers_loss_and_error_of_a_model_that_is_too_sure(method):
    predictions, _ = drawn(sharpness=3)
    before, after = measures(predictions), measures(calibration.cross_calibrated(predictions, method))
    for name in ("log_loss", "brier", "ece"):
        assert after[name] < before[name]
    assert after["ece"] < 0.04 < before["ece"]


@pytest.mark.parametrize("method", calibration.CALIBRATION_METHODS)
def test_calibrated_probabilities_have_sum_one_even_of_a_style_not_seen(method):
    predictions, targs = drawn(300)
    known = targs != 2
    found = calibration.fitted_calibrator(probas_of(predictions)[known], targs[known], method)
    probas = found.predict_proba(probas_of(predictions))
    assert probas.sum(axis=1) == pytest.approx(np.ones(300)) and (probas > 0).all()


def test_a_fold_is_calibrated_by_the_others_alone():
    predictions, targs = drawn(400, sharpness=2)
    found = calibration.cross_calibrated(predictions)
    own, others = predictions["fold"] == "1", predictions["fold"] != "1"
    expected = calibration.fitted_calibrator(probas_of(predictions[others]), targs[others])
    assert probas_of(found[own]) == pytest.approx(expected.predict_proba(probas_of(predictions[own])))
    changed = predictions.assign(label=np.where(own, "rococo", predictions["label"]))
    assert probas_of(calibration.cross_calibrated(changed)[own]) == pytest.approx(probas_of(found[own]))
    assert found["pred"].equals(predictions["pred"]), "a temperature changes no order"


def test_what_cannot_be_calibrated_is_told():
    predictions, targs = drawn(40)
    with pytest.raises(ValueError, match="'platt'"):
        calibration.fitted_calibrator(probas_of(predictions), targs, "platt")
    with pytest.raises(ValueError, match="2 of 40 images"):
        broken = probas_of(predictions)
        broken[:2] = np.nan
        calibration.fitted_calibrator(broken, targs)
    with pytest.raises(ValueError, match="other folds"):
        calibration.cross_calibrated(predictions.assign(fold="0"))
    with pytest.raises(ValueError, match=r"not 1\.5"):
        calibration.conformal_thresholds(predictions, 1.5)


def test_reliability_is_the_share_right_of_every_range_of_confidence():
    predictions, targs = drawn(500)
    table = calibration.reliability_table(predictions, n_bins=5, n_resamples=50)
    probas = probas_of(predictions)
    confidence, right = probas.max(axis=1), probas.argmax(axis=1) == targs
    for row in table.itertuples():
        low = np.floor(row.confidence * 5) / 5
        here = (confidence >= low) & (confidence < low + 0.2)
        assert row.right == pytest.approx(right[here].mean()) and row.n_images == here.sum()
        assert row.lo <= row.right <= row.hi
    assert table["n_images"].sum() == 500


def test_sets_hold_the_style_of_new_painters_as_often_as_promised():
    known, _ = drawn(2000, sharpness=2, images_of_author=4)
    new, _ = drawn(4000, sharpness=2, seed=1, images_of_author=4)
    thresholds = calibration.conformal_thresholds(known, 0.8)
    table = calibration.coverage_table(new, thresholds).set_index("metric")
    assert list(table.index) == ["coverage_of_painters", "coverage", "size"]
    assert table["value"]["coverage_of_painters"] == pytest.approx(0.8, abs=0.03)
    assert (table["lo"] < table["value"]).all() and (table["value"] < table["hi"]).all()
    sizes = calibration.prediction_sets(probas_of(new), thresholds).sum(axis=1)
    assert table["value"]["size"] == pytest.approx(sizes.mean()) and sizes.min() == 1
    sentence = calibration.coverage_sentence(table.reset_index())
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
    thresholds = calibration.conformal_thresholds(predictions, 0.8)
    painters = predictions[predictions["author"] != ""]
    alone = calibration.conformal_thresholds(painters, 0.8)
    assert thresholds[:2].tolist() == alone[:2].tolist() and thresholds[2] == 0.98
    table = calibration.coverage_table(predictions, thresholds).set_index("metric")["value"]
    assert table["coverage_of_painters"] == pytest.approx(0.8, abs=0.02) and table["coverage_without_painter"] == 1
    sentence = calibration.coverage_sentence(calibration.coverage_table(predictions, thresholds))
    assert "by painters not seen" in sentence and "100% of the images of styles without painters" in sentence


def test_sets_of_a_fold_are_learned_from_the_others():
    predictions, _ = drawn(400, images_of_author=4)
    thresholds = calibration.cross_thresholds(predictions)
    for fold in set(predictions["fold"]):
        own = (predictions["fold"] == fold).to_numpy()
        assert (thresholds[own] == calibration.conformal_thresholds(predictions[~own])).all()
    table = calibration.coverage_table(predictions, thresholds)
    turned = predictions.assign(row=range(400)).sample(frac=1, random_state=0)
    of_turned = calibration.coverage_table(turned.drop(columns="row"), thresholds[turned["row"]])
    pd.testing.assert_frame_equal(of_turned, table)


def test_authors_count_alike_in_the_threshold():
    few, _ = drawn(40)
    for row in range(40):
        many = pd.concat([few, *[few.iloc[[row]]] * 50], ignore_index=True)
        thresholds = calibration.conformal_thresholds(many)
        assert (thresholds == calibration.conformal_thresholds(few)).all(), "whoever shows more is not more"
    of_three = calibration.conformal_thresholds(few.iloc[:3])
    assert (of_three == 0).all(), "three authors promise nothing: all styles are let in"


def test_a_temperature_is_kept_only_if_it_helps_out_of_fold():
    too_sure, targs = drawn(600, sharpness=3)
    found = calibration.tempered(too_sure)
    assert found.temperature == calibration.fitted_calibrator(probas_of(too_sure), targs).value > 1
    assert found.gain.lo > 0 and "a temperature of" in str(found)
    pd.testing.assert_frame_equal(found.predictions, calibration.cross_calibrated(too_sure))
    right, _ = drawn(600, sharpness=1)
    left = calibration.tempered(right)
    assert left.temperature == 1 and left.gain.lo <= 0 and "no temperature" in str(left)
    pd.testing.assert_frame_equal(left.predictions, right)


def test_a_bin_of_one_image_has_no_interval_and_no_bin_is_certain():
    table = calibration.reliability_table(
        table_of(
            pd.DataFrame({"label": ["cubism"] * 9, "author": [f"a{i}" for i in range(9)]}),
            np.array([[0.94, 0.03, 0.03]] * 8 + [[0.5, 0.3, 0.2]]),
        )
    )
    assert table["n_images"].tolist() == [1, 8] and table["lo"].isna().tolist() == [True, False]
    assert table["lo"][1] == pytest.approx(0.025 ** (1 / 8)) and table["hi"][1] == 1


def test_the_likeliest_style_is_always_in_the_set():
    sets = calibration.prediction_sets(np.array([[0.4, 0.3, 0.3], [0.05, 0.15, 0.8]]), 0.9)
    assert sets.tolist() == [[True, False, False], [False, False, True]]
