"""Every fold trained once: a finished one is kept, several are trained at a time where there is room.

<out>/fold-0/   metrics.csv, predictions.csv and embeddings.npz of the test fold, history.csv, model.pkl
                fold.json   written last: where it exists, the fold is finished; it says what the fold was trained with
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import torch
from fastai.learner import Learner

from styleclf.common import (
    alone_in,
    as_json,
    check_made_alike,
    expect_end_in,
    expect_trainings,
    foresight,
    needs_package,
    prefixed_lines,
    read_json,
    remove_unfinished,
    say,
    time_left,
    write_json,
)
from styleclf.data import Paintings, cv_folds, design_digest
from styleclf.evaluation import has_several_labels
from styleclf.runs.folder import EMBEDDINGS_FILE, write_label_run, write_run
from styleclf.runs.processes import end_with_parent
from styleclf.training import fitted_learner, load_style_learner

_FINISHED_FILE = "fold.json"
_NEEDED_FILES = ("predictions.csv", EMBEDDINGS_FILE)
_SECONDS_FOR_WORKERS = 30  # until a Dask cluster has its workers


class _Task(NamedTuple):
    """Some folds to train one after another, as one of several tasks that share a machine."""

    paintings: Paintings
    folds: Sequence[str]
    out: Path
    number: int  # of this task, from 0
    n_tasks: int
    parent: int  # the number of the process that dealt the tasks
    flags: dict  # keywords of `fitted_learner`


def fitted_folds(
    paintings: Paintings,
    out: str | Path,
    *,
    jobs: int = 1,
    **flags: object,
) -> list[Path]:
    """Train `fitted_learner(design, images, fold, **flags)` for every fold; returns the folders of the folds.

    A fold that `out` holds finished is kept. `jobs` are trained at a time, as tasks of joblib, whose backend decides
    where; each has its share of the processor's threads, or a CUDA device of its own.

    Raises ValueError if `out` holds a fold trained with other flags or on another design, if another process trains
    folds there, or for `jobs` below 1.
    """
    if jobs < 1:
        raise ValueError(f"jobs must be 1 or more, not {jobs}")
    out = Path(out)
    folds = cv_folds(paintings.rows)
    with alone_in(out, "a cross-validation", part="folds"), foresight():
        trained_with = _trained_with(paintings.rows, flags)
        unfinished_folds = [fold for fold in folds if not _is_finished(fold_folder(out, fold), trained_with)]
        n_finished = len(folds) - len(unfinished_folds)
        if n_finished:
            say(f"{n_finished} of {len(folds)} folds are trained already: {out}")
        _run_tasks(_dealt_tasks(paintings, unfinished_folds, out, jobs=jobs, flags=flags))
    return [fold_folder(out, fold) for fold in folds]


def _dealt_tasks(
    paintings: Paintings,
    folds: Sequence[str],
    out: Path,
    *,
    jobs: int,
    flags: dict,
) -> list[_Task]:
    """The folds as tasks, as many as there is room for."""
    n_tasks = _n_places(min(jobs, len(folds)))
    tasks = []
    for number in range(n_tasks):
        folds_of_task = folds[number::n_tasks]
        task = _Task(paintings, folds_of_task, out, number=number, n_tasks=n_tasks, parent=os.getpid(), flags=flags)
        tasks.append(task)
    return tasks


def fold_folder(out: str | Path, fold: str) -> Path:
    """The folder of a fold's files."""
    return Path(out) / f"fold-{fold}"


def _trained_with(design: pd.DataFrame, flags: dict) -> dict:
    """What must be the same for a finished fold to be kept, as JSON gives it back."""
    return as_json({"design": design_digest(design), **flags})


def _is_finished(folder: Path, trained_with: dict) -> bool:
    """Whether the fold in `folder` is finished. Raises ValueError if it is, but was trained with something else."""
    file = folder / _FINISHED_FILE
    if not file.is_file():
        return False
    before = read_json(file, ["trained_with"])["trained_with"]
    check_made_alike(before, trained_with, f"{folder} was trained", advice="choose another folder, or remove it")
    return all((folder / name).is_file() for name in _NEEDED_FILES)  # one that was damaged may have been removed


def _n_places(jobs: int) -> int:
    """How many trainings this machine has room for, at most `jobs`: on a GPU one per device."""
    if torch.cuda.is_available():
        return min(jobs, torch.cuda.device_count())
    if torch.backends.mps.is_available():
        return min(jobs, 1)
    return jobs


def _run_tasks(tasks: Sequence[_Task]) -> None:
    """Train the folds of every task: a single task in this process, several by joblib."""
    if len(tasks) > 1:
        from joblib import Parallel, delayed

        fit = delayed(_fit_folds)
        Parallel(n_jobs=len(tasks))(fit(task) for task in tasks)
    else:
        for task in tasks:
            _fit_folds(task)


def _fit_folds(task: _Task) -> None:
    """Train the folds of a task one after another."""
    if task.n_tasks > 1:
        _share_machine(task.number, task.n_tasks)
        end_with_parent(task.parent)
    start = time.monotonic()
    expect_trainings(len(task.folds), task.flags.get("minutes"))
    for n_done, fold in enumerate(task.folds, start=1):
        prefix = prefixed_lines(f"fold {fold}: ") if task.n_tasks > 1 else nullcontext()
        with prefix:
            say(f"training without fold {fold}")
            _fit_fold(task, fold)
            seconds_per_fold = (time.monotonic() - start) / n_done
            n_left = len(task.folds) - n_done
            seconds_left = n_left * seconds_per_fold
            remaining = f", {time_left(seconds_left)}" if n_left else ""
            say(f"fold {fold} is done{remaining}")
            expect_end_in(seconds_left)


def _share_machine(task: int, n_tasks: int) -> None:
    """Take the CUDA device of this task, or its share of the threads."""
    if torch.cuda.is_available():
        torch.cuda.set_device(task)
    else:
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // n_tasks))


def _fit_fold(task: _Task, fold: str) -> None:
    """Train without the fold, judge on it, and write everything, the sign that it is finished last."""
    paintings = task.paintings
    folder = fold_folder(task.out, fold)
    remove_unfinished(folder)  # what a killed process has left
    start = time.monotonic()
    learn = fitted_learner(paintings.rows, paintings.folder, fold, **task.flags)
    seconds = round(time.monotonic() - start, 1)
    if has_several_labels(paintings.rows["label"]):
        write_label_run(learn, paintings, fold, folder=folder)
    else:
        write_run(learn, paintings, fold, folder=folder)
    trained_with = _trained_with(paintings.rows, task.flags)
    write_json({"trained_with": trained_with, "seconds": seconds}, folder / _FINISHED_FILE)


def loaded_folds(design: pd.DataFrame, out: str | Path) -> list[Learner]:
    """The exported learners of all folds. Raises FileNotFoundError where one is missing."""
    return [load_style_learner(fold_folder(out, fold) / "model.pkl") for fold in cv_folds(design)]


@contextmanager
def joblib_backend(dask: str | None = None, jobs: int = 1) -> Iterator[None]:
    """Where joblib's tasks of the block run: in processes of this machine, or on a Dask cluster.

    `dask`: the address of its scheduler, or 'local' for a cluster of `jobs` processes on this machine. Raises
    ValueError where the package distributed is missing, OSError where no scheduler answers.
    """
    if dask is None:
        yield
        return
    if not dask.strip():
        raise ValueError("the address of the Dask cluster is empty: name one, such as tcp://host:8786, or local")
    with needs_package("distributed", "dask", "a Dask cluster"):
        from distributed import Client, LocalCluster
    import joblib

    # one thread per worker: two trainings in one process would share a random generator
    place = LocalCluster(n_workers=jobs, threads_per_worker=1) if dask == "local" else nullcontext(dask)
    options = {"backend": "dask", "wait_for_workers_timeout": _SECONDS_FOR_WORKERS}
    with place as cluster, _dask_client(Client, cluster), joblib.parallel_config(**options):
        yield


def _dask_client(client_class: Any, cluster: Any) -> AbstractContextManager:
    """A client of a cluster, or of a scheduler's address.

    Raises ValueError for what is not an address, OSError where nobody answers.
    """
    try:
        return client_class(cluster)
    except ValueError as error:
        advice = "name one such as tcp://host:8786, or local"
        raise ValueError(f"{cluster!r} is not the address of a Dask cluster ({error}): {advice}") from error
    except OSError as error:
        raise OSError(f"no Dask cluster answers at {cluster}: start its scheduler, or leave out dask") from error
