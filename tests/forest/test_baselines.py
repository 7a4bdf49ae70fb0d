"""Logistic regression and the neural head."""

import numpy as np
import pytest

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

from styleclf.evaluation import probas_of
from styleclf.forest.baselines import _best_elsewhere, _head_probas, _logistic_probas
from styleclf.training import balanced_log_loss
from tests.forest.constants import HOW


def test_baselines_are_chosen_by_the_other_folds(made_up):
    """Of two candidates, one knows the fold 0 only, the other all but it: each fold gets what the others prefer."""

    def candidate(sure_of_first):
        def probas(split):
            own = np.eye(3)[made_up.targs[made_up.in_fold(fold_of(split))]]
            return own * 0.9 + 0.1 / 3 if (fold_of(split) == "0") == sure_of_first else np.full_like(own, 1 / 3)

        return probas

    def fold_of(split):
        return next(fold for fold in made_up.by_fold if np.array_equal(split.test, made_up.split(fold).test))

    result = _best_elsewhere(made_up, [candidate(True), candidate(False)], "a baseline")
    sure = {fold: probas_of(rows).max() > 0.9 for fold, rows in result.groupby("fold")}
    assert sure == {"0": False, "1": True, "2": True, "3": True}


def test_logistic_regression_and_neural_head_learn(made_up):
    split = made_up.split("3")
    targs = made_up.targs[made_up.in_fold("3")]
    chance = np.log(3)
    for probas in (_logistic_probas(split, 1e-2), _head_probas(split, **HOW, epochs=100)):
        assert probas.sum(axis=1) == pytest.approx(np.ones(60), abs=1e-4)
        assert balanced_log_loss(np.log(probas), targs) < 0.5 * chance
    np.testing.assert_array_equal(*(_head_probas(split, **HOW, epochs=1, seed=3) for _ in range(2)))
