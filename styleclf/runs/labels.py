"""Several labels per image: a cross-validation, and what an open validation set says.

labels.csv           what `label_table` returns: every label by itself, and all together
predictions.csv      one row per image, `proba_<label>…`; `pred` has the labels by thresholds of the other folds
thresholds.csv       `label, threshold`, learned from all folds
sets.csv             of a validation with sets: what `label_coverage_table` returns, out of fold and of val
figures/labels.png
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.common import write_table
from styleclf.data import Paintings, check_labels_can_be_told, judged_on
from styleclf.evaluation import (
    best_thresholds,
    cross_label_set_thresholds,
    cross_label_thresholds,
    label_coverage_sentence,
    label_coverage_table,
    label_matrix,
    label_set_thresholds,
    label_table,
    label_text,
    probas_of,
    read_run,
    vocab_of,
    with_labels,
)
from styleclf.inference import keep_label_thresholds, keep_threshold
from styleclf.plots import plot_labels, save_figure
from styleclf.runs.cross_validation import mean_predictions
from styleclf.runs.folds import fitted_folds
from styleclf.runs.judging import open_validation_set
from styleclf.training import check_loss_of_labels


def cross_validate_labels(paintings: Paintings, flags: Mapping[str, Any], *, out: str | Path, jobs: int = 1) -> str:
    """Train without each fold in turn and judge every label on it; returns what to tell the user.

    `flags` are the keywords of `fitted_learner`. Raises ValueError for labels that cannot be told apart, for a loss of
    one style per image, and what `fitted_folds` raises.
    """
    check_labels_can_be_told(paintings.without_validation().rows)
    check_loss_of_labels(str(flags.get("loss", "auto")), str(flags.get("joint", "none")))
    folders = fitted_folds(paintings, out, jobs=jobs, **flags)
    tables = [read_run(folder) for folder in folders]
    predictions = pd.concat(tables, ignore_index=True)
    predictions = with_labels(predictions, cross_label_thresholds(predictions))
    folder = Path(out)
    write_table(paintings.rows, folder / "design.csv")
    write_table(predictions, folder / "predictions.csv")
    thresholds = pd.DataFrame({"label": vocab_of(predictions), "threshold": label_thresholds(predictions)})
    write_table(thresholds, folder / "thresholds.csv")
    text = _write_scores(predictions, "cv", folder)
    return f"{judged_on(paintings.rows)}; 95 % intervals in brackets\n{text}"


def label_thresholds(predictions: pd.DataFrame) -> np.ndarray:
    """`(n_labels,)` the thresholds that out-of-fold predictions teach."""
    truth = label_matrix(predictions["label"], vocab_of(predictions))
    return best_thresholds(probas_of(predictions), truth)


def teach_thresholds(learners: Sequence[Learner], predictions: pd.DataFrame) -> np.ndarray:
    """Give learners, in place, the thresholds that out-of-fold predictions teach; returns these."""
    thresholds = label_thresholds(predictions)
    for learn in learners:
        keep_label_thresholds(learn, thresholds)
    return thresholds


def teach_label_sets(learners: Sequence[Learner], predictions: pd.DataFrame) -> str:
    """Give learners, in place, sets of labels by out-of-fold predictions; returns how often these hold, out of fold."""
    thresholds = label_set_thresholds(predictions)
    for learn in learners:
        keep_threshold(learn, thresholds)
    return label_coverage_sentence(_coverage_out_of_fold(predictions))


def _coverage_out_of_fold(predictions: pd.DataFrame) -> pd.DataFrame:
    """`label_coverage_table` of out-of-fold predictions, by thresholds of the other folds."""
    thresholds = cross_label_set_thresholds(predictions)
    return label_coverage_table(predictions, thresholds)


def write_label_sets(
    learn: Learner,  # with sets
    *,
    test: pd.DataFrame,  # out-of-fold predictions
    val: pd.DataFrame,  # of the validation set
    out: str | Path,
) -> str:
    """Write how often sets of labels hold, out of fold and of the validation set; returns a sentence on each."""
    of_parts = {
        "test": _coverage_out_of_fold(test),
        "val": label_coverage_table(val, learn.set_threshold),
    }
    table = pd.concat(of_parts, names=["part"]).reset_index(level="part")
    write_table(table, Path(out) / "sets.csv")
    sentences = [f"{part}: {label_coverage_sentence(of_part)}" for part, of_part in of_parts.items()]
    return "\n".join(sentences)


def write_label_validation(
    learners: Sequence[Learner],  # one trained on all folds, or those of the cross-validation, with their thresholds
    paintings: Paintings,
    thresholds: np.ndarray,  # (n_labels,)
    *,
    cv: str | Path,  # folder of the cross-validation, beside whose design the opening is counted
    out: str | Path,
) -> str:
    """Open the validation set for the mean of some learners, and write tables and figure; returns what to tell."""
    predictions = open_validation_set(paintings, partial(mean_predictions, learners), cv)
    predictions = with_labels(predictions, thresholds)
    write_table(predictions, Path(out) / "predictions.csv")
    return _write_scores(predictions, "val", Path(out))


def _write_scores(predictions: pd.DataFrame, part: str, folder: Path) -> str:
    """Write the scores of labels and their figure; returns them as text."""
    scores = label_table(predictions, part)
    write_table(scores, folder / "labels.csv")
    save_figure(plot_labels(scores), folder / "figures/labels.png")
    return label_text(scores)
