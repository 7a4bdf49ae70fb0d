"""Tuning: as many figures as a study has trials for."""

import numpy as np
import pandas as pd

from styleclf.plots.tuning import _above_floor, tuning_figures
from tests.plots.made_up import words_of

TRIALS = pd.DataFrame(
    {
        "number": range(6),
        "state": ["complete"] * 4 + ["pruned", "failed"],
        "value": [0.5, 0.62, 0.55, 0.6, np.nan, np.nan],
        "default": [True] + [False] * 5,
        "arch": ["resnet18", "vit"] * 3,
        "lr_max": np.geomspace(1e-4, 1e-2, 6),
        "fold_0": [0.5, 0.6, 0.5, 0.6, 0.3, np.nan],
    }
)
IMPORTANCES = pd.Series({"lr_max": 0.7, "arch": 0.3})


def test_figures_are_those_that_the_study_has_trials_for():
    assert set(tuning_figures(TRIALS, IMPORTANCES)) == {"history", "slices", "importance", "architectures"}
    assert set(tuning_figures(TRIALS[:1], IMPORTANCES[:0])) == {"history"}
    assert tuning_figures(TRIALS[:0], IMPORTANCES[:0]) == {}


def test_the_history_marks_the_best_and_the_default():
    history = tuning_figures(TRIALS, IMPORTANCES)["history"]
    assert {"0.620", "best", "default 0.500", "failed"} <= set(words_of(history))
    assert "resnet18\n2 trials" in words_of(tuning_figures(TRIALS, IMPORTANCES)["architectures"])


def test_values_far_below_the_others_are_raised_to_an_edge():
    values = pd.Series([0.6, 0.61, 0.62, 0.6, 0.1])
    raised = _above_floor(values, values)
    assert raised[:4].tolist() == values[:4].tolist()
    assert 0.1 < raised[4] <= 0.6
