"""styleclf.plots.run: all figures of a run by one call."""

import pandas as pd

from styleclf.evaluation import metrics_table
from styleclf.plots import cv_figures, run_figures
from tests.evaluation.made_predictions import make_predictions
from tests.plots.made_up import make_history
from tests.plots.test_folds import fold_metrics


def test_a_training_has_seven_figures(images):
    predictions = make_predictions()
    metrics = metrics_table(predictions, "test", n_resamples=20)
    figures = run_figures(make_history(), metrics, predictions, images=images)
    assert list(figures) == ["history", "metrics", "confusion", "report", "top-1", "top-2", "wrong"]


def test_a_cross_validation_shows_painters_only_where_some_paint_enough():
    folds = pd.Series(["0", "1"] * 60)
    predictions = make_predictions(120).assign(fold=folds)
    assert list(cv_figures(fold_metrics(), predictions)) == ["folds", "confusion", "recall", "reliability", "painters"]
    assert "painters" not in cv_figures(fold_metrics(), predictions.assign(author=""))
