"""styleclf.models.weights: weights are the asked-for ones, or an error that says what to do."""

import errno

import pytest
import torch
from safetensors.torch import load_file, save_file

from styleclf.models import network
from styleclf.models.weights import _read_state
from tests.conftest import ARCH
from tests.models.states import assert_same, fixed_state


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
    with pytest.raises(ValueError, match=rf"{name} is not a file of weights") as caught:
        network.create_model(ARCH, 5, weights=tmp_path / name)
    assert "weights_only" not in str(caught.value), "nobody is advised to run what is in the file"


def test_a_file_that_may_not_be_read_is_not_called_missing(weights_file, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(OSError, match=r"body\.safetensors cannot be read \(Permission denied\): allow it"):
        _read_state(weights_file)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no weights at .*absent\.pth.*'imagenet', 'none'"):
        network.create_model(ARCH, 5, weights=tmp_path / "absent.pth")


@pytest.mark.parametrize("arch", [ARCH, "test_maxvit"])
def test_buffers_without_knowledge_may_be_missing(arch, tmp_path):
    state = fixed_state(arch, num_classes=0)
    knowledge = {name: value for name, value in state.items() if value.is_floating_point()}
    assert len(knowledge) < len(state)  # counters, indices
    save_file(knowledge, tmp_path / "body.safetensors")
    assert_same(network.create_body(arch, weights=tmp_path / "body.safetensors"), state)


def test_running_statistics_must_not_be_missing(tmp_path):
    state = fixed_state(num_classes=0)
    del state["bn1.running_mean"]
    save_file(state, tmp_path / "body.safetensors")
    with pytest.raises(ValueError, match=r"1 of its .* weights are missing.*such as bn1\.running_mean"):
        network.create_body(ARCH, weights=tmp_path / "body.safetensors")


def test_weights_in_their_authors_format_are_read_as_timm_reads_them(tmp_path):
    state = fixed_state("test_vit", num_classes=0)
    torch.save({"model": {f"module.{name}": value for name, value in state.items()}}, tmp_path / "body.pth")
    older = {"model": state}  # a level that timm's filter for vision transformers takes away
    torch.save(older, tmp_path / "older.pth")
    assert_same(network.create_body("test_vit", weights=tmp_path / "older.pth"), state)


def test_an_exported_model_in_place_of_weights_is_told_in_one_short_sentence(tmp_path):
    file = tmp_path / "model.pkl"
    file.write_bytes(b"no weights")
    sentence = r"model\.pkl is not a file of weights: predict\.py --model opens exported models$"
    with pytest.raises(ValueError, match=sentence):
        _read_state(file)
