"""Honest numbers for one configuration: cross-validation over the folds, and at the end the hard validation set."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.data import VAL
from styleclf.embeddings import separation_table
from styleclf.evaluation import (
    COVERAGE,
    compare,
    cross_calibrated,
    fitted_calibrator,
    metrics_table,
    probas_of,
    read_run,
    set_threshold,
    targets,
    vocab_of,
    with_probas,
)
from styleclf.inference import predict_design
from styleclf.runs.folder import read_embeddings
from styleclf.runs.folds import fitted_folds
from styleclf.runs.judging import open_validation_set
from styleclf.training import set_temperature

_CV = "cv"


def cross_validate(
    design: pd.DataFrame, images: str | Path, out: str | Path, jobs: int = 1, **how: object
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train the same configuration for every fold, each judged on authors it has not seen: `(metrics, predictions)`.

    `how` are the keywords of `fitted_learner`. `predictions` has a row an image, by the model that never saw its
    author. `metrics` has the parts 'fold 0', 'fold 1', … and 'cv', all of them together, with the separation of the
    embeddings: every fold has a space of its own, so that of 'cv' is their mean. Finished folds in `out` are kept,
    `jobs` are trained at a time. Raises what `fitted_folds` raises.
    """
    folders = fitted_folds(design, images, out, jobs, **how)
    tables = [read_run(folder) for folder in folders]
    embeddings = [read_embeddings(folder / "embeddings.npz")[0] for folder in folders]
    predictions = pd.concat(tables, ignore_index=True)
    parts = {f"fold {table['fold'].iloc[0]}": pair for table, *pair in zip(tables, tables, embeddings, strict=True)}
    parts[_CV] = [predictions, np.concatenate(embeddings)]
    return pd.concat([_part_metrics(*pair, part) for part, pair in parts.items()], ignore_index=True), predictions


def _part_metrics(predictions: pd.DataFrame, embeddings: np.ndarray, part: str) -> pd.DataFrame:
    """Every metric of a part, of its predictions and of its embeddings."""
    tables = [metrics_table(predictions, part), separation_table(embeddings, predictions, part)]
    return pd.concat(tables, ignore_index=True)


def calibrate_learners(learners: Sequence[Learner], test: pd.DataFrame, coverage: float = COVERAGE) -> pd.DataFrame:
    """Give learners, in place, the temperature and the `set_threshold` that a cross-validation's predictions tell.

    Their probabilities are then calibrated wherever they predict, and a style belongs to a prediction's set from the
    threshold on. Returns the out-of-fold predictions `test`, every fold calibrated by the others.
    """
    targs = targets(test["label"], vocab_of(test))
    temperature = fitted_calibrator(probas_of(test), targs, "temperature").value
    calibrated = cross_calibrated(test, "temperature")
    threshold = set_threshold(calibrated, coverage)
    for learn in learners:
        set_temperature(learn, temperature)
        learn.set_threshold = threshold
    return calibrated


def calibration_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """Log loss, Brier score and calibration error of out-of-fold predictions as trained and with a temperature.

    Columns as of `compare`; the temperature of every fold is that of the other folds.
    """
    found = compare({"as trained": predictions, "calibrated": cross_calibrated(predictions, "temperature")})
    return found[found["metric"].isin(["log_loss", "brier", "ece"])].reset_index(drop=True)


def validate(
    learners: Sequence[Learner],  # one trained on all folds, or those of a cross-validation
    design: pd.DataFrame,
    images: str | Path,
    test: pd.DataFrame,  # out-of-fold predictions of a cross-validation
    record: str | Path,  # folder of the run, where the opening is written down
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Open the validation set for the mean of some learners: metrics of train, test and val, and predictions of val.

    `test` are the predictions that the configuration was chosen by: those of val come from learners that have seen
    all folds, each or together.
    """
    train = _mean_predictions(learners, design[design["fold"].astype(str) != VAL], images)
    val = open_validation_set(design, lambda rows: _mean_predictions(learners, rows, images), record)
    parts = {"train": train, "test": test, "val": val}
    return pd.concat([metrics_table(table, part) for part, table in parts.items()], ignore_index=True), val


def _mean_predictions(learners: Sequence[Learner], rows: pd.DataFrame, images: str | Path) -> pd.DataFrame:
    """Predictions for the rows of a design, with the mean of the learners' probabilities."""
    tables = [predict_design(learn, rows, images) for learn in learners]
    return with_probas(tables[0], np.mean([probas_of(table) for table in tables], axis=0))
