"""Folding batch normalisation: no number changes, and what cannot be folded stays."""

import torch
from torch import nn

from styleclf.models.batchnorm_folding import fold_batchnorm
from styleclf.models.network import create_model
from tests.conftest import changed, state


def n_normalisations(model):
    modules = model.modules()
    return sum(isinstance(module, nn.BatchNorm2d) for module in modules)


def test_folding_batch_normalisation_changes_no_number():
    model = create_model("resnet10t", 3, weights="none").eval()
    x = torch.randn(2, 3, 32, 32)
    before = state(model)
    folded = fold_batchnorm(model, x[:1])
    assert n_normalisations(model) > 0
    assert n_normalisations(folded) == 0
    assert not changed(before, model)
    with torch.no_grad():
        torch.testing.assert_close(folded(x), model(x), atol=1e-4, rtol=1e-4)


def test_a_model_without_batch_normalisation_is_not_copied():
    model = create_model("vit_tiny_patch16_224", 3, weights="none", size=32).eval()
    assert fold_batchnorm(model, torch.randn(1, 3, 32, 32)) is model


def test_hidden_layers_are_read_where_normalisations_were_folded_in():
    model = create_model("test_efficientnet", 3, features="style", weights="none").eval()
    x = torch.randn(2, 3, 32, 32)
    folded = fold_batchnorm(model, x[:1])
    assert folded is not model
    assert model[0].narrowing
    with torch.no_grad():
        torch.testing.assert_close(folded(x), model(x), atol=1e-4, rtol=1e-4)


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
