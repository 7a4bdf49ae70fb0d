"""A fitted scikit-learn classifier as the head of a learner: exported, loaded and used like any other.

Pickled learners refer to `ForestHead` by name, so this module needs nothing but torch and numpy.
"""

from typing import Protocol

import numpy as np
import torch
from fastai.learner import Learner
from torch import nn

from styleclf.evaluation import Calibrator

_MIN_PROBABILITY = 1e-7  # in place of 0, which has no logarithm


class Classifier(Protocol):
    """What a classifier of scikit-learn's has once it is fitted."""

    classes_: np.ndarray

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """`(n, d)` to `(n, n_classes)`."""


class ForestHead(nn.Module):
    """Embeddings `(n, d)` to log-probabilities `(n, n_out)` float32, which a softmax turns into probabilities.

    The classifier computes on the CPU whatever the device of the embeddings, and has no gradient.
    """

    def __init__(self, classifier: Classifier, n_out: int, calibrator: Calibrator | None = None) -> None:
        super().__init__()
        self.classifier = classifier
        self.n_out = n_out
        self.calibrator = calibrator

    def forward(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Log-probabilities, on the device of the embeddings."""
        features = embeddings.detach().float().cpu().numpy()
        probas = class_probas(self.classifier, features, self.n_out)
        if self.calibrator is not None:
            probas = self.calibrator.predict_proba(probas)
        log_probas = np.log(np.clip(probas, _MIN_PROBABILITY, 1))
        return torch.from_numpy(log_probas).float().to(embeddings.device)


def class_probas(classifier: Classifier, features: np.ndarray, n_out: int) -> np.ndarray:
    """Probabilities `(n, n_out)` by a classifier fitted to positions of styles; 0 for styles it was not fitted to."""
    probas = np.zeros((len(features), n_out))
    probas[:, classifier.classes_] = classifier.predict_proba(features)
    return probas


def with_forest(learn: Learner, classifier: Classifier, calibrator: Calibrator | None = None) -> Learner:
    """The learner, changed in place: the classifier takes its head's place."""
    body, neck, _ = learn.model
    learn.model = nn.Sequential(body, neck, ForestHead(classifier, len(learn.dls.vocab), calibrator))
    return learn
