"""Judging: how good a learner is on the parts of a design; and the validation set, whose every opening is recorded."""

from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import TypeVar

import pandas as pd
from fastai.learner import Learner

from styleclf.data import VAL, Paintings, design_digest
from styleclf.evaluation import metrics_table
from styleclf.inference import Predicted, predict_and_embed
from styleclf.output import say, write_table

_OPENINGS_FILE = "openings.csv"
Result = TypeVar("Result")


def judge(
    learn: Learner,
    design: pd.DataFrame,
    images: str | Path,
    *,
    fold: int | str = 0,  # the test fold the learner was not trained on
    validate: bool = False,  # open the validation set as well
    record: str | Path | None = None,  # folder in whose openings.csv that is written down
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Metrics and predictions of a learner trained on the other folds: `(metrics, predictions)`.

    `metrics` are as `metrics_table` returns them for the parts train, test and, only if asked for, val. `predictions`
    has `filename, label, author, fold, pred, proba_<style>…` for test and val: images whose authors the learner has
    not seen. Training images are judged without random changes. With `fold='val'` there is no test part.
    """
    parts = predict_parts(learn, Paintings(design, Path(images)), fold, validate=validate, record=record)
    return judge_parts(parts)


def predict_parts(
    learn: Learner,
    paintings: Paintings,
    fold: int | str,
    *,
    validate: bool = False,
    record: str | Path | None = None,
) -> dict[str, Predicted]:
    """Predictions and embeddings for the parts that `judge` names; it explains the parameters as well."""
    in_validation = paintings.folds == VAL
    in_test = (paintings.folds == str(fold)) & ~in_validation
    in_train = ~in_test & ~in_validation
    parts = {}
    if in_train.any():
        parts["train"] = predict_and_embed(learn, paintings.where(in_train))
    if in_test.any():
        parts["test"] = predict_and_embed(learn, paintings.where(in_test))
    if in_validation.any() and (validate or str(fold) == VAL):
        parts["val"] = open_validation_set(paintings, partial(predict_and_embed, learn), record)
    return parts


def judge_parts(parts: dict[str, Predicted]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Metrics of all parts, and predictions of those that the learner has not seen: `(metrics, predictions)`."""
    metrics = []
    unseen = []
    for part, predicted in parts.items():
        metrics.append(metrics_table(predicted.table, part))
        if part != "train":
            unseen.append(predicted.table)
    return pd.concat(metrics, ignore_index=True), pd.concat(unseen, ignore_index=True)


def open_validation_set(
    paintings: Paintings, predict: Callable[[Paintings], Result], record: str | Path | None = None
) -> Result:
    """What `predict` says about the validation set of the paintings: the only place where it is opened.

    The opening is first written down in `record`, the folder of a run, and reported with its number.
    """
    if record is not None:
        n_openings = _add_opening(paintings.rows, Path(record) / _OPENINGS_FILE)
        times = "the first time" if n_openings == 1 else f"time number {n_openings}"
        say(f"the validation set is opened: {times} in {record}")
    return predict(paintings.where(paintings.folds == VAL))


def _add_opening(design: pd.DataFrame, path: Path) -> int:
    """Add a row `time, design` to the table of openings; returns how many there are now."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    table = pd.DataFrame({"time": [now], "design": [design_digest(design)]})
    if path.is_file():
        earlier = pd.read_csv(path, dtype=str)
        table = pd.concat([earlier, table])
    write_table(table, path)
    return len(table)
