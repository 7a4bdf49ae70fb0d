"""Judging: how good a learner is on the parts of a design; and the validation set, whose every opening is recorded."""

import os
import time
import warnings
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pandas as pd
from fastai.learner import Learner

from styleclf.common import read_json, read_table, say
from styleclf.data import (
    VAL,
    Paintings,
    check_validation_set,
    design_digest,
    is_against_rest,
    judged_on,
    read_design,
    trained_on,
)
from styleclf.evaluation import metrics_table, metrics_text
from styleclf.inference import DesignPredictions, predict_and_embed

_OPENINGS_FILE = "openings.csv"
_MOST_WAITING = 0.5  # seconds
_OPENINGS_COLUMNS = ["time", "design"]
Result = TypeVar("Result")


class JudgedRun(NamedTuple):
    """What came of a run that was trained, judged and written."""

    text: str  # what to tell the user
    files: tuple[str, ...]  # to look at, in its folder
    seconds: float  # of training
    facts: dict[str, Any]  # about it, for its settings.json


def judge(
    learn: Learner,
    design: pd.DataFrame,
    images: str | Path,
    *,
    fold: int | str = 0,  # the test fold the learner was not trained on
    validate: bool = False,  # open the validation set as well
    record: str | Path | None = None,  # folder of design.csv, or of a run with it: see `openings_file`
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Metrics and predictions of a learner trained on the other folds: `(metrics, predictions)`.

    `metrics` are as `metrics_table` returns them for the parts train, test and, only if asked for, val. `predictions`
    has `filename, label, author, fold, pred, proba_<style>…` for test and val: images whose authors the learner has
    not seen. Training images are judged without random changes. With `fold='val'` there is no test part.

    >>> metrics, predictions = judge(learn, design, images, fold=0)
    >>> metrics["part"].unique().tolist()
    ['train', 'test']
    """
    paintings = Paintings(design, images)  # type: ignore[arg-type]  # a text becomes a path
    parts = predict_parts(learn, paintings, fold, validate=validate, record=record)
    return judge_parts(parts)


def predict_parts(
    learn: Learner,
    paintings: Paintings,
    fold: int | str,
    *,
    validate: bool = False,
    record: str | Path | None = None,
) -> dict[str, DesignPredictions]:
    """Predictions and embeddings for the parts that `judge` names; it explains the parameters as well.

    Raises ValueError for a fold of which there are no images.
    """
    in_test = (paintings.folds == str(fold)) & (paintings.folds != VAL)
    if not in_test.any() and not validate and str(fold) != VAL:
        folds = ", ".join(sorted(set(paintings.folds)))
        raise ValueError(f"no image is in fold {fold}, on which to judge: the folds of these images are {folds}")
    in_train = trained_on(paintings.rows, str(fold))
    parts = {}
    if in_train.any():
        parts["train"] = predict_and_embed(learn, paintings.where(in_train))
    if in_test.any():
        parts["test"] = predict_and_embed(learn, paintings.where(in_test))
    if validate or str(fold) == VAL:
        check_validation_set(paintings.rows)
        parts["val"] = open_validation_set(paintings, partial(predict_and_embed, learn), record)
    return parts


def judge_parts(parts: dict[str, DesignPredictions]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Metrics of all parts, and predictions of those that the learner has not seen: `(metrics, predictions)`."""
    metrics = []
    unseen = []
    for part, predictions in parts.items():
        metrics.append(metrics_table(predictions.table, part))
        if part != "train":
            unseen.append(predictions.table)
    return pd.concat(metrics, ignore_index=True), pd.concat(unseen, ignore_index=True)


def judgement_text(metrics: pd.DataFrame, design: pd.DataFrame) -> str:
    """Whom a run was judged on, and every metric with its interval."""
    return f"{judged_on(design)}; 95 % intervals in brackets\n{metrics_text(metrics)}"


def open_validation_set(
    paintings: Paintings, predict: Callable[[Paintings], Result], record: str | Path | None = None
) -> Result:
    """What `predict` says about the validation set of the paintings: the only place where it is opened.

    The opening is first written down, in the `openings_file` of `record`, and reported with its number: how often this
    design's validation set has been opened, by whatever run. Raises OSError where it cannot be written down, ValueError
    where that file is damaged: the set then stays closed.
    """
    if record is not None:
        path = openings_file(record, paintings.rows)
        n_openings = _add_opening(paintings.rows, path)
        times = "the first time" if n_openings == 1 else f"time number {n_openings}"
        say(f"the validation set is opened: {times} with this design ({path})")
    return predict(paintings.where(paintings.folds == VAL))


def openings_file(record: str | Path, design: pd.DataFrame) -> Path:
    """Where openings of a design's validation set are written down: beside its design.csv, whatever run opens it.

    `record` is the folder of design.csv, or of a run that has a copy of it and in its settings.json the place of the
    original; where that is gone or another design by now, the file is beside the copy. Raises ValueError for a design
    without a validation set, and OSError if nothing can be written there, so that whoever will open the validation set
    can ask before a training.
    """
    check_validation_set(design)
    if Path(record).is_file():
        advice = f"name the folder of the design, such as {Path(record).parent}"
        raise ValueError(f"record is where openings are counted, and {record} is a file: {advice}")
    folder = _folder_of_original(Path(record), _fingerprint(design))
    path = folder / _OPENINGS_FILE
    if path.exists() and not path.is_file():
        raise ValueError(f"openings of the validation set are counted in {path}, which is a folder: move it away")
    is_writable = os.access(path if path.exists() else folder, os.W_OK) or not folder.exists()
    if not is_writable:
        advice = "allow it, or work with a copy of design.csv in a folder of your own"
        raise OSError(f"openings of the validation set are counted in {path}, which cannot be written: {advice}")
    return path


def _folder_of_original(folder: Path, fingerprint: str) -> Path:
    """The folder of the design that a run was made with, if it is still that design; else the run's folder itself."""
    settings_file = folder / "settings.json"
    if not settings_file.is_file():
        return folder
    settings = read_json(settings_file).get("settings")
    original = settings.get("design") if isinstance(settings, dict) else None
    if not original or not Path(original).is_file():
        return folder
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it has been read before, and has said what it has to say
            is_same = _fingerprint(read_design(original, several_labels=True)) == fingerprint
    except (OSError, ValueError):  # no design any more
        return folder
    return Path(original).parent if is_same else folder


def _fingerprint(design: pd.DataFrame) -> str:
    """The fingerprint of a design, the same where one of its styles stands against the rest."""
    if is_against_rest(design):
        design = design.assign(label=design["original_label"])
    return design_digest(design)


def _add_opening(design: pd.DataFrame, path: Path) -> int:
    """Add a row `time, design` to the table of openings; returns how many this design has now.

    One write at the end of the file, so that of two processes neither loses the other's row.
    """
    fingerprint = _fingerprint(design)
    if path.is_file():
        _wait_for_content(path)
        read_table(path, _OPENINGS_COLUMNS, str)  # a damaged file is an error before the set is open
    path.parent.mkdir(parents=True, exist_ok=True)
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    with open(path, "ab", buffering=0) as stream:
        header = "" if stream.tell() else f"{','.join(_OPENINGS_COLUMNS)}\n"
        stream.write(f"{header}{now},{fingerprint}\n".encode())
    openings = read_table(path, _OPENINGS_COLUMNS, str)
    return int((openings["design"] == fingerprint).sum())


def _wait_for_content(path: Path) -> None:
    """Wait for a moment where a file is empty: another process has just made it, and is about to write."""
    deadline = time.monotonic() + _MOST_WAITING
    while not path.stat().st_size and time.monotonic() < deadline:
        time.sleep(0.01)
