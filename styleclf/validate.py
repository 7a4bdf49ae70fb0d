"""Judging: what a learner predicts for images it was not trained on, and how good that is."""

from pathlib import Path

import pandas as pd
from fastai.learner import Learner

from styleclf.metrics import metrics_table
from styleclf.predict import predict_design
from styleclf.splits import VAL


def judge(
    learn: Learner,
    design: pd.DataFrame,
    images: str | Path,
    fold: int | str = 0,  # the test fold the learner was not trained on
    validate: bool = False,  # open the validation set as well
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Metrics and predictions of a learner trained on the other folds: `(metrics, predictions)`.

    `metrics` as `metrics_table` returns them for the parts train, test and, only if asked for, val. `predictions` has
    `filename, label, author, fold, pred, proba_<style>…` for test and val: no image whose author the learner has seen.
    Training images are judged without random changes. With `fold='val'` there is no test part.
    """
    folds = design["fold"].astype(str)
    parts = {"train": (folds != str(fold)) & (folds != VAL), "test": folds == str(fold)}
    if str(fold) == VAL:
        validate = parts.pop("test").any()
    if validate:
        parts["val"] = folds == VAL
    predicted = {part: predict_design(learn, design[rows], images) for part, rows in parts.items() if rows.any()}
    metrics = [metrics_table(table, part) for part, table in predicted.items()]
    unseen = [table for part, table in predicted.items() if part != "train"]
    return pd.concat(metrics, ignore_index=True), pd.concat(unseen, ignore_index=True)
