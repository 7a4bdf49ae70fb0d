"""The figure of novelty: a panel for each metric that the table has."""

import pandas as pd
import pytest

from styleclf.plots.novelty import plot_novelty


def test_a_panel_for_each_metric_and_a_row_for_each_style():
    rows = [("auroc", "cubism", 0.8, 0.7, 0.9), ("auroc", "all styles", 0.75, 0.7, 0.8)]
    rows += [("false_alarms", "cubism", 0.04, 0.01, 0.1), ("false_alarms", "painters", 0.03, 0.01, 0.06)]
    table = pd.DataFrame(rows, columns=["metric", "style", "value", "lo", "hi"])
    figure = plot_novelty(table)
    assert len(figure.axes) == 2
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["cubism", "all styles", "painters"]
    assert len(plot_novelty(table[2:]).axes) == 1
    with pytest.raises(ValueError, match="no rows"):
        plot_novelty(table[:0])
