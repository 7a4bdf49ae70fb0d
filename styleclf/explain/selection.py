"""Which images of a design are worth a look."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.data import read_without_validation
from styleclf.evaluation import probas_of, targets, true_ranks, vocab_of
from styleclf.inference import predict_design, predict_table

Pick = Literal["top-1", "top-2", "wrong", "confident"]
_PICKS = get_args(Pick)


def select_from_design(
    learn: Learner, design: str | Path, fold: str, images: str | Path, pick: Pick, n: int, seed: int = 0
) -> pd.DataFrame:
    """`_select_rows` images of a fold, which the learner should not have seen, as paths.

    Raises ValueError for the validation set, which stays closed, for styles that the learner does not know, and what
    `_select_rows` raises.
    """
    _check_pick(pick, n)
    rows = read_without_validation(design, fold)
    chosen = _select_rows(predict_design(learn, rows, images), pick, n, seed)
    return chosen.assign(filename=[(Path(images) / name).as_posix() for name in chosen["filename"]])


def select_files(learn: Learner, files: Sequence[Path]) -> pd.DataFrame:
    """Predictions `filename, label, pred, proba_<style>…` of image files; `label` is their folder if that is a style.

    Raises OSError for a file that cannot be opened as an image.
    """
    table, unreadable = predict_table(learn, files)
    for path, reason in unreadable.items():
        raise OSError(f"{path} cannot be opened as an image: {reason}")
    folders = [file.parent.name for file in files]
    table.insert(1, "label", [folder if folder in learn.dls.vocab else "" for folder in folders])
    return table


def _select_rows(predictions: pd.DataFrame, pick: Pick, n: int, seed: int = 0) -> pd.DataFrame:
    """`n` rows of `predictions` of one kind, from as many styles as there are, sorted by style.

    'top-1': right at the first guess, 'top-2': only at the second, 'wrong': at neither; these are drawn by `seed`.
    'confident': right at the first guess, the surest of each style. Raises ValueError for another kind, for `n` below
    1, or if there is no such image.
    """
    _check_pick(pick, n)
    probas = probas_of(predictions)
    ranks = true_ranks(probas, targets(predictions["label"], vocab_of(predictions)))
    found = predictions[{"top-2": ranks == 1, "wrong": ranks > 1}.get(pick, ranks == 0)].sort_values("filename")
    if found.empty:
        raise ValueError(
            f"none of {len(predictions)} images is of the kind {pick!r}: choose another --pick, or name files"
        )
    luck = np.random.default_rng(seed).random(len(found))
    order = -probas_of(found).max(axis=1) if pick == "confident" else luck
    turn = pd.Series(order, found.index).groupby(found["label"]).rank(method="first")
    return (
        found.assign(turn=turn, luck=luck)
        .sort_values(["turn", "luck"])
        .head(n)
        .sort_values(["label", "turn"])
        .drop(columns=["turn", "luck"])
        .reset_index(drop=True)
    )


def _check_pick(pick: str, n: int) -> None:
    """Raise ValueError for what cannot be picked."""
    if pick not in _PICKS:
        raise ValueError(f"pick must be one of {', '.join(_PICKS)}, not {pick!r}")
    if n < 1:
        raise ValueError(f"n must be 1 image or more, not {n}")
