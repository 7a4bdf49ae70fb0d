"""forest.trees: a forest as tensors has the probabilities that scikit-learn's has, calibrated or not."""

import numpy as np
import pytest
import torch
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from styleclf.evaluation import fitted_calibrator
from styleclf.forest.head import ForestHead
from styleclf.forest.search_space import DEFAULT_PARAMETERS, create_forest
from styleclf.forest.trees import TreeHead, tree_head

N_STYLES = 4


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(0)
    targs = rng.integers(N_STYLES - 1, size=200)  # of the last style there is no image
    embeddings = rng.normal(size=(200, 6)) + 2 * np.eye(6)[targs]
    return embeddings.astype(np.float32), targs


def forest_of(points, **params):
    embeddings, targs = points
    return create_forest({**DEFAULT_PARAMETERS, "n_estimators": 12, **params}, jobs=1).fit(embeddings, targs)


@pytest.mark.parametrize("method", [None, "temperature", "sigmoid", "isotonic"])
@pytest.mark.parametrize("params", [{}, {"pca": True, "n_components": 3}, {"criterion": "entropy", "max_depth": 2}])
def test_probabilities_are_those_of_the_forest(params, method, points):
    embeddings, targs = points
    forest = forest_of(points, **params)
    calibrator = None
    if method:
        probas = np.zeros((200, N_STYLES))
        probas[:, :-1] = forest.predict_proba(embeddings)
        calibrator = fitted_calibrator(np.random.default_rng(1).permutation(probas), targs, method)
    head = ForestHead(forest, N_STYLES, calibrator)
    x = torch.from_numpy(np.random.default_rng(2).normal(size=(99, 6)).astype(np.float32))
    expected = head(x).softmax(dim=1)
    assert torch.allclose(tree_head(head)(x).softmax(dim=1), expected, atol=1e-5)
    assert expected.std() > 0.01


def test_a_forest_of_other_parts_is_refused(points):
    embeddings, targs = points
    with pytest.raises(ValueError, match="LogisticRegression cannot be written as trees"):
        tree_head(ForestHead(LogisticRegression().fit(embeddings, targs), N_STYLES))
    bare = RandomForestClassifier(3, random_state=0).fit(embeddings, targs)
    x = torch.from_numpy(embeddings[:5])
    head = ForestHead(bare, N_STYLES)
    assert torch.allclose(tree_head(head)(x), head(x), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "place", "value"), [("left", 0, 10**6), ("right", 3, -1), ("features", 0, 6), ("roots", 0, 10**6)]
)
def test_trees_that_lead_out_of_the_forest_are_refused(name, place, value, points):
    head = tree_head(ForestHead(forest_of(points), N_STYLES))
    tensors = {key: tensor.clone() for key, tensor in head.state_dict().items()}
    tensors[name][place] = value
    with pytest.raises(ValueError, match=f"a forest's {name} lead out of it"):
        TreeHead(tensors, depth=head.depth)
    with pytest.raises(ValueError, match="cannot have the depth 1000000"):
        TreeHead(head.state_dict(), depth=10**6)
