"""What covers a part of an image."""

import torch

from styleclf.explain.inputs import baseline_images


def test_baselines_are_grey_mean_or_blurred():
    x = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    assert (baseline_images(x) == 0).all()
    assert torch.allclose(baseline_images(x, "mean")[:, :, 3, 4], x.mean(dim=(2, 3)))
    blurred = baseline_images(x, "blur")
    assert blurred.std() < 0.3 * x.std()
    flat = torch.full((1, 3, 6, 6), 0.7)
    assert torch.allclose(baseline_images(flat, "blur"), flat)
