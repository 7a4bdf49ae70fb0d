"""What is searched: the ancestor's space of random forests, each a pipeline of scikit-learn's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from styleclf.forest.features import Split
from styleclf.forest.head import class_probas

if TYPE_CHECKING:
    import optuna
    from sklearn.pipeline import Pipeline

_MAX_COMPONENTS = 64
_MAX_WIDTH_SEEN_WHOLE = 64  # features, of which a tree may see all at every branching: of thousands that takes hours
_MAX_DEPTH = 32
# scikit-learn's, with every style counting alike; its trees have no limit, to which 32 branchings come near
DEFAULT_PARAMETERS: dict[str, Any] = {
    "n_estimators": 100,
    "criterion": "gini",
    "max_depth": _MAX_DEPTH,
    "min_samples_leaf": 1,
    "min_samples_split": 2,
    "max_features": "sqrt",
    "bootstrap": True,
    "class_weight": "balanced",
    "pca": False,
}


def draw_parameters(trial: optuna.Trial, width: int, n_images: int) -> dict[str, Any]:
    """The parameters of a trial's forest, for images `(n_images, width)` to learn from."""
    shares: list[str | None] = ["sqrt", "log2"]
    if width <= _MAX_WIDTH_SEEN_WHOLE:
        shares.append(None)
    trial.suggest_int("n_estimators", 10, 1000, log=True)
    trial.suggest_categorical("criterion", ["gini", "entropy"])
    trial.suggest_int("max_depth", 2, _MAX_DEPTH)
    trial.suggest_int("min_samples_leaf", 1, 32)
    trial.suggest_int("min_samples_split", 2, 32)
    trial.suggest_categorical("max_features", shares)
    trial.suggest_categorical("bootstrap", [True, False])
    trial.suggest_categorical("class_weight", ["balanced", "balanced_subsample", None])
    if trial.suggest_categorical("pca", [False, True]):
        trial.suggest_int("n_components", 2, min(_MAX_COMPONENTS, width, n_images), log=True)
    return trial.params


def create_forest(params: Mapping[str, Any], *, seed: int = 0, jobs: int | None = None) -> Pipeline:
    """A forest with these parameters, yet to be fitted; principal components are those of scaled features."""
    from sklearn.decomposition import PCA
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    of_trees = {name: params[name] for name in DEFAULT_PARAMETERS if name in params and name != "pca"}
    steps = []
    if params["pca"]:
        steps.append(("scaler", StandardScaler()))
        steps.append(("pca", PCA(params["n_components"], random_state=seed)))
    steps.append(("forest", RandomForestClassifier(**of_trees, random_state=seed, n_jobs=jobs or -1)))
    return Pipeline(steps)


def forest_probas(
    split: Split,
    params: Mapping[str, Any],
    *,
    seed: int = 0,
    jobs: int | None = None,
) -> np.ndarray:
    """Probabilities `(n_test, n_styles)` of a split's test images by a forest fitted to its training images."""
    forest = create_forest(params, seed=seed, jobs=jobs)
    forest.fit(split.train, split.targs)
    return class_probas(forest, split.test, split.n_styles)
