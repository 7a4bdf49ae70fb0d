"""Bodies by what a user writes: one, or several joined by a plus sign."""

import pytest

from styleclf.models import body_source, check_arch, image_stats, sources, weights_at_hand
from styleclf.models.body_sources import split_bodies
from tests.conftest import ARCH


def test_one_body_is_what_it_was():
    assert body_source(ARCH, "none") == sources.single_source(ARCH, "none")
    assert split_bodies(ARCH, "a/b.pth") == [(ARCH, "a/b.pth")]


def test_a_pair_has_the_larger_size_and_the_statistics_of_the_first():
    pair = body_source("tf_efficientnet_lite2+vit_tiny_patch16_224", "none")
    assert pair.name == "tf_efficientnet_lite2+vit_tiny_patch16_224"
    assert pair.size == 260
    assert pair.has_fixed_size
    assert pair.stats == image_stats("tf_efficientnet_lite2") == ((0.5,) * 3, (0.5,) * 3)
    assert not pair.has_weights
    assert pair.licence is None
    assert len(pair.facts()["bodies"]) == 2


def test_licences_of_all_are_told():
    assert body_source("resnet18+convnextv2_atto").licence == "apache-2.0 and cc-by-nc-4.0"
    assert body_source("resnet18+resnet34").licence == "apache-2.0"


def test_a_licence_that_one_does_not_state_is_not_stated(weights_file):
    assert body_source(f"resnet18+{ARCH}", f"imagenet+{weights_file}").licence is None


def test_weights_are_of_each_or_one_word_for_all(tmp_path):
    assert split_bodies("a+b", "none") == [("a", "none"), ("b", "none")]
    assert split_bodies("a+b", "x.pth+ y.pth") == [("a", "x.pth"), ("b", "y.pth")]
    file = tmp_path / "c++.pth"
    file.touch()
    assert split_bodies("a", str(file)) == [("a", str(file))]
    assert split_bodies("a+b", str(file)) == [("a", str(file)), ("b", str(file))]


def test_another_number_of_weights_is_refused():
    with pytest.raises(ValueError, match=r"are 2 bodies, but x.pth\+y.pth\+z.pth are weights of 3"):
        split_bodies("a+b", "x.pth+y.pth+z.pth")


def test_what_it_costs_is_told_before(capsys):
    body_source("resnet18+resnet26", "none").announce()
    assert "2 bodies side by side: every image passes through all of them" in capsys.readouterr().out


def test_automatic_weights_are_those_of_each(monkeypatch):
    monkeypatch.setattr(sources, "single_weights_exist", lambda arch: arch == "resnet18")
    assert weights_at_hand("auto", "resnet18+resnet34") == "imagenet+none"
    assert weights_at_hand("auto", "resnet18+resnet18") == "imagenet"
    assert weights_at_hand("none", "a+b") == "none"


@pytest.mark.parametrize("arch, what", [("resnet18+", "names no architecture"), ("resnet18+nonsense", "'nonsense'")])
def test_half_a_pair_and_unknown_names_are_one_sentence(arch, what):
    with pytest.raises(ValueError, match=what):
        check_arch(arch)


def test_statistics_are_given_for_one_body_only():
    with pytest.raises(ValueError, match=r"put a config.json beside each file"):
        body_source("resnet18+resnet34", "none", image_mean=(0.5, 0.5, 0.5))
