"""The forest of all folds: on embeddings by a network that was trained on all of them, exported in its head's place."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from fastai.learner import Learner

from styleclf.data import VAL
from styleclf.evaluation import Calibrator, fitted_calibrator, probas_of, set_threshold, targets, vocab_of, with_probas
from styleclf.forest.features import check_training_styles
from styleclf.forest.head import Classifier, class_probas, with_forest
from styleclf.forest.search_space import create_forest
from styleclf.forest.two_by_two import CALIBRATED, FOREST, NETWORK, NO_METHOD
from styleclf.inference import Predicted, keep_threshold
from styleclf.training import export_learner, fitted_learner, load_style_learner

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


def network_of_all_folds(
    design: pd.DataFrame, images: str | Path, cv: str | Path, out: str | Path, **how: object
) -> Learner:
    """The learner that recipes/validate.py trained on all folds of `cv`, or one trained like it, kept in `out`.

    The validation set stays closed. Raises ValueError if the learner knows other styles, and what `fitted_learner`
    raises.
    """
    places = Path(cv) / "validation/model.pkl", Path(out) / "network.pkl"
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        file = export_learner(fitted_learner(design, images, VAL, **how), places[-1])
    print(f"network of all folds: {file}", flush=True)
    learn = load_style_learner(file)
    check_training_styles(learn, design, file)
    return learn


def fit_forest(trained: Predicted, params: dict, seed: int = 0, jobs: int | None = None) -> "Pipeline":
    """A forest fitted to what a network makes of its training images; it predicts in one thread."""
    targs = targets(trained.table["label"], vocab_of(trained.table))
    return create_forest(params, seed, jobs).fit(trained.embeddings, targs).set_params(forest__n_jobs=1)


def predictions_by_head(
    predicted: Predicted, classifier: Classifier, calibrator: Calibrator | None = None
) -> dict[str, pd.DataFrame]:
    """Predictions of the same images by the network, by a forest on its embeddings, and by that calibrated."""
    n_styles = len(vocab_of(predicted.table))
    forest = with_probas(predicted.table, class_probas(classifier, predicted.embeddings, n_styles))
    models = {NETWORK: predicted.table, FOREST: forest}
    if calibrator is not None:
        models[CALIBRATED] = with_probas(forest, calibrator.predict_proba(probas_of(forest)))
    return models


def calibrator_of(predictions: pd.DataFrame, method: str) -> Calibrator | None:
    """A calibrator learned from all out-of-fold predictions of forests; None for 'none'."""
    if method == NO_METHOD:
        return None
    return fitted_calibrator(probas_of(predictions), targets(predictions["label"], vocab_of(predictions)), method)


def export_forest(
    learn: Learner,  # of all folds; its head is replaced
    classifier: Classifier,
    calibrator: Calibrator | None,
    models: Mapping[str, pd.DataFrame],  # out-of-fold predictions, which tell the threshold for sets of styles
    path: str | Path,
) -> Path:
    """Write network, forest and calibrator as one file, for all that take an exported learner.

    Loading it runs code, as with every exported learner: it is a pickle.
    """
    learn = with_forest(learn, classifier, calibrator)
    keep_threshold(learn, set_threshold(models[FOREST if calibrator is None else CALIBRATED]))
    return export_learner(learn, path)
