"""The labels of a cross-validation, examined: which are in doubt, by image, by painter and by source."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.audit import with_sources
from styleclf.common import count_of
from styleclf.curation.doubts import (
    Doubts,
    expected_number,
    group_doubts,
    is_of_units,
    label_doubts,
    most_doubtful_first,
)
from styleclf.data import Paintings, confirmed_labels, is_against_rest, read_design, read_label_history
from styleclf.evaluation import VAL, read_run, tempered_predictions

LEAST_DOUBT = 0.5  # from which on a label is more likely wrong than right


class Examination(NamedTuple):
    """What is doubted in a cross-validation."""

    cv: Path  # its folder
    predictions: pd.DataFrame  # out of fold, of all images
    doubts: Doubts
    images: pd.DataFrame  # the doubted ones, the most doubtful first
    painters: pd.DataFrame  # those whose works under one label are doubted together
    sources: pd.DataFrame  # doubts by source; empty where none is known
    n_confirmed: int  # images whose label somebody has looked at and kept, or changed to: they are not doubted

    @property
    def expected(self) -> float:
        """How many labels are expected to be wrong."""
        return expected_number(self.doubts.images)


def examined_labels(
    cv: str | Path,  # folder of a cross-validation
    design: str | Path,  # that it was made with
    *,
    sources: str | Path | None = None,  # table `filename,source`, where the design has no column `source`
    least: float = LEAST_DOUBT,  # from which on a label is doubted, 0..1
) -> Examination:
    """Examine the labels of a cross-validation, in which every image was judged by a model that had not seen it.

    Labels that were decided about before, by the history beside the design, are not doubted again. Raises OSError for
    missing files. Raises ValueError for predictions of fewer than two folds or of one style against the rest, for a
    design whose images or labels are not those of the run, and for one style.
    """
    predictions = _out_of_fold(cv)
    rows = _rows_of_predictions(predictions, cv, design)
    if sources:
        rows = with_sources(Paintings(rows, Path()), sources).rows
    softened_predictions = _softer_predictions(predictions)
    all_doubts = label_doubts(softened_predictions)
    is_confirmed = _is_confirmed(predictions, design)
    images = all_doubts.images[~is_confirmed]
    doubts = Doubts(images, all_doubts.painters)
    doubted_images = most_doubtful_first(images[images["doubt"] >= least])
    return Examination(
        cv=Path(cv),
        predictions=predictions,
        doubts=doubts,
        images=doubted_images,
        painters=_doubted_painters(doubts, doubted_images, least),
        sources=_doubts_by_source(rows[~is_confirmed], images, least),
        n_confirmed=int(is_confirmed.sum()),
    )


def _is_confirmed(predictions: pd.DataFrame, design: str | Path) -> np.ndarray:
    """`(n,)` bool: whose label somebody has looked at and kept, or changed to, by the history beside the design."""
    history = read_label_history(Path(design).parent)
    confirmed_pairs = confirmed_labels(history)
    labels = pd.MultiIndex.from_frame(predictions[["filename", "label"]])
    return np.asarray(labels.isin(list(confirmed_pairs)))


def _out_of_fold(cv: str | Path) -> pd.DataFrame:
    """The predictions of a cross-validation, without a validation set."""
    predictions = read_run(cv)
    if is_against_rest(predictions):
        raise ValueError(f"{cv} tells one style from the rest: labels are examined in a cross-validation of all styles")
    in_folds = predictions["fold"] != VAL
    predictions = predictions[in_folds].reset_index(drop=True)
    n_folds = predictions["fold"].nunique()
    if n_folds < 2:
        advice = "name the folder of a cross-validation, where every image is judged by a model that has not seen it"
        folds = count_of(n_folds, "fold")
        raise ValueError(f"{cv} has predictions of {folds} only: {advice}")
    return predictions


def _rows_of_predictions(predictions: pd.DataFrame, cv: str | Path, design: str | Path) -> pd.DataFrame:
    """The rows of the design in the order of the predictions. Raises ValueError where images or labels differ."""
    rows = read_design(design).set_index("filename", drop=False)
    is_missing = ~predictions["filename"].isin(rows.index)
    if is_missing.any():
        file = predictions.loc[is_missing, "filename"].iat[0]
        raise ValueError(f"{cv} has judged {file}, which {design} does not have: name the design that it was made with")
    rows = rows.loc[predictions["filename"]].reset_index(drop=True)
    is_other = rows["label"] != predictions["label"]
    if is_other.any():
        row = predictions[is_other].iloc[0]
        label = rows.loc[is_other, "label"].iat[0]
        example = f"{row['filename']}, {row['label']} there and {label} here"
        advice = "name the design that it was made with, or cross-validate again"
        raise ValueError(f"the labels of {cv} and {design} differ, such as that of {example}: {advice}")
    return rows


def _softer_predictions(predictions: pd.DataFrame) -> pd.DataFrame:
    """The predictions, less sure where they are surer than right; never surer than they were."""
    softer = tempered_predictions(predictions)
    return softer.predictions if softer.temperature > 1 else predictions


def _doubted_painters(doubts: Doubts, doubted_images: pd.DataFrame, least: float) -> pd.DataFrame:
    """The painters whose works are doubted together, without those of whom nothing is left to decide."""
    is_doubted = doubts.painters["doubt"] >= least
    painters = doubts.painters[is_doubted]
    is_undecided = is_of_units(painters, doubted_images)
    return painters[is_undecided].reset_index(drop=True)


def _doubts_by_source(rows: pd.DataFrame, images: pd.DataFrame, least: float) -> pd.DataFrame:
    """`group_doubts` by the column `source` of the design; empty where it has none."""
    if "source" not in rows:
        return pd.DataFrame()
    sources = rows["source"].fillna("")
    return group_doubts(images, sources, least)
