"""The two-by-two and its company: neural head, forest and logistic regression, on embeddings and on frozen features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from styleclf.evaluation import cross_calibrated
from styleclf.forest.baselines import head_predictions, logistic_predictions
from styleclf.forest.features import FROZEN, FoldFeatures
from styleclf.forest.options import NO_CALIBRATION, ForestOptions
from styleclf.forest.tuning import forest_predictions

if TYPE_CHECKING:
    import optuna

NETWORK = "network"
FOREST = "forest"
CALIBRATED = "calibrated forest"
_LOGISTIC = "logistic regression"
_HEAD_SETTINGS = ("features", "embedding_size", "label_smoothing", "wd")  # of a training's flags
Cells = dict[str, dict[str, pd.DataFrame]]  # out-of-fold predictions by features and model


def compare_heads(
    features: Mapping[str, FoldFeatures],  # by name: embeddings and frozen features
    studies: Mapping[str, optuna.Study],  # of forests on them
    network: pd.DataFrame,  # out-of-fold predictions of the cross-validation
    *,
    options: ForestOptions,
    flags: Mapping[str, Any],  # of the cross-validation's trainings
) -> Cells:
    """Out-of-fold predictions of every model on both kinds of features; the network's on embeddings come first.

    Forests are calibrated as the options say, each fold by the others.
    """
    cells: Cells = {}
    for name, fold_features in features.items():
        models = {NETWORK: network}
        if name == FROZEN:
            of_head = {setting: flags[setting] for setting in _HEAD_SETTINGS}
            models[NETWORK] = head_predictions(fold_features, **of_head, seed=options.seed)
        models[FOREST] = forest_predictions(studies[name], fold_features, options)
        if options.calibrate != NO_CALIBRATION:
            models[CALIBRATED] = cross_calibrated(models[FOREST], options.calibrate)
        models[_LOGISTIC] = logistic_predictions(fold_features)
        cells[name] = models
    return cells


def cells_by_name(cells: Cells) -> dict[str, pd.DataFrame]:
    """The same predictions by names such as 'forest on frozen features'."""
    tables = {}
    for name, models in cells.items():
        for model, table in models.items():
            tables[f"{model} on {name}"] = table
    return tables


def reliability_models(models: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What a reliability diagram compares: network and forest, as they are and calibrated."""
    tables = {NETWORK: models[NETWORK], f"calibrated {NETWORK}": cross_calibrated(models[NETWORK])}
    for name in (FOREST, CALIBRATED):
        if name in models:
            tables[name] = models[name]
    return tables
