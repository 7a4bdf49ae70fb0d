"""How much of the winner's score is luck: it is the best of many by the very numbers it is praised for."""

import json

import numpy as np
import optuna

from styleclf.data import cv_folds
from styleclf.evaluation import author_units, mean_over_styles, resampled_counts
from styleclf.tuning.search_space import TuningTask, settings_of
from styleclf.tuning.study import complete_trials, open_study, trial_line, tune
from styleclf.tuning.trial import HITS, TARGET, Hits, from_text, objective, score, trained_hits

_N_DRAWS = 1000  # of authors


def score_elsewhere(study: optuna.Study, task: TuningTask, n_draws: int = _N_DRAWS, seed: int = 0) -> float:
    """What the winner of this study scores on authors by whom it was not chosen: the mean over redrawn sets of authors.

    In every draw the best complete trial on the drawn authors is judged on those not drawn (Tsamardinos et al. 2018,
    Bootstrapping the out-of-sample predictions for efficient and accurate cross-validation). This corrects for the
    choice among the trials, not for the sampler's having been led by the same images: `nested_score` does both.
    """
    judged = np.stack([from_text(trial.user_attrs[HITS], task.design) for trial in complete_trials(study)])
    known = ~np.isnan(judged[0])
    hits, targs = judged[:, known], task.targs[known]
    units, n_styles = author_units(task.design["author"][known]), targs.max() + 1
    counts = resampled_counts(units, targs, n_draws, np.random.default_rng(seed))
    inside = np.stack([mean_over_styles(row, targs, n_styles, counts) for row in hits])
    outside = np.stack([mean_over_styles(row, targs, n_styles, counts == 0) for row in hits])
    return float(np.nanmean(outside[inside.argmax(axis=0), np.arange(n_draws)]))


def nested_score(study: optuna.Study, task: TuningTask, n_trials: int, hits_of: Hits = trained_hits) -> float:
    """The target of tuning itself: for each fold the winner of a study without it, judged on it.

    Each has `n_trials` on the other folds, in the same storage, and goes on where it was left. If the main study has
    tried a winner's configuration, its hits on that fold are taken from there: it too was trained without that fold.
    """
    known = {json.dumps(trial.params, sort_keys=True): trial.user_attrs[HITS] for trial in complete_trials(study)}
    hits = np.full(len(task.design), np.nan)
    for fold in cv_folds(task.design):
        rows, rest = task.in_fold(fold), task.without(fold)
        print(f"\ntuning without fold {fold}", flush=True)
        inner = open_study(study._storage, f"{study.study_name} without fold {fold}", rest, study.sampler.seed)
        tune(inner, objective(rest, hits_of), n_trials, lambda inner, trial: print(trial_line(inner, trial, n_trials)))
        winner = inner.best_trial
        found = known.get(json.dumps(winner.params, sort_keys=True))
        if found is None:
            hits[rows] = hits_of(task, fold, settings_of(task, winner.params))
        else:
            hits[rows] = from_text(found, task.design)[rows]
        there = score(hits[rows], task.targs[rows])
        print(f"its winner, trial {winner.number}: {winner.value:.4f} without fold {fold}, {there:.4f} on it")
    return score(hits, task.targs)


def nested_text(study: optuna.Study, nested: float) -> str:
    """How optimistic the winner's own score is, by the target of tuning itself."""
    best = study.best_value
    return (
        f"{TARGET} of tuning itself, its winners judged on folds they were not chosen by: {nested:.4f}\n"
        f"the winner's own {best:.4f} is optimistic by {best - nested:.4f}, give or take the folds' own noise"
    )
