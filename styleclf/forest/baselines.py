"""What a forest is set beside: logistic regression, and on frozen features a neural head.

Both have one setting to choose, and for every fold it is chosen by the others, as the forest's are. Inner folds among
the training images would not do: a fine-tuned body has seen them all, so that the boldest model looks best there.

styleclf's own way to a head for frozen features is its probe, a logistic regression written into neck and head; a head
trained by gradient descent is here because the ancestor asked how it compares with a forest.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch
from fastai.data.core import DataLoaders
from fastai.data.load import DataLoader
from fastai.learner import Learner
from fastai.torch_core import no_random
from scipy.special import softmax
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from styleclf.evaluation import probas_of, with_probas
from styleclf.forest.features import FoldFeatures, Split
from styleclf.training import (
    STRENGTHS,
    SkipValidation,
    balanced_log_loss,
    class_weights,
    create_loss,
    logistic_regression,
)

_HEAD_EPOCHS = (2, 5, 10, 20)  # of the neural head, to choose from
_LR_MAX = 3e-3
_BATCH_SIZE = 64
_USUAL_WIDTH = 2000  # features for which the probe's strengths were chosen
_MIN_PROBABILITY = 1e-12  # in place of 0, which has no logarithm
_MIN_DEVIATION = 1e-6  # of a feature that is the same for all images


def _best_elsewhere(
    features: FoldFeatures, candidates: Sequence[Callable[[Split], np.ndarray]], model: str
) -> pd.DataFrame:
    """Out-of-fold predictions, of every fold by the candidate with the lowest class-weighted log loss on the others.

    A candidate makes probabilities `(n_test, n_styles)` of a split.
    """
    tables = [features.out_of_fold(candidate, model) for candidate in candidates]
    probas = np.stack([probas_of(table) for table in tables])
    losses = np.array([_fold_losses(features, table) for table in probas])
    losses_elsewhere = losses.sum(axis=1, keepdims=True) - losses
    best = losses_elsewhere.argmin(axis=0)
    chosen_probas = probas[0]
    for i, fold in enumerate(features.by_fold):
        in_fold = features.in_fold(fold)
        chosen_probas[in_fold] = probas[best[i]][in_fold]
    return with_probas(tables[0], chosen_probas)


def _fold_losses(features: FoldFeatures, probas: np.ndarray) -> list[float]:
    """The class-weighted log loss of probabilities `(n, n_styles)` in every fold."""
    logits = np.log(np.clip(probas, _MIN_PROBABILITY, 1))
    losses = []
    for fold in features.by_fold:
        in_fold = features.in_fold(fold)
        losses.append(balanced_log_loss(logits[in_fold], features.targs[in_fold]))
    return losses


def logistic_predictions(features: FoldFeatures) -> pd.DataFrame:
    """Out-of-fold predictions by logistic regression of scaled features, every style counting alike."""
    candidates = [partial(_logistic_probas, strength=strength) for strength in STRENGTHS]
    return _best_elsewhere(features, candidates, "logistic regression")


def _logistic_probas(split: Split, strength: float) -> np.ndarray:
    """Probabilities `(n_test, n_styles)`.

    Few features are scaled up, so that all together vary as much as those for which the probe's strengths were chosen.
    """
    share = np.sqrt(_USUAL_WIDTH / split.train.shape[1])
    weight, bias = logistic_regression(split.train, split.targs, strength, n_styles=split.n_styles, shares=share)
    return softmax(split.test @ weight.T + bias, axis=1)


def head_predictions(fold_features: FoldFeatures, **options: Any) -> pd.DataFrame:
    """Out-of-fold predictions by neural heads; `options` are keywords of `_head_probas`."""
    candidates = [partial(_head_probas, epochs=epochs, **options) for epochs in _HEAD_EPOCHS]
    return _best_elsewhere(fold_features, candidates, "the neural head")


def _head_probas(
    split: Split,
    *,
    features: str,  # kind of the features: pooled ones pass through the neck's activation first
    embedding_size: int,
    label_smoothing: float,
    wd: float,
    epochs: int,
    seed: int = 0,
) -> np.ndarray:
    """Probabilities `(n_test, n_styles)` by neck and head as `create_model` makes them, trained by one-cycle AdamW.

    Features are scaled behind the neck's activation, where a linear layer follows.
    """
    train = torch.from_numpy(split.train)
    test = torch.from_numpy(split.test)
    if features != "style":
        train = train.relu()
        test = test.relu()
    mean = train.mean(dim=0)
    deviation = train.std(dim=0).clamp_min(_MIN_DEVIATION)
    with no_random(seed):
        model = nn.Sequential(
            nn.Linear(train.shape[1], embedding_size), nn.ReLU(), nn.Linear(embedding_size, split.n_styles)
        )
        dls = _loaders((train - mean) / deviation, torch.from_numpy(split.targs))
        weights = class_weights(split.targs.tolist(), range(split.n_styles))
        loss = create_loss("cross_entropy", weights, label_smoothing)
        learn = Learner(dls, model, loss, wd=wd, cbs=[SkipValidation()])
        with learn.no_bar(), learn.no_logging():
            learn.fit_one_cycle(epochs, _LR_MAX)
    with torch.inference_mode():
        logits = model.eval()((test - mean) / deviation)
        return softmax(logits.numpy(), axis=1)


def _loaders(features: Tensor, targs: Tensor) -> DataLoaders:
    """Batches of features `(n, d)` and their styles `(n,)` in random order, on the CPU."""
    dataset = TensorDataset(features, targs)
    loader = DataLoader(dataset, bs=min(_BATCH_SIZE, len(dataset)), shuffle=True, drop_last=True)
    return DataLoaders(loader, loader, device="cpu")
