"""Charts as numbers."""

import numpy as np
import pandas as pd

from styleclf.evaluation import reliability_table
from styleclf.report.charts import learning_chart, reliability_chart
from tests.report.made_up import predictions_of


def test_reliability_is_that_of_the_table(design):
    predictions = predictions_of(design)
    chart = reliability_chart(predictions)
    table = reliability_table(predictions)
    assert [dot.y for dot in chart.dots] == table["right"].tolist()
    assert [dot.is_rare for dot in chart.dots] == (table["n_images"] < 5).tolist()


def test_curves_leave_out_what_was_not_judged():
    history = pd.DataFrame({"epoch": [0, 1, 2], "test_top_2_accuracy": [0.4, np.nan, 0.6]})
    chart = learning_chart({"fold 0": history})
    (line,) = chart.lines
    assert line.points == [(0.0, 0.4), (1.0, 0.6)]
    assert [tick.text for tick in chart.x_ticks] == ["0", "1", "2"]


def test_the_probe_alone_has_no_curve():
    history = pd.DataFrame({"epoch": [0], "test_top_2_accuracy": [0.4]})
    assert learning_chart({"fold 0": history}) is None
    assert learning_chart({}) is None
