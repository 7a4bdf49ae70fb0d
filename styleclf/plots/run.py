"""The figures of one run: a training, or a cross-validation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.evaluation import MIN_PAINTER_IMAGES, cross_calibrated, painter_sizes
from styleclf.plots.confusion import plot_confusion
from styleclf.plots.folds import plot_folds, plot_painters, plot_recall
from styleclf.plots.history import plot_history
from styleclf.plots.metrics import plot_metrics
from styleclf.plots.pictures import KINDS, plot_examples
from styleclf.plots.reliability import plot_reliability
from styleclf.plots.report import plot_report

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def run_figures(
    history: pd.DataFrame,
    metrics: pd.DataFrame,
    predictions: pd.DataFrame,
    *,
    images: str | Path,
    seed: int = 0,
) -> dict[str, Figure]:
    """The figures of one training run by name: history, metrics, confusion, report and the three example grids.

    Raises ValueError as the functions that draw them do.
    """
    figures = {
        "history": plot_history(history),
        "metrics": plot_metrics(metrics),
        "confusion": plot_confusion(predictions),
        "report": plot_report(predictions),
    }
    for kind in KINDS:
        figures[kind] = plot_examples(predictions, images, kind, seed=seed)
    return figures


def cv_figures(
    metrics: pd.DataFrame,
    predictions: pd.DataFrame,
) -> dict[str, Figure]:
    """The figures of a cross-validation by name; painters only where some paint enough.

    `metrics` and `predictions` are those of all folds. Raises ValueError as the functions that draw them do.
    """
    by_calibration = {"as trained": predictions, "calibrated": cross_calibrated(predictions)}
    figures = {
        "folds": plot_folds(metrics),
        "confusion": plot_confusion(predictions),
        "recall": plot_recall(predictions),
        "reliability": plot_reliability(by_calibration),
    }
    if painter_sizes(predictions).max() >= MIN_PAINTER_IMAGES:
        figures["painters"] = plot_painters(predictions)
    return figures
