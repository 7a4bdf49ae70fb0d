"""Folding batch normalisation: no number changes, and what cannot be folded stays."""

import torch
from torch import nn

from styleclf.explain.batchnorm_folding import fold_batchnorm
from styleclf.models.network import create_model
from tests.conftest import changed, state


def test_folding_batch_normalisation_changes_no_number(real):
    model, x = real.model.eval(), torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    before = state(model)
    found = fold_batchnorm(model, x[:1])
    norms = [sum(isinstance(each, nn.BatchNorm2d) for each in model.modules()) for model in (model, found)]
    assert norms[1] == 0 < norms[0] and not changed(before, model)
    with torch.no_grad():
        assert torch.allclose(found(x), model(x), atol=1e-4)


def test_hidden_layers_are_read_where_normalisations_were_folded_in():
    model = create_model("test_efficientnet", 3, features="style", weights="none").eval()
    x = torch.randn(2, 3, 32, 32)
    found = fold_batchnorm(model, x[:1])
    assert found is not model and model[0].narrowing
    with torch.no_grad():
        torch.testing.assert_close(found(x), model(x), atol=1e-4, rtol=1e-4)


def test_a_convolution_heard_by_others_too_is_not_folded():
    class Shortcut(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.norm = nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3)
            self.norm.running_mean += 1

        def forward(self, x):
            x = self.conv(x)
            return self.norm(x) + x

    model = Shortcut().eval()
    assert fold_batchnorm(model, torch.randn(1, 3, 4, 4)) is model
