"""The probe of several labels per image: one logistic regression for each label, in one embedding.

Of every label, images with it and without it count alike, so a probability is that of a collection in which half of the
works have the label; what share of them really has it is left to the thresholds.
"""

from typing import NamedTuple

import numpy as np
import torch
from fastai.data.core import DataLoaders
from torch import nn

from styleclf.common import with_progress
from styleclf.data import takes_several_labels
from styleclf.evaluation import mean_average_precision
from styleclf.models import Precision
from styleclf.training.few_dimensions import FewDimensions, products_with
from styleclf.training.label_losses import BinaryLoss, label_weights
from styleclf.training.linear_probe import ridge_path, strength_for
from styleclf.training.probe import fit_probe, probe_images, write_linear_map

_CERTAIN = 10.0  # the logit of a label that all training images have, and less that of one which none has


class _Regression(NamedTuple):
    """What says whether an image has a label: `features @ weight + bias` is the logit."""

    weight: np.ndarray  # (d,)
    bias: float
    strength: float  # scikit-learn's C


def fit_probe_of(
    model: nn.Sequential,
    dls: DataLoaders,
    precision: Precision = "auto",
    *,
    mirrored: bool = False,  # let it see every image from left to right as well: twice the time
) -> dict[str, float]:
    """The probe that suits the targets of `dls`: `fit_probe` for one style per image, `fit_label_probe` for several."""
    fit = fit_label_probe if takes_several_labels(dls) else fit_probe
    return fit(model, dls, precision, mirrored=mirrored)


def fit_label_probe(
    model: nn.Sequential,
    dls: DataLoaders,
    precision: Precision = "auto",
    *,
    progress: bool = True,
    mirrored: bool = False,
) -> dict[str, float]:
    """Fit neck and head of `model` to the labels of the training images, in place; the body stays as it is.

    The regularisation of each label is that with the lowest balanced log loss over inner folds by author. Returns
    `strength` (their geometric mean), `train_loss` and `train_mean_average_precision`.
    """
    images = probe_images(model, dls, precision, progress=progress, mirrored=mirrored)
    matrix = images.targs > 0
    n_labels = matrix.shape[1]
    weights = []
    biases = []
    log_strengths = []
    for has_label in with_progress(matrix.T, n_labels, "labels", progress):
        regression = _regression(images.reduced, has_label, images.groups)
        weights.append(regression.weight)
        biases.append(regression.bias)
        log_strengths.append(np.log(regression.strength))
    weight = np.stack(weights)
    bias = np.array(biases)
    write_linear_map(
        model,
        images.inputs,
        weight,
        bias=bias,
        centred=False,
    )
    logits = products_with(images.inputs, weight) + bias
    scores = _scores(logits, images.targs)
    mean_strength = np.exp(np.mean(log_strengths))
    return {"strength": float(mean_strength), **scores}


def _regression(
    reduced: FewDimensions,
    has_label: np.ndarray,  # (n,) bool
    groups: np.ndarray,  # (n,) authors
) -> _Regression:
    """The logistic regression of one label."""
    n_features = reduced.features.shape[1]
    no_weight = np.zeros(n_features)
    if has_label.all():
        return _Regression(no_weight, _CERTAIN, 1.0)
    if not has_label.any():
        return _Regression(no_weight, -_CERTAIN, 1.0)
    targs = has_label.astype(int)
    strength = strength_for(reduced.coordinates, targs, groups)
    (solution,) = ridge_path(reduced.coordinates, targs, [strength], n_styles=2)
    coefficients, intercepts = solution
    without, with_label = coefficients
    difference = np.atleast_2d(with_label - without)
    (weight,) = reduced.weights_of(difference)
    bias_shift = weight @ reduced.mean
    bias = intercepts[1] - intercepts[0] - bias_shift
    return _Regression(weight, float(bias), strength)


def _scores(logits: np.ndarray, targs: np.ndarray) -> dict[str, float]:
    """Loss and mean average precision on the images that the probe was fitted to."""
    truth = torch.from_numpy(targs).float()
    logit_tensor = torch.from_numpy(logits).float()
    weights = label_weights(truth)
    loss = BinaryLoss(weights)
    return {
        "train_loss": float(loss(logit_tensor, truth)),
        "train_mean_average_precision": mean_average_precision(logits, targs),
    }
