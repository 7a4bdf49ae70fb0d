"""styleclf.models.architectures: near matches for unknown names, and descriptions in folders."""

import pytest

from styleclf.models import architectures, network, sources


@pytest.mark.parametrize(
    "arch, advice",
    [("resnte18", "resnet18"), ("resnet18.a1_in2k", "resnet18.a1_in1k"), ("§", "timm.list_models")],
)
def test_an_unknown_architecture_is_answered_with_near_matches(arch, advice):
    for function in (
        architectures.architecture,
        sources.single_weights_exist,
        lambda arch: network.create_model(arch, 5),
    ):
        with pytest.raises(ValueError, match=f"no architecture '{arch}'.*{advice}"):
            function(arch)


@pytest.mark.parametrize("arch", ["", " "])
def test_an_empty_name_is_no_folder(arch):
    with pytest.raises(ValueError, match="arch is empty: name an architecture of timm, such as 'resnet18'"):
        architectures.architecture(arch)
