"""A study: many trials in a database, drawn after one another, stopped early, failed, interrupted and redone."""

import json
import sqlite3
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import optuna
from optuna.trial import TrialState

from styleclf.common import check_made_alike, reason_of, say, spoken_seconds
from styleclf.tuning.search_space import SEARCHED_SUFFIX

N_RANDOM_TRIALS = 10  # before a model of the good ones draws
_N_BEFORE_PRUNING = 5  # finished trials that a median needs
_HEARTBEAT_SECONDS = 5  # between a trial's signs of life
_GRACE_SECONDS = 30  # without one until a trial is taken for dead
_LOCK_SECONDS = 60  # to wait for a SQLite file that another process writes
_SECONDS_UNTIL_TOLD = 2  # that such a file is locked
_SQLITE_START = b"SQLite format 3\0"
_FULL = "disk is full"  # what SQLite says
_NO_PERMISSION = ("readonly database", "unable to open database file")
_ADVICE = "name another database, or remove this file to start again"
_N_CONNECTIONS = 3  # tries to open a database
_N_LOOKS = 20  # for the description of a study that another process may have created just now
_SECONDS_BETWEEN_LOOKS = 0.25
DEFAULT_KEY = "default"  # attribute of a trial in the database: it is the default configuration
REASON_KEY = "reason"  # attribute of a failed trial
_TASK_KEY = "task"  # attribute of a study: what it is about
_INTERRUPTED = "interrupted"  # by the end of its process
_COUNTED_STATES = ("complete", "pruned", "failed")


class StudyTask(Protocol):
    """What a study is about."""

    def default(self) -> dict[str, Any]:
        """The parameters of the first trial."""

    def fingerprint(self) -> dict[str, Any]:
        """What must be the same for a study to go on, as JSON gives it back."""


def open_storage(url: str) -> optuna.storages.RDBStorage:
    """The database at a URL of SQLAlchemy's; trials of processes that died are begun anew by others.

    Raises ValueError for a URL nobody can read, a missing driver or a file that is not a database of Optuna's,
    ConnectionError where no database answers.
    """
    from sqlalchemy import exc

    if "://" not in url:
        raise ValueError(f"storage must be an address such as sqlite:///runs/study.db, not {url!r}")
    if url.startswith("sqlite"):
        _check_sqlite(url)
    for attempt in range(1, _N_CONNECTIONS + 1):
        is_last = attempt == _N_CONNECTIONS
        try:
            return _connect(url)
        except (exc.ArgumentError, ImportError) as error:
            advice = "pip install 'psycopg[binary]'" if "psycopg" in str(error) else "see SQLAlchemy's database URLs"
            raise ValueError(f"the study's database cannot be used: {error} ({advice})") from error
        except RuntimeError as error:  # Optuna's, about a database of another version of its own
            raise ValueError(f"the study's database cannot be used: {_first_line(error)}") from error
        except exc.OperationalError as error:
            if is_last or "exist" not in str(error):
                advice = _advice_on_database(error)
                raise ConnectionError(f"the study's database cannot be opened: {error.orig}{advice}") from error
        except (exc.IntegrityError, exc.ProgrammingError):  # another process is making the tables as well
            if is_last:
                raise
        time.sleep(1)
    raise AssertionError("the last try returns or raises")


def _check_sqlite(url: str) -> None:
    """Raise ValueError for a SQLite URL whose file holds no studies; say so at once if it is locked."""
    from sqlalchemy.engine import make_url

    name = make_url(url).database
    if name in (None, "", ":memory:"):
        raise ValueError(f"{url} names no file, and a study lives in one: name it as in sqlite:///runs/study.db")
    file = Path(str(name))
    if file.is_dir():
        raise ValueError(f"{file} is a folder, and no database of SQLite's: name another database, or remove it")
    if not file.is_file() or not file.stat().st_size:
        return
    with open(file, "rb") as stream:
        if stream.read(len(_SQLITE_START)) != _SQLITE_START:
            raise ValueError(f"{file} is not a database of SQLite's: {_ADVICE}")
    try:
        complaint = _complaint_about_tables(file)
        for _ in range(_N_LOOKS):  # another process may be making the tables just now
            if not complaint:
                return
            time.sleep(_SECONDS_BETWEEN_LOOKS)
            complaint = _complaint_about_tables(file)
    except sqlite3.OperationalError as error:
        say(f"{file}: {error}; this waits up to {_LOCK_SECONDS} s for whoever has it")
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{file} is damaged ({error}): {_ADVICE}") from error
    else:
        raise ValueError(f"{file} {complaint}: {_ADVICE}")


def _complaint_about_tables(file: Path) -> str:
    """What is wrong with the tables of a SQLite file, nothing if these are Optuna's or there are none yet.

    Raises the errors of SQLite for a file that is locked or damaged.
    """
    from optuna.storages._rdb.models import BaseModel

    with closing(sqlite3.connect(file, timeout=_SECONDS_UNTIL_TOLD)) as database:
        (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if state != "ok":
            raise sqlite3.DatabaseError(state)
        database.execute("BEGIN IMMEDIATE")
        rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        database.rollback()
    tables = {name for (name,) in rows}
    missing = sorted(set(BaseModel.metadata.tables) - tables)
    if not tables or not missing:
        return ""
    if "studies" not in tables:
        return f"is a database of another program, it has the table {min(tables)}"
    return f"is damaged, it lacks the table {missing[0]}"


@contextmanager
def storage_sentences() -> Iterator[None]:
    """In the block, what goes wrong in the study's database, such as a full disk, is an OSError of one sentence.

    Values in it that are damaged are a ValueError.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (optuna.exceptions.StorageInternalError, SQLAlchemyError) as error:
        cause = error.__cause__ or error
        reason = getattr(cause, "orig", None) or _first_line(error)
        advice = _advice_on_database(error)
        raise OSError(f"the study's database cannot be used any more: {reason}{advice}") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"the study's database is damaged, it holds a value that is no JSON: {_ADVICE}") from error


def _advice_on_database(error: Exception) -> str:
    """What to do about an error of the database, where that is known; else ''."""
    message = f"{error} {error.__cause__}"
    if _FULL in message:
        return ", make room or name another folder"
    if any(words in message for words in _NO_PERMISSION):
        return ", there may be no permission to write it: name another folder"
    return ""


def _first_line(error: Exception) -> str:
    """The first line of an error's message."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _connect(url: str) -> optuna.storages.RDBStorage:
    """The database, in which trials give signs of life."""
    engine_options = {}
    if url.startswith("sqlite"):
        engine_options["connect_args"] = {"timeout": _LOCK_SECONDS}
    with quiet_optuna():
        return optuna.storages.RDBStorage(
            url,
            engine_kwargs=engine_options,
            heartbeat_interval=_HEARTBEAT_SECONDS,
            grace_period=_GRACE_SECONDS,
            heartbeat_stale_trial_callback=_repeat_trial,
        )


def open_study(
    storage: optuna.storages.BaseStorage,
    name: str,
    task: StudyTask,
    *,
    seed: int = 0,
) -> optuna.Study:
    """The study of that name, new with the default configuration as its first trial, or as it was left.

    Raises ValueError if it was begun with another design, space or settings.
    """
    study = _created_or_loaded(storage, name, seed)
    if _TASK_KEY not in study.user_attrs:
        default = task.default()
        study.enqueue_trial(default, user_attrs={DEFAULT_KEY: default}, skip_if_exists=True)
        study.set_user_attr(_TASK_KEY, task.fingerprint())
    before = study.user_attrs[_TASK_KEY]
    if not isinstance(before, dict):
        raise ValueError(f"the study {name!r} is not one of styleclf's, its task is {before!r}: choose another name")
    _check_same_task(name, before, task.fingerprint())
    return study


def _created_or_loaded(storage: optuna.storages.BaseStorage, name: str, seed: int) -> optuna.Study:
    """The study of that name, created if need be."""
    options: dict[str, Any] = dict(
        study_name=name, storage=storage, sampler=SeededByNumber(seed), pruner=FoldMedianPruner()
    )
    try:
        with quiet_optuna():
            return optuna.create_study(direction="maximize", **options)
    except optuna.exceptions.DuplicatedStudyError:
        study = optuna.load_study(**options)
        for _ in range(_N_LOOKS):  # another process may have created it just now
            if _TASK_KEY in study.user_attrs:
                break
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return study


def _check_same_task(study: str, before: dict, now: dict) -> None:
    """Raise ValueError where a study was begun with something else; settings newer than the study do not count."""
    searched_names = {name for name in now if name.endswith(SEARCHED_SUFFIX)}
    check_made_alike(
        before,
        now,
        f"the study {study!r} was begun",
        advice="choose another folder or another name",
        names=before.keys() | searched_names,
    )


class SeededByNumber(optuna.samplers.BaseSampler):
    """A tree-structured Parzen estimator (Bergstra et al. 2011) seeded with the number of each trial.

    Trials that were interrupted before it are not counted. So a study that was interrupted draws as one that was not,
    and processes that share a study draw differently.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def before_trial(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        """Begin a trial."""
        number = trial.number - _n_interrupted(study, trial.number)
        seed = np.random.SeedSequence([self.seed, number]).generate_state(1)[0]
        # in groups: what a probe does not use is not drawn for it
        self.tpe = optuna.samplers.TPESampler(n_startup_trials=N_RANDOM_TRIALS, group=True, seed=int(seed))
        self.tpe.before_trial(study, trial)

    def infer_relative_search_space(self, *args: Any) -> dict[str, Any]:
        """What the estimator returns."""
        return self.tpe.infer_relative_search_space(*args)

    def sample_relative(self, *args: Any) -> dict[str, Any]:
        """What the estimator returns."""
        return self.tpe.sample_relative(*args)

    def sample_independent(self, *args: Any) -> object:
        """What the estimator returns."""
        return self.tpe.sample_independent(*args)

    def after_trial(self, *args: Any) -> None:
        """What the estimator does."""
        self.tpe.after_trial(*args)


def _n_interrupted(study: optuna.Study, number: int) -> int:
    """How many of the trials before that number were interrupted, and are done again under another one."""
    before = study.get_trials(deepcopy=False)[:number]
    return sum(state_of(trial) == _INTERRUPTED for trial in before)


class FoldMedianPruner(optuna.pruners.BasePruner):
    """Stops a trial that is worse over the folds so far than half of the complete trials were at that point.

    Optuna's median pruner compares a trial's best value so far: after an easy first fold, hardly any would be stopped.
    """

    def prune(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> bool:
        """Whether to stop; the default configuration, to which all is compared, never."""
        step = trial.last_step
        if step is None:
            return False
        values = [complete.intermediate_values[step] for complete in complete_trials(study)]
        if len(values) < _N_BEFORE_PRUNING or DEFAULT_KEY in trial.user_attrs:
            return False
        return bool(trial.intermediate_values[step] < np.median(values))


def tune(
    study: optuna.Study,
    target: Callable[[optuna.Trial], float],
    n_trials: int,  # of the whole study, whichever process does them
    *,
    after: Callable[[optuna.Study, optuna.trial.FrozenTrial], None],  # called with every trial done here
) -> None:
    """Work on the study until so many trials are complete, pruned or failed; those of dead processes are redone.

    A trial that fails is recorded with its reason. Returns when the trials of other processes are done as well.
    """
    numbers_seen: set[int] = set()
    is_waiting = False
    while len(finished_trials(study)) < n_trials:
        with quiet_optuna():
            optuna.storages.fail_stale_trials(study)
            running = study.get_trials(deepcopy=False, states=[TrialState.RUNNING])
            _record_heartbeats(study, [trial for trial in running if trial.number not in numbers_seen])
            numbers_seen.update(trial.number for trial in running)
            if len(finished_trials(study)) + len(running) < n_trials:
                study.optimize(_with_reasons(target), n_trials=1, catch=(Exception,), callbacks=[after])
                continue
        if not is_waiting:
            say(f"other processes have the last trials: waiting, {_GRACE_SECONDS} s for one that died")
            is_waiting = True
        time.sleep(1)


def _record_heartbeats(study: optuna.Study, trials: list[optuna.trial.FrozenTrial]) -> None:
    """Give trials a first sign of life, so that they are taken for dead if no other follows.

    Optuna never does so with one whose process died before its first sign of life.
    """
    record = getattr(study._storage, "record_heartbeat", None)  # a database has that
    if record is None:
        return
    for trial in trials:
        record(trial._trial_id)


def _with_reasons(target: Callable[[optuna.Trial], float]) -> Callable[[optuna.Trial], float]:
    """The target, which leaves the reason where it fails, and where it is interrupted a trial to be redone."""

    def run(trial: optuna.Trial) -> float:
        """The target of one trial."""
        try:
            return target(trial)
        except optuna.TrialPruned:
            raise
        except KeyboardInterrupt:
            _repeat_trial(trial.study, trial)
            raise
        except Exception as error:
            trial.set_user_attr(REASON_KEY, reason_of(error))
            raise

    return run


def _repeat_trial(study: optuna.Study, trial: optuna.Trial | optuna.trial.FrozenTrial) -> None:
    """Put an interrupted trial's configuration first in the queue."""
    default = trial.user_attrs.get(DEFAULT_KEY)
    if default:
        study.enqueue_trial(default, user_attrs={DEFAULT_KEY: default})
    else:
        study.enqueue_trial(trial.params, user_attrs={})


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Keep Optuna's own lines and warnings off the screen."""
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
            warnings.filterwarnings("ignore", "Fixed parameter")  # the default may lie outside of what is searched
            yield
    finally:
        optuna.logging.set_verbosity(verbosity)


def state_of(trial: optuna.trial.FrozenTrial) -> str:
    """complete, pruned, failed, interrupted (by the end of its process), running or waiting."""
    if trial.state == TrialState.FAIL:
        return "failed" if REASON_KEY in trial.user_attrs else _INTERRUPTED
    return trial.state.name.lower()


def finished_trials(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """The trials that count: complete, pruned or failed. An interrupted one is done again."""
    return [trial for trial in study.get_trials(deepcopy=False) if state_of(trial) in _COUNTED_STATES]


def complete_trials(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """The trials that were judged on all folds."""
    return study.get_trials(deepcopy=False, states=[TrialState.COMPLETE])


def default_trial(study: optuna.Study) -> optuna.trial.FrozenTrial | None:
    """The complete trial of the default configuration, if there is one."""
    for trial in complete_trials(study):
        if DEFAULT_KEY in trial.user_attrs:
            return trial
    return None


def trial_seconds(trial: optuna.trial.FrozenTrial) -> float:
    """How long a trial has taken; NaN while it is running."""
    return np.nan if trial.duration is None else trial.duration.total_seconds()


def trial_line(study: optuna.Study, trial: optuna.trial.FrozenTrial, n_trials: int) -> str:
    """A finished trial in one line, with the best so far and the time that is left."""
    trials = finished_trials(study)
    n_finished = len(trials)
    duration = spoken_seconds(trial_seconds(trial))
    outcome = f"{_outcome_text(trial)} in {duration}"
    line = f"trial {trial.number} ({n_finished} of {n_trials}): {outcome}"
    if complete_trials(study):
        best = study.best_trial
        line += f", best {best.value:.4f} (trial {best.number})"
    n_left = n_trials - n_finished
    if n_left > 0:
        mean_seconds = np.mean([trial_seconds(finished_trial) for finished_trial in trials])
        line += f"; {spoken_seconds(n_left * mean_seconds)} left"
    return line


def _outcome_text(trial: optuna.trial.FrozenTrial) -> str:
    """How a finished trial ended, in words."""
    if trial.state == TrialState.FAIL:
        return f"failed ({trial.user_attrs.get(REASON_KEY)})"
    if trial.state == TrialState.PRUNED:
        n_folds = len(trial.intermediate_values)
        return f"{trial.intermediate_values[n_folds - 1]:.4f}, stopped after fold {n_folds}"
    return f"{trial.value:.4f}"
