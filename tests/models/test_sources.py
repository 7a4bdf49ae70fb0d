"""models.sources: architecture and weights, and what these expect of images, wherever they come from."""

import json
import shutil
import socket

import pytest
import timm
from huggingface_hub import constants
from safetensors.torch import save_file
from timm.models import save_for_hf

from styleclf.models import network, sources
from tests.conftest import ARCH
from tests.models.states import ARCHS, assert_same, fixed_state

COMMIT = "0" * 40


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
    monkeypatch.setattr(sources, "hub_answers", never_asked)
    monkeypatch.setattr(socket, "getaddrinfo", never_asked)
    state = fixed_state(arch)
    put_into_cache(hub_cache, arch, state)
    assert sources.single_weights_exist(arch)
    assert_same(network.create_model(arch, 5, features=features, weights="imagenet")[0], state)


def test_weights_that_cannot_be_had_are_an_error_that_says_what_to_do(hub_cache, monkeypatch):
    monkeypatch.setattr(sources, "hub_answers", lambda: False)
    assert not sources.single_weights_exist(ARCH)
    with pytest.raises(ConnectionError, match=f"{ARCH} are not on this machine.*a file of weights.*'none'"):
        network.create_model(ARCH, 5)


def test_an_architecture_without_any_weights_is_told_without_asking_the_hub(hub_cache, monkeypatch):
    monkeypatch.setattr(sources, "hub_answers", never_asked)
    assert not sources.single_weights_exist("botnet50ts_256")
    with pytest.raises(ValueError, match=r"no ImageNet weights of botnet50ts_256.*'none'"):
        network.create_model("botnet50ts_256", 5)


@pytest.mark.parametrize("at_hand, expected", [(True, "imagenet"), (False, "none")])
def test_automatic_weights_are_those_that_can_be_had(at_hand, expected, monkeypatch, capsys):
    monkeypatch.setattr(sources, "single_weights_exist", lambda arch: at_hand)
    assert sources.single_weights_at_hand("auto", ARCH) == expected
    assert ("starts from scratch" in capsys.readouterr().out) == (not at_hand)
    for weights in ("imagenet", "none", "body.safetensors"):
        assert sources.single_weights_at_hand(weights, ARCH) == weights


def test_image_stats_are_those_of_the_weights():
    for arch in ARCHS:
        config = timm.create_model(arch).pretrained_cfg
        assert sources.single_source(arch).stats == (config["mean"], config["std"])
    assert sources.single_source(ARCH).stats != sources.single_source("test_vit").stats


def save_folder(folder, arch="test_vit", **changes):
    """A folder as timm writes it, with changes to the configuration of the weights."""
    model = timm.create_model(arch, num_classes=0)
    save_for_hf(model, folder, safe_serialization=True)
    file = folder / "config.json"
    values = json.loads(file.read_text())
    values["pretrained_cfg"] |= changes
    if "input_size" in changes and "model_args" in values:  # where newer timm has it
        values["model_args"]["img_size"] = changes["input_size"][1:]
    file.write_text(json.dumps(values))
    return model.state_dict()


GREY = {"mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6], "license": "cc-by-nc-4.0", "input_size": [3, 96, 96]}


@pytest.mark.parametrize("way", ["folder", "prefix", "arch", "file"])
def test_a_folder_of_timm_says_what_its_weights_want(tmp_path, way):
    state = save_folder(tmp_path / "body", **GREY)
    folder = tmp_path / "body"
    arch, weights = {
        "folder": ("test_vit", folder),
        "prefix": ("test_vit", f"local-dir:{folder}"),
        "arch": (f"local-dir:{folder}", "imagenet"),
        "file": ("test_vit", folder / "model.safetensors"),
    }[way]
    source = sources.single_source(arch, weights)
    assert source.stats == (tuple(GREY["mean"]), tuple(GREY["std"]))
    assert (source.size, source.licence) == (96, "cc-by-nc-4.0")
    assert "cc-by-nc-4.0" in source.text()
    assert "0.1 0.2 0.3" in source.text()
    assert "96 pixels" in source.text()
    body = network.create_body(arch, weights=weights, size=160)
    assert_same(body, state)
    assert str(tmp_path) not in str(body.pretrained_cfg)


def test_a_folder_gives_the_architecture_to_other_weights(tmp_path, weights_file):
    save_folder(tmp_path / "body", ARCH)
    assert sources.single_source(f"local-dir:{tmp_path}/body", weights_file).file == weights_file
    assert not sources.single_source(f"local-dir:{tmp_path}/body", "none").has_weights


def test_folders_that_are_not_timms_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder at .*absent"):
        sources.single_source(f"local-dir:{tmp_path}/absent")
    with pytest.raises(ValueError, match=r"has no config\.json.*save_for_hf"):
        sources.single_source("test_vit", tmp_path)
    for text, complaint in (("{", "is damaged"), ('{"architecture": "bert"}', "no.* an architecture of timm.*'bert'")):
        (tmp_path / "config.json").write_text(text)
        with pytest.raises(ValueError, match=complaint):
            sources.single_source("test_vit", tmp_path)


def test_folders_whose_weights_are_others_or_nowhere_are_refused(tmp_path):
    save_folder(tmp_path / "body")
    with pytest.raises(ValueError, match=r"are of test_vit, not of resnet10t: give arch test_vit"):
        sources.single_source(ARCH, tmp_path / "body")
    for file in (tmp_path / "body").glob("*.safetensors"):
        file.unlink()
    with pytest.raises(FileNotFoundError, match=r"holds no file of weights beside its config\.json"):
        sources.single_source("test_vit", tmp_path / "body")
    for name in ("a.pth", "b.pth"):
        (tmp_path / "body" / name).touch()
    with pytest.raises(ValueError, match=r"several files of weights \(a\.pth, b\.pth\)"):
        sources.single_source("test_vit", tmp_path / "body")


def test_statistics_that_are_given_go_before_those_of_the_weights(weights_file):
    source = sources.single_source(ARCH, weights_file, image_mean=(0.5, 0.5, 0.5))
    assert source.stats == ((0.5, 0.5, 0.5), sources.single_source(ARCH).stats[1])
    assert source.licence is None
    assert "not stated" in source.text()
    for options in ({"image_mean": (0.5,)}, {"image_std": (0.5, 0.5, 0)}, {"image_mean": (-1, 0, 0)}):
        with pytest.raises(ValueError, match=r"image_(mean|std) must be three numbers"):
            sources.single_source(ARCH, weights_file, **options)


def test_the_line_of_an_architecture_without_weights_says_so():
    without_pretrained, _ = sources.single_source("botnet50ts_256").text().splitlines()
    assert without_pretrained.endswith("of which there are none:")
    random, expected = sources.single_source(ARCH, "none").text().splitlines()
    assert random == f"{ARCH}, random weights:"
    assert expected.startswith("  made for images of 176 pixels")


def test_a_size_that_suits_is_native_where_it_is_fixed_and_else_not_below_224():
    for arch, size in (("test_vit", 160), ("resnet10t", 224), ("vit_small_patch14_dinov2", 518), ("fastvit_t8", 256)):
        assert sources.single_source(arch, "none").size == size


def test_a_tag_of_timm_says_which_of_its_weights():
    for weights in ("lvd142m", "vit_small_patch14_dinov2.lvd142m"):
        source = sources.single_source("vit_small_patch14_dinov2", weights)
        assert source.name == "vit_small_patch14_dinov2.lvd142m"
        assert source.licence == "apache-2.0"
    with pytest.raises(FileNotFoundError, match=r"no weights at a1_in2k: .*or a tag of timm: a1_in1k"):
        sources.single_source("resnet18", "a1_in2k")


@pytest.mark.parametrize("name", ["hf-hub:owner/name", "hf_hub:owner/name@main"])
def test_a_hub_model_that_cannot_be_had_is_told(hub_cache, name):
    for arch, weights in ((name, "imagenet"), (ARCH, name)):
        with pytest.raises(ConnectionError, match=r"hf-hub:owner/name.* not on this machine.*does not answer"):
            sources.single_source(arch, weights)
    with pytest.raises(ValueError, match=r"not the name of a model on the hub: give hf-hub:owner/name"):
        sources.single_source("hf-hub:a/b/c")


@pytest.mark.parametrize("as_arch", [True, False])
def test_a_hub_model_in_the_cache_is_taken_from_there(hub_cache, tmp_path, monkeypatch, as_arch):
    monkeypatch.setattr(socket, "getaddrinfo", never_asked)
    state = save_folder(tmp_path / "body", **GREY)
    folder = hub_cache / "models--owner--name"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs/main").write_text(COMMIT)
    shutil.copytree(tmp_path / "body", folder / "snapshots" / COMMIT)
    arch, weights = ("hf-hub:owner/name", "imagenet") if as_arch else ("test_vit", "hf-hub:owner/name")
    source = sources.single_source(arch, weights)
    assert source.stats[0] == tuple(GREY["mean"])
    assert source.facts()["licence"] == "cc-by-nc-4.0"
    assert_same(network.create_body(arch, weights=weights, size=160), state)
    assert sources.single_weights_exist("hf-hub:owner/name")
