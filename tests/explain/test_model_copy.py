"""The copy of a network: the same numbers, with other modules."""

import pytest
import torch
from torch import nn

from styleclf.explain.model_copy import LogOdds, make_guidable


class Stage(nn.Module):
    """A timm-like body of one stage of 2 feature maps, then ReLU6 in place; features are their sums."""

    feature_info = [dict(module="conv", num_chs=2)]  # noqa: RUF012

    def __init__(self):
        super().__init__()
        self.conv, self.act = nn.Conv2d(3, 2, 1), nn.ReLU6(inplace=True)

    def forward(self, x):
        return self.act(self.conv(x)).sum(dim=(2, 3))


def test_a_guidable_network_computes_the_same():
    torch.manual_seed(0)
    stage = Stage()
    x = 20 * torch.randn(2, 3, 8, 8)
    expected = stage(x)
    assert torch.equal(make_guidable(stage)(x), expected)
    assert not isinstance(stage.act, nn.ReLU6)
    for model, what in ((nn.Sequential(nn.ReLU(), nn.SiLU()), "SiLU"), (nn.Linear(2, 2), "none")):
        with pytest.raises(ValueError, match=what):
            make_guidable(model)


def test_log_odds_are_those_of_the_probabilities():
    logits = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    p = logits.softmax(1)
    assert torch.allclose(LogOdds(nn.Identity())(logits), (p / (1 - p)).log(), atol=1e-5)
