"""The comparison of sizes: what gains on the first entry, and what cannot."""

import math
from pathlib import Path

import numpy as np
import pytest

from styleclf.benchmark.league.folds import league_draws
from styleclf.benchmark.league.kernels import kernel_of
from styleclf.benchmark.league.rules import LeagueRules, LeagueTask
from styleclf.data import Paintings
from tests.audit.conftest import painted_features, painters_design
from tests.benchmark.league.compare_sizes import SizedBody, compared, sized_bodies, sized_body


def test_an_entry_names_body_size_and_weights():
    assert sized_body("resnet18@256=my/file.safetensors") == SizedBody("resnet18", 256, "my/file.safetensors")
    assert sized_body("resnet18@256").weights == "imagenet"


def test_more_style_in_the_features_is_a_gain_and_the_first_entry_gains_nothing():
    rows, targs = painters_design()
    paintings = Paintings(rows, "images")
    draws = league_draws(paintings, 1, seed=0)
    task = LeagueTask(paintings, targs, draws, rules=LeagueRules(), folder=Path(), deadline=math.inf)
    small, large = sized_bodies("a@1+a@2")
    kernels = {}
    for body, style in {small: 0.1, large: 1.0}.items():
        features = painted_features(rows, targs, style=style).astype(np.float32)
        kernels[body] = kernel_of(features, [features.shape[1]])
    table = compared(task, [[small], [large], [small, large]], kernels).set_index("entry")
    assert table.loc["a@1", ["gain_1", "gain_1_lo", "gain_1_hi"]].tolist() == [0, 0, 0]
    assert table.loc["a@2", "gain_1_lo"] > 0
    gain = 100 * (table.loc["a@2", "top_1"] - table.loc["a@1", "top_1"])
    assert table.loc["a@2", "gain_1"] == pytest.approx(gain)
    assert "a@1 + a@2" in table.index
