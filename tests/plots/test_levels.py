"""The figure of levels and answers."""

import pandas as pd
import pytest

from styleclf.evaluation import answer_rates, cross_answers, level_table
from styleclf.plots.levels import plot_levels
from tests.evaluation.test_answers import HIERARCHY, made_run


def test_a_row_for_each_level_on_either_side():
    run = made_run()
    levels = level_table(run, HIERARCHY)
    rates = answer_rates(run, cross_answers(run, HIERARCHY))
    figure = plot_levels(levels, rates)
    left, right = figure.axes
    assert [label.get_text() for label in left.get_yticklabels()] == [
        "level 1: 2 classes",
        "level 2: 3 classes",
        "level 3: 4 classes",
    ]
    assert "level 3" in [label.get_text() for label in right.get_yticklabels()]
    with pytest.raises(ValueError, match="no rows"):
        plot_levels(pd.DataFrame(columns=levels.columns), rates)
