"""A tiny league on the practice set, held once for all tests; tests must leave its folder as it is."""

import pytest

from styleclf.benchmark import LeagueRules, hold_contest, parse_entries
from styleclf.data import Paintings
from tests.conftest import ARCH

RULES = LeagueRules(size=32, onnx=False)
OTHER_ARCH = "mobilenetv3_small_050"


@pytest.fixture(scope="session")
def other_weights_file(once):
    """A file of random, but fixed weights for the body of OTHER_ARCH."""
    import timm
    import torch
    from safetensors.torch import save_file

    def save(folder):
        torch.manual_seed(2)
        folder.mkdir(exist_ok=True)
        save_file(timm.create_model(OTHER_ARCH, num_classes=0).state_dict(), folder / "body.safetensors")

    return once("other-weights", save) / "body.safetensors"


@pytest.fixture(scope="session")
def entries(weights_file, other_weights_file):
    """Two bodies that can be had, and two that cannot."""
    return parse_entries(f"{ARCH}={weights_file}, {OTHER_ARCH}={other_weights_file}, nonsense, resnet18")


@pytest.fixture(scope="session")
def paintings(halves, sample):
    return Paintings(halves, sample)


@pytest.fixture(scope="session")
def league(entries, paintings, tmp_path_factory):
    """The folder of a league, and its contest."""
    out = tmp_path_factory.mktemp("league")
    return out, hold_contest(entries, paintings, out, rules=RULES)
