"""A fitted forest as tensors: the same probabilities without scikit-learn, in files that hold numbers only.

A pickled forest runs code when it is opened, and wants the scikit-learn that it was made with. Its trees are a few
arrays; scaling and principal components are one affine map; calibration is a temperature, one slope and intercept per
style, or a line of many pieces. Whatever runs a network runs them, ONNX too.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from styleclf.evaluation import Calibrator
from styleclf.forest.head import ForestHead

_MIN_PROBABILITY = 1e-7  # in place of 0, which has no logarithm
_MIN_CALIBRATED = 1e-6  # how far probabilities are kept from 0 and 1 before they are calibrated
_LEAF = -1  # scikit-learn's mark of a node without children
_MOST_DEPTH = 1_000  # branchings
NO_CALIBRATION, TEMPERATURE, SIGMOID, PIECES = "none", "temperature", "sigmoid", "pieces"
CALIBRATIONS = (NO_CALIBRATION, TEMPERATURE, SIGMOID, PIECES)


class Trees(NamedTuple):
    """All trees of a forest, their nodes side by side; a leaf is its own child."""

    roots: np.ndarray  # (n_trees,) int64 positions of nodes
    features: np.ndarray  # (n_nodes,) int64 which number a node looks at
    thresholds: np.ndarray  # (n_nodes,) float32: up to it, the left child comes next
    left: np.ndarray  # (n_nodes,) int64
    right: np.ndarray  # (n_nodes,) int64
    shares: np.ndarray  # (n_nodes, n_out) float32 probabilities of the styles
    depth: int  # branchings from a root to the deepest leaf


class TreeHead(nn.Module):
    """Embeddings `(n, d)` to log-probabilities `(n, n_out)` float32, as `ForestHead` has them.

    Its tensors are those of `Trees`, of the affine map before them, and of the calibration. It has no gradient.
    """

    roots: Tensor
    features: Tensor
    thresholds: Tensor
    left: Tensor
    right: Tensor
    shares: Tensor
    matrix: Tensor
    offset: Tensor
    knots: Tensor
    rises: Tensor

    def __init__(self, tensors: Mapping[str, Tensor], *, depth: int, calibration: str = NO_CALIBRATION) -> None:
        super().__init__()
        self.depth = depth
        self.calibration = calibration
        for name, value in tensors.items():
            self.register_buffer(name, value)
        _check(self)

    def forward(self, embeddings: Tensor) -> Tensor:
        """Log-probabilities, on the device of the embeddings."""
        numbers = embeddings.detach().float() @ self.matrix + self.offset
        # (n, n_trees): every tree begins at its root
        nodes = torch.zeros_like(numbers[:, :1], dtype=torch.int64) + self.roots
        for _ in range(self.depth):
            looked_at = torch.gather(numbers, 1, self.features[nodes])
            goes_left = looked_at <= self.thresholds[nodes]
            nodes = torch.where(goes_left, self.left[nodes], self.right[nodes])
        probas = self.shares[nodes].mean(dim=1)
        calibrated = self._calibrated(probas.double())  # near 1 single precision has too few digits for log-odds
        return torch.log(calibrated.clamp(_MIN_PROBABILITY, 1)).float()

    def _calibrated(self, probas: Tensor) -> Tensor:
        """Probabilities `(n, n_out)` made right as often as they say."""
        if self.calibration == NO_CALIBRATION:
            return probas
        if self.calibration == TEMPERATURE:
            log_probas = torch.log(probas.clamp(_MIN_CALIBRATED, 1))
            return torch.softmax(log_probas / self.knots, dim=1)
        if self.calibration == SIGMOID:
            clipped = probas.clamp(_MIN_CALIBRATED, 1 - _MIN_CALIBRATED)
            log_odds = torch.log(clipped / (1 - clipped))
            by_style = torch.sigmoid(log_odds * self.rises + self.knots)
            is_learned = self.rises != 0
            calibrated = torch.where(is_learned, by_style, probas)
        else:
            calibrated = self._by_pieces(probas)
        return calibrated / calibrated.sum(dim=1, keepdim=True)

    def _by_pieces(self, probas: Tensor) -> Tensor:
        """Piecewise linear functions of probabilities `(n, n_out)`: each piece adds its rise, in full or in part."""
        starts = self.knots[:, :-1]
        widths = self.knots[:, 1:] - starts
        shares = ((probas[:, :, None] - starts) / widths.clamp_min(1e-12)).clamp(0, 1)
        return self.rises[:, 0] + (shares * self.rises[:, 1:]).sum(dim=2)


def _check(head: TreeHead) -> None:
    """Raise ValueError for tensors that are no forest: a stranger's file may hold any numbers."""
    n_nodes = len(head.thresholds)
    width = head.matrix.shape[1]
    places = {"roots": n_nodes, "left": n_nodes, "right": n_nodes, "features": width}
    for name, end in places.items():
        tensor = getattr(head, name)
        is_fit = tensor.dtype == torch.int64 and tensor.ndim == 1 and len(tensor) > 0
        if not is_fit or int(tensor.min()) < 0 or int(tensor.max()) >= end:
            raise ValueError(f"a forest's {name} lead out of it")
    shapes = [head.left.shape, head.right.shape, head.features.shape, head.thresholds.shape]
    if any(shape != (n_nodes,) for shape in shapes) or len(head.shares) != n_nodes or head.shares.ndim != 2:
        raise ValueError("a forest's trees have nodes without children or shares")
    if not 0 <= head.depth <= _MOST_DEPTH or head.calibration not in CALIBRATIONS:
        raise ValueError(f"a forest cannot have the depth {head.depth} and the calibration {head.calibration!r:.40}")


def tree_head(head: ForestHead) -> TreeHead:
    """A forest head as tensors. Raises ValueError for a classifier that is no forest of scikit-learn's.

    The classifier is a random forest, or a pipeline of scaling, principal components and one.
    """
    steps, forest = _steps_and_forest(head.classifier)
    trees = _trees(forest, head.classifier.classes_, head.n_out)
    width = _input_width(steps, forest)
    matrix, offset = _affine(steps, width)
    calibration, knots, rises = _calibration(head.calibrator, head.n_out)
    numbers = {"thresholds": trees.thresholds, "shares": trees.shares, "matrix": matrix, "offset": offset}
    numbers |= {"knots": knots, "rises": rises}
    tensors = {name: torch.from_numpy(np.asarray(value, dtype=np.float32)) for name, value in numbers.items()}
    for name in ("roots", "features", "left", "right"):
        tensors[name] = torch.from_numpy(getattr(trees, name))
    return TreeHead(tensors, depth=trees.depth, calibration=calibration)


def _steps_and_forest(classifier: Any) -> tuple[Sequence[Any], Any]:
    """What comes before a forest in a pipeline, and the forest."""
    steps = [step for _, step in classifier.steps] if hasattr(classifier, "steps") else [classifier]
    *before, forest = steps
    if not hasattr(forest, "estimators_"):
        raise ValueError(f"a {type(forest).__name__} cannot be written as trees: only random forests can")
    return before, forest


def _input_width(steps: Sequence[Any], forest: Any) -> int:
    """Numbers of an embedding."""
    first = steps[0] if steps else forest
    return int(first.n_features_in_)


def _affine(steps: Sequence[Any], width: int) -> tuple[np.ndarray, np.ndarray]:
    """Scaling and principal components as `x @ matrix + offset`. Raises ValueError for other steps."""
    matrix = np.eye(width)
    offset = np.zeros(width)
    for step in steps:
        if hasattr(step, "components_"):
            turn = step.components_.T
            shift = -step.mean_ @ turn
        elif hasattr(step, "scale_"):
            turn = np.diag(1 / step.scale_)
            shift = -step.mean_ / step.scale_
        else:
            raise ValueError(f"a {type(step).__name__} before a forest cannot be written as numbers")
        matrix = matrix @ turn
        offset = offset @ turn + shift
    return matrix, offset


def _trees(forest: Any, classes: np.ndarray, n_out: int) -> Trees:
    """The nodes of all trees."""
    parts: dict[str, list[np.ndarray]] = {"features": [], "thresholds": [], "left": [], "right": [], "shares": []}
    roots = []
    n_nodes = 0
    for estimator in forest.estimators_:
        tree = estimator.tree_
        places = np.arange(tree.node_count)
        is_leaf = tree.children_left == _LEAF
        shares = np.zeros((tree.node_count, n_out))
        shares[:, classes] = tree.value[:, 0] / tree.value[:, 0].sum(axis=1, keepdims=True)
        parts["features"].append(np.where(is_leaf, 0, tree.feature))
        parts["thresholds"].append(np.where(is_leaf, 0.0, tree.threshold))
        parts["left"].append(np.where(is_leaf, places, tree.children_left) + n_nodes)
        parts["right"].append(np.where(is_leaf, places, tree.children_right) + n_nodes)
        parts["shares"].append(shares)
        roots.append(n_nodes)
        n_nodes += tree.node_count
    joined = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    depth = max(estimator.tree_.max_depth for estimator in forest.estimators_)
    return Trees(
        roots=np.array(roots, dtype=np.int64),
        features=joined["features"].astype(np.int64),
        thresholds=_not_above(joined["thresholds"]),
        left=joined["left"].astype(np.int64),
        right=joined["right"].astype(np.int64),
        shares=joined["shares"].astype(np.float32),
        depth=int(depth),
    )


def _not_above(thresholds: np.ndarray) -> np.ndarray:
    """Thresholds as the largest float32 that are not above them: of float32 numbers the same ones stay below."""
    rounded = thresholds.astype(np.float32)
    lower = np.nextafter(rounded, np.float32(-np.inf))
    return np.where(rounded.astype(np.float64) > thresholds, lower, rounded)


def _calibration(calibrator: Calibrator | None, n_out: int) -> tuple[str, np.ndarray, np.ndarray]:
    """The kind of a calibration, and its numbers."""
    if calibrator is None:
        return NO_CALIBRATION, np.zeros(1), np.zeros(1)
    if hasattr(calibrator, "value"):
        return TEMPERATURE, np.array([calibrator.value]), np.zeros(1)
    models = getattr(calibrator, "models", None)
    if models is None:
        raise ValueError(f"a calibration by {type(calibrator).__name__} cannot be written as numbers")
    if any(hasattr(model, "X_thresholds_") for model in models):
        return PIECES, *_pieces(models, n_out)
    slopes = np.zeros(n_out)  # 0 of a style without images, whose probabilities stay as they are
    intercepts = np.zeros(n_out)
    for style, model in enumerate(models):
        if model is not None:
            slopes[style] = model.model.coef_[0, 0]
            intercepts[style] = model.model.intercept_[0]
    return SIGMOID, intercepts, slopes


def _pieces(models: Sequence[Any], n_out: int) -> tuple[np.ndarray, np.ndarray]:
    """Knots `(n_out, k)` of isotonic regressions, and how far each function rises up to them, all of one length."""
    curves = []
    for model in models:
        if model is None:
            curves.append((np.array([0.0, 1.0]), np.array([0.0, 1.0])))
        else:
            curves.append((model.X_thresholds_, model.y_thresholds_))
    longest = max(2, *(len(places) for places, _ in curves))
    knots = np.zeros((n_out, longest))
    rises = np.zeros((n_out, longest))
    for style, (places, heights) in enumerate(curves):
        knots[style] = places[-1]
        knots[style, : len(places)] = places
        rises[style, : len(places)] = np.diff(heights, prepend=0)
    return knots, rises
