"""Partly changed maps: the numbers of whole ones, through any network, and less to compute."""

import pytest
import torch
from torch import nn

from styleclf.explain import incremental
from styleclf.explain.changed_blocks import Span
from styleclf.explain.incremental import PartlyChanged, partly_covered_batch
from styleclf.explain.occlusion import (
    _covered_copies,
    _partly_covered_copies,
    sliding_windows,
)
from styleclf.models.network import create_body
from styleclf.models.style_statistics import mean_and_deviation

SIDES = 24, 30


class Reshaped(nn.Module):
    """Maps of all channels one below the other, as networks cut them into patches."""

    def forward(self, x):
        return x.reshape(len(x) * x.shape[1], *x.shape[2:])


OPERATIONS = {
    "convolution": nn.Conv2d(3, 4, 3, padding=1),
    "large steps": nn.Conv2d(3, 4, 2, stride=3),
    "steps and margins": nn.Conv2d(3, 4, (3, 5), stride=2, padding=(1, 2), bias=False),
    "holes": nn.Conv2d(3, 3, 3, dilation=2, padding=2, groups=3),
    "all alike": nn.Conv2d(3, 4, 1),
    "uneven margins": nn.Conv2d(3, 4, 4, padding="same"),
    "largest": nn.MaxPool2d(3, stride=2, padding=1),
    "largest, by two": nn.MaxPool2d(2),
    "largest, to the end": nn.MaxPool2d(3, stride=2, ceil_mode=True),
    "mean": nn.AvgPool2d(3, stride=2, padding=1),
    "normalised": nn.BatchNorm2d(3),
    "in place": nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU6(inplace=True), nn.Hardswish(inplace=True)),
    "turned": nn.ConvTranspose2d(3, 4, 3, stride=2),
    "gated": nn.Sequential(nn.Conv2d(3, 4, 3), nn.SiLU(), nn.GELU()),
    "not local": nn.Softmax(dim=3),
    "reshaped": nn.Sequential(nn.Conv2d(3, 4, 3), Reshaped()),
}

BECOME_WHOLE = "uneven margins", "largest, to the end", "mean", "turned", "not local", "reshaped"


@pytest.fixture
def windows():
    return sliding_windows(*SIDES, 7, stride=5)


@pytest.fixture
def x():
    return torch.randn(2, 3, *SIDES, generator=torch.Generator().manual_seed(0))


def both(function, x, windows):
    """What a function makes of covered copies, whole ones and partly changed ones."""
    with torch.inference_mode():
        ways = (
            way(x, x.mean(dim=(2, 3), keepdim=True).expand_as(x), windows, bs=8)
            for way in (_covered_copies, _partly_covered_copies)
        )
        return (torch.cat([whole(function(each)) for each in way]) for way in ways)


def calibrate(model, x):
    """Have every normalisation pass on numbers around 1, as in a trained network."""
    for each in model.modules():
        if isinstance(each, nn.BatchNorm2d):
            each.momentum = 1.0
    with torch.no_grad():
        model.train()(x)


def whole(x):
    return x.full_maps() if isinstance(x, PartlyChanged) else x


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_give_the_numbers_of_whole_maps(x, windows, name):
    operation = OPERATIONS[name].eval()
    if isinstance(operation, nn.BatchNorm2d):
        operation.running_mean += 1
    expected, result = both(operation, x, windows)
    torch.testing.assert_close(result, expected)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in BECOME_WHOLE])
def test_they_stay_partly_changed(x, windows, name):
    with torch.inference_mode():
        assert isinstance(OPERATIONS[name].eval()(next(_partly_covered_copies(x, 0 * x, windows, bs=8))), PartlyChanged)


def test_sums_of_maps_hold_both_blocks(x, windows):
    wide, narrow = nn.Conv2d(3, 3, 5, padding=2), nn.Conv2d(3, 3, 1)

    def branches(x):
        result = wide(x)
        result += narrow(x)
        return 2 * result - x * torch.tensor([1.0, 2.0, 3.0])[:, None, None]

    torch.testing.assert_close(*both(branches, x, windows))
    torch.testing.assert_close(*both(lambda x: torch.cat([wide(x), x], dim=1), x, windows))
    torch.testing.assert_close(*both(lambda x: x * x.mean(dim=(2, 3), keepdim=True), x, windows))
    torch.testing.assert_close(*both(lambda x: torch.zeros(x.shape).add_(x), x, windows))
    torch.testing.assert_close(*both(lambda x: x.clamp(torch.zeros(1), torch.ones(1)), x, windows))
    torch.testing.assert_close(*both(lambda x: x.clamp(min=torch.zeros(x.shape)), x, windows))
    torch.testing.assert_close(*both(lambda x: 2**x - 1 / (1 + x * x), x, windows))


def test_statistics_of_a_batch_are_those_of_whole_maps(x, windows):
    with torch.inference_mode():
        copies = next(_partly_covered_copies(x, 0 * x, windows, bs=8))
        torch.testing.assert_close(nn.BatchNorm2d(3).train()(copies), nn.BatchNorm2d(3).train()(copies.full_maps()))


def test_what_is_done_in_place_is_seen_by_all_who_hold_the_map(x, windows):
    def activated(x):
        kept = wide = OPERATIONS["convolution"](x)
        nn.functional.relu_(wide)
        wide.mul_(wide.mean(dim=(2, 3), keepdim=True))  # not place by place
        return kept

    torch.testing.assert_close(*both(activated, x, windows))


def test_statistics_are_those_of_the_whole_maps(x, windows):
    for changed in (x, 1000 + x, torch.zeros_like(x)):
        expected, result = both(lambda x: torch.cat(mean_and_deviation(x), dim=1), changed, windows)
        torch.testing.assert_close(result, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "arch, features",
    [
        ("test_resnet", "style"),
        ("test_efficientnet", "style"),
        ("test_vit", "pooled"),
        ("mobilenetv2_050", "style"),
        ("test_vit", "style"),  # deviations of tokens
        ("test_convnext", "style"),  # and of maps with channels last
        pytest.param("densenet121", "pooled", marks=pytest.mark.slow),  # joins maps, normalises before it convolves
        ("convnext_atto", "pooled"),  # normalises each place over its channels
        ("efficientnet_b0", "pooled"),  # weighs channels by the mean of all places
    ],
)
def test_bodies_give_the_same_features(arch, features):
    torch.manual_seed(0)
    body = create_body(arch, features, weights="none")
    size = 160 if arch == "test_vit" else 64
    x, windows = torch.randn(2, 3, size, size), sliding_windows(size, size, size // 4, stride=size // 5)
    calibrate(body, x)
    expected, result = both(body.double().eval(), x.double(), windows)  # untrained networks amplify what is rounded
    assert expected.std(dim=0).max() > 1e-3
    torch.testing.assert_close(result, expected, rtol=1e-4, atol=1e-5)


def test_only_what_a_block_reaches_is_computed(x, windows):
    """Two 3 x 3 convolutions make a block of 7 one of 11: with the base itself, 8 copies of 121 of 720 places."""
    computed = []
    model = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1), nn.Identity())
    model[2].register_forward_pre_hook(lambda _, given: computed.append(given[0]))
    with torch.inference_mode():
        model(next(_partly_covered_copies(x, 0 * x, windows, bs=8)))
    assert computed[0].shape == (8, 4, *SIDES)
    assert computed[0].block_values.shape == (8, 4, 11, 11)
    assert computed[0].blocks.rows == Span((0,) * 6 + (3,) * 2, 11)
    assert "blocks of 11 x 11" in repr(computed[0])


def test_windows_at_the_edges_become_blocks_of_one_size():
    x = torch.stack([torch.zeros(3, 8, 8), torch.full((3, 8, 8), 2.0)])
    windows = sliding_windows(8, 8, 5, stride=5)  # 5 and 3 pixels a side
    copies = partly_covered_batch(
        x, torch.ones(2, 3, 8, 8), torch.tensor([1, 1, 1, 1]), rows=windows.rows, columns=windows.columns
    )
    assert copies.base.shape == (1, 3, 8, 8)
    assert copies.block_values.shape == (4, 3, 5, 5)
    assert torch.equal(copies.full_maps(), 2 - windows.covered(torch.arange(4)).float().expand(4, 3, 8, 8))


def test_where_most_is_changed_all_is_computed(x, monkeypatch):
    windows = sliding_windows(*SIDES, 23, stride=1)
    with torch.inference_mode():
        copies = next(_partly_covered_copies(x, 0 * x, windows, bs=8))
        assert type(OPERATIONS["convolution"](copies)) is torch.Tensor
        monkeypatch.setattr(incremental, "_MOST_CHANGED", 1.0)
        assert isinstance(OPERATIONS["convolution"](copies), PartlyChanged)
