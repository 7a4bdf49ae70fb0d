"""Studies of forests, and choices that are honest."""

import numpy as np
import pytest

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

import optuna

from styleclf.evaluation import probas_of, targets, top_k_accuracy
from styleclf.forest import search_space as space
from styleclf.forest.features import FoldFeatures
from styleclf.forest.options import ForestOptions
from styleclf.forest.search_space import DEFAULT_PARAMETERS, forest_probas
from styleclf.forest.tuning import (
    _FOLDS_KEY,
    _best_trial_without,
    claim_sentence,
    forest_predictions,
    forest_trials,
    study_storage,
    tune_forest,
)


def test_a_trial_is_judged_on_every_fold_by_a_forest_of_the_others(study, made_up):
    first = study.trials[0]
    assert first.params == DEFAULT_PARAMETERS
    for fold, value in first.user_attrs[_FOLDS_KEY].items():
        test = made_up.in_fold(fold)
        features = made_up.by_fold[fold]
        fitted = space.create_forest(DEFAULT_PARAMETERS, jobs=1).fit(features[~test], made_up.targs[~test])
        expected = top_k_accuracy(fitted.predict_proba(features[test]), made_up.targs[test], 2)
        assert value == pytest.approx(expected)
    assert first.value == pytest.approx(np.mean(list(first.user_attrs[_FOLDS_KEY].values())))


def test_a_fold_has_no_say_in_the_choice_of_its_forest():
    study = optuna.create_study(direction="maximize")
    for values in ({"0": 1.0, "1": 0.2, "2": 0.2}, {"0": 0.0, "1": 0.5, "2": 0.6}, {"0": 0.4, "1": 0.9, "2": 0.0}):
        mean = float(np.mean(list(values.values())))
        study.add_trial(optuna.trial.create_trial(value=mean, user_attrs={_FOLDS_KEY: values}))
    assert [_best_trial_without(study, fold).number for fold in "012"] == [1, 0, 2]
    honest = (0.0 + 0.2 + 0.0) / 3
    assert f"claims top-2 accuracy {study.best_value:.4f}" in claim_sentence(study)
    assert f"{honest:.4f} where every fold's was chosen by the others" in claim_sentence(study)


def test_out_of_fold_predictions_come_from_the_chosen_forests(study, made_up):
    result = forest_predictions(study, made_up, ForestOptions(jobs=1))
    fold = made_up.in_fold("3")
    expected = forest_probas(made_up.split("3"), _best_trial_without(study, "3").params, jobs=1)
    assert probas_of(result)[fold] == pytest.approx(expected)
    assert result["filename"].tolist() == made_up.rows["filename"].tolist()
    by_fold = {}
    for fold, rows in result.groupby("fold"):
        by_fold[fold] = top_k_accuracy(probas_of(rows), targets(rows["label"], made_up.vocab))
    honest = {fold: _best_trial_without(study, fold).user_attrs[_FOLDS_KEY][fold] for fold in made_up.by_fold}
    assert by_fold == pytest.approx(honest)


def test_a_study_goes_on_where_it_was_and_refuses_other_features(made_up, tmp_path, capsys):
    storage = study_storage(tmp_path)
    tune_forest(made_up, "embeddings", storage, options=ForestOptions(trials=1, jobs=1), source="source")
    again = tune_forest(
        made_up, "embeddings", study_storage(tmp_path), options=ForestOptions(trials=2, jobs=1), source="source"
    )
    at_once = tune_forest(made_up, "at once", storage, options=ForestOptions(trials=2, jobs=1), source="source")
    assert [trial.params for trial in again.trials] == [trial.params for trial in at_once.trials]
    assert [trial.value for trial in again.trials] == [trial.value for trial in at_once.trials]
    assert "2 forests on embeddings, 1 of them tried already" in capsys.readouterr().out
    assert forest_trials(again)[["state", "fold_0", "max_depth"]].notna().all(axis=None)
    with pytest.raises(ValueError, match="begun with predictions 'source' instead of 'other'"):
        tune_forest(made_up, "embeddings", storage, options=ForestOptions(trials=2, jobs=1), source="other")


def test_failing_forests_are_told_with_their_reason(made_up, tmp_path):
    broken = FoldFeatures(made_up.rows, {fold: each * np.nan for fold, each in made_up.by_fold.items()})
    broken.by_fold["0"][:] = np.inf
    with pytest.raises(ValueError, match=r"no forest on embeddings could be fitted: .*infinity"):
        tune_forest(broken, "embeddings", study_storage(tmp_path), options=ForestOptions(trials=1, jobs=1))
