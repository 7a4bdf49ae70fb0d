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
_MIN_WIDTH = 1e-12  # of a piece
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
        _check_places(self)
        _check_shapes(self)

    def forward(self, embeddings: Tensor) -> Tensor:
        """Log-probabilities, on the device of the embeddings."""
        embeddings = embeddings.detach().float()
        numbers = embeddings @ self.matrix + self.offset
        leaves = self._leaves(numbers)
        probas = self.shares[leaves].mean(dim=1)
        probas = probas.double()  # near 1 single precision has too few digits for log-odds
        calibrated = self._calibrated_probas(probas)
        clamped = calibrated.clamp(_MIN_PROBABILITY, 1)
        return torch.log(clamped).float()

    def _leaves(self, numbers: Tensor) -> Tensor:
        """`(n, n_trees)` the leaf of every tree in which numbers `(n, width)` end."""
        first_column = numbers[:, :1]
        zeros = torch.zeros_like(first_column, dtype=torch.int64)
        nodes = zeros + self.roots
        for _ in range(self.depth):
            features = self.features[nodes]
            looked_at = torch.gather(numbers, 1, features)
            goes_left = looked_at <= self.thresholds[nodes]
            left = self.left[nodes]
            right = self.right[nodes]
            nodes = torch.where(goes_left, left, right)
        return nodes

    def _calibrated_probas(self, probas: Tensor) -> Tensor:
        """Probabilities `(n, n_out)` made right as often as they say."""
        if self.calibration == NO_CALIBRATION:
            return probas
        if self.calibration == TEMPERATURE:
            log_probas = torch.log(probas.clamp(_MIN_CALIBRATED, 1))
            return torch.softmax(log_probas / self.knots, dim=1)
        by_style = self._by_sigmoids if self.calibration == SIGMOID else self._by_pieces
        calibrated = by_style(probas)
        totals = calibrated.sum(dim=1, keepdim=True)
        return calibrated / totals

    def _by_sigmoids(self, probas: Tensor) -> Tensor:
        """A slope and an intercept for the log-odds of each style, of probabilities `(n, n_out)`."""
        most = 1 - _MIN_CALIBRATED
        clipped = probas.clamp(_MIN_CALIBRATED, most)
        odds = clipped / (1 - clipped)
        log_odds = torch.log(odds)
        lines = log_odds * self.rises + self.knots
        by_sigmoid = torch.sigmoid(lines)
        is_learned = self.rises != 0
        return torch.where(is_learned, by_sigmoid, probas)

    def _by_pieces(self, probas: Tensor) -> Tensor:
        """Piecewise linear functions of probabilities `(n, n_out)`: each piece adds its rise, in full or in part."""
        starts = self.knots[:, :-1]
        ends = self.knots[:, 1:]
        widths = (ends - starts).clamp_min(_MIN_WIDTH)
        distances = probas[:, :, None] - starts
        shares = (distances / widths).clamp(0, 1)
        lowest = self.rises[:, 0]
        rises = self.rises[:, 1:]
        risen = (shares * rises).sum(dim=2)
        return lowest + risen


def _check_places(head: TreeHead) -> None:
    """Raise ValueError for tensors that lead out of the forest: a stranger's file may hold any numbers."""
    n_nodes = len(head.thresholds)
    width = head.matrix.shape[1]
    for name in ("roots", "left", "right", "features"):
        places = getattr(head, name)
        end = width if name == "features" else n_nodes
        if not _are_places(places, end):
            raise ValueError(f"a forest's {name} lead out of it")


def _are_places(places: Tensor, end: int) -> bool:
    """Whether these are whole numbers, one at least, from 0 to below `end`."""
    is_row = places.ndim == 1 and len(places) > 0
    if not is_row or places.dtype != torch.int64:
        return False
    lowest = int(places.min())
    highest = int(places.max())
    return lowest >= 0 and highest < end


def _check_shapes(head: TreeHead) -> None:
    """Raise ValueError for a forest whose tensors do not fit one another, or that cannot be followed to its leaves."""
    n_nodes = len(head.thresholds)
    is_whole = head.shares.ndim == 2 and len(head.shares) == n_nodes
    for tensor in (head.left, head.right, head.features, head.thresholds):
        is_whole = is_whole and tensor.shape == (n_nodes,)
    if not is_whole:
        raise ValueError("a forest's trees have nodes without children or shares")
    has_end = 0 <= head.depth <= _MOST_DEPTH
    if has_end and head.calibration in CALIBRATIONS:
        return
    calibration = f"{head.calibration!r:.40}"
    raise ValueError(f"a forest cannot have the depth {head.depth} and the calibration {calibration}")


def tree_head(head: ForestHead) -> TreeHead:
    """A forest head as tensors. Raises ValueError for a classifier that is not a forest of scikit-learn's.

    The classifier is a random forest, or a pipeline of scaling, principal components and one.
    """
    steps, forest = _steps_and_forest(head.classifier)
    trees = _trees(forest, head.classifier.classes_, head.n_out)
    width = _input_width(steps, forest)
    matrix, offset = _affine(steps, width)
    calibration, knots, rises = _calibration(head.calibrator, head.n_out)
    tensors = {
        "thresholds": _single(trees.thresholds),
        "shares": _single(trees.shares),
        "matrix": _single(matrix),
        "offset": _single(offset),
        "knots": _single(knots),
        "rises": _single(rises),
        "roots": torch.from_numpy(trees.roots),
        "features": torch.from_numpy(trees.features),
        "left": torch.from_numpy(trees.left),
        "right": torch.from_numpy(trees.right),
    }
    return TreeHead(tensors, depth=trees.depth, calibration=calibration)


def _single(numbers: np.ndarray) -> Tensor:
    """Numbers in single precision."""
    single = np.asarray(numbers, dtype=np.float32)
    return torch.from_numpy(single)


def _steps_and_forest(classifier: Any) -> tuple[Sequence[Any], Any]:
    """What comes before a forest in a pipeline, and the forest."""
    steps = [classifier]
    if hasattr(classifier, "steps"):
        steps = [step for _, step in classifier.steps]
    *before, forest = steps
    if not hasattr(forest, "estimators_"):
        kind = type(forest).__name__
        raise ValueError(f"a {kind} cannot be written as trees: only random forests can")
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
            factors = 1 / step.scale_
            turn = np.diag(factors)
            shift = -step.mean_ / step.scale_
        else:
            kind = type(step).__name__
            raise ValueError(f"a {kind} before a forest cannot be written as numbers")
        matrix = matrix @ turn
        offset = offset @ turn + shift
    return matrix, offset


def _trees(
    forest: Any,
    classes: np.ndarray,  # (n_classes,) positions of the styles that the forest knows
    n_out: int,
) -> Trees:
    """The nodes of all trees."""
    trees = [estimator.tree_ for estimator in forest.estimators_]
    parts = []
    n_nodes = 0
    for tree in trees:
        part = _nodes(tree, first=n_nodes, classes=classes, n_out=n_out)
        parts.append(part)
        n_nodes += tree.node_count
    roots, features, thresholds, left, right, shares = map(np.concatenate, zip(*parts, strict=True))
    depths = [tree.max_depth for tree in trees]
    return Trees(
        roots=roots.astype(np.int64),
        features=features.astype(np.int64),
        thresholds=_not_above(thresholds),
        left=left.astype(np.int64),
        right=right.astype(np.int64),
        shares=shares.astype(np.float32),
        depth=int(max(depths)),
    )


def _nodes(
    tree: Any,
    *,
    first: int,  # position of its first node, the root, among those of all trees
    classes: np.ndarray,
    n_out: int,
) -> tuple[np.ndarray, ...]:
    """The arrays of one tree in the order of `Trees`, its thresholds and shares in double precision."""
    places = np.arange(tree.node_count)
    is_leaf = tree.children_left == _LEAF
    features = np.where(is_leaf, 0, tree.feature)
    thresholds = np.where(is_leaf, 0.0, tree.threshold)
    left = np.where(is_leaf, places, tree.children_left)
    right = np.where(is_leaf, places, tree.children_right)
    values = tree.value[:, 0]
    shares = np.zeros((tree.node_count, n_out))
    totals = values.sum(axis=1, keepdims=True)
    shares[:, classes] = values / totals
    root = np.array([first])
    return root, features, thresholds, left + first, right + first, shares


def _not_above(thresholds: np.ndarray) -> np.ndarray:
    """Each threshold as the largest float32 that is not above it, so that the same float32 numbers stay below it."""
    rounded = thresholds.astype(np.float32)
    downwards = np.float32(-np.inf)
    lower = np.nextafter(rounded, downwards)
    is_above = rounded.astype(np.float64) > thresholds
    return np.where(is_above, lower, rounded)


def _calibration(calibrator: Calibrator | None, n_out: int) -> tuple[str, np.ndarray, np.ndarray]:
    """The kind of a calibration, and its numbers."""
    nothing = np.zeros(1)
    if calibrator is None:
        return NO_CALIBRATION, nothing, nothing
    if hasattr(calibrator, "value"):
        temperature = np.array([calibrator.value])
        return TEMPERATURE, temperature, nothing
    models = getattr(calibrator, "models", None)
    if models is None:
        kind = type(calibrator).__name__
        raise ValueError(f"a calibration by {kind} cannot be written as numbers")
    if any(map(_is_isotonic, models)):
        knots, rises = _pieces(models, n_out)
        return PIECES, knots, rises
    intercepts, slopes = _sigmoids(models, n_out)
    return SIGMOID, intercepts, slopes


def _is_isotonic(model: Any) -> bool:
    return hasattr(model, "X_thresholds_")


def _sigmoids(models: Sequence[Any], n_out: int) -> tuple[np.ndarray, np.ndarray]:
    """Intercepts and slopes `(n_out,)` of logistic regressions."""
    slopes = np.zeros(n_out)  # 0 of a style without images, whose probabilities stay as they are
    intercepts = np.zeros(n_out)
    for style, model in enumerate(models):
        if model is not None:
            regression = model.model
            slopes[style] = regression.coef_[0, 0]
            intercepts[style] = regression.intercept_[0]
    return intercepts, slopes


def _pieces(models: Sequence[Any], n_out: int) -> tuple[np.ndarray, np.ndarray]:
    """Knots `(n_out, k)` of isotonic regressions, and how far each function rises up to them, all of one length."""
    curves = [_curve(model) for model in models]
    lengths = [len(places) for places, _ in curves]
    longest = max(2, *lengths)
    shape = (n_out, longest)
    knots = np.zeros(shape)
    rises = np.zeros(shape)
    for style, (places, heights) in enumerate(curves):
        n_knots = len(places)
        knots[style] = places[-1]
        knots[style, :n_knots] = places
        rises[style, :n_knots] = np.diff(heights, prepend=0)
    return knots, rises


def _curve(model: Any) -> tuple[np.ndarray, np.ndarray]:
    """Knots of an isotonic regression and its values there; of none, those of a straight line from 0 to 1."""
    if model is None:
        ends = np.array([0.0, 1.0])
        return ends, ends
    return model.X_thresholds_, model.y_thresholds_
