"""What covers a part of an image."""

import pytest
import torch

from styleclf.explain.inputs import baseline_images


@pytest.fixture
def x():
    return torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))


def test_the_baseline_is_grey_unless_something_else_is_asked_for(x):
    assert (baseline_images(x) == 0).all()


def test_the_mean_is_that_of_every_channel(x):
    channels = x.mean(dim=(2, 3), keepdim=True)
    assert torch.allclose(baseline_images(x, "mean"), channels.expand_as(x))


def test_blur_evens_out(x):
    assert baseline_images(x, "blur").std() < 0.3 * x.std()
    even = torch.full((1, 3, 6, 6), 0.7)
    assert torch.allclose(baseline_images(even, "blur"), even)
