"""Cross-validation: out-of-fold predictions and their metrics, and the validation set at the end."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data.paintings import Paintings
from styleclf.embeddings.separation import separation_table
from styleclf.evaluation import probas_of, tempered_predictions
from styleclf.evaluation.calibration import Temperature, cross_calibrated
from styleclf.evaluation.conformal_sets import prediction_sets
from styleclf.evaluation.metrics import metrics_table
from styleclf.inference import predict_design, predict_table, threshold_of
from styleclf.runs import cross_validation as validate, folds
from styleclf.runs.folder import read_embeddings
from styleclf.training.export import export_learner, load_style_learner
from styleclf.training.fit import fitted_learner


@pytest.fixture(scope="module")
def judged(cv_run, design, sample, options):
    """Metrics and predictions of the cross-validation."""
    return validate.cross_validate(design, sample, cv_run, **options)


def test_every_image_is_predicted_once_and_by_a_model_that_never_saw_its_author(judged, design, sample, cv_run):
    _, predictions = judged
    assert sorted(predictions["filename"]) == sorted(design["filename"][design["fold"] != "val"])
    learners = folds.loaded_folds(design, cv_run)
    rows = design[design["fold"] == "2"]
    expected = predict_design(learners[2], rows, sample, progress=False).filter(like="proba_").to_numpy()
    result = predictions[predictions["fold"] == "2"].filter(like="proba_").to_numpy()
    assert result == pytest.approx(expected, abs=1e-4)


def test_the_table_has_every_fold_and_all_of_them_with_predictions_and_embeddings(judged, cv_run):
    metrics, predictions = judged
    assert list(dict.fromkeys(metrics["part"])) == ["fold 0", "fold 1", "fold 2", "fold 3", "cv"]
    result = metrics[metrics["part"] == "cv"].set_index("metric")["value"]
    expected = metrics_table(predictions, "cv").set_index("metric")["value"]
    assert result[expected.index].to_dict() == pytest.approx(expected.to_dict())
    own = predictions[predictions["fold"] == "1"]
    embeddings, _ = read_embeddings(folds.fold_folder(cv_run, "1") / "embeddings.npz")
    expected = separation_table(embeddings, own, "fold 1").set_index("metric")["value"]
    result = metrics[metrics["part"] == "fold 1"].set_index("metric")["value"]
    assert result[expected.index].to_dict() == pytest.approx(expected.to_dict(), nan_ok=True)


def test_validation_sets_train_test_and_val_side_by_side_and_is_recorded(judged, design, sample, cv_run, tmp_path):
    learners = folds.loaded_folds(design, cv_run)
    metrics, predictions = validate.validate(learners, Paintings(design, sample), judged[1], record=tmp_path)
    assert list(dict.fromkeys(metrics["part"])) == ["train", "test", "val"]
    rows = design[design["fold"] == "val"]
    assert predictions["filename"].tolist() == rows["filename"].tolist()
    each = [predict_design(learn, rows, sample, progress=False).filter(like="proba_") for learn in learners]
    assert predictions.filter(like="proba_").to_numpy() == pytest.approx(np.mean(each, axis=0), abs=1e-5)
    assert len(pd.read_csv(tmp_path / "openings.csv")) == 1


def test_calibrated_learners_predict_what_the_temperature_makes_of_their_probabilities(
    judged, design, sample, cv_run, tmp_path
):
    learners, test = folds.loaded_folds(design, cv_run)[:1], judged[1]
    rows = design[design["fold"] == "val"]
    before = probas_of(predict_design(learners[0], rows, sample, progress=False))
    result = validate.calibrate_learners(learners, test)
    assert result.predictions.equals(tempered_predictions(test).predictions)
    expected = Temperature(result.temperature).predict_proba(before)
    loaded = load_style_learner(export_learner(learners[0], tmp_path / "model.pkl"))
    after = probas_of(predict_design(loaded, rows, sample, progress=False))
    assert after == pytest.approx(expected, abs=0.01), "the head computes in bf16 where a device does"
    files = [sample / name for name in rows["filename"]]
    table, _ = predict_table(loaded, files, threshold_of(loaded, "model.pkl"))
    held = prediction_sets(probas_of(table), loaded.set_threshold)
    assert [len(styles.split(", ")) for styles in table["set"]] == held.sum(axis=1).tolist()
    assert [styles.split(", ")[0] for styles in table["set"]] == table["pred"].tolist()


def test_calibration_is_set_beside_what_was_trained(judged):
    table = validate.calibration_table(judged[1]).set_index(["run", "metric"])
    for run, predictions in {"as trained": judged[1], "calibrated": cross_calibrated(judged[1])}.items():
        values = metrics_table(predictions, "cv").set_index("metric")["value"]
        for metric in ("log_loss", "brier", "ece"):
            assert table["value"][run, metric] == pytest.approx(values[metric])


def test_a_learner_without_sets_says_how_to_get_them(trained):
    with pytest.raises(ValueError, match=r"model\.pkl was not calibrated .*--calibrate"):
        threshold_of(trained, "model.pkl")


def test_training_on_all_folds_does_not_look_at_the_validation_set(design, sample, options):
    learn = fitted_learner(design, sample, "val", **options | {"epochs": 1})
    history = learn.history.table()
    assert history["epoch"].tolist() == [0, 1]
    assert history["train_loss"].notna().all()
    assert history.filter(like="test_").empty
    with learn.no_bar():
        assert learn.validate()[0] > 0, "whoever has the learner can judge it"
