"""Small architectures of four families, fixed weights, and how to compare them."""

import pytest
import timm
import torch

from tests.conftest import ARCH

ARCHS = (ARCH, "test_vit", "test_convnext", "test_efficientnet")


def fixed_state(arch=ARCH, **options):
    if not timm.is_model(arch):
        pytest.skip(f"this release of timm has no {arch}")
    torch.manual_seed(2)
    return timm.create_model(arch, **options).state_dict()


def assert_same(body, state):
    result = getattr(body, "trunk", body).state_dict()
    assert all(torch.equal(result[name], state[name]) for name in result)
