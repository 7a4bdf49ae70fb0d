"""Occlusion: truth known by hand, and Captum's numbers."""

import captum.attr
import numpy as np
import pytest
import torch
from torch import nn
from torch._subclasses import FakeTensorMode

from styleclf.explain import attribute, explained
from styleclf.explain.inputs import _BASELINES, baseline_images
from styleclf.explain.model_copy import LogOdds
from styleclf.explain.occlusion import (
    _image_window_pairs,
    _partly_covered_copies,
    occlusion_maps,
    sliding_windows,
)
from styleclf.models.network import create_model
from tests.explain.conftest import WEIGHT, images_of, same_everywhere


def test_only_the_square_that_counts_changes_the_probability(quadrant, paths):
    x = images_of(quadrant, paths)
    logit = WEIGHT * x[:, :, :16, :16].sum(dim=(1, 2, 3))
    expected = np.zeros((2, 32, 32))
    lost = LogOdds(nn.Identity())(nn.functional.pad(logit[:, None], (0, 7)))[:, 0].sigmoid() - 1 / 8
    expected[:, :16, :16] = lost.numpy()[:, None, None]
    style = quadrant.dls.vocab[0]
    same_everywhere(attribute(quadrant, paths, "occlusion", target=style, squares=2), expected, 1e-5)
    other = attribute(quadrant, paths, "occlusion", target=quadrant.dls.vocab[3], squares=2)
    assert (np.sign(other[:, 0, 0]) == -np.sign(expected[:, 0, 0])).all()


@pytest.mark.parametrize(
    "method, options, window, stride",
    [
        ("occlusion", dict(squares=3), 11, 11),
        ("sliding_occlusion", dict(window=12, stride=5), 12, 5),
    ],
)
def test_occlusion_is_captums(real, paths, method, options, window, stride):
    x = images_of(real, paths)
    result = explained(real, paths, method, bs=7, progress=False, **options)
    real.model.eval()
    captums = captum.attr.Occlusion(lambda z: real.model(z).softmax(1))
    with torch.no_grad():
        options = dict(strides=(3, stride, stride), target=torch.from_numpy(result.targs))
        expected = captums.attribute(x, (3, window, window), **options)[:, 0]
    assert expected.abs().max() > 1e-3
    same_everywhere(result.attr, expected.numpy(), 1e-4)


def test_on_a_gpu_everything_stays_there():
    """A pretended one, by tensors that have a device and no numbers: those of two devices do not go together."""
    with FakeTensorMode(), torch.device("cuda"):
        model = create_model("test_resnet", 4, features="style", weights="none").eval()
        x = torch.randn(2, 3, 64, 64)
        windows = sliding_windows(64, 64, 16, stride=12, device=x.device)
        for baseline in _BASELINES:
            targs, covers = torch.zeros(2, dtype=torch.long), baseline_images(x, baseline)
            maps = occlusion_maps(model, x, targs, covers=covers, windows=windows)
            assert maps.device.type == "cuda"
            assert maps.shape == (2, 64, 64)


def test_images_stay_together_where_they_fit():
    windows, x = sliding_windows(8, 8, 4, stride=4), torch.zeros(5, 3, 8, 8)
    for bs, sizes in {9: [8, 8, 4], 3: [3] * 6 + [2]}.items():
        image, window = map(torch.cat, zip(*_image_window_pairs(x, windows, bs), strict=True))
        assert [len(copies) for copies in _partly_covered_copies(x, x, windows, bs=bs)] == sizes
        assert image.tolist() == [i for i in range(5) for _ in range(4)]
        assert window.tolist() == 5 * [0, 1, 2, 3]
