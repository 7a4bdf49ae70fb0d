"""evaluation.calibration: recomputed formulas, and what it is for, on predictions whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from styleclf.evaluation import calibration
from styleclf.evaluation.estimates import Estimate
from styleclf.evaluation.metrics import metrics_table
from styleclf.evaluation.predictions import probas_of
from tests.evaluation.sharpened_predictions import drawn, table_of


def measures(predictions):
    return metrics_table(predictions, "cv", n_resamples=2).set_index("metric")["value"]


@pytest.mark.parametrize("sharpness", [0.4, 1.0, 2.5])
def test_the_temperature_undoes_what_sharpened_the_probabilities(sharpness):
    predictions, targs = drawn(sharpness=sharpness)
    result = calibration.fitted_calibrator(probas_of(predictions), targs)
    assert result.value == pytest.approx(sharpness, rel=0.1)


def test_a_temperature_divides_logits_and_keeps_their_order():
    logits = np.array([[1.0, 2.0, 4.0], [0.0, -1.0, 0.5]])
    probas = softmax(logits, axis=1)
    result = calibration.Temperature(3).predict_proba(probas)
    assert result == pytest.approx(softmax(logits / 3, axis=1))
    assert (result.argsort(axis=1) == probas.argsort(axis=1)).all()


@pytest.mark.parametrize("method", calibration.CALIBRATION_METHODS)
def test_every_method_lowers_loss_and_error_of_a_model_that_is_too_sure(method):
    predictions, _ = drawn(sharpness=3)
    calibrated = calibration.cross_calibrated(predictions, method)
    before = measures(predictions)
    after = measures(calibrated)
    for name in ("log_loss", "brier", "ece"):
        assert after[name] < before[name]
    assert after["ece"] < 0.04 < before["ece"]


@pytest.mark.parametrize("method", calibration.CALIBRATION_METHODS)
def test_calibrated_probabilities_have_sum_one_even_of_a_style_not_seen(method):
    predictions, targs = drawn(300)
    probas = probas_of(predictions)
    is_known = targs != 2
    calibrator = calibration.fitted_calibrator(probas[is_known], targs[is_known], method)
    calibrated = calibrator.predict_proba(probas)
    assert calibrated.sum(axis=1) == pytest.approx(np.ones(300))
    assert (calibrated > 0).all()


def test_a_fold_is_calibrated_by_the_others_alone():
    predictions, targs = drawn(400, sharpness=2)
    probas = probas_of(predictions)
    is_own = (predictions["fold"] == "1").to_numpy()
    of_others = calibration.fitted_calibrator(probas[~is_own], targs[~is_own])
    expected = of_others.predict_proba(probas[is_own])
    result = calibration.cross_calibrated(predictions)
    assert probas_of(result)[is_own] == pytest.approx(expected)
    assert result["pred"].equals(predictions["pred"]), "a temperature changes no order"


def test_a_method_that_there_is_not_is_refused():
    predictions, targs = drawn(40)
    with pytest.raises(ValueError, match="'platt'"):
        calibration.fitted_calibrator(probas_of(predictions), targs, "platt")


def test_probabilities_that_are_no_numbers_are_refused():
    predictions, targs = drawn(40)
    probas = probas_of(predictions)
    probas[:2] = np.nan
    with pytest.raises(ValueError, match="2 of 40 images"):
        calibration.fitted_calibrator(probas, targs)


def test_one_fold_cannot_be_calibrated_by_others():
    predictions, _ = drawn(40)
    with pytest.raises(ValueError, match="other folds"):
        calibration.cross_calibrated(predictions.assign(fold="0"))


def test_reliability_is_the_share_right_of_every_range_of_confidence():
    predictions, targs = drawn(500)
    probas = probas_of(predictions)
    confidence = probas.max(axis=1)
    is_right = probas.argmax(axis=1) == targs
    bins = (confidence * 5).astype(int)
    table = calibration.reliability_table(predictions, n_bins=5, n_resamples=50)
    for row in table.itertuples():
        in_bin = bins == int(row.confidence * 5)
        assert row.right == pytest.approx(is_right[in_bin].mean())
        assert row.n_images == in_bin.sum()
        assert row.lo <= row.right <= row.hi
    assert table["n_images"].sum() == 500


def test_a_temperature_is_kept_if_it_helps_out_of_fold():
    too_sure, targs = drawn(600, sharpness=3)
    temperature = calibration.fitted_calibrator(probas_of(too_sure), targs).value
    result = calibration.tempered_predictions(too_sure)
    assert result.temperature == temperature > 1
    assert result.gain.lo > 0
    assert "a temperature of" in str(result)
    pd.testing.assert_frame_equal(result.predictions, calibration.cross_calibrated(too_sure))


def test_no_temperature_is_kept_if_it_does_not_help():
    calibrated, _ = drawn(600, sharpness=1)
    result = calibration.tempered_predictions(calibrated)
    assert result.temperature == 1
    assert result.gain.lo <= 0
    assert "no temperature" in str(result)
    pd.testing.assert_frame_equal(result.predictions, calibrated)


def test_a_bin_of_one_image_has_no_interval_and_no_bin_is_certain():
    paintings = pd.DataFrame({"label": ["cubism"] * 9, "author": list("abcdefghi")})
    probas = np.array([[0.94, 0.03, 0.03]] * 8 + [[0.5, 0.3, 0.2]])
    table = calibration.reliability_table(table_of(paintings, probas))
    assert table["n_images"].tolist() == [1, 8]
    assert table["lo"].isna().tolist() == [True, False]
    assert table["lo"][1] == pytest.approx(0.025 ** (1 / 8))
    assert table["hi"][1] == 1


@pytest.mark.parametrize(
    "gain, sentence",
    [
        (Estimate(0.02, 0.01, 0.03), "lowers the log loss by 0.020 (95 % interval +0.010 to +0.030)"),
        (Estimate(-0.02, -0.03, 0.01), "raises the log loss by 0.020 (95 % interval -0.010 to +0.030)"),
    ],
)
def test_a_loss_that_rises_is_not_said_to_be_lowered(gain, sentence):
    tempered = calibration.TemperedPredictions(pd.DataFrame(), 1, gain)
    assert sentence in str(tempered)
