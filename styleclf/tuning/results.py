"""A whole study, and what comes of it: tables, settings ready to use, and words."""

from pathlib import Path

import numpy as np
import optuna
import pandas as pd

from styleclf.data import cv_folds
from styleclf.output import whole_file, write_table
from styleclf.tuning.optimism import score_elsewhere
from styleclf.tuning.search_space import TuningTask, check_default, settings_of
from styleclf.tuning.study import (
    DEFAULT,
    N_RANDOM,
    REASON,
    complete_trials,
    default_trial,
    finished_trials,
    open_storage,
    open_study,
    quiet_optuna,
    state_of,
    trial_line,
    tune,
)
from styleclf.tuning.trial import FOLDS, TARGET, objective

_INIS = ("default", "best")
KEPT = "trials"


def run_study(
    task: TuningTask,
    n_trials: int,
    out: str | Path,  # folder for the study's files
    storage: str | None = None,  # URL of its database; by default study.db in `out`
    name: str = "tune",
    seed: int = 0,
    keep: bool = False,  # what every training leaves, in folders of `trials/`
) -> optuna.Study:
    """The study with so many trials, old and new ones; each is told by a line, and `_write_state` keeps up.

    Raises what `check_default`, `opened_storage` and `opened_study` raise.
    """
    out = Path(out)
    check_default(task)
    out.mkdir(parents=True, exist_ok=True)
    study = open_study(open_storage(storage or f"sqlite:///{out / 'study.db'}"), name, task, seed)

    def after(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        print(trial_line(study, trial, n_trials), flush=True)
        _write_state(study, task, out)

    tune(study, objective(task, keep=out / KEPT if keep else None), n_trials, after)
    _write_state(study, task, out)
    return study


def trials_table(study: optuna.Study, task: TuningTask) -> pd.DataFrame:
    """A row a trial: `number, state, value, fold_<fold>…, default, seconds, reason` and the searched settings.

    `value` is the target over all folds, NaN for a trial that did not see all; `seconds` NaN while one is running.
    """
    rows = []
    for trial in study.get_trials(deepcopy=False):
        state, scores = state_of(trial), trial.user_attrs.get(FOLDS, {})
        row = {"number": trial.number, "state": state, "value": trial.value if state == "complete" else np.nan}
        row |= {f"fold_{fold}": scores.get(fold, np.nan) for fold in cv_folds(task.design)}
        settings = settings_of(task, trial.params)
        row |= {name: settings[name] if name in trial.params else None for name in task.space}
        seconds = round(trial.duration.total_seconds(), 1) if trial.duration else np.nan
        row |= {DEFAULT: DEFAULT in trial.user_attrs, "seconds": seconds, REASON: trial.user_attrs.get(REASON, "")}
        rows.append(row)
    return pd.DataFrame(rows)


def importances(study: optuna.Study) -> pd.Series:
    """How much of the differences between good and other trials each setting tells, largest first, summing to 1.

    By PED-ANOVA (Watanabe et al. 2023). Empty with fewer complete trials than a model of them needs.
    """
    if len(complete_trials(study)) < N_RANDOM:
        return pd.Series(dtype=float)
    with quiet_optuna():
        return pd.Series(optuna.importance.get_param_importances(study), dtype=float)


def _write_state(study: optuna.Study, task: TuningTask, out: Path) -> None:
    """Write `trials.csv`, and as settings that recipes take, `default.ini` and, of the winner so far, `best.ini`."""
    write_table(trials_table(study, task), out / "trials.csv")
    _write_settings(task, task.default(), "The configuration that tuning began with.", out / "default.ini")
    if complete_trials(study):
        best, default = study.best_trial, default_trial(study)
        beside = f"; the one tuning began with {default.value:.4f}" if default else ""
        comment = f"Trial {best.number} of {len(finished_trials(study))}: {TARGET} {best.value:.4f}{beside}."
        _write_settings(task, best.params, comment, out / "best.ini")


def _write_settings(task: TuningTask, params: dict, comment: str, path: Path) -> None:
    """Write a configuration as a file of settings: `STYLECLF_SETTINGS=best.ini python recipes/train.py`."""
    given = {name: value for name, value in (task.places | settings_of(task, params)).items() if value is not None}
    with whole_file(path) as aside:
        lines = [f"# {comment}\n\n[DEFAULT]\n", *(f"{name} = {value}\n" for name, value in given.items())]
        aside.write_text("".join(lines), encoding="utf-8")


def summary(study: optuna.Study, task: TuningTask, out: Path) -> str:
    """The winner, its margin over the default configuration, how much of that may be luck, and what to run next."""
    if not complete_trials(study):
        return "no trial is complete, so there is no winner: trials.csv has the reasons"
    best, default = study.best_trial, default_trial(study)
    states = pd.Series([state_of(trial) for trial in finished_trials(study)]).value_counts()
    lines = [f"{len(finished_trials(study))} trials: " + ", ".join(f"{n} {state}" for state, n in states.items())]
    lines += [f"winner: trial {best.number}, {TARGET} {best.value:.4f} over all folds"]
    lines += [f"  {name} = {settings_of(task, best.params)[name]}" for name in best.params]
    if best == default:
        return "\n".join([*lines, "That is the default configuration: nothing that was tried is better."])
    if default is None:
        lines += ["The default configuration was not judged on all folds: trials.csv tells why."]
    else:
        lines += [f"The default configuration has {default.value:.4f}, {best.value - default.value:.4f} less."]
    elsewhere, n_trials = score_elsewhere(study, task), len(complete_trials(study))
    lines += [
        f"The winner's own score is optimistic: it is the best of {n_trials} on the same authors. Winners",
        f"among redrawn authors score {elsewhere:.4f} on the others, {best.value - elsewhere:.4f} less. That the",
        "search was led by these authors comes on top: --nested measures both. Whether the winner is really better:",
        *(
            f"  STYLECLF_SETTINGS={out / name}.ini python recipes/cross_validate.py --out {out / name}"
            for name in _INIS
        ),
        f"  python recipes/compare.py {out / _INIS[0]} {out / _INIS[1]}",
    ]
    return "\n".join(lines)
