"""The two-by-two and its company: neural head, forest and logistic regression, on embeddings and on frozen features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import METHODS, cross_calibrated
from styleclf.forest.baselines import head_predictions, logistic_predictions
from styleclf.forest.features import FoldFeatures
from styleclf.forest.tuning import forest_predictions

if TYPE_CHECKING:
    import optuna

EMBEDDINGS, FROZEN = "embeddings", "frozen features"
NETWORK, FOREST, CALIBRATED, _LOGISTIC = "network", "forest", "calibrated forest", "logistic regression"
_OF_HEAD = ("features", "embedding_size", "label_smoothing", "wd")  # of a training's settings
NO_METHOD = "none"
Cells = dict[str, dict[str, pd.DataFrame]]  # out-of-fold predictions by features and model


def check_request(trials: int, method: str, jobs: int | None) -> None:
    """Raise ValueError for what no contest can be made of, before anything is computed."""
    if method not in (*METHODS, NO_METHOD):
        raise ValueError(f"calibrate must be one of {', '.join((*METHODS, NO_METHOD))}, not {method!r}")
    for name, value in (("trials", trials), ("jobs", 1 if jobs is None else jobs)):
        if value < 1:
            raise ValueError(f"{name} must be 1 or more, not {value}")


def all_cells(
    seen: Mapping[str, FoldFeatures],  # by name: embeddings and frozen features
    studies: Mapping[str, optuna.Study],  # of forests on them
    network: pd.DataFrame,  # out-of-fold predictions of the cross-validation
    method: str,  # by which forests are calibrated, each fold by the others; or 'none'
    seed: int,
    jobs: int | None,  # trees grown at a time
    how: dict,  # settings of the cross-validation's trainings
) -> Cells:
    """Out-of-fold predictions of every model on both kinds of features; the network's on embeddings come first."""
    of_head = {name: how[name] for name in _OF_HEAD}
    cells: Cells = {}
    for name, features in seen.items():
        neural = head_predictions(features, **of_head, seed=seed) if name == FROZEN else network
        forest = forest_predictions(studies[name], features, seed, jobs)
        calibrated = {} if method == NO_METHOD else {CALIBRATED: cross_calibrated(forest, method)}
        cells[name] = {NETWORK: neural, FOREST: forest, **calibrated, _LOGISTIC: logistic_predictions(features)}
    return cells


def cells_by_name(cells: Cells) -> dict[str, pd.DataFrame]:
    """The same by names such as 'forest on frozen features'."""
    return {f"{model} on {name}": table for name, models in cells.items() for model, table in models.items()}


def reliability(models: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What a reliability diagram sets beside one another: network and forest, as they are and calibrated."""
    network = {NETWORK: models[NETWORK], f"calibrated {NETWORK}": cross_calibrated(models[NETWORK])}
    return network | {name: models[name] for name in (FOREST, CALIBRATED) if name in models}
