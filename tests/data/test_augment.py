"""styleclf.data.augment: every training image changes on its own, and test images never do."""

import torch
from fastai.vision.core import TensorImage

from styleclf.data.augment import Erase, Move, Relight, Shrink, _relight


def test_light_changes_as_torchvisions_does():
    from torchvision.transforms import functional

    x = 0.3 + 0.4 * torch.rand(3, 3, 8, 8)
    brightness, contrast, saturation = (0.8 + 0.4 * torch.rand(3, 3, 1, 1)).unbind()
    result = _relight(x, brightness=brightness, contrast=contrast, saturation=saturation)
    for i in range(len(x)):
        expected = functional.adjust_contrast(
            functional.adjust_brightness(x[i], brightness[i].item()), contrast[i].item()
        )
        expected = functional.adjust_saturation(expected, saturation[i].item())
        assert torch.allclose(result[i], expected, atol=1e-3)


def test_every_image_gets_a_light_of_its_own_within_0_and_1():
    torch.manual_seed(0)
    x = torch.rand(1, 3, 8, 8).expand(16, 3, 8, 8)
    result = Relight(0.5).encodes(TensorImage(x)).as_subclass(torch.Tensor)
    assert result.min() >= 0
    assert result.max() <= 1
    assert len(result.mean((1, 2, 3)).unique()) == 16
    assert torch.allclose(Relight(0).encodes(TensorImage(x)).as_subclass(torch.Tensor), x, atol=1e-6)


def test_images_are_turned_each_its_own_way():
    torch.manual_seed(0)
    x = torch.rand(1, 3, 16, 16).expand(12, 3, 16, 16).contiguous()
    result = Move()(TensorImage(x), split_idx=0).as_subclass(torch.Tensor)
    assert result.shape == x.shape
    assert len(result.flatten(1).sum(1).unique()) > 6
    tested = TensorImage(x)
    assert Move()(tested, split_idx=1) is tested
    mirrored = Move(max_rotate=0)(TensorImage(x), split_idx=0).as_subclass(torch.Tensor)
    same = (mirrored - x).abs().amax((1, 2, 3)) < 1e-4
    flipped = (mirrored - x.flip(3)).abs().amax((1, 2, 3)) < 1e-4
    assert (same ^ flipped).all()
    assert same.any()
    assert flipped.any()


def test_training_batches_shrink_and_test_batches_do_not(dls):
    shrink = next(transform for transform in dls.train.after_batch.fs if isinstance(transform, Shrink))
    shrink.size = 20
    assert dls.train.one_batch()[0].shape[-2:] == (20, 20)
    assert dls.valid.one_batch()[0].shape[-2:] == (32, 32)


def test_erasing_is_drawn_for_each_image_alone():
    torch.manual_seed(0)
    x = TensorImage(torch.ones(64, 3, 32, 32))
    kept = Erase().encodes(x).as_subclass(torch.Tensor).flatten(1).mean(1)
    assert 0.25 < (kept < 1).float().mean() < 0.75
    assert len(kept[kept < 1].unique()) > 5
    assert (x == 1).all(), "the batch given is left alone"
