"""What is searched: the ancestor's space of random forests, each a pipeline of scikit-learn's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from styleclf.forest.features import Split
from styleclf.forest.head import class_probas

if TYPE_CHECKING:
    import optuna
    from sklearn.pipeline import Pipeline

_MOST_COMPONENTS = 64
_FEW = 64  # features, of which a tree may see all at every branching: of thousands that takes hours
# scikit-learn's, with every style counting alike; its trees have no limit, to which 32 branchings come near
DEFAULT = {
    "n_estimators": 100,
    "criterion": "gini",
    "max_depth": 32,
    "min_samples_leaf": 1,
    "min_samples_split": 2,
    "max_features": "sqrt",
    "bootstrap": True,
    "class_weight": "balanced",
    "pca": False,
}


def draw_parameters(trial: optuna.Trial, width: int, n_images: int) -> dict:
    """The parameters of a trial's forest, for so many features of each image and images to learn from."""
    trial.suggest_int("n_estimators", 10, 1000, log=True)
    trial.suggest_categorical("criterion", ["gini", "entropy"])
    trial.suggest_int("max_depth", 2, 32)
    trial.suggest_int("min_samples_leaf", 1, 32)
    trial.suggest_int("min_samples_split", 2, 32)
    trial.suggest_categorical("max_features", ["sqrt", "log2", *([None] if width <= _FEW else [])])
    trial.suggest_categorical("bootstrap", [True, False])
    trial.suggest_categorical("class_weight", ["balanced", "balanced_subsample", None])
    if trial.suggest_categorical("pca", [False, True]):
        trial.suggest_int("n_components", 2, min(_MOST_COMPONENTS, width, n_images), log=True)
    return trial.params


def create_forest(params: dict, seed: int = 0, jobs: int | None = None) -> Pipeline:
    """A forest of such parameters, yet to be fitted; principal components are those of scaled features."""
    from sklearn.decomposition import PCA
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    of_trees = {name: value for name, value in params.items() if name in DEFAULT and name != "pca"}
    steps = [("forest", RandomForestClassifier(**of_trees, random_state=seed, n_jobs=jobs or -1))]
    if params["pca"]:
        steps = [("scaler", StandardScaler()), ("pca", PCA(params["n_components"], random_state=seed)), *steps]
    return Pipeline(steps)


def forest_probas(split: Split, params: dict, seed: int = 0, jobs: int | None = None) -> np.ndarray:
    """Probabilities `(n_test, n_styles)` of a split's images by a forest fitted to the others."""
    fitted = create_forest(params, seed, jobs).fit(split.train, split.targs)
    return class_probas(fitted, split.test, split.n_styles)
