"""A study: many trials in a database, drawn after one another, stopped early, failed, interrupted and redone."""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import optuna
from optuna.trial import TrialState

from styleclf.output import spoken_seconds
from styleclf.tuning.search_space import SEARCHED, TuningTask

N_RANDOM = 10  # trials drawn at random, before a model of the good ones draws
_N_BEFORE_PRUNING = 5  # finished trials that a median needs
_HEARTBEAT, _GRACE = 5, 30  # seconds between a trial's signs of life, and without one until it is taken for dead
DEFAULT, REASON, _TASK = "default", "reason", "task"  # attributes in the database


def open_storage(url: str) -> optuna.storages.RDBStorage:
    """The database at a URL of SQLAlchemy's; trials of processes that died are begun anew by others.

    Raises ValueError for a URL nobody can read or a missing driver, ConnectionError where no database answers.
    """
    from sqlalchemy import exc

    for attempt in range(3):
        try:
            with quiet_optuna():
                return optuna.storages.RDBStorage(
                    url,
                    engine_kwargs={"connect_args": {"timeout": 60}} if url.startswith("sqlite") else {},
                    heartbeat_interval=_HEARTBEAT,
                    grace_period=_GRACE,
                    heartbeat_stale_trial_callback=_repeat_trial,
                )
        except (exc.ArgumentError, ImportError) as error:
            what = "pip install 'psycopg[binary]'" if "psycopg" in str(error) else "see SQLAlchemy's database URLs"
            raise ValueError(f"the study's database cannot be used: {error} ({what})") from error
        except exc.OperationalError as error:
            if attempt == 2 or "exist" not in str(error):
                raise ConnectionError(f"the study's database cannot be opened: {error.orig}") from error
        except (exc.IntegrityError, exc.ProgrammingError):  # another process is making the tables as well
            if attempt == 2:
                raise
        time.sleep(1)


def open_study(storage: object, name: str, task: TuningTask, seed: int = 0) -> optuna.Study:
    """The study of that name, new with the default configuration as its first trial, or as it was left.

    Raises ValueError if it was begun with another design, space or settings.
    """
    how = dict(study_name=name, storage=storage, sampler=ByNumber(seed), pruner=FoldMedian())
    try:
        with quiet_optuna():
            study = optuna.create_study(direction="maximize", **how)
    except optuna.exceptions.DuplicatedStudyError:
        study = optuna.load_study(**how)
        for _ in range(20):  # another process may have made it just now
            if _TASK in study.user_attrs:
                break
            time.sleep(0.25)
    if _TASK not in study.user_attrs:
        study.enqueue_trial(task.default(), user_attrs={DEFAULT: task.default()}, skip_if_exists=True)
        study.set_user_attr(_TASK, task.fingerprint())
    _check_same(name, study.user_attrs[_TASK], task.fingerprint())
    return study


def _check_same(name: str, found: dict, wanted: dict) -> None:
    """Raise ValueError where a study was about something else."""
    asked = {name for name in wanted if name.endswith(SEARCHED)}  # other settings may be newer than the study
    names = sorted(name for name in {*found, *asked} if found.get(name) != wanted.get(name))
    if names:
        other = ", ".join(f"{each} {found.get(each)!r} instead of {wanted.get(each)!r}" for each in names)
        raise ValueError(f"the study {name!r} was begun with {other}: choose another --out or another --study")


class ByNumber(optuna.samplers.BaseSampler):
    """A tree-structured Parzen estimator (Bergstra et al. 2011) seeded with the number of each trial.

    So a study that is left and taken up draws as one that was not, and processes that share a study draw differently.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def before_trial(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        """Begin a trial."""
        seed = np.random.SeedSequence([self.seed, trial.number]).generate_state(1)[0]
        # in groups: what a probe does not use is not drawn for it
        self.tpe = optuna.samplers.TPESampler(n_startup_trials=N_RANDOM, group=True, seed=int(seed))
        self.tpe.before_trial(study, trial)

    def infer_relative_search_space(self, *args: object) -> dict:
        """As the estimator does it."""
        return self.tpe.infer_relative_search_space(*args)

    def sample_relative(self, *args: object) -> dict:
        """As the estimator does it."""
        return self.tpe.sample_relative(*args)

    def sample_independent(self, *args: object) -> object:
        """As the estimator does it."""
        return self.tpe.sample_independent(*args)

    def after_trial(self, *args: object) -> None:
        """As the estimator does it."""
        self.tpe.after_trial(*args)


class FoldMedian(optuna.pruners.BasePruner):
    """Stops a trial that is worse over the folds so far than half of the finished trials were there.

    Optuna's median pruner compares a trial's best value so far: after an easy first fold, hardly any would be stopped.
    """

    def prune(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> bool:
        """Whether to stop; the default configuration, to which all is compared, never."""
        finished = study.get_trials(deepcopy=False, states=[TrialState.COMPLETE])
        there = [each.intermediate_values[trial.last_step] for each in finished]
        enough = len(there) >= _N_BEFORE_PRUNING and DEFAULT not in trial.user_attrs
        return enough and trial.intermediate_values[trial.last_step] < np.median(there)


def tune(
    study: optuna.Study,
    target: Callable[[optuna.Trial], float],
    n_trials: int,  # of the whole study, whoever does them
    after: Callable[[optuna.Study, optuna.trial.FrozenTrial], None],  # called with every trial done here
) -> None:
    """Work on the study until so many trials are complete, pruned or failed; what processes left that died is redone.

    A trial that fails is recorded with its reason. Returns when the trials of other processes are done as well.
    """
    told, met = False, set()
    while len(finished_trials(study)) < n_trials:
        with quiet_optuna():
            optuna.storages.fail_stale_trials(study)
            running = study.get_trials(deepcopy=False, states=[TrialState.RUNNING])
            _date(study, [trial for trial in running if trial.number not in met])
            met |= {trial.number for trial in running}
            if len(finished_trials(study)) + len(running) < n_trials:
                study.optimize(_recorded(target), n_trials=1, catch=(Exception,), callbacks=[after])
                continue
        if not told:
            print(f"other processes have the last trials: waiting, {_GRACE} s for one that died", flush=True)
            told = True
        time.sleep(1)


def _date(study: optuna.Study, trials: list[optuna.trial.FrozenTrial]) -> None:
    """Have trials be taken for dead from now on if nothing is heard of them.

    Optuna never does so with one whose process died before its first sign of life.
    """
    heard = getattr(study._storage, "record_heartbeat", None)  # a database has that
    for trial in trials if heard else ():
        heard(trial._trial_id)


def _recorded(target: Callable[[optuna.Trial], float]) -> Callable[[optuna.Trial], float]:
    """The target, which leaves the reason where it fails, and where it is interrupted a trial to be redone."""

    def run(trial: optuna.Trial) -> float:
        try:
            return target(trial)
        except optuna.TrialPruned:
            raise
        except KeyboardInterrupt:
            _repeat_trial(trial.study, trial)
            raise
        except Exception as error:
            trial.set_user_attr(REASON, " ".join(str(error).split()) or type(error).__name__)
            raise

    return run


def _repeat_trial(study: optuna.Study, trial: optuna.Trial | optuna.trial.FrozenTrial) -> None:
    """Put an interrupted trial's configuration first in the queue."""
    default = trial.user_attrs.get(DEFAULT)
    study.enqueue_trial(default or trial.params, user_attrs={DEFAULT: default} if default else {})


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Keep Optuna's own lines and warnings off the screen."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
            warnings.filterwarnings("ignore", "Fixed parameter")  # the default may lie outside of what is searched
            yield
    finally:
        optuna.logging.set_verbosity(before)


def state_of(trial: optuna.trial.FrozenTrial) -> str:
    """complete, pruned, failed, interrupted (by the end of its process), running or waiting."""
    if trial.state == TrialState.FAIL:
        return "failed" if REASON in trial.user_attrs else "interrupted"
    return trial.state.name.lower()


def finished_trials(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """The trials that count: an interrupted one is done again."""
    done = ("complete", "pruned", "failed")
    return [trial for trial in study.get_trials(deepcopy=False) if state_of(trial) in done]


def complete_trials(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """The trials that were judged on all folds."""
    return study.get_trials(deepcopy=False, states=[TrialState.COMPLETE])


def default_trial(study: optuna.Study) -> optuna.trial.FrozenTrial | None:
    """The complete trial of the default configuration, if there is one."""
    return next((trial for trial in complete_trials(study) if DEFAULT in trial.user_attrs), None)


def trial_line(study: optuna.Study, trial: optuna.trial.FrozenTrial, n_trials: int) -> str:
    """A finished trial in one line, with the best so far and the time that is left."""
    done, took = finished_trials(study), trial.duration.total_seconds()
    best = f", best {study.best_value:.4f} (trial {study.best_trial.number})" if complete_trials(study) else ""
    seconds = np.mean([each.duration.total_seconds() for each in done])
    left = f"; {spoken_seconds(seconds * (n_trials - len(done)))} left" if len(done) < n_trials else ""
    head = f"trial {trial.number} ({len(done)} of {n_trials})"
    return f"{head}: {_outcome_text(trial)} in {spoken_seconds(took)}{best}{left}"


def _outcome_text(trial: optuna.trial.FrozenTrial) -> str:
    """How a finished trial ended, in words."""
    if trial.state == TrialState.FAIL:
        return f"failed ({trial.user_attrs.get(REASON)})"
    if trial.state == TrialState.PRUNED:
        n_folds = len(trial.intermediate_values)
        return f"{trial.intermediate_values[n_folds - 1]:.4f}, stopped after fold {n_folds}"
    return f"{trial.value:.4f}"
