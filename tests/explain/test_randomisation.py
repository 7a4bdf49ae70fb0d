"""Shuffled networks, and correlations of maps."""

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from styleclf.explain.faithfulness import (
    NETWORK_PARTS,
)
from styleclf.explain.randomisation import _shuffled_networks, rank_correlations
from styleclf.models.cosine_head import CosineHead
from styleclf.models.network import create_model, parameter_groups
from tests.conftest import changed, state


def test_networks_are_shuffled_from_the_head_down_and_the_users_is_not(learner):
    before = state(learner.model)
    groups = [len(group) for group in parameter_groups(learner.model)]
    n_changed = []
    for network in _shuffled_networks(learner.model):
        moved = changed(before, network)
        assert not {name for name in moved if "running" in name}
        for name in moved:
            own, other = (each[name].flatten(1).sort(dim=1)[0] for each in (before, network.state_dict()))
            assert torch.equal(own, other), "shuffled within units, not drawn anew"
        n_changed.append(len(moved))
    assert len(n_changed) == len(NETWORK_PARTS)
    assert n_changed == sorted(set(n_changed))
    assert n_changed[0] <= groups[2]
    assert n_changed[2] <= sum(groups)
    assert not changed(before, learner.model)


def test_a_cosine_head_is_shuffled_with_its_neck():
    model = create_model("resnet10t", 3, 4, weights="none", head=CosineHead(4, 3, 12.0))
    before = state(model)
    moved = [changed(before, network) for network in _shuffled_networks(model)]
    assert len(moved) == len(NETWORK_PARTS)
    assert moved[0] == {"1.1.weight", "2.weight"} < moved[1] < moved[2]


def test_rank_correlations_are_spearmans():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 5, (2, 3, 30)).astype(float)
    b[2] = 1
    expected = [spearmanr(*pair).statistic for pair in zip(a[:2], b[:2], strict=True)]
    assert rank_correlations(a, b) == pytest.approx([*expected, np.nan], nan_ok=True)
