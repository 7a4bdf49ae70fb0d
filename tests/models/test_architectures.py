"""styleclf.models.architectures: near matches for unknown names, and the statistics of the weights."""

import pytest
import timm

from styleclf.models import architectures, network, weights as weights_module
from tests.conftest import ARCH
from tests.models.states import ARCHS


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


def test_image_stats_are_those_of_the_weights():
    for arch in ARCHS:
        config = timm.create_model(arch).pretrained_cfg
        assert architectures.image_stats(arch) == (config["mean"], config["std"])
    assert architectures.image_stats(ARCH) != architectures.image_stats("test_vit")
