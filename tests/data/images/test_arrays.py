"""data.images.arrays: pixels in all the ways that people have them become the same picture."""

import numpy as np
import pytest
import torch
from fastai.vision.core import TensorImage

from styleclf.data.images.arrays import image_of_pixels

PIXELS = np.random.default_rng(0).integers(256, size=(20, 30, 3), dtype=np.uint8)
FLOATS = (PIXELS / 255).astype(np.float32)


@pytest.mark.parametrize(
    "pixels",
    [
        PIXELS,
        FLOATS,
        PIXELS.astype(np.int64),
        PIXELS.astype(np.uint16) * 257,
        torch.tensor(PIXELS),
        torch.tensor(PIXELS).permute(2, 0, 1),
        torch.tensor(FLOATS).permute(2, 0, 1),
        TensorImage(torch.tensor(PIXELS).permute(2, 0, 1)),
    ],
)
def test_arrays_and_tensors_of_all_kinds_are_one_picture(pixels):
    assert np.array_equal(np.asarray(image_of_pixels(pixels)), PIXELS)


def test_one_channel_is_grey():
    grey = PIXELS[..., :1]
    for pixels in (grey, grey[..., 0], grey / 255, torch.tensor(grey), torch.tensor(grey).permute(2, 0, 1)):
        assert np.array_equal(np.asarray(image_of_pixels(pixels)), grey[..., 0])


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4, 7), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros(5),
        np.full((4, 4), -0.5),
        np.full((4, 4), np.nan),
        np.full((4, 4, 3), 300),
        np.full((4, 4), "red"),
        torch.zeros(1, 3, 4, 4),
    ],
)
def test_what_is_no_picture_is_told_in_one_sentence(pixels):
    with pytest.raises(ValueError, match="are not an image: give a path"):
        image_of_pixels(pixels)
