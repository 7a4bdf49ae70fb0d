"""Every fold trained once: a finished one is kept, several are trained at a time where there is room.

<out>/fold-0/   metrics.csv, predictions.csv and embeddings.npz of the test fold, history.csv, model.pkl
                fold.json   written last: where it stands, the fold is finished; it tells what it was trained with
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from os import cpu_count
from pathlib import Path

import pandas as pd
import torch
from fastai.learner import Learner

from styleclf.data import cv_folds, design_digest
from styleclf.output import prefixed_lines, spoken_seconds, write_json
from styleclf.runs.folder import write_run
from styleclf.training import fitted_learner, load_style_learner

_FINISHED = "fold.json"


def fitted_folds(design: pd.DataFrame, images: str | Path, out: str | Path, jobs: int = 1, **how: object) -> list[Path]:
    """Train `fitted_learner(design, images, fold, **how)` for every fold; returns the folders of the folds.

    A fold that stands finished in `out` is kept. `jobs` are trained at a time, as tasks of joblib, whose backend
    decides where; each has its share of the processor's threads, or a CUDA device of its own.

    Raises ValueError if `out` holds a fold trained in another way or on another design, or for `jobs` below 1.
    """
    if jobs < 1:
        raise ValueError(f"jobs must be 1 or more, not {jobs}")
    out, folds = Path(out), cv_folds(design)
    left = [fold for fold in folds if not _is_finished(fold_folder(out, fold), _trained_with(design, how))]
    if len(left) < len(folds):
        print(f"{len(folds) - len(left)} of {len(folds)} folds are trained already: {out}")
    n_tasks = _n_places(min(jobs, len(left)))
    _run_tasks([(design, images, left[i::n_tasks], out, i, n_tasks, how) for i in range(n_tasks)])
    return [fold_folder(out, fold) for fold in folds]


def fold_folder(out: Path, fold: str) -> Path:
    """Where a fold's files are."""
    return out / f"fold-{fold}"


def _trained_with(design: pd.DataFrame, how: dict) -> dict:
    """What must be the same for a finished fold to be kept, as JSON gives it back."""
    return json.loads(json.dumps({"design": design_digest(design), **how}, default=str))


def _is_finished(folder: Path, wanted: dict) -> bool:
    """Whether the fold in `folder` is finished. Raises ValueError if it is, but was trained with something else."""
    file = folder / _FINISHED
    if not file.is_file():
        return False
    found = json.loads(file.read_text(encoding="utf-8"))["trained_with"]
    names = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    if names:
        other = ", ".join(f"{name} {found.get(name)!r} instead of {wanted.get(name)!r}" for name in names)
        raise ValueError(f"{folder} was trained with {other}: choose another --out, or remove it")
    return True


def _n_places(jobs: int) -> int:
    """How many trainings this machine has room for, at most `jobs`: on a GPU one a device."""
    if torch.cuda.is_available():
        return min(jobs, torch.cuda.device_count())
    return min(jobs, 1) if torch.backends.mps.is_available() else jobs


def _run_tasks(tasks: Sequence[tuple]) -> None:
    """Call `_fit_folds` with every tuple of arguments: a single one right here, several by joblib."""
    if len(tasks) > 1:
        from joblib import Parallel, delayed

        Parallel(n_jobs=len(tasks))(delayed(_fit_folds)(*task) for task in tasks)
    else:
        for task in tasks:
            _fit_folds(*task)


def _fit_folds(
    design: pd.DataFrame, images: str | Path, folds: Sequence[str], out: Path, task: int, n_tasks: int, how: dict
) -> None:
    """Train some folds one after another, as one of several tasks on this machine."""
    if n_tasks > 1:
        _share_machine(task, n_tasks)
    start = time.monotonic()
    for done, fold in enumerate(folds, start=1):
        with prefixed_lines(f"fold {fold}: ") if n_tasks > 1 else nullcontext():
            print(f"training without fold {fold}", flush=True)
            _fit_fold(design, images, fold, fold_folder(out, fold), how)
            left = (time.monotonic() - start) / done * (len(folds) - done)
            print(f"fold {fold} is done" + (f", {spoken_seconds(left)} left" if left else ""), flush=True)


def _share_machine(task: int, n_tasks: int) -> None:
    """Take this task's own CUDA device, or its share of the threads."""
    if torch.cuda.is_available():
        torch.cuda.set_device(task)
    else:
        torch.set_num_threads(max(1, (cpu_count() or 1) // n_tasks))


def _fit_fold(design: pd.DataFrame, images: str | Path, fold: str, folder: Path, how: dict) -> None:
    """Train without the fold, judge on it, and write everything, the sign that it is finished last."""
    start = time.monotonic()
    learn = fitted_learner(design, images, fold, **how)
    seconds = round(time.monotonic() - start, 1)
    write_run(learn, design, images, fold, folder)
    write_json({"trained_with": _trained_with(design, how), "seconds": seconds}, folder / _FINISHED)


def loaded_folds(design: pd.DataFrame, out: Path) -> list[Learner]:
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
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ValueError("a Dask cluster needs the package distributed: pip install styleclf[dask]") from error
    import joblib

    # one thread a worker: two trainings in one process would share a random generator
    local = LocalCluster(n_workers=jobs, threads_per_worker=1) if dask == "local" else nullcontext(dask)
    with local as cluster, Client(cluster), joblib.parallel_config(backend="dask", wait_for_workers_timeout=30):
        yield
