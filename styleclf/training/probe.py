"""The probe: the best linear classifier of the frozen body's features, written into neck and head.

It takes one forward pass over the images and some seconds; training then starts from there instead of from noise.
"""

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
import torch
from fastai.data.core import DataLoaders
from scipy.special import softmax
from torch import nn

from styleclf.common import count_of
from styleclf.data import author_groups
from styleclf.evaluation import metric_values
from styleclf.inference import dataset_features
from styleclf.models import CosineHead, Precision, SideBySide, StyleBody
from styleclf.training.discriminants import LinearMap
from styleclf.training.few_dimensions import FewDimensions, products_with
from styleclf.training.linear_probe import (
    ProbeRules,
    balanced_log_loss,
    probe_rules,
    strength_for,
    temperature_for,
)

_BALANCE = 0.25  # 0 lets every feature count alike, so that late stages drown early ones; 0.5 every stage alike
_NEGLIGIBLE_SHARE = 1e-6  # of the largest singular value: directions below it are noise
_SMALLEST_SINGULAR = 1e-12
_SMALLEST_DEVIATION = 1e-6  # of a main component that is scaled to deviation 1
_CLEARANCE = 1.5  # times the lowest training value: how far the embedding stays above the head's ReLU


def fit_probe(
    model: nn.Sequential,
    dls: DataLoaders,
    precision: Precision = "auto",
    *,
    progress: bool = True,
    mirrored: bool = False,  # let it see every image from left to right as well: twice the time
) -> dict[str, float]:
    """Fit neck and head of `model` to the training images, in place; the body stays as it is.

    The probe is the mean of a regression and of discriminants, see `ProbeRules`. The regression's regularisation is
    the one with the lowest class-weighted log loss over inner folds by author. Returns `strength` (C), `train_loss`,
    `train_top_1_accuracy` and `train_top_2_accuracy`, on the images without random changes. Raises ValueError if all
    training images are of one style, before any is computed.

    >>> dls = get_dls(design, images, arch="resnet10t", size=32, bs=16)
    >>> learn = style_learner(dls, "resnet10t", weights)
    >>> sorted(fit_probe(learn.model, dls, progress=False))
    ['strength', 'train_loss', 'train_top_1_accuracy', 'train_top_2_accuracy']
    """
    _check_styles(dls.train_ds.items["label"])
    images = probe_images(model, dls, precision, progress=progress, mirrored=mirrored)
    reduced = images.reduced
    targs = images.targs
    n_styles = len(dls.vocab)
    rules = probe_rules(reduced.coordinates, targs, images.groups, n_styles=n_styles, progress=progress)
    weight, bias = rules.fitted(reduced.coordinates, targs, n_styles=n_styles).of_features(reduced)
    if isinstance(model[2], CosineHead):
        _write_angles_into(model, reduced, weight)
    else:
        write_linear_map(model, images.inputs, weight, bias=bias)
    logits = products_with(images.inputs, weight) + bias
    scores = _scores(logits, targs)
    return {"strength": rules.strength, **scores}


class ProbeImages(NamedTuple):
    """What a probe is fitted to."""

    inputs: np.ndarray  # (n, d) features as the neck's activation passes them on
    reduced: FewDimensions  # the same in few dimensions
    targs: np.ndarray  # (n,) positions of styles, or (n, n_labels) of 0 and 1
    groups: np.ndarray  # (n,) authors


def probe_images(
    model: nn.Sequential,
    dls: DataLoaders,
    precision: Precision,
    *,
    progress: bool,
    mirrored: bool,
) -> ProbeImages:
    """The training images as the body sees them; twice as many where mirror images count as well."""
    body, neck, _ = model
    ds = dls.train_ds
    features, targs = dataset_features(body, dls, ds, precision=precision, progress=progress)
    groups = author_groups(ds.items)
    if mirrored:
        mirrored_features, mirrored_targs = dataset_features(
            body, dls, ds, precision=precision, progress=progress, mirrored=True
        )
        features = np.concatenate([features, mirrored_features])
        targs = np.concatenate([targs, mirrored_targs])
        groups = np.concatenate([groups, groups])
    activation, _ = cast(nn.Sequential, neck)
    activations = activation(torch.from_numpy(features))
    inputs = activations.numpy()
    reduced = FewDimensions(inputs, feature_shares(body))
    return ProbeImages(inputs, reduced, targs, groups)


def _check_styles(labels: Sequence[str]) -> None:
    """Raise ValueError if all labels are the same: there is nothing to tell apart."""
    styles = sorted(set(labels))
    if len(styles) < 2:
        images = count_of(len(labels), "training image")
        style = ", ".join(styles)
        advice = "every style needs painters in two folds or more; add some, or judge on another fold"
        raise ValueError(f"all {images} are of the style {style}, so there is nothing to tell apart: {advice}")


def feature_shares(body: nn.Module) -> np.ndarray | float:
    """How much each feature of the body may count, `(d,)`: see `layer_shares`. Without style statistics all alike."""
    if not isinstance(body, StyleBody | SideBySide):
        return 1.0
    widths = body.widths()
    return layer_shares(widths)


def layer_shares(widths: Sequence[int]) -> np.ndarray:
    """How much each feature may count, `(d,)` with mean square 1, where each layer gave as many as `widths` says.

    Early stages, which see brush strokes, have a tenth of the channels of the last; the statistics of every layer are
    lifted by the number of its features to the power of -`_BALANCE`.
    """
    numbers = np.array(widths)
    shares = np.repeat(numbers**-_BALANCE, numbers)
    mean_square = (shares**2).mean()
    shares = shares / np.sqrt(mean_square)
    return shares.astype(np.float32)


def best_strength(
    features: np.ndarray,  # (n, d)
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,)
    *,
    shares: np.ndarray | float = 1.0,  # (d,)
) -> float:
    """The C of `STRENGTHS` with the lowest mean class-weighted log loss over inner folds, no author in two of them.

    `features (n, d)`, `targs (n,)` positions of styles, `groups (n,)` authors, `shares` as `logistic_regression` takes
    them. With too few authors for inner folds that leave two styles to train on, the middle C.
    """
    reduced = FewDimensions(features, shares)
    return strength_for(reduced.coordinates, targs, groups)


def logistic_regression(
    features: np.ndarray,  # (n, d)
    targs: np.ndarray,  # (n,)
    strength: float,  # scikit-learn's C
    *,
    n_styles: int,
    shares: np.ndarray | float = 1.0,  # (d,)
) -> tuple[np.ndarray, np.ndarray]:
    """Weight `(n_styles, d)` and bias `(n_styles,)` of scikit-learn's logistic regression, every style counting alike.

    Features are scaled to a deviation of `shares`: the larger, the less is their weight held back. A style without
    images gets the lowest bias that float32 sums stand, so that it is never predicted.
    """
    reduced = FewDimensions(features, shares)
    regression = ProbeRules(strength)
    return regression.fitted(reduced.coordinates, targs, n_styles=n_styles).of_features(reduced)


def probe_weights(
    reduced: FewDimensions,
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,)
    *,
    strength: float,  # of the regression
    n_styles: int,
) -> LinearMap:
    """The probe, of features as they are, with a given strength; its temperature is the best for inner folds by author.

    With too few authors for these, or too many images, there is the regression alone.
    """
    temperature = temperature_for(reduced.coordinates, targs, groups, n_styles=n_styles)
    rules = ProbeRules(strength, temperature)
    return rules.fitted(reduced.coordinates, targs, n_styles=n_styles).of_features(reduced)


def write_linear_map(
    model: nn.Sequential,
    features: np.ndarray,  # (n, d)
    weight: np.ndarray,  # (n_styles, d)
    *,
    bias: np.ndarray,  # (n_styles,)
    centred: bool = True,
) -> None:
    """Write the linear map `features @ weight.T + bias` into neck and head, exactly where the embedding is wide enough.

    The embedding gets the directions in which the logits vary most over `features`, each with deviation 1 and shifted
    so far above zero that the ReLU behind it leaves them alone; dimensions to spare stay constant. Logits matter only
    up to a constant for all styles, so n_styles - 1 dimensions hold everything; unless `centred` is False, as for
    labels of which an image may have several: there every logit has a meaning of its own.
    """
    neck = _linear_layer(model[1])
    head = _linear_layer(model[2])
    mean = features.mean(axis=0, dtype=np.float64)
    to_logits, directions, deviation = _main_directions(features, weight, neck.out_features, centred=centred)
    rank = len(deviation)
    to_embedding = to_logits / deviation[:, None]
    mean_embedding = to_embedding @ mean
    coordinates = products_with(features, to_embedding) - mean_embedding
    shift = -_CLEARANCE * coordinates.min(axis=0)
    from_embedding = directions.T * deviation
    neck_weight = np.zeros((neck.out_features, neck.in_features))
    neck_weight[:rank] = to_embedding
    neck_bias = np.ones(neck.out_features)
    neck_bias[:rank] = shift - mean_embedding
    head_weight = np.zeros((head.out_features, head.in_features))
    head_weight[:, :rank] = from_embedding
    mean_logits = bias + weight @ mean
    head_bias = mean_logits - from_embedding @ shift
    _copy_into(neck, neck_weight, neck_bias)
    _copy_into(head, head_weight, head_bias)


def _write_angles_into(
    model: nn.Sequential,
    reduced: FewDimensions,
    weight: np.ndarray,  # (n_styles, d)
) -> None:
    """Write a linear classifier into neck and cosine head, whose nearest style by angle is the likeliest one.

    The embedding gets the logits, less their mean over styles, turned into the directions in which they vary most: so
    angles between images are those between their logits, and a style's direction is that in which its logit is largest.
    Dimensions to spare get the directions in which the features vary most, at the spread of the least of the others, so
    that styles unknown to the classifier can be told apart as well; the styles' directions are 0 there.
    """
    neck = _linear_layer(model[1])
    head = cast(CosineHead, model[2])
    to_logits, directions, deviation = _main_directions(reduced.features, weight, neck.out_features)
    rank = len(deviation)
    n_spare = neck.out_features - rank
    spare = _spare_directions(reduced, n_spare) * deviation.min()
    neck_weight = np.concatenate([to_logits, spare])
    neck_bias = -neck_weight @ reduced.mean
    _copy_into(neck, neck_weight, neck_bias)
    style_directions = np.zeros((len(weight), neck.out_features))
    style_directions[:, :rank] = directions.T
    style_tensor = torch.from_numpy(style_directions)
    head.point_at(style_tensor.float())


def _main_directions(
    features: np.ndarray,  # (n, d)
    weight: np.ndarray,  # (n_styles, d)
    size: int,
    *,
    centred: bool = True,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The at most `size` directions in which logits, less their mean over styles, vary most, and what gives them.

    Unless `centred`, the logits are taken as they are.

    Returns what maps features to coordinates in them `(rank, d)`, the directions `(rank, n_styles)`, and the deviation
    of the coordinates `(rank,)`.
    """
    n_styles = len(weight)
    centred_weight = weight - weight.mean(axis=0) if centred else weight
    most_directions = n_styles - 1 if centred else n_styles
    logits = products_with(features, centred_weight)
    centred_logits = logits - logits.mean(axis=0)
    _, singular, directions = np.linalg.svd(centred_logits, full_matrices=False)
    largest = max(singular[0], _SMALLEST_SINGULAR)
    negligible = _NEGLIGIBLE_SHARE * largest
    n_directions = (singular > negligible).sum()
    rank = int(min(size, most_directions, n_directions))
    directions = directions[:rank]
    deviation = singular[:rank] / np.sqrt(len(features))
    to_directions = directions @ centred_weight
    return to_directions, directions, deviation


def _spare_directions(reduced: FewDimensions, size: int) -> np.ndarray:
    """`(size, d)` maps to the `size` main components of scaled features, each with deviation 1."""
    from sklearn.decomposition import PCA

    _, n_features = reduced.features.shape
    maps = np.zeros((size, n_features))
    if size == 0:
        return maps
    n_components = min(size, *reduced.coordinates.shape)
    pca = PCA(n_components, random_state=0)
    pca.fit(reduced.coordinates)
    deviation = np.sqrt(pca.explained_variance_)[:, None]
    deviation = np.maximum(deviation, _SMALLEST_DEVIATION)
    components = pca.components_ / deviation
    maps[:n_components] = reduced.weights_of(components)
    return maps


def _linear_layer(part: nn.Module) -> nn.Linear:
    """The linear layer of a neck or head, behind its activation."""
    _, linear = cast(nn.Sequential, part)
    return cast(nn.Linear, linear)


def _copy_into(layer: nn.Linear, weight: np.ndarray, bias: np.ndarray) -> None:
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight))
        layer.bias.copy_(torch.from_numpy(bias))


def _scores(logits: np.ndarray, targs: np.ndarray) -> dict[str, float]:
    probas = softmax(logits, axis=1)
    every_image_once = np.ones((1, len(targs)))
    values = metric_values(probas, targs, every_image_once)
    (top_1,) = values["top_1_accuracy"]
    (top_2,) = values["top_2_accuracy"]
    return {
        "train_loss": balanced_log_loss(logits, targs),
        "train_top_1_accuracy": float(top_1),
        "train_top_2_accuracy": float(top_2),
    }
