"""The folders of a cross-validation and of an opening of the validation set."""

import numpy as np
import pandas as pd

from styleclf.evaluation.conformal_sets import coverage_table, cross_thresholds
from styleclf.evaluation.metrics import metrics_table
from styleclf.runs.report import _sets_table, write_cross_validation
from tests.evaluation.made_predictions import make_predictions


def folded():
    """Predictions over two folds."""
    predictions = make_predictions()
    return predictions.assign(fold=(np.arange(len(predictions)) % 2).astype(str))


def test_a_cross_validation_leaves_its_tables_and_figures(tmp_path):
    predictions = folded()
    metrics = metrics_table(predictions, "cv", n_resamples=20)
    write_cross_validation(metrics, predictions, predictions[["filename", "fold"]], out=tmp_path)
    assert {path.stem for path in tmp_path.glob("*.csv")} == {"design", "metrics", "predictions", "calibration"}
    assert {"folds", "confusion", "recall", "reliability"} <= {path.stem for path in tmp_path.glob("figures/*.png")}
    read = pd.read_csv(tmp_path / "metrics.csv", float_precision="round_trip")
    assert read["value"].tolist() == metrics["value"].tolist(), "no digit is lost"


def test_sets_of_both_parts_stand_in_one_table():
    test = folded()
    thresholds = np.full(test.filter(like="proba_").shape[1], 0.2)
    table = _sets_table(test, test, thresholds)
    assert list(dict.fromkeys(table["part"])) == ["test", "val"]
    size = table[table["metric"] == "size"].set_index("part")["value"]
    expected = coverage_table(test, cross_thresholds(test)).set_index("metric")["value"]["size"]
    assert size["test"] == expected
    assert size["val"] == coverage_table(test, 0.2).iloc[-1]["value"]
