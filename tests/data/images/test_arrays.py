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
        PIXELS.astype(np.uint16),  # bytes in 16 bits
        (PIXELS.astype(np.uint16) * 257).astype(">u2"),  # as TIFF readers give it
        torch.tensor(PIXELS).to_sparse(),
        torch.tensor(FLOATS).permute(2, 0, 1).to(memory_format=torch.contiguous_format).double().requires_grad_(),
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
        torch.zeros(3, 4, 4, dtype=torch.complex64),
    ],
)
def test_what_is_no_picture_is_told_in_one_sentence(pixels):
    with pytest.raises(ValueError, match="are not an image: give a path"):
        image_of_pixels(pixels)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float8_e4m3fn])
def test_tensors_of_few_bits_are_the_picture_that_they_can_hold(dtype):
    halves = torch.tensor([[0.0, 0.5, 1.0]]).repeat(3, 1)
    levels = np.asarray(image_of_pixels(halves.to(dtype)))
    assert levels.tolist() == [[0, 128, 255]] * 3


def test_greys_of_16_bits_stay_what_they_are_unless_they_are_bytes():
    grey = np.array([[0, 256, 65535]], dtype=np.uint16)
    assert np.asarray(image_of_pixels(grey)).tolist() == grey.tolist()
    assert np.asarray(image_of_pixels(grey // 257)).tolist() == [[0, 0, 255]]


def test_a_tensor_without_numbers_is_told_in_one_sentence():
    with pytest.raises(ValueError, match="on the device meta has no pixels: give a path"):
        image_of_pixels(torch.zeros(3, 4, 4, device="meta"))
