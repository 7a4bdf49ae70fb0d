"""The copy of a network: the same numbers, with other modules."""

import pytest
import torch
from torch import nn

from styleclf.explain.model_copy import LogOdds, make_guidable
from tests.explain.stage import Stage


def test_a_guidable_network_computes_the_same():
    torch.manual_seed(0)
    stage = Stage()
    x = 20 * torch.randn(2, 3, 8, 8)
    expected = stage(x)
    guidable = make_guidable(stage)
    assert torch.equal(guidable(x), expected)
    assert not isinstance(stage.act, nn.ReLU6)


@pytest.mark.parametrize(
    "model, complaint",
    [
        (nn.Sequential(nn.ReLU(), nn.SiLU()), "SiLU"),
        (nn.Linear(2, 2), "none"),
    ],
)
def test_a_network_with_other_activations_or_none_cannot_be_guided(model, complaint):
    with pytest.raises(ValueError, match=complaint):
        make_guidable(model)


def test_log_odds_are_those_of_the_probabilities():
    logits = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    probas = logits.softmax(dim=1)
    odds = probas / (1 - probas)
    log_odds = LogOdds(nn.Identity())(logits)
    assert torch.allclose(log_odds, odds.log(), atol=1e-5)
