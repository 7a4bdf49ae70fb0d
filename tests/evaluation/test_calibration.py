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


@pytest.mark.parametrize("method", calibration.METHODS)
def test_every_method_lowers_loss_and_error_of_a_model_that_is_too_sure(method):
    predictions, _ = drawn(sharpness=3)
    before, after = measures(predictions), measures(calibration.cross_calibrated(predictions, method))
    for name in ("log_loss", "brier", "ece"):
        assert after[name] < before[name]
    assert after["ece"] < 0.04 < before["ece"]


@pytest.mark.parametrize("method", calibration.METHODS)
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
        calibration.conformal_threshold(predictions, 1.5)


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
    threshold = calibration.conformal_threshold(known, 0.8)
    table = calibration.coverage_table(new, threshold).set_index("metric")
    assert table["value"]["coverage"] == pytest.approx(0.8, abs=0.03)
    assert table["lo"]["coverage"] < table["value"]["coverage"] < table["hi"]["coverage"]
    sizes = calibration.prediction_sets(probas_of(new), threshold).sum(axis=1)
    assert table["value"]["size"] == pytest.approx(sizes.mean()) and sizes.min() == 1
    assert f"{table['value']['coverage']:.0%} of the images" in calibration.coverage_sentence(table.reset_index())


def test_authors_count_alike_in_the_threshold():
    few, _ = drawn(40)
    for row in range(40):
        many = pd.concat([few, *[few.iloc[[row]]] * 50], ignore_index=True)
        threshold = calibration.conformal_threshold(many)
        assert threshold == calibration.conformal_threshold(few), "whoever shows more is not more"
    assert calibration.conformal_threshold(few.iloc[:3]) == 0, "three authors promise nothing: all styles are let in"


def test_the_likeliest_style_is_always_in_the_set():
    sets = calibration.prediction_sets(np.array([[0.4, 0.3, 0.3], [0.05, 0.15, 0.8]]), 0.9)
    assert sets.tolist() == [[True, False, False], [False, False, True]]
