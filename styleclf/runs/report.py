"""What a cross-validation and an opening of the validation set leave in their folders.

metrics.csv, predictions.csv, figures/   of both
design.csv, calibration.csv              of a cross-validation, beside the folders of its folds
model.pkl, sets.csv                      of a validation, where they were asked for; sets.csv of both parts
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.common import write_table
from styleclf.data import Paintings, has_validation_set, judged_on, read_design
from styleclf.evaluation import (
    coverage_sentence,
    coverage_table,
    cross_thresholds,
    has_several_labels,
    metrics_text,
    read_run,
)
from styleclf.plots import cv_figures, plot_confusion, plot_metrics, plot_reliability, save_figure
from styleclf.runs.cross_validation import calibrate_learners, calibration_table, validate
from styleclf.runs.hierarchy import learn_rule, write_hierarchy_of_validation
from styleclf.runs.judging import openings_file
from styleclf.runs.labels import teach_label_sets, teach_thresholds, write_label_sets, write_label_validation
from styleclf.runs.novelty import learn_threshold_of_folds
from styleclf.training import export_learner, learn_novelty

_CLOSED = "trained on all folds; the validation set is still closed"
_WITHOUT_VALIDATION = "trained on all folds; the design has no validation set, and its folds are what it is judged by"


def write_cross_validation(
    metrics: pd.DataFrame,
    predictions: pd.DataFrame,
    design: pd.DataFrame,
    *,
    out: str | Path,
) -> None:
    """Write the tables and figures of a cross-validation, as `cross_validate` returns them, into its folder."""
    out = Path(out)
    write_table(design, out / "design.csv")
    write_table(metrics, out / "metrics.csv")
    write_table(predictions, out / "predictions.csv")
    write_table(calibration_table(predictions), out / "calibration.csv")
    for name, figure in cv_figures(metrics, predictions).items():
        save_figure(figure, out / f"figures/{name}.png")


def check_validation(paintings: Paintings, cv: str | Path, *, closed: bool) -> None:
    """Raise, before any training, for what would end a validation after it.

    That is OSError or ValueError where the cross-validation in `cv` has no predictions or damaged ones, and, unless the
    validation set stays closed, where its opening could not be counted: see `openings_file`.
    """
    read_run(cv)
    if not closed:
        openings_file(cv, paintings.rows)


def write_validation(
    learners: Sequence[Learner],  # one trained on all folds, or those of the cross-validation
    paintings: Paintings,
    cv: str | Path,  # folder of the cross-validation that the configuration was chosen by
    *,
    out: str | Path,
    calibrate: bool = False,  # temperature and sets of styles, learned from the out-of-fold predictions
    export: bool = True,  # the first learner, as model.pkl
) -> str:
    """Open the validation set and write tables, figures and the learner; returns what to tell the user.

    The opening is recorded beside the design of the cross-validation. Raises OSError where that has no predictions.
    """
    out = Path(out)
    test = read_run(cv)
    if has_several_labels(paintings.rows["label"]):
        thresholds = teach_thresholds(learners, test)
        if calibrate:
            teach_label_sets(learners, test)
        text = write_label_validation(learners, paintings, thresholds, cv=cv, out=out)
        if calibrate:
            sets_text = write_label_sets(learners[0], test=test, val=read_run(out), out=out)
            text = f"{text}\n\n{sets_text}"
        if export:
            _export(learners[0], paintings.rows, cv, out=out)
        return f"{judged_on(paintings.rows)}\n{text}"
    tempered_test = calibrate_learners(learners, test) if calibrate else None
    if tempered_test:
        test = tempered_test.predictions
    rule = learn_rule(learners[0], test, cv)
    metrics, predictions = validate(learners, paintings, test, record=cv)
    _write_judgement(metrics, predictions, out)
    if export:
        _export(learners[0], paintings.rows, cv, out=out)
    text = f"{judged_on(paintings.rows)}\ntest: out-of-fold; 95 % intervals in brackets\n{metrics_text(metrics)}"
    if rule is not None:
        text += f"\n\nval: {write_hierarchy_of_validation(predictions, rule, out=out)}"
    if tempered_test:
        sets_text = _write_sets(test, predictions, learners[0].set_threshold, out=out)
        text += f"\n\ncalibration: {tempered_test}\n{sets_text}"
    return text


def _write_judgement(metrics: pd.DataFrame, predictions: pd.DataFrame, out: Path) -> None:
    """Write the metrics of all parts and the predictions of the validation set, with their figures."""
    write_table(metrics, out / "metrics.csv")
    write_table(predictions, out / "predictions.csv")
    save_figure(plot_metrics(metrics), out / "figures/metrics.png")
    save_figure(plot_confusion(predictions), out / "figures/confusion.png")


def _write_sets(test: pd.DataFrame, val: pd.DataFrame, thresholds: np.ndarray, *, out: Path) -> str:
    """Write how often sets of styles hold the true one, and how reliable probabilities are; a line for each part."""
    sets = _sets_table(test, val, thresholds)
    write_table(sets, out / "sets.csv")
    save_figure(plot_reliability({"test": test, "val": val}), out / "figures/reliability.png")
    lines = []
    for part, of_part in sets.groupby("part", sort=False):
        lines.append(f"{part}: {coverage_sentence(of_part)}")
    return "\n".join(lines)


def write_final_model(learners: Sequence[Learner], cv: str | Path, *, out: str | Path, calibrate: bool = False) -> str:
    """Write the first learner as model.pkl, calibrated if asked for, without a look at the validation set.

    Returns what to tell the user. Raises OSError where the cross-validation in `cv` has no predictions.
    """
    test = read_run(cv)
    design = read_design(Path(cv) / "design.csv", several_labels=True)
    sentences = [_CLOSED if has_validation_set(design) else _WITHOUT_VALIDATION]
    gives_several_labels = has_several_labels(design["label"])
    if gives_several_labels:
        teach_thresholds(learners, test)
        sentences.append("labels: given from the thresholds on that the out-of-fold predictions teach")
    if gives_several_labels and calibrate:
        sentences.append(f"test: {teach_label_sets(learners, test)}")
    elif calibrate:
        tempered_test = calibrate_learners(learners, test)
        test = tempered_test.predictions
        sentences.append(f"calibration: {tempered_test}")
    if not gives_several_labels and learn_rule(learners[0], test, cv) is not None:
        sentences.append("answers: as narrow as its hierarchy and the out-of-fold predictions allow")
    _export(learners[0], design, cv, out=Path(out))
    return "\n".join(sentences)


def _export(learn: Learner, design: pd.DataFrame, cv: str | Path, *, out: Path) -> None:
    """Write a learner of all folds as model.pkl, with the threshold of novelty that the cross-validation teaches."""
    learn_novelty(learn)
    learn_threshold_of_folds(learn, design, cv)
    export_learner(learn, out / "model.pkl")


def _sets_table(test: pd.DataFrame, val: pd.DataFrame, thresholds: np.ndarray) -> pd.DataFrame:
    """`coverage_table` of the parts test, where the thresholds of every fold come from the others, and val."""
    of_test = coverage_table(test, cross_thresholds(test)).assign(part="test")
    of_val = coverage_table(val, thresholds).assign(part="val")
    table = pd.concat([of_test, of_val], ignore_index=True)
    return table[["part", *of_val.columns.drop("part")]]
