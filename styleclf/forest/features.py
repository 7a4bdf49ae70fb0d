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

from styleclf.common import count_of, say, with_progress
from styleclf.data import Paintings, author_groups, cv_folds, trained_on
from styleclf.evaluation import design_columns, prediction_columns, targets
from styleclf.inference import Backbone, embedded_files
from styleclf.runs import EMBEDDINGS_FILE, fold_folder, loaded_folds, read_embeddings

EMBEDDINGS = "embeddings"  # by the network of each fold
FROZEN = "frozen features"  # by the body before any training


class Split(NamedTuple):
    """What a classifier of one fold is fitted to, and what it predicts."""

    train: np.ndarray  # (n_train, d) features
    targs: np.ndarray  # (n_train,) positions of their styles
    groups: np.ndarray  # (n_train,) their authors
    test: np.ndarray  # (n_test, d)
    n_styles: int
    fold: str = ""


@dataclass(frozen=True)
class FoldFeatures:
    """Features `(n, d)` of all images of the folds, as the model of each fold sees them."""

    rows: pd.DataFrame  # of the design, without its validation set
    by_fold: dict[str, np.ndarray]

    @property
    def vocab(self) -> list[str]:
        """The styles, sorted."""
        return sorted(self.rows["label"].unique())

    @property
    def targs(self) -> np.ndarray:
        """`(n,)` positions of the images' styles."""
        return targets(self.rows["label"], self.vocab)

    def in_fold(self, fold: str) -> np.ndarray:
        """`(n,)` which images are in the fold."""
        return (self.rows["fold"].astype(str) == fold).to_numpy()

    def split(self, fold: str) -> Split:
        """Images of the other folds to learn from, those of the fold to predict."""
        features = self.by_fold[fold]
        in_test = self.in_fold(fold)
        in_train = trained_on(self.rows, fold)
        return Split(
            train=features[in_train],
            targs=self.targs[in_train],
            groups=author_groups(self.rows)[in_train],
            test=features[in_test],
            n_styles=len(self.vocab),
            fold=fold,
        )

    def out_of_fold(self, probas_of: Callable[[Split], np.ndarray], model: str) -> pd.DataFrame:
        """Predictions of all images by a function of a split, which returns probabilities `(n_test, n_styles)`.

        `model` names the function in lines about progress.
        """
        probas = np.empty((len(self.rows), len(self.vocab)))
        for fold in with_progress(self.by_fold, len(self.by_fold), f"folds of {model}"):
            probas[self.in_fold(fold)] = probas_of(self.split(fold))
        predictions = prediction_columns(probas, self.vocab)
        return pd.concat([design_columns(self.rows), predictions], axis=1)


def features_by_kind(
    paintings: Paintings,
    cv: str | Path,
    backbone: Backbone,
    *,
    seed: int = 0,
) -> dict[str, FoldFeatures]:
    """Embeddings by the learners of a finished cross-validation, and frozen features, by name.

    `seed`: of weights that are drawn. Raises what `fine_tuned_features` and `frozen_features` raise.
    """
    return {
        EMBEDDINGS: fine_tuned_features(paintings, cv),
        FROZEN: frozen_features(paintings, backbone, seed=seed),
    }


def fine_tuned_features(paintings: Paintings, cv: str | Path) -> FoldFeatures:
    """Embeddings by the learners of a finished cross-validation in the folder `cv`.

    Raises OSError where a fold or an image is missing, ValueError where a fold has other images or styles than the
    design, or embeddings that contain NaN or infinity.
    """
    open_paintings = paintings.without_validation()
    rows = open_paintings.rows
    _check_folds(open_paintings, Path(cv))
    by_fold = {}
    for fold, learn in zip(cv_folds(rows), loaded_folds(rows, cv), strict=True):
        say(f"embeddings by the model without fold {fold}")
        check_training_styles(learn, rows, fold_folder(cv, fold))
        embeddings = embedded_files(learn, open_paintings.paths())
        _check_finite(embeddings, f"the model without fold {fold}")
        by_fold[fold] = embeddings
    return FoldFeatures(rows, by_fold)


def frozen_features(paintings: Paintings, backbone: Backbone, *, seed: int = 0) -> FoldFeatures:
    """Features by a body as it is before any training, the same for every fold.

    `seed`: of weights that are drawn. Raises what `Backbone.cached_features` raises.
    """
    open_paintings = paintings.without_validation()
    say("features by the body before any training")
    with no_random(seed):
        features = backbone.cached_features(open_paintings.paths())
    _check_finite(features, "the body before any training")
    return FoldFeatures(open_paintings.rows, dict.fromkeys(cv_folds(open_paintings.rows), features))


def _check_folds(paintings: Paintings, cv: Path) -> None:
    """Raise ValueError if the embeddings that a fold's training left are not those of the fold's images."""
    for fold in cv_folds(paintings.rows):
        file = fold_folder(cv, fold) / EMBEDDINGS_FILE
        if not file.is_file():
            raise FileNotFoundError(f"{cv} is not a finished cross-validation: there is no {file}")
        _, filenames = read_embeddings(file)
        in_design = paintings.rows["filename"][paintings.folds == fold]
        only_in_one = set(filenames) ^ set(in_design)
        if only_in_one:
            raise ValueError(
                f"{file} does not match the design: {count_of(len(only_in_one), 'image')}, such as "
                f"{min(only_in_one)}, in only one of them; run cross_validate.py again into another folder"
            )


def check_training_styles(learn: Learner, rows: pd.DataFrame, where: Path) -> None:
    """Raise ValueError if the learner was trained on other styles than the rows have."""
    differences = set(learn.dls.vocab) ^ set(rows["label"])
    if differences:
        names = ", ".join(sorted(differences))
        raise ValueError(f"the learner in {where} was trained on other styles than the design has: {names} differ")


def _check_finite(features: np.ndarray, source: str) -> None:
    """Raise ValueError if features `(n, d)` contain NaN or infinity."""
    is_finite = np.isfinite(features).all(axis=1)
    n_wrong = (~is_finite).sum()
    if n_wrong:
        raise ValueError(f"{n_wrong} of {len(features)} images have embeddings with NaN or infinity, by {source}")
