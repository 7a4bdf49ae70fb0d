"""styleclf.models: one contract for every family, and weights that are the asked-for ones or an error."""

import copy
import http.server
import socket
import threading
import time

import pytest
import timm
import torch
from huggingface_hub import constants
from safetensors.torch import load_file, save_file

from styleclf.models import architectures, network, style_statistics, weights as weights_module
from tests.conftest import ARCH

ARCHS = (ARCH, "test_vit", "test_convnext", "test_efficientnet")
COMMIT = "0" * 40


def fixed_state(arch=ARCH, **options):
    torch.manual_seed(2)
    return timm.create_model(arch, **options).state_dict()


def assert_same(body, state):
    found = getattr(body, "trunk", body).state_dict()
    assert all(torch.equal(found[name], state[name]) for name in found)


@pytest.fixture(scope="module")
def full_file(tmp_path_factory):
    """Random, but fixed weights of ARCH with its classifier."""
    path = tmp_path_factory.mktemp("weights") / "full.safetensors"
    save_file(fixed_state(), path)
    return path


@pytest.mark.parametrize("features", network._FEATURES)
@pytest.mark.parametrize("arch", ARCHS)
def test_every_family_keeps_the_contract(arch, features):
    model = network.create_model(arch, 5, 7, features, "none").eval()
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
    assert early and late
    assert sorted(early + late + new) == sorted(id(p) for p in model.parameters())
    assert new == [id(p) for part in model[1:] for p in part.parameters()]
    names = {id(p): name for name, p in model[0].named_parameters()}
    assert [names[p] for p in early + late] == list(names.values())


def test_weights_none_are_drawn_from_the_seed():
    first, again, other = (
        torch.manual_seed(seed) and network.create_body(ARCH, weights="none").state_dict() for seed in (0, 0, 1)
    )
    assert torch.equal(first["conv1.0.weight"], again["conv1.0.weight"])
    assert not torch.equal(first["conv1.0.weight"], other["conv1.0.weight"])


def test_weights_of_a_file_are_loaded_exactly(weights_file):
    assert_same(network.create_model(ARCH, 5, weights=weights_file)[0], load_file(weights_file))


@pytest.mark.parametrize("features", network._FEATURES)
def test_a_file_with_a_classifier_serves_both_features(full_file, features):
    body = network.create_model(ARCH, 5, features=features, weights=full_file)[0]
    assert any(name.endswith("fc.weight") for name in body.state_dict()) == (features == "imagenet")
    assert_same(body, load_file(full_file))


def test_a_file_of_torch_is_loaded_exactly(tmp_path):
    state = fixed_state("test_vit", num_classes=0)
    torch.save({"state_dict": state}, tmp_path / "body.pth")
    assert_same(network.create_body("test_vit", weights=tmp_path / "body.pth"), state)


def test_a_file_that_does_not_fit_is_refused_with_the_first_missing_weight(weights_file):
    with pytest.raises(ValueError, match=r"weights are missing.*such as cls_token"):
        network.create_model("test_vit", 5, weights=weights_file)
    with pytest.raises(ValueError, match=r"2 of its .* weights are missing.*such as fc\.weight"):
        network.create_model(ARCH, 5, features="imagenet", weights=weights_file)


@pytest.mark.parametrize("name", ["words.safetensors", "words.pth"])
def test_a_file_that_holds_no_weights_is_refused(tmp_path, name):
    (tmp_path / name).write_text("no weights")
    with pytest.raises(ValueError, match=rf"{name} is no file of weights"):
        network.create_model(ARCH, 5, weights=tmp_path / name)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no weights at .*absent\.pth.*'imagenet', 'none'"):
        network.create_model(ARCH, 5, weights=tmp_path / "absent.pth")


@pytest.mark.parametrize(
    "arch, advice",
    [("resnte18", "resnet18"), ("resnet18.a1_in2k", "resnet18.a1_in1k"), ("§", "timm.list_models")],
)
def test_an_unknown_architecture_is_answered_with_near_matches(arch, advice):
    for function in (
        architectures.image_stats,
        weights_module.imagenet_weights_at_hand,
        lambda arch: network.create_model(arch, 5),
    ):
        with pytest.raises(ValueError, match=f"no architecture '{arch}'.*{advice}"):
            function(arch)


def test_other_values_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"pooled, imagenet.*, not 'deep'"):
        network.create_model(ARCH, 5, features="deep", weights="none")
    for n_out, embedding_size in ((0, 16), (5, 0)):
        with pytest.raises(ValueError, match=f"not {embedding_size} and {n_out}"):
            network.create_model(ARCH, n_out, embedding_size, weights="none")


def test_image_stats_are_those_of_the_weights():
    for arch in ARCHS:
        config = timm.create_model(arch).pretrained_cfg
        assert architectures.image_stats(arch) == (config["mean"], config["std"])
    assert architectures.image_stats(ARCH) != architectures.image_stats("test_vit")


def test_frozen_batchnorm_keeps_its_statistics():
    body = network.create_body(ARCH, weights="none").train()
    network.freeze_batchnorm(body)
    before = {name: value.clone() for name, value in body.state_dict().items()}
    body(torch.randn(4, 3, 32, 32))
    assert_same(body, before)


# The hub and its cache


def never_asked(*_):
    raise AssertionError("the network was asked")


@pytest.fixture
def hub_cache(tmp_path, monkeypatch):
    """An empty cache of the hub."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def put_into_cache(hub_cache, arch, state):
    folder = hub_cache / f"models--{timm.models.get_pretrained_cfg(arch).hf_hub_id.replace('/', '--')}"
    for name in ("refs", f"snapshots/{COMMIT}"):
        (folder / name).mkdir(parents=True)
    (folder / "refs/main").write_text(COMMIT)
    save_file(state, folder / "snapshots" / COMMIT / "model.safetensors")


@pytest.mark.parametrize(
    "arch, features",
    [(ARCH, "pooled"), (ARCH, "imagenet"), ("vit_tiny_patch16_224", "pooled")],  # its authors had their own format
)
def test_cached_weights_are_loaded_exactly_without_network(hub_cache, monkeypatch, arch, features):
    monkeypatch.setattr(weights_module, "_hub_answers", never_asked)
    monkeypatch.setattr(socket, "getaddrinfo", never_asked)
    state = fixed_state(arch)
    put_into_cache(hub_cache, arch, state)
    assert weights_module.imagenet_weights_at_hand(arch)
    assert_same(network.create_model(arch, 5, features=features, weights="imagenet")[0], state)


def test_weights_that_cannot_be_had_are_an_error_that_says_what_to_do(hub_cache, monkeypatch):
    monkeypatch.setattr(weights_module, "_hub_answers", lambda: False)
    assert not weights_module.imagenet_weights_at_hand(ARCH)
    with pytest.raises(ConnectionError, match=f"{ARCH} are not on this machine.*--weights FILE.*--weights none"):
        network.create_model(ARCH, 5)


def test_an_architecture_without_any_weights_is_told_without_asking_the_hub(hub_cache, monkeypatch):
    monkeypatch.setattr(weights_module, "_hub_answers", never_asked)
    assert not weights_module.imagenet_weights_at_hand("botnet50ts_256")
    with pytest.raises(ValueError, match=r"no ImageNet weights of botnet50ts_256.*--weights none"):
        network.create_model("botnet50ts_256", 5)


class NotFound(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_error(404)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    """A hub that answers 404 to everything."""
    monkeypatch.setenv("no_proxy", "*")
    server = http.server.HTTPServer(("127.0.0.1", 0), NotFound)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield server
    server.shutdown()
    server.server_close()


def test_a_hub_that_says_no_has_answered_unless_the_user_wants_to_be_offline(server, monkeypatch):
    assert weights_module._hub_answers()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert not weights_module._hub_answers()


def test_a_silent_hub_holds_nobody_up(server, monkeypatch):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        for seconds, listen in ((5, False), (0.2, True)):  # a closed port refuses at once, an open one says nothing
            if listen:
                silent.listen()
            monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
            start = time.monotonic()
            assert not weights_module._hub_answers(seconds)
            assert time.monotonic() - start < 2


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
    monkeypatch.setattr(style_statistics, "_MOST_HIDDEN", 3)
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
    assert not any(layer._forward_pre_hooks for layer in last)  # nor does one of the body's own remain
    with pytest.raises(RuntimeError):
        body(x[:, :1])
    assert not any(layer._forward_pre_hooks for layer in last)


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
