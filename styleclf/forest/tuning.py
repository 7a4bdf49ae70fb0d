"""Tuning a forest over the folds, and what it then predicts without having been chosen by what it is judged on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.data import design_digest
from styleclf.evaluation import top_k_accuracy
from styleclf.forest.features import FoldFeatures
from styleclf.forest.search_space import DEFAULT, draw_parameters, forest_probas
from styleclf.tuning import (
    REASON,
    complete_trials,
    default_trial,
    finished_trials,
    open_storage,
    open_study,
    state_of,
    trial_line,
    tune,
)

if TYPE_CHECKING:  # where it is missing, styleclf.tune says so
    import optuna

_K = 2
_FOLDS = "folds"  # attribute of a trial in the database


def study_storage(out: str | Path) -> optuna.storages.RDBStorage:
    """The database of studies in a folder, `study.db`. Raises what `opened_storage` raises."""
    Path(out).mkdir(parents=True, exist_ok=True)
    return open_storage(f"sqlite:///{Path(out) / 'study.db'}")


@dataclass(frozen=True)
class ForestTask:
    """What a study is about, as `opened_study` asks."""

    features: FoldFeatures
    source: str  # fingerprint of what the features come from
    seed: int

    def default(self) -> dict:
        """The parameters of the first trial."""
        return DEFAULT

    def fingerprint(self) -> dict:
        """What must be the same for a study to go on."""
        return {"design": design_digest(self.features.rows), "predictions": self.source, "seed": self.seed}


def tuned_forest(
    features: FoldFeatures,
    n_trials: int,  # of the whole study, old and new; 1 or more
    storage: object,  # from `opened_storage`
    name: str,
    source: str = "",  # fingerprint of what the features come from: with another one a study does not go on
    seed: int = 0,
    jobs: int | None = None,  # trees grown at a time
) -> optuna.Study:
    """The study with so many trials, each told by a line; scikit-learn's defaults are the first.

    Raises ValueError for a study that was begun with something else, or if every trial fails.
    """
    study = open_study(storage, name, ForestTask(features, source, seed), seed)
    print(f"{n_trials} forests on {name}, {len(finished_trials(study))} of them tried already", flush=True)
    after = lambda study, trial: print(trial_line(study, trial, n_trials), flush=True)  # noqa: E731
    tune(study, _objective(features, seed, jobs), n_trials, after)
    if not complete_trials(study):
        raise ValueError(f"no forest on {name} could be fitted: {finished_trials(study)[0].user_attrs.get(REASON)}")
    return study


def _objective(features: FoldFeatures, seed: int = 0, jobs: int | None = None) -> Callable[[optuna.Trial], float]:
    """A function that fits the forest of a trial for every fold; returns the mean class-weighted top-2 accuracy."""
    splits = {fold: features.split(fold) for fold in features.by_fold}
    targs = {fold: features.targs[features.in_fold(fold)] for fold in splits}
    n_images, width = min(split.train.shape for split in splits.values())

    def target(trial: optuna.Trial) -> float:
        params = draw_parameters(trial, width, n_images)
        probas = {fold: forest_probas(split, params, seed, jobs) for fold, split in splits.items()}
        found = {fold: top_k_accuracy(each, targs[fold], _K) for fold, each in probas.items()}
        trial.set_user_attr(_FOLDS, found)
        return float(np.mean(list(found.values())))

    return target


def _chosen_without(study: optuna.Study, fold: str) -> optuna.trial.FrozenTrial:
    """The best trial on the mean of all folds but one: of that one, its score is no reason for the choice."""

    def elsewhere(trial: optuna.trial.FrozenTrial) -> float:
        return float(np.mean([value for name, value in trial.user_attrs[_FOLDS].items() if name != fold]))

    return max(complete_trials(study), key=elsewhere)


def forest_predictions(
    study: optuna.Study, features: FoldFeatures, seed: int = 0, jobs: int | None = None
) -> pd.DataFrame:
    """Out-of-fold predictions, of every fold by a forest of the parameters that are best on the others.

    The fold's labels had a part in those scores, as training images; and the sampler was led by all folds.
    """
    return features.out_of_fold(
        lambda fold, split: forest_probas(split, _chosen_without(study, fold).params, seed, jobs),
        f"the forest on {study.study_name}",
    )


def claim_sentence(study: optuna.Study) -> str:
    """What the best trial claims, and what is left of it where trials are chosen by the other folds."""
    best = study.best_trial
    honest = np.mean([_chosen_without(study, fold).user_attrs[_FOLDS][fold] for fold in best.user_attrs[_FOLDS]])
    default = default_trial(study)
    beside = f"; the first, scikit-learn's defaults, has {default.value:.4f}" if default else ""
    n_forests = len(complete_trials(study))
    return (
        f"{study.study_name}: the best of {n_forests} forests (trial {best.number}) claims top-2 accuracy "
        f"{best.value:.4f} in the mean of the folds, {honest:.4f} where every fold's was chosen by the others{beside}"
    )


def trials_table(study: optuna.Study) -> pd.DataFrame:
    """A row a trial: `features, number, state, value, fold_<fold>…`, seconds and parameters."""
    rows = []
    for trial in study.get_trials(deepcopy=False):
        folds = {f"fold_{fold}": value for fold, value in trial.user_attrs.get(_FOLDS, {}).items()}
        seconds = round(trial.duration.total_seconds(), 1) if trial.duration else np.nan
        row = {"features": study.study_name, "number": trial.number, "state": state_of(trial), "value": trial.value}
        rows.append(row | folds | {"seconds": seconds} | trial.params)
    return pd.DataFrame(rows)
