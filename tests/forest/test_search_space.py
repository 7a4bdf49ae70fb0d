"""The space of forests."""

import numpy as np
import pytest

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

import optuna

from styleclf.forest import search_space as space
from styleclf.forest.baselines import _logistic_probas
from styleclf.forest.features import Split
from styleclf.forest.search_space import DEFAULT_PARAMETERS, draw_parameters, forest_probas
from tests.forest.constants import FEW_TREES


def test_the_space_is_the_ancestors_and_holds_the_default():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(60):
        trial = study.ask()
        space.create_forest(draw_parameters(trial, 5, 12), jobs=1)  # of known parameters
        study.tell(trial, 0)
    ranges = {name: each for trial in study.trials for name, each in trial.distributions.items()}
    assert (ranges["n_estimators"].low, ranges["n_estimators"].high, ranges["n_estimators"].log) == (10, 1000, True)
    for name, low in (("max_depth", 2), ("min_samples_leaf", 1), ("min_samples_split", 2)):
        assert (ranges[name].low, ranges[name].high) == (low, 32)
    assert ranges["n_components"].high == 5
    for name, value in DEFAULT_PARAMETERS.items():
        assert ranges[name]._contains(ranges[name].to_internal_repr(value)), name
    wide = optuna.create_study().ask()
    draw_parameters(wide, 2000, 1000)
    assert wide.distributions["max_features"].choices == ("sqrt", "log2")


def test_a_style_that_no_training_image_has_gets_no_probability(made_up):
    split = made_up.split("0")
    known = split.targs != 1
    lacking = Split(split.train[known], split.targs[known], split.groups[known], split.test, 3)
    for probas in (forest_probas(lacking, FEW_TREES, jobs=1), _logistic_probas(lacking, 1e-3)):
        assert probas.shape == (60, 3)
        assert (probas[:, 1] < 1e-9).all()
        assert probas.sum(axis=1) == pytest.approx(np.ones(60))
