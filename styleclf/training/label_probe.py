"""The probe of several labels per image: one logistic regression for each label, in one embedding.

Of every label, images with it and without it count alike, so a probability is that of a collection in which half of the
works have the label; what share of them really has it is left to the thresholds.
"""

from typing import NamedTuple

import numpy as np
import torch
from fastai.data.core import DataLoaders
from torch import nn

from styleclf.data import takes_several_labels
from styleclf.evaluation import mean_average_precision
from styleclf.models import Precision
from styleclf.output import tracked
from styleclf.training.few_dimensions import FewDimensions, products_with
from styleclf.training.label_losses import BinaryLoss, label_weights
from styleclf.training.probe import fit_probe, probe_images, ridge_path, strength_for, write_linear_map

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
    progress: bool = True,
    mirrored: bool = False,  # let it see every image from left to right as well: twice the time
) -> dict[str, float]:
    """The probe that suits the targets of `dls`: `fit_probe` for one style per image, `fit_label_probe` for several."""
    fit = fit_label_probe if takes_several_labels(dls) else fit_probe
    return fit(model, dls, precision, progress=progress, mirrored=mirrored)


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
    n_labels = images.targs.shape[1]
    regressions = []
    for column in tracked(range(n_labels), n_labels, "labels", progress):
        has_label = images.targs[:, column] > 0
        regressions.append(_regression(images.reduced, has_label, images.groups))
    weight = np.stack([regression.weight for regression in regressions])
    bias = np.array([regression.bias for regression in regressions])
    strengths = np.array([regression.strength for regression in regressions])
    write_linear_map(model, images.inputs, weight, bias=bias, centred=False)
    logits = products_with(images.inputs, weight) + bias
    scores = _scores(logits, images.targs)
    return {"strength": float(np.exp(np.log(strengths).mean())), **scores}


def _regression(reduced: FewDimensions, has_label: np.ndarray, groups: np.ndarray) -> _Regression:
    """The logistic regression of one label."""
    if has_label.all() or not has_label.any():
        certain = _CERTAIN if has_label.all() else -_CERTAIN
        return _Regression(np.zeros(reduced.features.shape[1]), certain, 1.0)
    targs = has_label.astype(int)
    strength = strength_for(reduced.coordinates, targs, groups)
    ((of_kinds, bias_of_kinds),) = ridge_path(reduced.coordinates, targs, [strength], n_styles=2)
    without, with_label = of_kinds
    coefficients = np.atleast_2d(with_label - without)
    (weight,) = reduced.weights_of(coefficients)
    bias = bias_of_kinds[1] - bias_of_kinds[0] - weight @ reduced.mean
    return _Regression(weight, float(bias), strength)


def _scores(logits: np.ndarray, targs: np.ndarray) -> dict[str, float]:
    """Loss and mean average precision on the images that the probe was fitted to."""
    truth = torch.from_numpy(targs).float()
    loss = BinaryLoss(label_weights(truth))
    return {
        "train_loss": float(loss(torch.from_numpy(logits).float(), truth)),
        "train_mean_average_precision": mean_average_precision(logits, targs),
    }
