"""One trial: what is drawn, trained and judged, with made-up hits; one fold for real."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("optuna", reason="tuning is an extra: pip install styleclf[tune]")

from styleclf.data.authors import VAL, cv_folds
from styleclf.data.paintings import Paintings
from styleclf.evaluation import targets, top_k_accuracy, vocab_of
from styleclf.tuning.search_space import TuningTask, settings_of
from styleclf.tuning.study import default_trial
from styleclf.tuning.trial import HITS_KEY, hit_rate, hits_as_text, hits_from_text, trained_hits
from tests.tuning.made_up import BASE, made_up, tuned


def test_the_default_comes_first_as_it_is_and_a_probe_draws_nothing_it_does_not_use(task):
    asked = []
    study = tuned(task, 16, lambda task, fold, settings: asked.append(settings) or made_up(task, fold, settings))
    assert asked[0] == BASE | {"lr_max": 3e-4}, "though its 6 epochs lie outside of what is searched"
    exact = TuningTask(task.paintings, BASE | {"wd": 0.012345}, task.space)
    assert settings_of(exact, exact.default())["wd"] == 0.012345, "only what is drawn is rounded"
    assert default_trial(study).number == 0
    assert study.best_value >= default_trial(study).value
    probes = [trial for trial in study.trials if trial.params["epochs"] == 0]
    assert probes
    assert all(set(trial.params) == {"arch", "features", "embedding_size", "epochs"} for trial in probes)
    assert all(trial.params["epochs"] <= 3 for trial in study.trials[1:])
    assert all(set(task.space) == set(trial.params) for trial in study.trials if trial.params["epochs"])


def test_values_are_pooled_over_folds_and_the_validation_set_stays_closed(task):
    judged = []
    study = tuned(task, 1, lambda task, fold, settings: judged.append(fold) or made_up(task, fold, settings))
    assert judged == cv_folds(task.paintings.rows)
    assert VAL not in judged
    trial, hits = study.trials[0], np.full(len(task.paintings.rows), np.nan)
    for n, fold in enumerate(judged, start=1):
        hits[task.in_fold(fold)] = made_up(task, fold, BASE | {"lr_max": 3e-4})
        known = task.paintings.rows["fold"].isin(judged[:n])
        by_style = pd.Series(hits[known]).groupby(task.paintings.rows["label"][known].to_numpy()).mean()
        assert trial.intermediate_values[n - 1] == pytest.approx(by_style.mean())
    assert trial.value == pytest.approx(by_style.mean())
    np.testing.assert_array_equal(hits_from_text(trial.user_attrs[HITS_KEY], task.paintings.rows), hits)


def test_hits_do_not_depend_on_the_order_of_the_design(task):
    hits = np.random.default_rng(0).choice([0, 1, np.nan], len(task.paintings.rows))
    order = np.random.default_rng(1).permutation(len(task.paintings.rows))
    text = hits_as_text(hits, task.paintings.rows)
    np.testing.assert_array_equal(hits_from_text(text, task.paintings.rows), hits)
    np.testing.assert_array_equal(hits_from_text(text, task.paintings.rows.iloc[order]), hits[order])


def test_a_real_fold_is_judged_as_cross_validation_judges_it(design, sample, options, cv_run):
    task = TuningTask(Paintings(design, sample), BASE | options, {})
    result = pd.read_csv(cv_run / "fold-1/predictions.csv")
    vocab = vocab_of(result)
    targs = targets(result["label"], vocab)
    expected = top_k_accuracy(result[[f"proba_{style}" for style in vocab]].to_numpy(), targs, 2)
    assert hit_rate(trained_hits(task, "1", task.base).astype(float), targs) == pytest.approx(expected)


def test_a_training_that_diverged_is_no_perfect_one(task, options, monkeypatch):
    """Compared with NaN, nothing comes before the true style."""
    monkeypatch.setattr("styleclf.tuning.trial.fitted_learner", lambda *_, **__: None)
    rows = task.paintings.rows[task.in_fold("0")][["filename", "label", "author", "fold"]]
    table = rows.assign(pred="", **{f"proba_{style}": np.nan for style in sorted(set(task.paintings.rows["label"]))})
    monkeypatch.setattr("styleclf.inference.predict_design", lambda *_, **__: table)
    with pytest.raises(ValueError, match="diverged"):
        trained_hits(task, "0", task.base)
