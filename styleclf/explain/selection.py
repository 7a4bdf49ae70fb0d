"""Which images are worth a look: those of a fold by how the learner does on them, or files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.common import check_one_of, count_of, say, shown_name
from styleclf.data import VAL, Paintings
from styleclf.evaluation import probas_of, ranks_of
from styleclf.inference import predict_design, predict_table

Pick = Literal["top-1", "top-2", "wrong", "confident"]
_PICKS = get_args(Pick)


def select_from_design(
    learn: Learner,
    paintings: Paintings,
    pick: Pick,
    *,
    fold: str,
    n: int,
    seed: int = 0,
) -> pd.DataFrame:
    """Predictions `filename, label, pred, proba_<style>…` of `n` images of a fold, with paths for filenames.

    'top-1': right at the first guess, 'top-2': only at the second, 'wrong': at neither; these are drawn by `seed`.
    'confident': right at the first guess, the surest of each style. The learner should not have seen the fold. Raises
    ValueError for another kind, for `n` below 1, for the validation set, which stays closed, for a fold that the design
    does not have, for styles that the learner does not know, and if there is no such image.
    """
    _check_pick(pick, n)
    candidates = paintings_of_fold(paintings, fold)
    predictions = predict_design(learn, candidates.rows, candidates.folder)
    return with_paths(paintings.with_rows(_select_rows(predictions, pick, n, seed=seed)))


def paintings_of_fold(paintings: Paintings, fold: str) -> Paintings:
    """The paintings of one fold. Raises ValueError for the validation set, and for a fold without any."""
    if fold == VAL:
        raise ValueError(f"{VAL} stays closed, or it would show how it is judged: name another fold")
    folds = paintings.folds
    if fold not in set(folds):
        names = ", ".join(sorted(set(folds) - {VAL}))
        raise ValueError(f"the design has no fold {fold!r}: choose from {names}")
    return paintings.where(folds == fold)


def with_paths(paintings: Paintings) -> pd.DataFrame:
    """The rows of paintings with paths in place of filenames."""
    paths = [path.as_posix() for path in paintings.paths()]
    return paintings.rows.assign(filename=paths)


def select_files(learn: Learner, files: Sequence[Path]) -> pd.DataFrame:
    """Predictions `filename, label, pred, proba_<style>…` of image files; `label` is their folder if that is a style.

    Files that cannot be read as images are named on the screen and left out; raises OSError if there is no other.
    """
    table, unreadable = predict_table(learn, files)
    for path, reason in unreadable.items():
        say(f"not explained: {shown_name(str(path))} ({reason})")
    if table.empty:
        raise OSError(f"none of {count_of(len(files), 'file')} can be read as an image: name others")
    names = [Path(filename).parent.name for filename in table["filename"]]
    folders = pd.Series(names, dtype=str)
    is_style = folders.isin(learn.dls.vocab)
    table.insert(1, "label", folders.where(is_style, ""))
    return table


def styles_to_explain(
    selection: pd.DataFrame,
    target: str | None,
    *,
    from_design: bool,
) -> str | list[str]:
    """The style asked about for each selected image, as `explained_images` takes it.

    `target` is 'pred', 'true' or a style; by default 'true' for images of a design and 'pred' for files. The true style
    of an image of a design is its label; that of a file is up to `explained_images`.

    >>> selection = pd.DataFrame({"label": ["cubism"], "pred": ["photo"]})
    >>> styles_to_explain(selection, None, from_design=True)
    ['cubism']
    """
    target = target or ("true" if from_design else "pred")
    if target == "pred":
        return selection["pred"].tolist()
    if target == "true" and from_design:
        return selection["label"].tolist()
    return target


def _select_rows(
    predictions: pd.DataFrame,
    pick: Pick,
    n: int,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """`n` rows of `predictions` of one kind, from as many styles as there are, sorted by style.

    For the kinds and errors see `select_from_design`.
    """
    _check_pick(pick, n)
    candidates = predictions[_is_kind(predictions, pick)].sort_values("filename")
    if candidates.empty:
        raise ValueError(
            f"none of {len(predictions)} images is of the kind {pick!r}: choose another pick, or name files"
        )
    random = np.random.default_rng(seed).random(len(candidates))
    order = -probas_of(candidates).max(axis=1) if pick == "confident" else random
    priorities = pd.Series(order, candidates.index)
    turn = priorities.groupby(candidates["label"]).rank(method="first")
    return (
        candidates.assign(turn=turn, random=random)
        .sort_values(["turn", "random"])
        .head(n)
        .sort_values(["label", "turn"])
        .drop(columns=["turn", "random"])
        .reset_index(drop=True)
    )


def _is_kind(predictions: pd.DataFrame, pick: Pick) -> np.ndarray:
    """Which predictions are of a kind, `(n,)` bool."""
    ranks = ranks_of(predictions)
    if pick == "top-2":
        return ranks == 1
    if pick == "wrong":
        return ranks > 1
    return ranks == 0


def _check_pick(pick: str, n: int) -> None:
    """Raise ValueError for what cannot be picked."""
    check_one_of(pick, _PICKS, "pick")
    if n < 1:
        raise ValueError(f"n must be 1 image or more, not {n}")
