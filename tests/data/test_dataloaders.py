"""styleclf.data.dataloaders: what goes into a batch, and that the random changes stay in training."""

import io
import re

import numpy as np
import pandas as pd
import pytest
import torch
from fastai.data.all import Transform
from fastai.vision.core import TensorImage
from PIL import Image

from styleclf.data.dataloaders import ImagePath, Picture, get_dls
from styleclf.data.images.decoding import decode


def test_training_and_test_images_are_those_of_the_design(dls, design):
    fold = design["fold"]
    assert len(dls.valid_ds) == (fold == "0").sum()
    assert len(dls.train_ds) == (~fold.isin(["0", "val"])).sum()
    assert set(dls.train_ds.items["filename"]).isdisjoint(dls.valid_ds.items["filename"])
    assert list(dls.vocab) == sorted(design["label"].unique())


def test_fold_val_trains_on_all_folds(design, sample):
    dls = get_dls(design, sample, "val", arch="resnet10t", size=32)
    assert (dls.valid_ds.items["fold"] == "val").all()
    assert len(dls.train_ds) == (design["fold"] != "val").sum()


def test_a_test_batch_is_the_decoded_image_normalised(dls, sample):
    x, y = dls.valid.one_batch()
    row = dls.valid_ds.items.iloc[0]
    pixels = torch.from_numpy(decode(sample / row["filename"], 32).copy()).permute(2, 0, 1) / 255
    mean, std = (torch.tensor(s)[:, None, None] for s in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    assert torch.allclose(x[0].as_subclass(torch.Tensor), (pixels - mean) / std, atol=1e-5)
    assert dls.vocab[y[0]] == row["label"]


def test_training_batches_change_and_test_batches_do_not(dls):
    plain = dls.train.new(shuffle=False)
    first, second = (plain.one_batch()[0] for _ in range(2))
    assert not torch.equal(first, second)
    first, second = (dls.valid.one_batch()[0] for _ in range(2))
    assert torch.equal(first, second)


def test_without_augmentation_training_batches_stay(design, sample):
    dls = get_dls(design, sample, 0, arch="resnet10t", size=32, augment=0)
    first, second = (dls.train.new(shuffle=False).one_batch()[0] for _ in range(2))
    assert torch.equal(first, second)


def test_a_picture_may_come_as_path_image_or_array(sample, design):
    path = sample / design["filename"].iloc[0]
    picture = Picture(24, "crop")
    from_path = picture.encodes(path)
    opened = Image.open(path)
    assert from_path.shape == (3, 24, 24)
    assert from_path.dtype == torch.uint8
    for other in (opened, np.asarray(opened)):
        gap = (picture.encodes(other).float() - from_path.float()).abs().mean()
        assert gap < 8  # a path may be decoded at a smaller scale first
    assert ImagePath(sample)(design.iloc[0]) == path
    assert ImagePath("elsewhere")(path) == path


def test_bad_requests_are_told(design, sample, tmp_path):
    with pytest.raises(FileNotFoundError, match="folder"):
        get_dls(design, tmp_path, 0, arch="resnet10t")
    moved = design.assign(filename=["gone/x.jpg", *design["filename"].iloc[1:]])
    with pytest.raises(FileNotFoundError, match=r"1 of 96 images cannot be found, such as .*x\.jpg: bring them back"):
        get_dls(moved, sample, 0, arch="resnet10t")
    with pytest.raises(ValueError, match="7"):
        get_dls(design, sample, 7, arch="resnet10t")
    with pytest.raises(ValueError, match="stretch"):
        get_dls(design, sample, 0, arch="resnet10t", fit="stretch")
    with pytest.raises(ValueError, match="resnet10t"):
        get_dls(design, sample, 0, arch="resnet10")


def test_the_bytes_of_a_file_are_the_picture_of_the_file(sample, design):
    path = sample / design["filename"].iloc[0]
    picture = Picture(24)
    assert torch.equal(picture(path.read_bytes()), picture(path))
    stream = io.BytesIO(path.read_bytes())
    for _ in range(2):  # it is read from its beginning
        assert torch.equal(picture(stream), picture(path))
    pixels = torch.from_numpy(np.array(Image.open(path))).permute(2, 0, 1)
    for item in (pixels, TensorImage(pixels), pixels.permute(1, 2, 0).numpy() / 255):
        assert picture(item).shape == (3, 24, 24)


@pytest.mark.parametrize("item", [{}, None, 5, ["a.jpg"]])
def test_what_is_no_image_is_told_in_one_sentence(item):
    with pytest.raises(ValueError, match=f"{re.escape(repr(item))} is not an image: give a path"):
        Picture(24)(item)


def test_bytes_that_are_no_image_are_told():
    with pytest.raises(OSError, match="the bytes given cannot be read"):
        Picture(24)(b"no image")


def test_an_image_without_pixels_or_with_half_of_them_is_told(sample, design):
    with pytest.raises(ValueError, match="an image of 0 x 5 pixels shows nothing"):
        Picture(24)(Image.new("RGB", (0, 5)))
    content = (sample / design["filename"].iloc[0]).read_bytes()
    half = Image.open(io.BytesIO(content[: len(content) * 2 // 3]))
    with pytest.raises(OSError, match="the image given cannot be read as an image: damaged image"):
        Picture(24)(half)


@pytest.mark.parametrize("mode", ["RGBa", "La"])
def test_colours_that_are_multiplied_by_their_opacity_are_those_on_paper(mode):
    plain = Image.new(mode.upper(), (8, 8), "red")
    plain.putalpha(128)
    assert torch.equal(Picture(8)(plain.convert(mode)), Picture(8)(plain))


@pytest.mark.parametrize("item", [("a.jpg", "b.jpg"), pd.Series({"title": "a"})])
def test_tuples_and_rows_without_a_file_are_no_images(item):
    with pytest.raises(ValueError, match="is not an image: give a path"):
        ImagePath("images")(item)


@pytest.mark.parametrize("label", [np.nan, None, 1])
def test_labels_that_are_no_text_are_told(design, sample, label):
    labels = [label, *design["label"].iloc[1:]]
    first = design["filename"].iloc[0]
    with pytest.raises(ValueError, match=f"as label of {re.escape(first)}: read it with read_design"):
        get_dls(design.assign(label=labels), sample, 0, arch="resnet10t")


def test_further_changes_of_images_are_for_training_those_of_batches_for_all(design, sample):
    def darken(x: TensorImage):
        return x * 0

    class AddOne(Transform):
        order = 100  # after the normalisation

        def encodes(self, x: TensorImage):
            return x + 1

    changes = dict(item_tfms=darken, batch_tfms=[AddOne()])
    plain = get_dls(design, sample, 0, "resnet10t", 32, augment=0)
    changed = get_dls(design, sample, 0, "resnet10t", 32, augment=0, **changes)
    black = -torch.tensor([0.485, 0.456, 0.406]) / torch.tensor([0.229, 0.224, 0.225]) + 1
    x = changed.train.one_batch()[0].as_subclass(torch.Tensor)
    assert torch.allclose(x, black[:, None, None].expand_as(x), atol=1e-5)
    expected = plain.valid.one_batch()[0] + 1
    assert torch.allclose(changed.valid.one_batch()[0], expected, atol=1e-5)
