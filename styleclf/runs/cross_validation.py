"""Honest numbers for one configuration: cross-validation over the folds, and at the end the hard validation set."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.data import Paintings
from styleclf.embeddings import separation_table
from styleclf.evaluation import (
    TemperedPredictions,
    compare,
    conformal_thresholds,
    cross_calibrated,
    metrics_table,
    probas_of,
    read_run,
    tempered_predictions,
    with_probas,
)
from styleclf.inference import keep_threshold, predict_design
from styleclf.runs.folder import EMBEDDINGS_FILE, read_embeddings
from styleclf.runs.folds import fitted_folds
from styleclf.runs.judging import open_validation_set
from styleclf.training import set_temperature

_CV = "cv"
_CALIBRATION_METRICS = ["log_loss", "brier", "ece"]


def cross_validate(
    design: pd.DataFrame,
    images: str | Path,
    out: str | Path,
    *,
    jobs: int = 1,
    **flags: object,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train the same configuration for every fold, each judged on authors it has not seen: `(metrics, predictions)`.

    `flags` are the keywords of `fitted_learner`. `predictions` has one row per image, by the model that never saw its
    author. `metrics` has the parts 'fold 0', 'fold 1', … and 'cv', all of them together, with the separation of the
    embeddings: every fold has a space of its own, so that of 'cv' is their mean. Finished folds in `out` are kept,
    `jobs` are trained at a time. Raises what `fitted_folds` raises.

    >>> metrics, predictions = cross_validate(
    ...     design, images, folder, arch="resnet10t", weights=weights, size=32, epochs=0
    ... )
    >>> metrics["part"].unique().tolist()
    ['fold 0', 'fold 1', 'fold 2', 'fold 3', 'cv']
    """
    paintings = Paintings(design, images)  # type: ignore[arg-type]  # a text becomes a path
    folders = fitted_folds(paintings, out, jobs=jobs, **flags)
    metrics = []
    predictions = []
    embeddings = []
    for folder in folders:
        of_fold = read_run(folder)
        embeddings_of_fold, _ = read_embeddings(folder / EMBEDDINGS_FILE)
        fold = of_fold["fold"].iloc[0]
        metrics.append(_part_metrics(of_fold, embeddings_of_fold, f"fold {fold}"))
        predictions.append(of_fold)
        embeddings.append(embeddings_of_fold)
    all_predictions = pd.concat(predictions, ignore_index=True)
    metrics.append(_part_metrics(all_predictions, np.concatenate(embeddings), _CV))
    return pd.concat(metrics, ignore_index=True), all_predictions


def _part_metrics(predictions: pd.DataFrame, embeddings: np.ndarray, part: str) -> pd.DataFrame:
    """Every metric of a part, of its predictions and of its embeddings."""
    of_predictions = metrics_table(predictions, part)
    of_embeddings = separation_table(embeddings, predictions, part)
    return pd.concat([of_predictions, of_embeddings], ignore_index=True)


def calibrate_learners(learners: Sequence[Learner], test: pd.DataFrame) -> TemperedPredictions:
    """Give learners, in place, the temperature and the `set_threshold` learned from a cross-validation's predictions.

    Their probabilities are then calibrated wherever they predict, and a style belongs to a prediction set if its
    probability reaches its threshold. A temperature that does not help out of fold is none. Returns the out-of-fold
    predictions `test` as `tempered_predictions` makes them.
    """
    tempered_test = tempered_predictions(test)
    thresholds = conformal_thresholds(tempered_test.predictions)
    for learn in learners:
        set_temperature(learn, tempered_test.temperature)
        keep_threshold(learn, thresholds)
    return tempered_test


def calibration_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """Log loss, Brier score and calibration error of out-of-fold predictions as trained and with a temperature.

    Columns as returned by `compare`; the temperature of every fold is learned from the other folds.
    """
    calibrated = cross_calibrated(predictions, "temperature")
    comparison = compare({"as trained": predictions, "calibrated": calibrated})
    of_calibration = comparison["metric"].isin(_CALIBRATION_METRICS)
    return comparison[of_calibration].reset_index(drop=True)


def validate(
    learners: Sequence[Learner],  # one trained on all folds, or those of a cross-validation
    paintings: Paintings,
    test: pd.DataFrame,  # out-of-fold predictions of a cross-validation
    *,
    record: str | Path,  # folder of the cross-validation, by whose design the opening is counted
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Open the validation set for the mean of some learners: metrics of train, test and val, and predictions of val.

    `test` are the predictions that the configuration was chosen by. The predictions of val come from learners that
    have seen all folds, either each of them or all of them together.
    """
    predictions_of_all = partial(mean_predictions, learners)
    train = predictions_of_all(paintings.without_validation())
    val = open_validation_set(paintings, predictions_of_all, record)
    metrics = [metrics_table(train, "train"), metrics_table(test, "test"), metrics_table(val, "val")]
    return pd.concat(metrics, ignore_index=True), val


def mean_predictions(learners: Sequence[Learner], paintings: Paintings) -> pd.DataFrame:
    """Predictions for paintings, with the mean of the learners' probabilities."""
    probas = []
    for learn in learners:
        table = predict_design(learn, paintings.rows, paintings.folder)
        probas.append(probas_of(table))
    return with_probas(table, np.mean(probas, axis=0))
