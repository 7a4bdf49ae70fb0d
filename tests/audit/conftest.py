"""Made-up designs and features, planted markers and learners that the tests of audits share."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from styleclf.audit.planted_marker import (
    plant,
)
from styleclf.data import Paintings

STYLES, N_AUTHORS, N_EACH = ("cubism", "rococo", "zen"), 12, 5

STYLE = "artdeco"  # the first of the vocabulary


class Magenta(nn.Module):
    """The share of pixels that are green or magenta beyond what paintings have, as the first of 8 logits."""

    def __init__(self, weight=2.0):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))

    def forward(self, x):
        tint = (x[:, 1] - (x[:, 0] + x[:, 2]) / 2).abs()
        marker = (tint - 2.5).relu().sum(dim=(1, 2))
        return nn.functional.pad(self.weight * marker[:, None] - 3, (0, 7))


def painters_design(named=True):
    """Three styles of 12 authors with 5 images each, and their targets."""
    rows = [(style, f"{style}-{a}", i) for style in STYLES for a in range(N_AUTHORS) for i in range(N_EACH)]
    design = pd.DataFrame(rows, columns=["label", "author", "title"])
    design["filename"] = [f"{row.label}/{row.author}_{row.title}.jpg" for row in design.itertuples()]
    design["fold"] = [str(int(author.split("-")[1]) % 4) for author in design["author"]]
    design = design.assign(copy_of="", author=design["author"] if named else "")
    return design, np.repeat(np.arange(len(STYLES)), N_AUTHORS * N_EACH)


def painted_features(design, targs, style=0.0, hand=0.0, d=30, seed=0):
    """Noise, and as much of what the style and the painter's hand have in common as asked for."""
    rng = np.random.default_rng(seed)
    hands = pd.factorize(design["filename"].str.split("_").str[0])[0]
    noise = rng.normal(size=(len(targs), d))
    return noise + style * rng.normal(size=(3, d))[targs] + hand * rng.normal(size=(hands.max() + 1, d))[hands]


@pytest.fixture(scope="module")
def no_val(design):
    return design[design["fold"] != "val"].reset_index(drop=True)


@pytest.fixture(scope="module")
def planted(design, sample, tmp_path_factory):
    """The design with the marker's places, and the folder of its pictures."""
    out = tmp_path_factory.mktemp("marker")
    return plant(Paintings(design, sample), STYLE, out, progress=False), out


@pytest.fixture
def goes_by_it(learn):
    neck = nn.Linear(8, 8)
    nn.init.eye_(neck.weight)
    nn.init.zeros_(neck.bias)
    learn.model = nn.Sequential(Magenta(), nn.Sequential(neck), nn.Identity())
    learn.opt = None  # it was made for the weights before
    learn.fitting_precision.precision = "fp32"
    return learn
