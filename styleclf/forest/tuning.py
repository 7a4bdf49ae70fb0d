"""Tuning a forest over the folds, and what it then predicts without having been chosen by what it is judged on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from styleclf.common import say
from styleclf.data import design_digest
from styleclf.evaluation import top_k_accuracy
from styleclf.forest.features import FoldFeatures, Split
from styleclf.forest.options import ForestOptions
from styleclf.forest.search_space import DEFAULT_PARAMETERS, draw_parameters, forest_probas
from styleclf.tuning import (
    REASON_KEY,
    complete_trials,
    default_trial,
    finished_trials,
    open_storage,
    open_study,
    state_of,
    trial_line,
    trial_seconds,
    tune,
)

if TYPE_CHECKING:  # where it is missing, styleclf.tuning says so
    import optuna

_TOP_K = 2
_FOLDS_KEY = "folds"  # attribute of a trial in the database


@dataclass(frozen=True)
class ForestTask:
    """What a study is about, as `open_study` needs it."""

    features: FoldFeatures
    source: str  # fingerprint of what the features come from
    seed: int

    def default(self) -> dict[str, Any]:
        """The parameters of the first trial."""
        return DEFAULT_PARAMETERS

    def fingerprint(self) -> dict[str, Any]:
        """What must be the same for a study to go on."""
        return {"design": design_digest(self.features.rows), "predictions": self.source, "seed": self.seed}


def tune_forests(
    features: Mapping[str, FoldFeatures],
    options: ForestOptions,
    out: str | Path,
    *,
    source: str = "",
) -> dict[str, optuna.Study]:
    """A study of forests for every kind of features, kept in `study.db` of the folder `out`.

    Raises what `study_storage` and `tune_forest` raise.
    """
    storage = study_storage(out)
    studies = {}
    for name, fold_features in features.items():
        studies[name] = tune_forest(fold_features, name, storage, options=options, source=source)
    return studies


def study_storage(out: str | Path) -> optuna.storages.RDBStorage:
    """The database of studies in a folder, `study.db`. Raises what `open_storage` raises."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    return open_storage(f"sqlite:///{out / 'study.db'}")


def tune_forest(
    features: FoldFeatures,
    name: str,  # of the study
    storage: optuna.storages.BaseStorage,  # from `open_storage`
    *,
    options: ForestOptions,
    source: str = "",  # fingerprint of what the features come from: with another one a study does not go on
) -> optuna.Study:
    """The study with as many trials as the options say, each printed as a line; scikit-learn's defaults are the first.

    Raises ValueError for a study that was begun with something else, or if every trial fails.
    """
    n_trials = options.trials
    study = open_study(storage, name, ForestTask(features, source, options.seed), seed=options.seed)
    say(f"{n_trials} forests on {name}, {len(finished_trials(study))} of them tried already")

    def after(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        """Say how the trial went."""
        say(trial_line(study, trial, n_trials))

    tune(study, _objective(features, options), n_trials, after=after)
    if not complete_trials(study):
        reason = finished_trials(study)[0].user_attrs.get(REASON_KEY)
        raise ValueError(f"no forest on {name} could be fitted: {reason}")
    return study


def _objective(features: FoldFeatures, options: ForestOptions) -> Callable[[optuna.Trial], float]:
    """A function that fits the forest of a trial for every fold; returns the mean class-weighted top-2 accuracy."""
    splits = [features.split(fold) for fold in features.by_fold]
    n_images, width = min(split.train.shape for split in splits)

    def target(trial: optuna.Trial) -> float:
        """The mean over the folds for one trial."""
        params = draw_parameters(trial, width, n_images)
        by_fold = {}
        for split in splits:
            probas = forest_probas(split, params, seed=options.seed, jobs=options.jobs)
            targs = features.targs[features.in_fold(split.fold)]
            by_fold[split.fold] = top_k_accuracy(probas, targs, _TOP_K)
        trial.set_user_attr(_FOLDS_KEY, by_fold)
        return float(np.mean(list(by_fold.values())))

    return target


def _best_trial_without(study: optuna.Study, fold: str) -> optuna.trial.FrozenTrial:
    """The best trial on the mean of all folds but one, whose own score has no part in the choice."""

    def score_elsewhere(trial: optuna.trial.FrozenTrial) -> float:
        """The mean of the other folds."""
        by_fold = dict(trial.user_attrs[_FOLDS_KEY])
        by_fold.pop(fold)
        return float(np.mean(list(by_fold.values())))

    return max(complete_trials(study), key=score_elsewhere)


def forest_predictions(study: optuna.Study, features: FoldFeatures, options: ForestOptions) -> pd.DataFrame:
    """Out-of-fold predictions, of every fold by a forest with the parameters that are best on the others.

    The fold's labels had a part in those scores, as training images; and the sampler was led by all folds.
    """

    def probas_of(split: Split) -> np.ndarray:
        """Probabilities by the forest that the other folds prefer."""
        params = _best_trial_without(study, split.fold).params
        return forest_probas(split, params, seed=options.seed, jobs=options.jobs)

    return features.out_of_fold(probas_of, f"the forest on {study.study_name}")


def claim_sentence(study: optuna.Study) -> str:
    """What the best trial claims, and what is left of it where trials are chosen by the other folds."""
    best = study.best_trial
    unbiased_scores = []
    for fold in best.user_attrs[_FOLDS_KEY]:
        trial = _best_trial_without(study, fold)
        unbiased_scores.append(trial.user_attrs[_FOLDS_KEY][fold])
    n_forests = len(complete_trials(study))
    unbiased_score = np.mean(unbiased_scores)
    sentence = (
        f"{study.study_name}: the best of {n_forests} forests (trial {best.number}) claims top-2 accuracy "
        f"{best.value:.4f} in the mean of the folds, {unbiased_score:.4f} where every fold's was chosen by the others"
    )
    default = default_trial(study)
    if default:
        sentence += f"; the first, scikit-learn's defaults, has {default.value:.4f}"
    return sentence


def forest_trials(study: optuna.Study) -> pd.DataFrame:
    """One row per trial: `features, number, state, value, fold_<fold>…`, seconds and parameters."""
    return pd.DataFrame([_trial_row(study.study_name, trial) for trial in study.get_trials(deepcopy=False)])


def _trial_row(study: str, trial: optuna.trial.FrozenTrial) -> dict[str, Any]:
    """The row of a trial in the table of trials."""
    row = {"features": study, "number": trial.number, "state": state_of(trial), "value": trial.value}
    for fold, value in trial.user_attrs.get(_FOLDS_KEY, {}).items():
        row[f"fold_{fold}"] = value
    row["seconds"] = round(trial_seconds(trial), 1)
    return row | trial.params
