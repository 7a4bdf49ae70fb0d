"""styleclf.models.style_statistics: features are what their formulas say, and old learners keep theirs."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from styleclf.models import network, style_statistics
from tests.conftest import ARCH


def test_style_features_are_the_pooled_ones_and_each_stages_statistics():
    torch.manual_seed(0)
    body = network.create_body(ARCH, "style", "none").eval()
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        features = body(x)
        _, stages = body.trunk.forward_intermediates(x)
        pooled = body.trunk(x)
    expected = [pooled]
    for stage in stages:
        pixels = stage.flatten(2)
        expected += [pixels.mean(2), (((pixels - pixels.mean(2, keepdim=True)) ** 2).mean(2) + 1e-5).sqrt()]
    assert torch.allclose(features, torch.cat(expected, 1), atol=1e-4)
    assert features.shape == (2, body.head_hidden_size)


def test_style_features_end_with_deviations_of_what_narrowing_convolutions_read(monkeypatch):
    monkeypatch.setattr(style_statistics, "_MAX_HIDDEN", 3)
    body = network.create_body("test_efficientnet", "style", "none").eval()
    assert len(style_statistics._narrowing_layers(body.trunk)) > 3
    seen, x = [], torch.randn(2, 3, 64, 64)
    last = body.hidden()
    hooks = [layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0])) for layer in last]
    with torch.no_grad():
        features = body(x)
        expected = torch.cat([(maps.flatten(2).var(2, correction=0) + 1e-5).sqrt() for maps in seen], 1)
        assert torch.allclose(features[:, -expected.shape[1] :], expected, atol=1e-5)
        assert features.shape == (2, body.head_hidden_size) and sum(body.widths()) == body.head_hidden_size
    for hook in hooks:
        hook.remove()


def test_a_layer_is_hooked_once_and_notes_nothing_outside_a_pass():
    body = network.create_body("test_efficientnet", "style", "none").eval()
    x = torch.randn(2, 3, 64, 64)
    for _ in range(2):
        body(x)
    assert body.hidden() and all(len(layer._forward_pre_hooks) == 1 for layer in body.hidden())
    with pytest.raises(RuntimeError):
        body(x[:, :1])
    body.trunk(x)
    assert style_statistics._READING.deviations is None


def test_copies_and_pickles_read_their_own_layers():
    body = network.create_body("test_efficientnet", "style", "none").eval()
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        features = body(x)
        for other in (copy.deepcopy(body), pickle.loads(pickle.dumps(body))):
            assert torch.equal(other(x), features)
            assert all(len(layer._forward_pre_hooks) == 1 for layer in other.hidden())


def test_a_body_in_several_threads_gives_what_it_gives_in_one():
    torch.manual_seed(0)
    body = network.create_body("test_efficientnet", "style", "none").eval()
    images = torch.randn(8, 1, 3, 64, 64)

    def features_of(x):
        with torch.inference_mode():
            return body(x)

    alone = [features_of(x) for x in images]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            assert all(map(torch.equal, pool.map(features_of, images), alone))


def test_a_style_body_exported_before_hidden_layers_were_read_gives_what_it_gave():
    body = network.create_body("test_efficientnet", "style", "none").eval()
    old = copy.deepcopy(body)
    n_hidden = sum(layer.in_channels for layer in old.hidden())
    del old.narrowing
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert n_hidden and torch.equal(old(x), body(x)[:, :-n_hidden])


def test_style_features_of_a_flat_picture_have_a_gradient():
    body = network.create_body(ARCH, "style", "none")
    body(torch.zeros(2, 3, 64, 64)).sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in body.parameters())
