"""A fitted scikit-learn classifier as the head of a learner: exported, loaded and asked like any other.

Pickled learners refer to `ForestHead` by name, so this module needs nothing but torch and numpy.
"""

from typing import Protocol

import numpy as np
import torch
from fastai.learner import Learner
from torch import nn

from styleclf.evaluation import Calibrator

_LEAST = 1e-7  # probability in place of 0, whose logarithm is no number


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
        self.classifier, self.n_out, self.calibrator = classifier, n_out, calibrator

    def forward(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Log-probabilities, on the device of the embeddings."""
        found = class_probas(self.classifier, embeddings.detach().float().cpu().numpy(), self.n_out)
        if self.calibrator is not None:
            found = self.calibrator.predict_proba(found)
        return torch.from_numpy(np.log(np.clip(found, _LEAST, 1))).float().to(embeddings.device)


def class_probas(classifier: Classifier, features: np.ndarray, n_out: int) -> np.ndarray:
    """Probabilities `(n, n_out)` by a classifier fitted to positions of styles; 0 for styles it has not seen."""
    probas = np.zeros((len(features), n_out))
    probas[:, classifier.classes_] = classifier.predict_proba(features)
    return probas


def with_forest(learn: Learner, classifier: Classifier, calibrator: Calibrator | None = None) -> Learner:
    """The learner, changed in place: its embeddings are now judged by the classifier."""
    body, neck, _ = learn.model
    learn.model = nn.Sequential(body, neck, ForestHead(classifier, len(learn.dls.vocab), calibrator))
    return learn
