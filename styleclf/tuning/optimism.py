"""How much of the winner's score is luck: it is the best of many by the very numbers that recommend it."""

import json

import numpy as np
import optuna

from styleclf.common import say
from styleclf.evaluation import AuthorBootstrap, image_units, mean_over_styles
from styleclf.tuning.search_space import Settings, TuningTask, settings_of
from styleclf.tuning.study import complete_trials, open_study, trial_line, tune
from styleclf.tuning.trial import HITS_KEY, TARGET_NAME, Hits, hit_rate, hits_from_text, objective, trained_hits

_N_DRAWS = 1000  # of authors
_FEWEST_NESTED_FOLDS = 3


def score_elsewhere(
    study: optuna.Study,
    task: TuningTask,
    *,
    n_draws: int = _N_DRAWS,
    seed: int = 0,
) -> float:
    """What the winner of this study scores on authors by whom it was not chosen: the mean over redrawn sets of authors.

    In every draw the best complete trial on the drawn authors is judged on those not drawn (Tsamardinos et al. 2018,
    Bootstrapping the out-of-sample predictions for efficient and accurate cross-validation). This corrects for the
    choice among the trials, not for the sampler having been led by the same images: `nested_score` does both.
    """
    judged, hits_of_trials = _judged_hits(study, task)
    targs = task.targs[judged]
    n_styles = targs.max() + 1
    units = image_units(task.paintings.rows[judged])
    counts = AuthorBootstrap(units, targs, n_resamples=n_draws, seed=seed).counts
    counts_left_out = counts == 0
    on_drawn = []
    on_left_out = []
    for hits in hits_of_trials:
        on_drawn.append(mean_over_styles(hits, targs, n_styles, counts=counts))
        on_left_out.append(mean_over_styles(hits, targs, n_styles, counts=counts_left_out))
    winners = np.argmax(on_drawn, axis=0)
    scores_of_winners = np.array(on_left_out)[winners, np.arange(n_draws)]
    return float(np.nanmean(scores_of_winners))


def _judged_hits(study: optuna.Study, task: TuningTask) -> tuple[np.ndarray, list[np.ndarray]]:
    """Which images `(n,)` the complete trials judged, and the hits of every such trial on these images."""
    hits_of_trials = []
    for trial in complete_trials(study):
        hits = hits_from_text(trial.user_attrs[HITS_KEY], task.paintings.rows)
        judged = ~np.isnan(hits)
        hits_of_trials.append(hits[judged])
    return judged, hits_of_trials


def check_nested(task: TuningTask) -> None:
    """Raise ValueError if the design has too few folds for `nested_score`, whose studies train with one fold closed."""
    n_folds = len(task.folds)
    if n_folds < _FEWEST_NESTED_FOLDS:
        raise ValueError(
            "tuning is judged by studies without one fold, which train on one and judge on another, so nested tuning "
            f"needs {_FEWEST_NESTED_FOLDS} folds or more, but the design has {n_folds}: "
            "make one with n_folds 3, or do without"
        )


def nested_score(
    study: optuna.Study,
    task: TuningTask,
    n_trials: int,
    *,
    hits_of: Hits = trained_hits,
) -> float:
    """The target of tuning itself: for each fold the winner of a study without it, judged on it.

    Each of these studies has `n_trials` on the other folds, in the same storage, and goes on where it stopped. If the
    main study has tried a winner's configuration, its hits on that fold are taken from there: it too was trained
    without that fold. Raises ValueError as `check_nested` does.
    """
    check_nested(task)
    hits_of_params = {}
    for trial in complete_trials(study):
        hits_of_params[_key(trial.params)] = trial.user_attrs[HITS_KEY]
    hits = np.full(len(task.paintings), np.nan)
    for fold in task.folds:
        in_fold = task.in_fold(fold)
        winner = _winner_without(study, task, fold, n_trials=n_trials, hits_of=hits_of)
        stored_hits = hits_of_params.get(_key(winner.params))
        if stored_hits is None:
            hits[in_fold] = hits_of(task, fold, settings_of(task, winner.params))
        else:
            hits[in_fold] = hits_from_text(stored_hits, task.paintings.rows)[in_fold]
        on_fold = hit_rate(hits[in_fold], task.targs[in_fold])
        scores = f"{winner.value:.4f} without fold {fold}, {on_fold:.4f} on it"
        say(f"its winner, trial {winner.number}: {scores}")
    return hit_rate(hits, task.targs)


def _key(params: Settings) -> str:
    """Parameters of a trial as text: the same for the same parameters."""
    return json.dumps(params, sort_keys=True)


def _winner_without(
    study: optuna.Study,
    task: TuningTask,
    fold: str,
    *,
    n_trials: int,
    hits_of: Hits,
) -> optuna.trial.FrozenTrial:
    """The best trial of a study like this one without the fold."""
    say(f"\ntuning without fold {fold}")
    open_folds = task.without(fold)
    name = f"{study.study_name} without fold {fold}"
    inner_study = open_study(study._storage, name, open_folds, seed=getattr(study.sampler, "seed", 0))

    def after(inner_study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        """Say how the trial went."""
        say(trial_line(inner_study, trial, n_trials))

    tune(inner_study, objective(open_folds, hits_of), n_trials, after=after)
    return inner_study.best_trial


def nested_text(study: optuna.Study, task: TuningTask, n_trials: int) -> str:
    """How optimistic the winner's own score is, by the `nested_score` of tuning itself."""
    score = nested_score(study, task, n_trials)
    best = study.best_value
    return (
        f"{TARGET_NAME} of tuning itself, its winners judged on folds they were not chosen by: {score:.4f}\n"
        f"the winner's own {best:.4f} is optimistic by {best - score:.4f}, give or take the folds' own noise"
    )
