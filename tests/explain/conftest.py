"""Learners and images that the tests of explanations share."""

import numpy as np
import pytest
import torch
from torch import nn

from styleclf.evaluation.predictions import prediction_columns
from styleclf.explain.faithfulness import rows_to_judge
from styleclf.explain.inputs import network_inputs
from styleclf.training.export import load_style_learner

WEIGHT = 0.02


class Quadrant(nn.Module):
    """The sum of the upper left quadrant's pixels, times a weight, as the first of 8 logits; the others are 0."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(WEIGHT))

    def forward(self, x):
        _, _, height, width = x.shape
        quadrant = x[:, :, : height // 2, : width // 2]
        logit = self.weight * quadrant.float().sum(dim=(1, 2, 3))
        return first_of_eight(logit)


def first_of_eight(logit):
    """`(n, 8)` logits of which only the first is not 0."""
    return nn.functional.pad(logit[:, None], (0, 7))


@pytest.fixture(scope="module")
def paths(design, sample):
    """Two images of one batch, of styles that are told apart."""
    first_of_each_style = design.drop_duplicates("label")
    return [sample / name for name in first_of_each_style["filename"][:2]]


@pytest.fixture
def quadrant(learn):
    learn.model = nn.Sequential(Quadrant(), nn.Identity(), nn.Identity())
    return learn


@pytest.fixture
def real(exported):
    """A real network, in float32: how bfloat16 rounds differs from way to way."""
    learn = load_style_learner(exported)
    learn.fitting_precision.precision = "fp32"
    return learn


def images_of(learn, paths):
    """The first batch as the network sees it."""
    _, x, *_ = next(iter(network_inputs(learn, paths, progress=False)))
    return x


def same_everywhere(attr, expected, tolerance):
    np.testing.assert_allclose(attr, expected, atol=tolerance)


def breaking(*_, **__):
    raise RuntimeError("broken on purpose")


@pytest.fixture(scope="module")
def learner(exported):
    """A learner in float32: how bfloat16 rounds differs from way to way."""
    learn = load_style_learner(exported)
    learn.fitting_precision.precision = "fp32"
    return learn


@pytest.fixture(scope="module")
def rows(design, sample):
    """Two images of each style, as paths."""
    rows = rows_to_judge(design, 16)
    return rows.assign(filename=[(sample / name).as_posix() for name in rows["filename"]])


@pytest.fixture(scope="module")
def predictions(design):
    """Made-up predictions for the whole design."""
    vocab = sorted(design["label"].unique())
    rng = np.random.default_rng(0)
    probas = rng.dirichlet(np.ones(len(vocab)), len(design))
    return design[["filename", "label"]].join(prediction_columns(probas, vocab))
