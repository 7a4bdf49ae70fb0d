"""What a forest is set beside: logistic regression, and on frozen features a neural head.

Both have one setting to choose, and for every fold it is chosen by the others, as the forest's are. Inner folds among
the training images would not do: a fine-tuned body has seen them all, so that the boldest model looks best there.

styleclf's own way to a head for frozen features is its probe, a logistic regression written into neck and head; a head
trained by gradient descent is here because the ancestor asked how a forest does beside it.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
import torch
from fastai.data.core import DataLoaders
from fastai.data.load import DataLoader
from fastai.learner import Learner
from fastai.torch_core import no_random
from scipy.special import softmax
from torch import nn
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

_EPOCHS = (2, 5, 10, 20)  # of the head, to choose from
_LR_MAX, _BATCH = 3e-3, 64
_USUAL_WIDTH = 2000  # features for which the probe's strengths were chosen
_LEAST = 1e-12  # probability in place of 0, whose logarithm is no number


def _chosen_elsewhere(
    features: FoldFeatures, candidates: Sequence[Callable[[Split], np.ndarray]], what: str
) -> pd.DataFrame:
    """Out-of-fold predictions, of every fold by the candidate with the lowest class-weighted log loss on the others.

    A candidate makes probabilities `(n_test, n_styles)` of a split.
    """
    tables = [features.out_of_fold(lambda _, split, probas=each: probas(split), what) for each in candidates]
    tried = np.stack([probas_of(table) for table in tables])
    rows = [features.in_fold(fold) for fold in features.by_fold]
    logits = np.log(np.clip(tried, _LEAST, 1))
    losses = np.array([[balanced_log_loss(each[here], features.targs[here]) for here in rows] for each in logits])
    elsewhere = losses.sum(axis=1, keepdims=True) - losses
    for here, best in zip(rows, elsewhere.argmin(axis=0), strict=True):
        tried[0][here] = tried[best][here]
    return with_probas(tables[0], tried[0])


def logistic_predictions(features: FoldFeatures) -> pd.DataFrame:
    """Out-of-fold predictions by logistic regression of scaled features, every style counting alike."""
    candidates = [partial(_logistic_probas, strength=strength) for strength in STRENGTHS]
    return _chosen_elsewhere(features, candidates, "logistic regression")


def _logistic_probas(split: Split, strength: float) -> np.ndarray:
    """Probabilities `(n_test, n_styles)`.

    Few features are scaled up, so that all together vary as much as those for which the probe's strengths were chosen.
    """
    share = np.sqrt(_USUAL_WIDTH / split.train.shape[1])
    weight, bias = logistic_regression(split.train, split.targs, strength, split.n_styles, share)
    return softmax(split.test @ weight.T + bias, axis=1)


def head_predictions(seen: FoldFeatures, **how: object) -> pd.DataFrame:
    """Out-of-fold predictions by neural heads; `how` are keywords of `_head_probas`."""
    candidates = [partial(_head_probas, epochs=epochs, **how) for epochs in _EPOCHS]
    return _chosen_elsewhere(seen, candidates, "the neural head")


def _head_probas(
    split: Split,
    features: str,
    embedding_size: int,
    label_smoothing: float = 0.1,
    wd: float = 0.01,
    epochs: int = 10,
    seed: int = 0,
) -> np.ndarray:
    """Probabilities `(n_test, n_styles)` by neck and head as `create_model` makes them, trained by one-cycle AdamW.

    Features are scaled behind the neck's activation, where a linear layer follows.
    """
    train, test = (torch.from_numpy(each) for each in (split.train, split.test))
    if features != "style":
        train, test = train.relu(), test.relu()
    mean, deviation = train.mean(dim=0), train.std(dim=0).clamp_min(1e-6)
    with no_random(seed):
        layers = nn.Linear(train.shape[1], embedding_size), nn.ReLU(), nn.Linear(embedding_size, split.n_styles)
        model = nn.Sequential(*layers)
        known = TensorDataset((train - mean) / deviation, torch.from_numpy(split.targs))
        dl = DataLoader(known, bs=min(_BATCH, len(known)), shuffle=True, drop_last=True)
        loss = create_loss("cross_entropy", class_weights(split.targs, range(split.n_styles)), label_smoothing)
        learn = Learner(DataLoaders(dl, dl, device="cpu"), model, loss, wd=wd, cbs=[SkipValidation()])
        with learn.no_bar(), learn.no_logging():
            learn.fit_one_cycle(epochs, _LR_MAX)
    with torch.inference_mode():
        return softmax(model.eval()((test - mean) / deviation).numpy(), axis=1)
