"""styleclf.models.weights: weights are the asked-for ones, or an error that says what to do."""

import http.server
import socket
import threading
import time

import pytest
import timm
import torch
from huggingface_hub import constants
from safetensors.torch import load_file, save_file

from styleclf.models import network, weights as weights_module
from tests.conftest import ARCH
from tests.models.states import assert_same, fixed_state

COMMIT = "0" * 40


@pytest.fixture(scope="module")
def full_file(tmp_path_factory):
    """Random, but fixed weights of ARCH with its classifier."""
    path = tmp_path_factory.mktemp("weights") / "full.safetensors"
    save_file(fixed_state(), path)
    return path


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
    with pytest.raises(ConnectionError, match=f"{ARCH} are not on this machine.*a file of weights.*'none'"):
        network.create_model(ARCH, 5)


def test_an_architecture_without_any_weights_is_told_without_asking_the_hub(hub_cache, monkeypatch):
    monkeypatch.setattr(weights_module, "_hub_answers", never_asked)
    assert not weights_module.imagenet_weights_at_hand("botnet50ts_256")
    with pytest.raises(ValueError, match=r"no ImageNet weights of botnet50ts_256.*'none'"):
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


@pytest.mark.parametrize("at_hand, expected", [(True, "imagenet"), (False, "none")])
def test_automatic_weights_are_those_that_can_be_had(at_hand, expected, monkeypatch, capsys):
    monkeypatch.setattr(weights_module, "imagenet_weights_at_hand", lambda arch: at_hand)
    assert weights_module.weights_at_hand("auto", ARCH) == expected
    assert ("starts from scratch" in capsys.readouterr().out) == (not at_hand)
    for weights in ("imagenet", "none", "body.safetensors"):
        assert weights_module.weights_at_hand(weights, ARCH) == weights
