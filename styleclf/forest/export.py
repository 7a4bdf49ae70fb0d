"""The forest of all folds: on embeddings by a network that was trained on all of them, exported in its head's place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from fastai.learner import Learner

from styleclf.common import say
from styleclf.data import VAL, Paintings
from styleclf.evaluation import (
    Calibrator,
    conformal_thresholds,
    fitted_calibrator,
    probas_of,
    targets,
    vocab_of,
    with_probas,
)
from styleclf.forest.features import EMBEDDINGS, check_training_styles
from styleclf.forest.head import Classifier, class_probas, with_forest
from styleclf.forest.options import NO_CALIBRATION, ForestOptions
from styleclf.forest.search_space import create_forest
from styleclf.forest.two_by_two import CALIBRATED, FOREST, NETWORK, Cells
from styleclf.inference import DesignPredictions, predict_and_embed
from styleclf.runs import open_validation_set
from styleclf.training import export_learner, fitted_learner, load_style_learner

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


class FittedForest(NamedTuple):
    """A forest for embeddings, and what calibrates its probabilities."""

    classifier: Classifier
    calibrator: Calibrator | None


def write_forest(
    paintings: Paintings,
    cells: Cells,  # out-of-fold predictions, from `compare_heads`
    params: Mapping[str, Any],  # of the forest
    *,
    cv: str | Path,  # folder of the cross-validation
    out: str | Path,
    options: ForestOptions,
    flags: Mapping[str, Any],  # of the cross-validation's trainings
    validate: bool = False,  # open the validation set as well, which its design counts
) -> Cells:
    """Fit a forest to a network of all folds, judge both and write `forest.pkl`; returns predictions by part and model.

    The parts are train, test (out-of-fold) and, only if asked for, val. Raises what `network_of_all_folds` raises.
    """
    learn = network_of_all_folds(paintings, cv, out, flags=flags)
    train_predictions = predict_and_embed(learn, paintings.without_validation())
    out_of_fold = cells[EMBEDDINGS]
    classifier = fit_forest(train_predictions, params, seed=options.seed, jobs=options.jobs)
    forest = FittedForest(classifier, calibrator_of(out_of_fold[FOREST], options.calibrate))

    parts = {"train": predictions_by_head(train_predictions, forest)}
    parts["test"] = {name: out_of_fold[name] for name in parts["train"]}
    if validate:
        parts["val"] = open_validation_set(paintings, partial(_predict_by_head, learn, forest), cv)
    export_forest(learn, forest, out_of_fold, path=Path(out) / "forest.pkl")
    return parts


def network_of_all_folds(
    paintings: Paintings,
    cv: str | Path,
    out: str | Path,
    *,
    flags: Mapping[str, Any],
) -> Learner:
    """The learner that recipes/validate.py trained on all folds of `cv`, or one trained like it, kept in `out`.

    The validation set stays closed. Raises ValueError if the learner knows other styles, and what `fitted_learner`
    raises.
    """
    of_validation = Path(cv) / "validation/model.pkl"
    file = Path(out) / "network.pkl"
    if of_validation.is_file():
        file = of_validation
    elif not file.is_file():
        export_learner(fitted_learner(paintings.rows, paintings.folder, VAL, **flags), file)
    say(f"network of all folds: {file}")
    learn = load_style_learner(file)
    check_training_styles(learn, paintings.rows, file)
    return learn


def fit_forest(
    predictions: DesignPredictions,
    params: Mapping[str, Any],
    *,
    seed: int = 0,
    jobs: int | None = None,
) -> Pipeline:
    """A forest fitted to what a network makes of its training images; it predicts in one thread."""
    targs = targets(predictions.table["label"], vocab_of(predictions.table))
    forest = create_forest(params, seed=seed, jobs=jobs).fit(predictions.embeddings, targs)
    return forest.set_params(forest__n_jobs=1)


def _predict_by_head(learn: Learner, forest: FittedForest, paintings: Paintings) -> dict[str, pd.DataFrame]:
    """Predictions of paintings by the network and by the forest."""
    return predictions_by_head(predict_and_embed(learn, paintings), forest)


def predictions_by_head(predictions: DesignPredictions, forest: FittedForest) -> dict[str, pd.DataFrame]:
    """Predictions of the same images by the network, by a forest on its embeddings, and by that calibrated."""
    n_styles = len(vocab_of(predictions.table))
    probas = class_probas(forest.classifier, predictions.embeddings, n_styles)
    by_forest = with_probas(predictions.table, probas)
    models = {NETWORK: predictions.table, FOREST: by_forest}
    if forest.calibrator is not None:
        models[CALIBRATED] = with_probas(by_forest, forest.calibrator.predict_proba(probas_of(by_forest)))
    return models


def calibrator_of(predictions: pd.DataFrame, method: str) -> Calibrator | None:
    """A calibrator learned from all out-of-fold predictions of forests; None for 'none'."""
    if method == NO_CALIBRATION:
        return None
    targs = targets(predictions["label"], vocab_of(predictions))
    return fitted_calibrator(probas_of(predictions), targs, method)


def export_forest(
    learn: Learner,  # of all folds; its head is replaced
    forest: FittedForest,
    models: Mapping[str, pd.DataFrame],  # out-of-fold predictions, from which the threshold for sets of styles comes
    *,
    path: str | Path,
) -> Path:
    """Write network, forest and calibrator as one file, for all that take an exported learner.

    Loading it runs code, as with every exported learner: it is a pickle.
    """
    learn = with_forest(learn, forest.classifier, forest.calibrator)
    learn.set_threshold = conformal_thresholds(models[FOREST if forest.calibrator is None else CALIBRATED])
    return export_learner(learn, path)
