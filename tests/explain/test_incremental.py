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
        covers = x.mean(dim=(2, 3), keepdim=True).expand_as(x)
        results = []
        for way in (_covered_copies, _partly_covered_copies):
            batches = [whole(function(copies)) for copies in way(x, covers, windows, bs=8)]
            results.append(torch.cat(batches))
        return results


def first_copies(x, windows):
    """The first batch of partly covered copies."""
    return next(_partly_covered_copies(x, torch.zeros_like(x), windows, bs=8))


def calibrate(model, x):
    """Have every normalisation pass on numbers around 1, as in a trained network."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
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
    operation = OPERATIONS[name].eval()
    with torch.inference_mode():
        maps = operation(first_copies(x, windows))
    assert isinstance(maps, PartlyChanged)


WIDE = nn.Conv2d(3, 3, 5, padding=2)
NARROW = nn.Conv2d(3, 3, 1)


def added_branches(x):
    result = WIDE(x)
    result += NARROW(x)
    weights = torch.tensor([1.0, 2.0, 3.0])[:, None, None]
    return 2 * result - weights * x


def joined_branches(x):
    return torch.cat([WIDE(x), x], dim=1)


def gated(x):
    return x * x.mean(dim=(2, 3), keepdim=True)


def added_to_whole(x):
    return torch.zeros(x.shape).add_(x)


def clamped(x):
    return x.clamp(torch.zeros(1), torch.ones(1))


def clamped_by_maps(x):
    return x.clamp(min=torch.zeros(x.shape))


def computed(x):
    return 2**x - 1 / (1 + x * x)


def activated_in_place(x):
    """What is done in place is seen by all who hold the map."""
    maps = OPERATIONS["convolution"](x)
    same_maps = maps
    nn.functional.relu_(maps)
    maps.mul_(maps.mean(dim=(2, 3), keepdim=True))  # not place by place
    return same_maps


@pytest.mark.parametrize(
    "function",
    [
        added_branches,
        joined_branches,
        gated,
        added_to_whole,
        clamped,
        clamped_by_maps,
        computed,
        activated_in_place,
    ],
)
def test_functions_of_maps_give_the_numbers_of_whole_maps(x, windows, function):
    expected, result = both(function, x, windows)
    torch.testing.assert_close(result, expected)


def test_statistics_of_a_batch_are_those_of_whole_maps(x, windows):
    with torch.inference_mode():
        copies = first_copies(x, windows)
        expected = nn.BatchNorm2d(3).train()(copies.full_maps())
        torch.testing.assert_close(nn.BatchNorm2d(3).train()(copies), expected)


@pytest.mark.parametrize("scale, offset", [(1, 0), (1, 1000), (0, 0)])
def test_statistics_are_those_of_the_whole_maps(x, windows, scale, offset):
    def statistics(maps):
        return torch.cat(mean_and_deviation(maps), dim=1)

    expected, result = both(statistics, scale * x + offset, windows)
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
    x = torch.randn(2, 3, size, size)
    windows = sliding_windows(size, size, size // 4, stride=size // 5)
    calibrate(body, x)
    expected, result = both(body.double().eval(), x.double(), windows)  # untrained networks amplify what is rounded
    assert expected.std(dim=0).max() > 1e-3
    torch.testing.assert_close(result, expected, rtol=1e-4, atol=1e-5)


def test_only_what_a_block_reaches_is_computed(x, windows):
    """Two 3 x 3 convolutions make a block of 7 one of 11: with the base itself, 8 copies of 121 of 720 places."""
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1),
        nn.Conv2d(4, 4, 3, padding=1),
    )
    with torch.inference_mode():
        maps = model(first_copies(x, windows))
    assert maps.shape == (8, 4, *SIDES)
    assert maps.block_values.shape == (8, 4, 11, 11)
    assert maps.blocks.rows == Span((0,) * 6 + (3,) * 2, 11)
    assert "blocks of 11 x 11" in repr(maps)


def test_windows_at_the_edges_become_blocks_of_one_size():
    image = torch.full((3, 8, 8), 2.0)
    x = torch.stack([torch.zeros_like(image), image])
    covers = torch.ones_like(x)
    windows = sliding_windows(8, 8, 5, stride=5)  # 5 and 3 pixels a side
    of_second_image = torch.tensor([1, 1, 1, 1])
    copies = partly_covered_batch(x, covers, of_second_image, rows=windows.rows, columns=windows.columns)
    assert copies.base.shape == (1, 3, 8, 8)
    assert copies.block_values.shape == (4, 3, 5, 5)
    is_covered = windows.covered(torch.arange(4)).expand(4, 3, 8, 8)
    assert torch.equal(copies.full_maps(), torch.where(is_covered, 1.0, 2.0))


def test_where_most_is_changed_all_is_computed(x, monkeypatch):
    windows = sliding_windows(*SIDES, 23, stride=1)
    with torch.inference_mode():
        copies = first_copies(x, windows)
        maps = OPERATIONS["convolution"](copies)
        monkeypatch.setattr(incremental, "_MOST_CHANGED", 1.0)
        blocks = OPERATIONS["convolution"](copies)
    assert type(maps) is torch.Tensor
    assert isinstance(blocks, PartlyChanged)
