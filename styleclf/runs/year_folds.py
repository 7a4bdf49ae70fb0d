"""Years by fine-tuning: a network for each fold, whose labels are the decades that have begun by a work's year.

fold-0/ …        as of several labels: see styleclf/runs/folds.py
date_scale.json  where decades begin, and how often works of the other folds are of them, for recipes/predict.py
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from styleclf.common import read_json, write_json
from styleclf.data import Paintings, cv_folds, trained_on
from styleclf.evaluation import decade_cells, decade_labels, median_years, read_run, unbalanced_chances
from styleclf.inference import probas_and_embeddings
from styleclf.runs.folds import fitted_folds, fold_folder
from styleclf.training import decades_to_tell, load_style_learner

SCALE_FILE = "date_scale.json"
_WITHOUT_SMOOTHING = {"label_smoothing": 0.0}  # it would move rare decades to the middle


class YearScale(NamedTuple):
    """What turns the labels of the folds' networks into years."""

    edges: np.ndarray  # (k + 2,) years: the earliest, where each of the decades begins, the latest
    years_of_folds: Mapping[str, np.ndarray]  # by fold those of the works that its network has learned from
    width: float  # half of a range, in years

    @property
    def decades(self) -> list[float]:
        """The `k` years in which decades begin."""
        return self.edges[1:-1].tolist()

    def chances(self, probas: pd.DataFrame, fold: str) -> np.ndarray:
        """`(n, k)` chances of later decades, from the probabilities of a fold's network by label."""
        labels = decade_labels(self.decades)
        balanced = probas[labels].to_numpy()
        return unbalanced_chances(balanced, self.years_of_folds[fold], self.decades)


def fine_tuned_years(
    paintings: Paintings,  # dated ones, with a column `year`, without the validation set
    flags: Mapping[str, Any],  # keywords of `fitted_learner`
    *,
    out: str | Path,
    jobs: int = 1,
) -> tuple[pd.Series, YearScale]:
    """The years that networks say of the folds that they have not learned from, by filename; and their scale.

    Finished folds in `out` are kept. Raises what `decades_to_tell` and `fitted_folds` raise.
    """
    rows = paintings.rows
    years = rows["year"].to_numpy()
    decades = decades_to_tell(years)
    cells = decade_cells(years, decades)
    labelled_paintings = paintings.with_rows(rows.assign(label=cells))
    all_flags = {**flags, **_WITHOUT_SMOOTHING}
    folders = fitted_folds(labelled_paintings, out, jobs=jobs, **all_flags)
    edges = np.array([years.min(), *decades, years.max()])
    scale = YearScale(edges, _years_of_folds(rows), np.nan)
    of_folds = []
    for fold, folder in zip(scale.years_of_folds, folders, strict=True):
        of_fold = _years_in_fold(folder, fold, scale)
        of_folds.append(of_fold)
    return pd.concat(of_folds), scale


def _years_of_folds(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """By fold the years of the works that its network learns from."""
    years = rows["year"].to_numpy()
    years_of_folds = {}
    for fold in cv_folds(rows):
        is_train = trained_on(rows, fold)
        years_of_folds[fold] = years[is_train]
    return years_of_folds


def _years_in_fold(folder: Path, fold: str, scale: YearScale) -> pd.Series:
    """The years that the predictions of a fold say, by filename."""
    predictions = read_run(folder)
    columns = predictions.filter(regex="^proba_")
    probas = columns.rename(columns=lambda name: name.removeprefix("proba_"))
    chances = scale.chances(probas, fold)
    years = median_years(chances, scale.edges)
    return pd.Series(years, index=predictions["filename"])


def years_by_folds(paths: Sequence[str | Path], run: str | Path) -> tuple[np.ndarray, float]:
    """The years of image files by the mean of a run's networks, and half the width of their ranges.

    Raises OSError where a network is missing or an image cannot be read, ValueError where a file is damaged.
    """
    scale = read_scale(Path(run) / SCALE_FILE)
    all_chances = []
    for fold in scale.years_of_folds:
        folder = fold_folder(run, fold)
        learn = load_style_learner(folder / "model.pkl")
        predictions = probas_and_embeddings(learn, paths)
        vocab = list(learn.dls.vocab)
        probas = pd.DataFrame(predictions.probas, columns=vocab)
        chances = scale.chances(probas, fold)
        all_chances.append(chances)
    mean_chances = np.mean(all_chances, axis=0)
    return median_years(mean_chances, scale.edges), scale.width


def write_scale(scale: YearScale, file: Path) -> None:
    """Write the scale of a run."""
    years = {}
    for fold, of_fold in scale.years_of_folds.items():
        years[fold] = of_fold.tolist()
    facts = {
        "edges": scale.edges.tolist(),
        "years": years,
        "width": scale.width if np.isfinite(scale.width) else None,  # of too few painters
    }
    write_json(facts, file)


def read_scale(file: Path) -> YearScale:
    """The scale of a run. Raises ValueError where it is damaged."""
    facts = read_json(file, ["edges", "years", "width"])
    edges = np.array(facts["edges"])
    years_of_folds = {}
    for fold, years in facts["years"].items():
        years_of_folds[fold] = np.array(years)
    width = facts["width"]
    return YearScale(edges, years_of_folds, np.inf if width is None else width)
