"""Judging: how good a learner is on the parts of a design; and the validation set, whose every opening is recorded."""

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TypeVar

import pandas as pd
from fastai.learner import Learner

from styleclf.data import VAL, design_digest
from styleclf.evaluation import metrics_table
from styleclf.inference import Predicted, predict_and_embed
from styleclf.output import write_table

_OPENINGS = "openings.csv"
Found = TypeVar("Found")


def judge(
    learn: Learner,
    design: pd.DataFrame,
    images: str | Path,
    fold: int | str = 0,  # the test fold the learner was not trained on
    validate: bool = False,  # open the validation set as well
    record: str | Path | None = None,  # folder in whose openings.csv that is written down
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Metrics and predictions of a learner trained on the other folds: `(metrics, predictions)`.

    `metrics` as `metrics_table` returns them for the parts train, test and, only if asked for, val. `predictions` has
    `filename, label, author, fold, pred, proba_<style>…` for test and val: no image whose author the learner has seen.
    Training images are judged without random changes. With `fold='val'` there is no test part.
    """
    return judge_parts(predict_parts(learn, design, images, fold, validate, record))


def predict_parts(
    learn: Learner,
    design: pd.DataFrame,
    images: str | Path,
    fold: int | str = 0,
    validate: bool = False,
    record: str | Path | None = None,
) -> dict[str, Predicted]:
    """Predictions and embeddings for the parts that `judge` names, of which it takes the same parameters."""
    folds = design["fold"].astype(str)
    parts = {"train": (folds != str(fold)) & (folds != VAL), "test": folds == str(fold)}
    if str(fold) == VAL:
        validate = parts.pop("test").any()
    predicted = {part: predict_and_embed(learn, design[rows], images) for part, rows in parts.items() if rows.any()}
    if validate and (folds == VAL).any():
        predicted["val"] = open_validation_set(design, lambda rows: predict_and_embed(learn, rows, images), record)
    return predicted


def judge_parts(parts: dict[str, Predicted]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Metrics of all parts, and predictions of those that the learner has not seen."""
    metrics = [metrics_table(found.table, part) for part, found in parts.items()]
    unseen = [found.table for part, found in parts.items() if part != "train"]
    return pd.concat(metrics, ignore_index=True), pd.concat(unseen, ignore_index=True)


def open_validation_set(
    design: pd.DataFrame, predict: Callable[[pd.DataFrame], Found], record: str | Path | None = None
) -> Found:
    """What `predict` says of the validation set: the one place where it is opened.

    That is first written down in `record`, the folder of a run, and told with the number of times it has happened.
    """
    if record is not None:
        n = _add_opening(design, Path(record) / _OPENINGS)
        print(f"the validation set is opened: {'the first time' if n == 1 else f'time number {n}'} in {record}")
    return predict(design[design["fold"].astype(str) == VAL])


def _add_opening(design: pd.DataFrame, path: Path) -> int:
    """Add a row `time, design` to the table of openings; returns how many there are now."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    row = pd.DataFrame({"time": [now], "design": [design_digest(design)]})
    table = pd.concat([pd.read_csv(path, dtype=str), row]) if path.is_file() else row
    write_table(table, path)
    return len(table)
