"""Honest numbers for one configuration: cross-validation over the folds, and at the end the hard validation set."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.compare import read_run
from styleclf.folds import fitted_folds
from styleclf.judging import opened
from styleclf.metrics import metrics_table
from styleclf.predict import predict_design, prediction_columns
from styleclf.runs import read_embeddings
from styleclf.separation import separation_table
from styleclf.splits import VAL

CV = "cv"


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
    parts[CV] = [predictions, np.concatenate(embeddings)]
    return pd.concat([part_metrics(*pair, part) for part, pair in parts.items()], ignore_index=True), predictions


def part_metrics(predictions: pd.DataFrame, embeddings: np.ndarray, part: str) -> pd.DataFrame:
    """Every metric of a part, of its predictions and of its embeddings."""
    tables = [metrics_table(predictions, part), separation_table(embeddings, predictions, part)]
    return pd.concat(tables, ignore_index=True)


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
    train = mean_predictions(learners, design[design["fold"].astype(str) != VAL], images)
    val = opened(design, lambda rows: mean_predictions(learners, rows, images), record)
    parts = {"train": train, "test": test, "val": val}
    return pd.concat([metrics_table(table, part) for part, table in parts.items()], ignore_index=True), val


def mean_predictions(learners: Sequence[Learner], rows: pd.DataFrame, images: str | Path) -> pd.DataFrame:
    """Predictions for the rows of a design, with the mean of the learners' probabilities."""
    tables = [predict_design(learn, rows, images) for learn in learners]
    vocab = list(learners[0].dls.vocab)
    probas = np.mean([table[[f"proba_{style}" for style in vocab]].to_numpy() for table in tables], axis=0)
    return pd.concat([tables[0][["filename", "label", "author", "fold"]], prediction_columns(probas, vocab)], axis=1)
