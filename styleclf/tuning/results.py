"""A whole study, and what comes of it: tables, figures, settings ready to use, and a summary in words."""

from pathlib import Path
from typing import cast

import numpy as np
import optuna
import pandas as pd

from styleclf.common import count_of, say, typed_command, whole_file, write_table
from styleclf.data import check_styles_can_be_judged
from styleclf.tuning.optimism import check_nested, score_elsewhere
from styleclf.tuning.search_space import Settings, TuningTask, check_default, settings_of
from styleclf.tuning.study import (
    DEFAULT_KEY,
    N_RANDOM_TRIALS,
    REASON_KEY,
    complete_trials,
    default_trial,
    finished_trials,
    open_storage,
    open_study,
    quiet_optuna,
    state_of,
    storage_sentences,
    trial_line,
    trial_seconds,
    tune,
)
from styleclf.tuning.trial import FOLDS_KEY, TARGET_NAME, objective

_TRIALS_FOLDER = "trials"  # of what every training leaves


def run_study(
    task: TuningTask,
    n_trials: int,  # of the whole study, old and new ones
    out: str | Path,  # folder for the study's files
    *,
    storage: str | None = None,  # URL of its database; by default study.db in `out`
    name: str = "tune",
    seed: int = 0,
    keep: bool = False,  # what every training leaves, in folders of `trials/`
    nested: bool = False,  # tuning itself will be judged: are there folds enough?
) -> optuna.Study:
    """The study with so many trials, each of them printed as a line; the files in `out` are kept up to date.

    At the end there are figures as well. Raises ValueError where every trial has failed or no fold can judge styles,
    and what `check_default`, `open_storage` and `open_study` raise.
    """
    out = Path(out)
    if nested:
        check_nested(task)
    check_styles_can_be_judged(task.paintings.rows, "a study")
    check_default(task)
    out.mkdir(parents=True, exist_ok=True)
    with storage_sentences():
        study = open_study(open_storage(storage or f"sqlite:///{out / 'study.db'}"), name, task, seed=seed)

    def after(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        """Say how the trial went, and write what there is."""
        say(trial_line(study, trial, n_trials))
        _write_state(study, task, out)

    target = objective(task, keep=out / _TRIALS_FOLDER if keep else None)
    with storage_sentences():
        tune(study, target, n_trials, after=after)
    _write_state(study, task, out)
    if not complete_trials(study):
        _refuse_failures(study, out)
    _write_figures(study, task, out)
    return study


def _refuse_failures(study: optuna.Study, out: Path) -> None:
    """Raise ValueError, with the first reason, for a study of trials that have failed; others may still be at work."""
    reasons = [trial.user_attrs[REASON_KEY] for trial in study.get_trials() if REASON_KEY in trial.user_attrs]
    if reasons:
        table = out / "trials.csv"
        raise ValueError(f"no trial is complete, the first one failed: {reasons[0]} ({table} has them all)")


def trials_table(study: optuna.Study, task: TuningTask) -> pd.DataFrame:
    """One row per trial: `number, state, value, fold_<fold>…`, the searched settings, `default, seconds, reason`.

    `value` is the target over all folds, NaN for a trial that did not see all; `seconds` is NaN while one is running.
    """
    return pd.DataFrame([_trial_row(trial, task) for trial in study.get_trials(deepcopy=False)])


def _trial_row(trial: optuna.trial.FrozenTrial, task: TuningTask) -> dict:
    """The row of a trial in the table of trials."""
    state = state_of(trial)
    row = {"number": trial.number, "state": state, "value": trial.value if state == "complete" else np.nan}
    by_fold = trial.user_attrs.get(FOLDS_KEY, {})
    for fold in task.folds:
        row[f"fold_{fold}"] = by_fold.get(fold, np.nan)
    settings = settings_of(task, trial.params)
    for name in task.space:
        row[name] = settings[name] if name in trial.params else None
    row["default"] = DEFAULT_KEY in trial.user_attrs
    row["seconds"] = round(trial_seconds(trial), 1)
    row["reason"] = trial.user_attrs.get(REASON_KEY, "")
    return row


def importances(study: optuna.Study) -> pd.Series:
    """How much of the difference between good and other trials each setting explains, largest first, summing to 1.

    By PED-ANOVA (Watanabe et al. 2023). Empty with fewer complete trials than a model of them needs.
    """
    if len(complete_trials(study)) < N_RANDOM_TRIALS:
        return pd.Series(dtype=float)
    with quiet_optuna():
        return pd.Series(optuna.importance.get_param_importances(study), dtype=float)


def _write_figures(study: optuna.Study, task: TuningTask, out: Path) -> None:
    """Write every figure that the study has enough trials for."""
    from styleclf.plots import save_figure, tuning_figures

    for name, figure in tuning_figures(trials_table(study, task), importances(study)).items():
        save_figure(figure, out / f"figures/{name}.png")


def _write_state(study: optuna.Study, task: TuningTask, out: Path) -> None:
    """Write `trials.csv`, and as settings that recipes take, `default.ini` and, of the winner so far, `best.ini`."""
    write_table(trials_table(study, task), out / "trials.csv")
    _write_settings(task, task.default(), "The configuration that tuning began with.", path=out / "default.ini")
    if complete_trials(study):
        best = study.best_trial
        default = default_trial(study)
        n_trials = len(finished_trials(study))
        score = f"{TARGET_NAME} {best.value:.4f}"
        comment = f"Trial {best.number} of {n_trials}: {score}"
        if default:
            comment += f"; the one tuning began with {default.value:.4f}"
        _write_settings(task, best.params, f"{comment}.", path=out / "best.ini")


def _write_settings(
    task: TuningTask,
    params: Settings,
    comment: str,
    *,
    path: Path,
) -> None:
    """Write a configuration as a file of settings: `python recipes/train.py --settings best.ini`."""
    lines = [f"# {comment}\n\n[DEFAULT]\n"]
    settings = task.places | settings_of(task, params)
    for name, value in settings.items():
        if value is not None:
            lines.append(f"{name} = {_flag_text(value)}\n")
    with whole_file(path) as aside:
        aside.write_text("".join(lines), encoding="utf-8")


def _flag_text(value: object) -> str:
    """A setting as settings.ini takes it: several values with commas, in quotes what looks like a comment."""
    if isinstance(value, tuple | list):
        return ",".join(str(part) for part in value)
    text = str(value)
    has_comment = " #" in text or " ;" in text or text.startswith(("#", ";"))
    return f'"{text}"' if has_comment else text


def study_summary(study: optuna.Study, task: TuningTask, out: Path) -> str:
    """The winner, its margin over the default configuration, how much of that may be luck, and what to run next."""
    if not complete_trials(study):
        return "no trial is complete, so there is no winner: trials.csv has the reasons"
    best = study.best_trial
    default = default_trial(study)
    score = f"{TARGET_NAME} {best.value:.4f} over all folds"
    lines = [_states_line(study)]
    lines.append(f"winner: trial {best.number}, {score}")
    settings = settings_of(task, best.params)
    for name in best.params:
        lines.append(f"  {name} = {settings[name]}")
    if best == default:
        lines.append("That is the default configuration: nothing that was tried is better.")
        return "\n".join(lines)
    if default is None:
        lines.append("The default configuration was not judged on all folds: trials.csv has the reason.")
    else:
        default_value = cast(float, default.value)
        margin = study.best_value - default_value
        lines.append(f"The default configuration has {default_value:.4f}, {margin:.4f} less.")
    lines += _optimism_lines(study, task)
    lines += _next_commands(out)
    return "\n".join(lines)


def _states_line(study: optuna.Study) -> str:
    """How many trials are finished, and how they ended."""
    trials = finished_trials(study)
    states = pd.Series([state_of(trial) for trial in trials])
    counts = []
    for state, n in states.value_counts().items():
        counts.append(f"{n} {state}")
    return f"{count_of(len(trials), 'trial')}: {', '.join(counts)}"


def _optimism_lines(study: optuna.Study, task: TuningTask) -> list[str]:
    """How optimistic the winner's own score is."""
    elsewhere = score_elsewhere(study, task)
    optimism = study.best_value - elsewhere
    n_trials = len(complete_trials(study))
    return [
        f"The winner's own score is optimistic: it is the best of {n_trials} on the same authors. Winners",
        f"among redrawn authors score {elsewhere:.4f} on the others, {optimism:.4f} less. That the",
        "search was led by these authors comes on top: --nested measures both. Whether the winner is really better:",
    ]


def _next_commands(out: Path) -> list[str]:
    """The commands that compare the winner with the default configuration."""
    default, best = out / "default", out / "best"
    commands = [typed_command("python", "recipes/compare.py", default, best)]
    for folder in (best, default):
        words = ("--settings", f"{folder}.ini", "--out", folder)
        commands.insert(0, typed_command("python", "recipes/cross_validate.py", *words))
    return [f"  {command}" for command in commands]
