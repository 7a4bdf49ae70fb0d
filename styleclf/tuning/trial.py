"""One trial: a configuration is drawn, trained without each fold in turn and judged on it, and stopped if hopeless.

A trial keeps one hit or miss per image in the study's database, from which `optimism` computes how lucky the winner is.
"""

import gc
import io
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd

from styleclf.common import with_progress, write_json
from styleclf.evaluation import mean_over_styles, probas_of, targets, true_ranks, vocab_of
from styleclf.training import fitted_learner
from styleclf.tuning.search_space import Settings, TuningTask, is_used, settings_of

_TOP_K = 2
TARGET_NAME = "top-2 accuracy"
FOLDS_KEY = "folds"  # attribute of a trial in the database: the target on each fold
HITS_KEY = "hits"  # attribute of a complete trial: the hits on all images
_HIT_SIGN = "1"
_MISS_SIGN = "0"
_UNJUDGED_SIGN = "-"
Hits = Callable[..., np.ndarray]  # of task, fold and settings, and where trials are kept of `folder`


def _draw_settings(trial: optuna.Trial, task: TuningTask) -> Settings:
    """The configuration of a trial."""
    for name, choices in task.space.items():
        epochs: Any = trial.params.get("epochs", task.base["epochs"])
        if not is_used(name, epochs):
            continue
        if isinstance(choices, list):
            trial.suggest_categorical(name, choices)
        elif isinstance(choices.low, int):
            trial.suggest_int(name, choices.low, int(choices.high), log=choices.log)
        else:
            trial.suggest_float(name, choices.low, choices.high, log=choices.log)
    return settings_of(task, trial.params)


def trained_hits(
    task: TuningTask,
    fold: str,
    settings: Settings,
    *,
    folder: Path | None = None,
) -> np.ndarray:
    """`(n of the fold,)` whether the true style is among the two likeliest, by a model that never saw its authors.

    What the training leaves is written into `folder`, if one is given. Raises ValueError where the training diverged.
    """
    from styleclf.inference import predict_design
    from styleclf.runs import write_run

    paintings = task.paintings
    gc.collect()  # a learner and its callbacks refer to one another, and so hold a GPU's memory
    with redirect_stdout(io.StringIO()):  # one line per trial is enough
        learn = fitted_learner(paintings.rows, paintings.folder, fold, **settings)
        rows = paintings.rows[task.in_fold(fold)]
        predictions = predict_design(learn, rows, paintings.folder, progress=False)
    probas = probas_of(predictions)
    if not np.isfinite(probas).all():
        raise ValueError(f"the training without fold {fold} diverged: its predictions contain NaN or infinity")
    if folder is not None:
        write_run(learn, paintings, fold, folder=folder)
        write_json({"settings": settings}, folder / "settings.json")
    targs = targets(predictions["label"], vocab_of(predictions))
    return true_ranks(probas, targs) < _TOP_K


def objective(
    task: TuningTask, hits_of: Hits = trained_hits, keep: Path | None = None
) -> Callable[[optuna.Trial], float]:
    """A function that trains and judges one trial fold by fold, and returns the target over all of them.

    `keep`: a folder in which every training of every trial gets a folder of its own.
    """

    def target(trial: optuna.Trial) -> float:
        """The target over all folds of one trial."""
        settings = _draw_settings(trial, task)
        targs = task.targs
        folds = task.folds
        hits = np.full(len(targs), np.nan)
        by_fold = {}
        for step, fold in enumerate(with_progress(folds, len(folds), f"folds of trial {trial.number}")):
            options = {}
            if keep is not None:
                options["folder"] = keep / f"trial-{trial.number}-fold-{fold}"
            in_fold = task.in_fold(fold)
            hits[in_fold] = hits_of(task, fold, settings, **options)
            by_fold[fold] = hit_rate(hits[in_fold], targs[in_fold])
            trial.set_user_attr(FOLDS_KEY, by_fold)
            trial.report(hit_rate(hits, targs), step)
            if fold != folds[-1] and trial.should_prune():
                raise optuna.TrialPruned
        trial.set_user_attr(HITS_KEY, hits_as_text(hits, task.paintings.rows))
        return hit_rate(hits, targs)

    return target


def hit_rate(hits: np.ndarray, targs: np.ndarray) -> float:
    """Mean over styles of the share of hits among the images judged: `hits (n,)` are 1, 0, or NaN where not judged.

    >>> hit_rate(np.array([1, 0, 1, np.nan]), np.array([0, 0, 1, 1]))
    0.75
    """
    judged = ~np.isnan(hits)
    counts = np.ones((1, judged.sum()))
    n_styles = targs.max() + 1
    return float(mean_over_styles(hits[judged], targs[judged], n_styles, counts=counts)[0])


def hits_as_text(hits: np.ndarray, design: pd.DataFrame) -> str:
    """Hits `(n,)` as `1`, `0` and `-`, in the order of file names."""
    signs = np.where(hits == 1, _HIT_SIGN, _MISS_SIGN)
    signs[np.isnan(hits)] = _UNJUDGED_SIGN
    in_order = signs[_order_by_name(design)]
    return "".join(in_order)


def hits_from_text(text: str, design: pd.DataFrame) -> np.ndarray:
    """The hits `(n,)` that `hits_as_text` wrote, in the order of the design."""
    signs = np.array(list(text))
    in_order = np.where(signs == _HIT_SIGN, 1.0, 0.0)
    in_order[signs == _UNJUDGED_SIGN] = np.nan
    hits = np.empty(len(design))
    hits[_order_by_name(design)] = in_order
    return hits


def _order_by_name(design: pd.DataFrame) -> np.ndarray:
    """Positions of the rows in the order of file names: processes that share a study may order them differently."""
    return np.argsort(design["filename"].to_numpy(dtype=object))
