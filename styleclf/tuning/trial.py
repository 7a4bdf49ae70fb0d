"""One trial: a configuration is drawn, trained without each fold in turn and judged on it, and stopped if hopeless.

A trial keeps one hit or miss an image in the study's database, from which `luck` tells how lucky the winner is.
"""

import gc
import io
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import optuna
import pandas as pd

from styleclf.data import cv_folds
from styleclf.evaluation import mean_over_styles, probas_of, targets, true_ranks, vocab_of
from styleclf.output import tracked, write_json
from styleclf.training import fitted_learner
from styleclf.tuning.search_space import Settings, TuningTask, is_used, settings_of

_K, TARGET = 2, "top-2 accuracy"
FOLDS, HITS = "folds", "hits"  # attributes of a trial in the database


def _draw_settings(trial: optuna.Trial, task: TuningTask) -> Settings:
    """The configuration of a trial."""
    for name, among in task.space.items():
        if not is_used(name, trial.params.get("epochs", task.base["epochs"])):
            continue
        if isinstance(among, list):
            trial.suggest_categorical(name, among)
        elif isinstance(among.low, int):
            trial.suggest_int(name, among.low, among.high, log=among.log)
        else:
            trial.suggest_float(name, among.low, among.high, log=among.log)
    return settings_of(task, trial.params)


def trained_hits(task: TuningTask, fold: str, settings: Settings, folder: Path | None = None) -> np.ndarray:
    """`(n of the fold,)` whether the true style is among the two likeliest, by a model that never saw its authors.

    What the training leaves is written into `folder`, if one is given. Raises ValueError where the training diverged.
    """
    from styleclf.inference import predict_design
    from styleclf.runs import write_run

    gc.collect()  # a learner and its callbacks hold one another, and so a GPU's memory
    with redirect_stdout(io.StringIO()):  # a trial is told by one line
        learn = fitted_learner(task.design, task.images, fold, **settings)
        found = predict_design(learn, task.design[task.in_fold(fold)], task.images, progress=False)
    probas = probas_of(found)
    if not np.isfinite(probas).all():
        raise ValueError(f"the training without fold {fold} diverged: its predictions are no numbers")
    if folder is not None:
        write_run(learn, task.design, task.images, fold, folder)
        write_json({"settings": settings}, folder / "settings.json")
    return true_ranks(probas, targets(found["label"], vocab_of(found))) < _K


Hits = Callable[..., np.ndarray]  # of task, fold and settings, and of a folder where trials are kept


def objective(
    task: TuningTask, hits_of: Hits = trained_hits, keep: Path | None = None
) -> Callable[[optuna.Trial], float]:
    """A function that trains and judges one trial fold by fold, and returns the target over all of them.

    `keep`: a folder in which every training of every trial gets a folder of its own.
    """

    def target(trial: optuna.Trial) -> float:
        settings, folds = _draw_settings(trial, task), cv_folds(task.design)
        hits, by_fold = np.full(len(task.design), np.nan), {}
        for step, fold in enumerate(tracked(folds, len(folds), f"folds of trial {trial.number}")):
            rows = task.in_fold(fold)
            folder = () if keep is None else (keep / f"trial-{trial.number}-fold-{fold}",)
            hits[rows] = hits_of(task, fold, settings, *folder)
            by_fold[fold] = score(hits[rows], task.targs[rows])
            trial.set_user_attr(FOLDS, by_fold)
            trial.report(score(hits, task.targs), step)
            if fold != folds[-1] and trial.should_prune():
                raise optuna.TrialPruned
        trial.set_user_attr(HITS, _as_text(hits, task.design))
        return score(hits, task.targs)

    return target


def score(hits: np.ndarray, targs: np.ndarray) -> float:
    """Mean over styles of the share of hits, of the images judged: `hits (n,)` are 1, 0, or NaN where not."""
    known = ~np.isnan(hits)
    return float(mean_over_styles(hits[known], targs[known], targs.max() + 1, np.ones((1, known.sum())))[0])


def _as_text(hits: np.ndarray, design: pd.DataFrame) -> str:
    """Hits as `1`, `0` and `-`, in the order of file names."""
    signs = np.where(np.isnan(hits), "-", np.where(hits == 1, "1", "0"))
    return "".join(signs[_distributions_by_name(design)])


def from_text(text: str, design: pd.DataFrame) -> np.ndarray:
    """The hits `(n,)` that `_as_text` wrote, in the order of the design."""
    hits = np.empty(len(design))
    hits[_distributions_by_name(design)] = [np.nan if sign == "-" else float(sign) for sign in text]
    return hits


def _distributions_by_name(design: pd.DataFrame) -> np.ndarray:
    """Positions of the rows in the order of file names: processes that share a study may hold them in another."""
    return np.argsort(design["filename"].to_numpy(dtype=object))
