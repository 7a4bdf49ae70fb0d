"""Values that the tests of forests share."""

from styleclf.forest.search_space import DEFAULT_PARAMETERS

FEW_TREES = DEFAULT_PARAMETERS | {"n_estimators": 8}
HOW = dict(features="style", embedding_size=4, label_smoothing=0.1, wd=0.01)
