"""Made-up features, a study of forests on them, and an exported forest, made once for all tests of forests."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module", autouse=True)
def few_trees():
    """Forests of ten trees at most, whatever is drawn."""
    from styleclf.forest import search_space as space

    whole = space.create_forest

    def small(params, **keywords):
        return whole(params | {"n_estimators": min(10, params["n_estimators"])}, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space, "create_forest", small)
        yield


@pytest.fixture(scope="module")
def seen(cv_run, design, sample):
    """Embeddings by the models of the tiny cross-validation."""
    from styleclf.data.paintings import Paintings
    from styleclf.forest.features import fine_tuned_features

    return fine_tuned_features(Paintings(design, sample), cv_run)


@pytest.fixture(scope="module")
def made_up():
    """Features of 240 images that tell three styles apart, the more the higher the fold's number."""
    from styleclf.forest.features import FoldFeatures

    rng = np.random.default_rng(0)
    n, targs = 240, np.arange(240) % 3
    rows = pd.DataFrame({"filename": [f"{i}.jpg" for i in range(n)], "label": np.array(["a", "b", "c"])[targs]})
    rows = rows.assign(author=[f"p{i // 4}" for i in range(n)], fold=[str(i // 60) for i in range(n)])
    centres = rng.normal(size=(3, 5))
    by_fold = {str(k): centres[targs] * (0.5 + k / 2) + rng.normal(size=(n, 5)) for k in range(4)}
    return FoldFeatures(rows, {fold: each.astype(np.float32) for fold, each in by_fold.items()})


@pytest.fixture(scope="module")
def study(made_up, tmp_path_factory):
    """Four forests, tried on it."""
    from styleclf.forest.options import ForestOptions
    from styleclf.forest.tuning import study_storage, tune_forest

    storage = study_storage(tmp_path_factory.mktemp("study"))
    return tune_forest(made_up, "embeddings", storage, options=ForestOptions(trials=4, jobs=1), source="source")


@pytest.fixture(scope="module")
def cells(seen, study, made_up):
    """All cells of made-up features, the logistic regression in the network's place."""
    from styleclf.forest.baselines import _logistic_probas
    from styleclf.forest.options import ForestOptions
    from styleclf.forest.two_by_two import compare_heads
    from tests.forest.constants import HOW

    network = made_up.out_of_fold(lambda split: _logistic_probas(split, 1e-3), "the network")
    both = {"embeddings": made_up, "frozen features": made_up}
    return compare_heads(both, dict.fromkeys(both, study), network, options=ForestOptions(jobs=1), flags=HOW)


@pytest.fixture(scope="module")
def forest_file(design, sample, cv_run, seen, tmp_path_factory):
    """A learner with a calibrated forest as its head, exported, and what it was made of."""
    from styleclf.data.paintings import Paintings
    from styleclf.forest.export import FittedForest, calibrator_of, export_forest, fit_forest, predictions_by_head
    from styleclf.forest.search_space import forest_probas
    from styleclf.inference import predict_and_embed
    from styleclf.runs.folds import loaded_folds
    from tests.forest.constants import FEW_TREES

    learn = loaded_folds(design, cv_run)[0]
    trained = predict_and_embed(learn, Paintings(design, sample).without_validation(), progress=False)
    classifier = fit_forest(trained, FEW_TREES, jobs=1)
    out_of_fold = seen.out_of_fold(lambda split: forest_probas(split, FEW_TREES, jobs=1), "forests")
    forest = FittedForest(classifier, calibrator_of(out_of_fold, "sigmoid"))
    models = predictions_by_head(trained, forest)
    path = export_forest(learn, forest, models, path=tmp_path_factory.mktemp("forest") / "forest.pkl")
    return path, models
