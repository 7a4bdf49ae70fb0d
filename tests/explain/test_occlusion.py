"""Occlusion: truth known by hand, and Captum's numbers."""

import captum.attr
import numpy as np
import pytest
import torch
from torch import nn
from torch._subclasses import FakeTensorMode

from styleclf.explain import attribute, explained_images
from styleclf.explain.inputs import _BASELINES, baseline_images
from styleclf.explain.occlusion import (
    _image_window_pairs,
    _partly_covered_copies,
    occlusion_maps,
    sliding_windows,
)
from styleclf.models.network import create_model
from tests.explain.conftest import WEIGHT, first_of_eight, images_of, same_everywhere
from tests.releases import NEEDS_TORCH_2_14


def test_only_the_square_that_counts_changes_the_probability(quadrant, paths):
    x = images_of(quadrant, paths)
    logit = WEIGHT * x[:, :, :16, :16].sum(dim=(1, 2, 3))
    probas = first_of_eight(logit).softmax(dim=1).numpy()
    losses = probas[:, 0] - 1 / 8
    first, _, _, fourth, *_ = quadrant.dls.vocab
    attr = attribute(quadrant, paths, "occlusion", target=first, squares=2)
    expected = np.zeros((2, 32, 32))
    expected[:, :16, :16] = losses[:, None, None]
    same_everywhere(attr, expected, 1e-5)
    of_fourth = attribute(quadrant, paths, "occlusion", target=fourth, squares=2)
    assert (np.sign(of_fourth[:, 0, 0]) == -np.sign(losses)).all()


@pytest.mark.parametrize(
    "method, options, window, stride",
    [
        ("occlusion", dict(squares=3), 11, 11),
        ("sliding_occlusion", dict(window=12, stride=5), 12, 5),
    ],
)
def test_occlusion_is_captums(real, paths, method, options, window, stride):
    x = images_of(real, paths)
    result = explained_images(real, paths, method, bs=7, progress=False, **options)
    model = nn.Sequential(real.model.eval(), nn.Softmax(dim=1))
    captums = captum.attr.Occlusion(model)
    targs = torch.from_numpy(result.targs)
    with torch.no_grad():
        of_channels = captums.attribute(x, (3, window, window), strides=(3, stride, stride), target=targs)
    expected = of_channels[:, 0]
    assert expected.abs().max() > 1e-3
    same_everywhere(result.attr, expected.numpy(), 1e-4)


@NEEDS_TORCH_2_14
def test_on_a_gpu_everything_stays_there():
    """A pretended one, by tensors that have a device and no numbers: those of two devices do not go together."""
    with FakeTensorMode(), torch.device("cuda"):
        model = create_model("test_resnet", 4, features="style", weights="none").eval()
        x = torch.randn(2, 3, 64, 64)
        windows = sliding_windows(64, 64, 16, stride=12, device=x.device)
        targs = torch.zeros(2, dtype=torch.long)
        for baseline in _BASELINES:
            covers = baseline_images(x, baseline)
            maps = occlusion_maps(model, x, targs, covers=covers, windows=windows)
            assert maps.device.type == "cuda"
            assert maps.shape == (2, 64, 64)


@pytest.mark.parametrize("bs, sizes", [(9, [8, 8, 4]), (3, [3, 3, 3, 3, 3, 3, 2])])
def test_images_stay_together_where_they_fit(bs, sizes):
    windows = sliding_windows(8, 8, 4, stride=4)
    x = torch.zeros(5, 3, 8, 8)
    batches = _partly_covered_copies(x, x, windows, bs=bs)
    assert [len(copies) for copies in batches] == sizes
    images, numbers = zip(*_image_window_pairs(x, windows, bs), strict=True)
    assert torch.cat(images).tolist() == np.repeat(range(5), 4).tolist()
    assert torch.cat(numbers).tolist() == [0, 1, 2, 3] * 5
