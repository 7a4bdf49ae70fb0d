"""The probe: the best linear classifier of the frozen body's features, written into neck and head.

It takes one forward pass over the images and some seconds; training then starts from there instead of from noise.
"""

import numpy as np
import torch
from fastai.data.core import DataLoaders
from scipy.special import softmax
from torch import nn

from styleclf.data import author_groups
from styleclf.evaluation import metric_values
from styleclf.inference import dataset_features
from styleclf.models import CosineHead, Precision, StyleBody

STRENGTHS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)  # scikit-learn's C, of features scaled to unit deviation
_N_INNER_FOLDS = 3
_MAX_ITERATIONS = 500
_BALANCE = 0.25  # 0 lets every feature count alike, so that late stages drown early ones; 0.5 every stage alike
_CLEARANCE = 1.5  # times the lowest training value: how far the embedding stays above the head's ReLU


def fit_probe(
    model: nn.Sequential,
    dls: DataLoaders,
    precision: Precision = "auto",
    progress: bool = True,
    mirrored: bool = False,  # let it see every image from left to right as well: twice the time
) -> dict:
    """Fit neck and head of `model` to the training images, in place; the body stays as it is.

    The regularisation is the one with the lowest class-weighted log loss over inner folds by author. Returns `strength`
    (C), `train_loss`, `train_top_1_accuracy` and `train_top_2_accuracy`, on the images without random changes.
    """
    groups, n_views = author_groups(dls.train_ds.items), 1 + mirrored
    options = dict(precision=precision, progress=progress)
    views = [dataset_features(model[0], dls, dls.train_ds, **options, mirrored=i > 0) for i in range(n_views)]
    features, targs = (np.concatenate(each) for each in zip(*views, strict=True))
    seen = model[1][0](torch.from_numpy(features)).numpy()  # as the neck's activation passes them on
    shares = feature_shares(model[0])
    strength = best_strength(seen, targs, np.tile(groups, n_views), shares)
    weight, bias = logistic_regression(seen, targs, strength, len(dls.vocab), shares)
    if isinstance(model[2], CosineHead):
        _write_angles_into(model, seen, weight, shares)
    else:
        _write_into(model, seen, weight, bias)
    return {"strength": strength, **_scores(seen @ weight.T + bias, targs)}


def feature_shares(body: nn.Module) -> np.ndarray | float:
    """How much each feature of the body may count, `(d,)` with mean square 1: more for layers that have few channels.

    Early stages, which see brush strokes, have a tenth of the channels of the last; the statistics of every layer are
    lifted by the number of its features to the power of -`_BALANCE`. Without style statistics all count alike.
    """
    if not isinstance(body, StyleBody):
        return 1.0
    widths = np.array(body.widths())
    shares = np.repeat(widths**-_BALANCE, widths)
    return (shares / np.sqrt((shares**2).mean())).astype(np.float32)


def best_strength(
    features: np.ndarray, targs: np.ndarray, groups: np.ndarray, shares: np.ndarray | float = 1.0
) -> float:
    """The C of `STRENGTHS` with the lowest mean class-weighted log loss over inner folds, no author in two of them.

    With too few authors for inner folds, the middle one.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    if len(np.unique(groups)) < 2 * _N_INNER_FOLDS:
        return STRENGTHS[len(STRENGTHS) // 2]
    losses = np.zeros(len(STRENGTHS))
    n_styles = targs.max() + 1
    coordinates = _in_few_dimensions(features, shares)[0]
    folds = StratifiedGroupKFold(_N_INNER_FOLDS, shuffle=True, random_state=0)
    for train, test in folds.split(coordinates, targs, groups):
        for i, strength in enumerate(STRENGTHS):
            weight, bias = _ridge(coordinates[train], targs[train], strength, n_styles)
            losses[i] += balanced_log_loss(coordinates[test] @ weight.T + bias, targs[test])
    return STRENGTHS[int(losses.argmin())]


def balanced_log_loss(logits: np.ndarray, targs: np.ndarray) -> float:
    """Mean over the styles present of their mean log loss."""
    losses = -np.log(np.maximum(softmax(logits, axis=1)[np.arange(len(targs)), targs], 1e-12))
    return float(np.mean([losses[targs == targ].mean() for targ in np.unique(targs)]))


def logistic_regression(
    features: np.ndarray, targs: np.ndarray, strength: float, n_styles: int, shares: np.ndarray | float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Weight `(n_styles, d)` and bias `(n_styles,)` of scikit-learn's, every style counting alike.

    Features are scaled to a deviation of `shares`: the larger, the less is their weight held back. A style without
    images gets the lowest bias that float32 sums stand, so that it is never predicted.
    """
    coordinates, axes, mean = _in_few_dimensions(features, shares)
    weight, bias = _ridge(coordinates, targs, strength, n_styles)
    weight = weight @ axes
    return weight, bias - weight @ mean


def _in_few_dimensions(
    features: np.ndarray, shares: np.ndarray | float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features `(n, d)` scaled to a deviation of `shares`, in an orthonormal basis of at most n of their dimensions.

    That loses nothing: a ridge's weights lie in the span of its images (the representer theorem), and a rotation leaves
    their length alone. Returns coordinates `(n, min(n, d))`, the map `(min(n, d), d)` that gives them from features
    less their mean, and that mean `(d,)`.
    """
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(features)
    scaled = scaler.transform(features) * shares
    axes, coordinates = np.linalg.qr(scaled.T) if len(scaled) < scaled.shape[1] else (np.eye(scaled.shape[1]), scaled.T)
    return coordinates.T, axes.T * shares / scaler.scale_, scaler.mean_


def _ridge(features: np.ndarray, targs: np.ndarray, strength: float, n_styles: int) -> tuple[np.ndarray, np.ndarray]:
    """What `logistic_regression` returns, of features as they are."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    solver = LogisticRegression(C=strength, class_weight="balanced", max_iter=_MAX_ITERATIONS, tol=1e-3)
    with threadpool_limits(1):  # products so small that two threads, waiting for one another, take 16 times as long
        fitted = solver.fit(features, targs)
    coef, intercept = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn then keeps one row, for the second class
        coef, intercept = np.stack([-coef[0], coef[0]]) / 2, np.stack([-intercept[0], intercept[0]]) / 2
    weight, bias = np.zeros((n_styles, features.shape[1])), np.full(n_styles, -1e4)
    weight[fitted.classes_], bias[fitted.classes_] = coef, intercept
    return weight, bias


def _write_into(model: nn.Sequential, features: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> None:
    """Write the linear map `features @ weight.T + bias` into neck and head, exactly where the embedding is wide enough.

    The embedding gets the directions in which the logits vary most over `features`, each with deviation 1 and shifted
    so far above zero that the ReLU behind it leaves them alone; dimensions to spare stay constant. Logits matter only
    up to a constant for all styles, so n_styles - 1 dimensions hold everything.
    """
    neck, head = model[1][1], model[2][1]
    mean = features.mean(axis=0)
    to_logits, directions, deviation = _main_directions(features - mean, weight, neck.out_features)
    rank = len(deviation)
    to_embedding = to_logits / deviation[:, None]
    shift = -_CLEARANCE * ((features - mean) @ to_embedding.T).min(axis=0)
    from_embedding = directions.T * deviation
    neck_weight, neck_bias = np.zeros(tuple(neck.weight.shape)), np.ones(neck.out_features)
    neck_weight[:rank], neck_bias[:rank] = to_embedding, shift - to_embedding @ mean
    head_weight = np.zeros(tuple(head.weight.shape))
    head_weight[:, :rank] = from_embedding
    _copy(neck, neck_weight, neck_bias)
    _copy(head, head_weight, bias + weight @ mean - from_embedding @ shift)


def _write_angles_into(
    model: nn.Sequential, features: np.ndarray, weight: np.ndarray, shares: np.ndarray | float = 1.0
) -> None:
    """Write a linear classifier into neck and cosine head, whose nearest style by angle is the likeliest one.

    The embedding gets the logits, less their mean over styles, turned into the directions in which they vary most: so
    angles between images are those between their logits, and a style's direction is that in which its logit is largest.
    Dimensions to spare get the directions in which the features vary most, at the spread of the least of the others, to
    have something to tell styles apart that the classifier does not know; the styles' directions are 0 there.
    """
    neck, head = model[1][1], model[2]
    mean = features.mean(axis=0)
    to_logits, directions, deviation = _main_directions(features - mean, weight, neck.out_features)
    spare = _spare_directions(features, shares, neck.out_features - len(deviation)) * deviation.min()
    neck_weight = np.concatenate([to_logits, spare])
    _copy(neck, neck_weight, -neck_weight @ mean)
    found = np.zeros((len(weight), neck.out_features))
    found[:, : len(deviation)] = directions.T
    head.point_at(torch.from_numpy(found).float())


def _main_directions(
    centred_features: np.ndarray, weight: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The at most `size` directions in which logits, less their mean over styles, vary most, and what gives them.

    Returns what maps features to coordinates in them `(rank, d)`, the directions `(rank, n_styles)`, and the deviation
    of the coordinates `(rank,)`.
    """
    centred = weight - weight.mean(axis=0)
    _, singular, directions = np.linalg.svd(centred_features @ centred.T, full_matrices=False)
    rank = int(min(size, len(weight) - 1, (singular > 1e-6 * max(singular[0], 1e-12)).sum()))
    return directions[:rank] @ centred, directions[:rank], singular[:rank] / np.sqrt(len(centred_features))


def _spare_directions(features: np.ndarray, shares: np.ndarray | float, size: int) -> np.ndarray:
    """`(size, d)` maps to the `size` main components of scaled features, each with deviation 1."""
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    if size == 0:
        return np.zeros((0, features.shape[1]))
    scaler = StandardScaler().fit(features)
    found = PCA(min(size, *features.shape), random_state=0).fit(scaler.transform(features) * shares)
    deviation = np.sqrt(found.explained_variance_)[:, None]
    maps = np.zeros((size, features.shape[1]))
    maps[: found.n_components_] = found.components_ * shares / scaler.scale_ / np.maximum(deviation, 1e-6)
    return maps


def _copy(layer: nn.Linear, weight: np.ndarray, bias: np.ndarray) -> None:
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight))
        layer.bias.copy_(torch.from_numpy(bias))


def _scores(logits: np.ndarray, targs: np.ndarray) -> dict[str, float]:
    values = metric_values(softmax(logits, axis=1), targs, np.ones((1, len(targs))))
    names = ("top_1_accuracy", "top_2_accuracy")
    return {
        "train_loss": balanced_log_loss(logits, targs),
        **{f"train_{name}": float(values[name][0]) for name in names},
    }
