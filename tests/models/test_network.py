"""styleclf.models.network: one contract for every family."""

import pytest
import torch

from styleclf.common import say_once
from styleclf.models import network
from tests.conftest import ARCH
from tests.models.states import ARCHS, assert_same


@pytest.mark.parametrize("features", network._FEATURES)
@pytest.mark.parametrize("arch", ARCHS)
def test_every_family_keeps_the_contract(arch, features):
    model = network.create_model(arch, 5, 7, features=features, weights="none").eval()
    with torch.no_grad():
        size = 160 if arch == "test_vit" else 64  # a ViT takes images of one size only
        x = torch.randn(2, 3, size, size)
        width = 1000 if features == "imagenet" else model[0].head_hidden_size
        assert model[0](x).shape == (2, width)
        assert model[:2](x).shape == (2, 7)
        assert model(x).shape == (2, 5)
        torch.testing.assert_close(model[2](model[:2](x)), model(x))


@pytest.mark.parametrize("arch", [*ARCHS, "poolformer_s12"])  # the last names no stages
def test_groups_part_the_parameters_early_before_late(arch):
    model = network.create_model(arch, 5, weights="none")
    early, late, new = ([id(p) for p in group] for group in network.parameter_groups(model))
    assert early
    assert late
    assert sorted(early + late + new) == sorted(id(p) for p in model.parameters())
    assert new == [id(p) for part in model[1:] for p in part.parameters()]
    names = {id(p): name for name, p in model[0].named_parameters()}
    assert [names[p] for p in early + late] == list(names.values())


def test_other_values_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"pooled, imagenet.*, not 'deep'"):
        network.create_model(ARCH, 5, features="deep", weights="none")
    for n_out, embedding_size, name in ((0, 16, "n_out"), (5, 0, "embedding_size"), (5, 1.5, "embedding_size")):
        with pytest.raises(ValueError, match=f"{name} must be a whole number from 1, not"):
            network.create_model(ARCH, n_out, embedding_size, weights="none")


def test_frozen_batchnorm_keeps_its_statistics():
    body = network.create_body(ARCH, weights="none").train()
    network.freeze_batchnorm(body)
    before = {name: value.clone() for name, value in body.state_dict().items()}
    body(torch.randn(4, 3, 32, 32))
    assert_same(body, before)


class Opaque(torch.nn.Linear):
    """A body of timm that shows nothing of its inner layers."""

    num_features = 7
    num_classes = 0

    def __init__(self):
        super().__init__(3, 7)
        self.pretrained_cfg = {}

    def forward(self, x):
        return super().forward(x.mean(dim=(2, 3)))


def test_a_body_that_shows_no_inner_layers_gives_its_pooled_features_and_says_so(monkeypatch, capsys):
    say_once.cache_clear()
    monkeypatch.setattr(network, "sized_body", lambda source, size, **options: Opaque())
    model = network.create_model(ARCH, 5, features="style", weights="none")
    assert model(torch.zeros(2, 3, 8, 8)).shape == (2, 5)
    assert (
        f"{ARCH} shows nothing of its inner layers: its features are the pooled ones alone" in capsys.readouterr().out
    )
    assert all(network.parameter_groups(model))


def test_the_classifier_of_weights_without_one_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"dinov2 has no classifier.*features 'style' or 'pooled'"):
        network.create_body("vit_small_patch14_dinov2", "imagenet", "none")
