"""What the model of each fold makes of all images: features for classifiers that take the neural head's place.

The body of a fold was trained without the fold's authors, and so is what is fitted to its features. Images of the
validation set have no part in any of this.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner
from fastai.torch_core import no_random

from styleclf.data import author_groups, cv_folds, without_validation
from styleclf.evaluation import prediction_columns, targets
from styleclf.inference import body_embeddings, embedded_files
from styleclf.output import tracked
from styleclf.runs import fold_folder, loaded_folds, read_embeddings

_OF_BODY = ("arch", "weights", "features", "size", "fit", "precision")  # of a training's settings
_KNOWN = ["filename", "label", "author", "fold"]


class Split(NamedTuple):
    """What a classifier of one fold is fitted to, and what it is asked."""

    train: np.ndarray  # (n_train, d) features
    targs: np.ndarray  # (n_train,) positions of their styles
    groups: np.ndarray  # (n_train,) their authors
    test: np.ndarray  # (n_test, d)
    n_styles: int


@dataclass(frozen=True)
class FoldFeatures:
    """Features `(n, d)` of all images of the folds, as the model of each fold sees them."""

    rows: pd.DataFrame  # of the design, without its validation set
    by_fold: dict[str, np.ndarray]

    @property
    def vocab(self) -> list[str]:
        """The styles."""
        return sorted(self.rows["label"].unique())

    @property
    def targs(self) -> np.ndarray:
        """`(n,)` positions of the images' styles."""
        return targets(self.rows["label"], self.vocab)

    def in_fold(self, fold: str) -> np.ndarray:
        """`(n,)` which images are in the fold."""
        return (self.rows["fold"].astype(str) == fold).to_numpy()

    def split(self, fold: str) -> Split:
        """Images of the other folds to learn from, those of the fold to tell."""
        features, test = self.by_fold[fold], self.in_fold(fold)
        known = features[~test], self.targs[~test], author_groups(self.rows)[~test]
        return Split(*known, features[test], len(self.vocab))

    def out_of_fold(self, probas_of: Callable[[str, Split], np.ndarray], what: str) -> pd.DataFrame:
        """Predictions of all images by a function of fold and split, which returns `(n_test, n_styles)`."""
        probas = np.empty((len(self.rows), len(self.vocab)))
        for fold in tracked(self.by_fold, len(self.by_fold), f"folds of {what}"):
            probas[self.in_fold(fold)] = probas_of(fold, self.split(fold))
        return pd.concat([self.rows[_KNOWN], prediction_columns(probas, self.vocab)], axis=1)


def fine_tuned_features(design: pd.DataFrame, images: str | Path, cv: str | Path) -> FoldFeatures:
    """Embeddings by the learners of a finished cross-validation in the folder `cv`.

    Raises OSError where a fold or an image is missing, ValueError where a fold has other images or styles than the
    design, or embeddings that are no numbers.
    """
    rows = without_validation(design)
    _check_folds(rows, Path(cv))
    found = {}
    for fold, learn in zip(cv_folds(rows), loaded_folds(rows, Path(cv)), strict=True):
        print(f"embeddings by the model without fold {fold}", flush=True)
        check_training_styles(learn, rows, fold_folder(Path(cv), fold))
        found[fold] = _check_finite(embedded_files(learn, _files_of(rows, images)), f"the model without fold {fold}")
    return FoldFeatures(rows, found)


def frozen_features(design: pd.DataFrame, images: str | Path, seed: int = 0, **how: object) -> FoldFeatures:
    """Features by the body as it was before any training, the same for every fold.

    `how` are settings of `fitted_learner`, of which those of the body are used. Raises what `body_embeddings` raises.
    """
    rows = without_validation(design)
    print("features by the body before any training", flush=True)
    with no_random(seed):  # weights may be drawn
        found = body_embeddings(_files_of(rows, images), **{name: how[name] for name in _OF_BODY})
    return FoldFeatures(rows, dict.fromkeys(cv_folds(rows), _check_finite(found, "the body before any training")))


def _files_of(rows: pd.DataFrame, images: str | Path) -> list[Path]:
    """The image files of a design's rows."""
    return [Path(images) / name for name in rows["filename"]]


def _check_folds(rows: pd.DataFrame, cv: Path) -> None:
    """Raise ValueError if the embeddings that a fold's training left are not those of the fold's images."""
    for fold in cv_folds(rows):
        file = fold_folder(cv, fold) / "embeddings.npz"
        if not file.is_file():
            raise FileNotFoundError(f"{cv} is no finished cross-validation: there is no {file}")
        theirs, wanted = read_embeddings(file)[1], rows["filename"][rows["fold"].astype(str) == fold]
        differ = set(theirs) ^ set(wanted)
        if differ:
            raise ValueError(
                f"{file} does not match the design: {len(differ)} images, such as {min(differ)}, are only in one of "
                "them; run cross_validate.py anew into another folder"
            )


def check_training_styles(learn: Learner, rows: pd.DataFrame, where: Path) -> None:
    """Raise ValueError if the learner tells other styles apart than the rows have."""
    known, wanted = set(learn.dls.vocab), set(rows["label"])
    if known != wanted:
        names = ", ".join(sorted(known ^ wanted))
        raise ValueError(f"the learner in {where} was trained on other styles than the design has: {names} differ")


def _check_finite(features: np.ndarray, source: str) -> np.ndarray:
    """The features; raises ValueError if any are no numbers."""
    lost = ~np.isfinite(features).all(axis=1)
    if lost.any():
        raise ValueError(f"{lost.sum()} of {len(lost)} images have embeddings that are no numbers, by {source}")
    return features
