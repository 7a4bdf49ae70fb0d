"""The winner's luck, among made-up trials and in nested studies."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("optuna", reason="tuning is an extra: pip install styleclf[tune]")

import optuna

from styleclf.data.authors import VAL, cv_folds
from styleclf.tuning.optimism import check_nested, nested_score, score_elsewhere
from styleclf.tuning.search_space import settings_of
from styleclf.tuning.trial import HITS_KEY, hit_rate, hits_as_text
from tests.tuning.made_up import made_up, past, tuned


def judged_study(hits, task):
    """A study whose complete trials have these hits `(n_trials, n)`."""
    study = optuna.create_study(direction="maximize")
    for row in hits:
        value = hit_rate(row, task.targs)
        study.add_trial(past([value], value, **{HITS_KEY: hits_as_text(row, task.paintings.rows)}))
    return study


def test_the_luck_of_the_winner_among_equals_is_found(task):
    rng = np.random.default_rng(0)
    open_ = (task.paintings.rows["fold"] != VAL).to_numpy()
    own, elsewhere = [], []
    for seed in range(12):
        hits = np.where(open_, (rng.random((30, len(open_))) < 0.7).astype(float), np.nan)
        study = judged_study(hits, task)
        own.append(study.best_value)
        elsewhere.append(score_elsewhere(study, task, n_draws=200, seed=seed))
    assert np.mean(own) > 0.75, "the best of thirty equals looks better than it is"
    assert np.mean(elsewhere) == pytest.approx(0.7, abs=0.02)


def test_a_winner_that_is_better_on_every_image_has_no_luck(task):
    rng = np.random.default_rng(0)
    weak = (rng.random((5, len(task.paintings.rows))) < 0.5).astype(float)
    strong = (rng.random(len(task.paintings.rows)) < 0.9).astype(float)
    study = judged_study(np.vstack([weak, strong]), task)
    assert score_elsewhere(study, task, n_draws=300) == pytest.approx(study.best_value, abs=0.02)


def test_nested_tuning_neither_trains_nor_chooses_by_the_fold_it_is_judged_on(task):
    study, calls, design = tuned(task, 6), [], task.paintings.rows

    def hits_of(part, fold, settings):
        closed = part.paintings.rows.loc[(part.paintings.rows["fold"] == VAL).to_numpy(), "filename"]
        calls.append(
            (
                fold,
                frozenset(set(closed) & set(task.paintings.rows.loc[task.paintings.rows["fold"] != VAL, "filename"])),
            )
        )
        return made_up(part, fold, settings)

    nested = nested_score(study, task, 6, hits_of=hits_of)
    names = {
        fold: frozenset(task.paintings.rows.loc[task.in_fold(fold), "filename"])
        for fold in cv_folds(task.paintings.rows)
    }
    for fold, closed in calls:
        assert not closed or (closed in names.values() and closed != names[fold])
    judged = [fold for fold, closed in calls if not closed]
    assert len(judged) < 4, "what the main study knows is not trained again"
    winners = [
        optuna.load_study(study_name=f"test without fold {fold}", storage=study._storage).best_trial.params
        for fold in names
    ]
    hits = np.full(len(design), np.nan)
    for fold, winner in zip(names, winners, strict=True):
        hits[task.in_fold(fold)] = made_up(task, fold, settings_of(task, winner))
    assert nested == pytest.approx(hit_rate(hits, task.targs))
    calls.clear()
    assert nested_score(study, task, 6, hits_of=hits_of) == nested and not [c for _, c in calls if c], "kept"


def test_nested_tuning_of_two_folds_is_refused_before_any_work(task):
    rows = task.paintings.rows
    folds = rows["fold"].where(rows["fold"].isin(["0", "1"]), VAL)
    of_two = replace(task, paintings=task.paintings.with_rows(rows.assign(fold=folds)))
    check_nested(task)
    with pytest.raises(ValueError, match=r"needs 3 folds or more, but the design has 2: .* n_folds 3"):
        check_nested(of_two)
