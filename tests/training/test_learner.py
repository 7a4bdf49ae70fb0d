"""training.learner: behaves as a fastai learner, trains as told, survives export."""

import warnings

import numpy as np
import pytest
import torch
from fastai.callback.mixup import CutMix, MixUp
from fastai.callback.tracker import EarlyStoppingCallback
from fastai.learner import Learner
from fastai.vision.core import TensorImage
from PIL import Image
from torch import nn

from styleclf.inference import predict_files
from styleclf.training.fine_tuning import train
from styleclf.training.learner import style_learner
from tests.conftest import ARCH, changed, state


def test_a_pretrained_body_starts_frozen_and_a_random_one_does_not(learn, dls):
    before = state(learn.model)
    with learn.no_bar(), learn.no_logging():
        learn.fit(1, 1e-2)
    assert changed(before, learn.model)
    assert all(name[0] in "12" for name in changed(before, learn.model))
    scratch = style_learner(dls, ARCH, "none")
    before = state(scratch.model)
    with scratch.no_bar(), scratch.no_logging():
        scratch.fit(1, 1e-2)
    assert "0.trunk.conv1.0.weight" in changed(before, scratch.model)
    assert "0.trunk.bn1.running_mean" in changed(before, scratch.model)


@pytest.mark.parametrize("is_list", [False, True])
def test_callbacks_of_fastai_stand_beside_its_own(dls, weights_file, is_list):
    stopping = EarlyStoppingCallback("top_2_accuracy", min_delta=2)  # a gain that no accuracy can make
    plain = style_learner(dls, ARCH, weights_file)
    learn = style_learner(dls, ARCH, weights_file, cbs=[stopping] if is_list else stopping)
    names = [callback.name for callback in learn.cbs]
    assert sorted(names) == sorted([callback.name for callback in plain.cbs] + [stopping.name])
    with learn.no_bar(), learn.no_logging():
        learn.fit(3, 1e-3)
    assert learn.epoch == 1, "it stops once an epoch has brought nothing"


def test_another_normalisation_than_the_architectures_is_told(dls):
    with pytest.warns(UserWarning, match="normalise"):
        style_learner(dls, "test_vit", "none")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        style_learner(dls, ARCH, "none")


def test_an_architecture_may_be_given_as_a_function(dls):
    def resnet10t():
        """As fastai's examples give architectures."""

    learn = style_learner(dls, resnet10t, "none")
    assert learn.model[0].head_hidden_size == style_learner(dls, ARCH, "none").model[0].head_hidden_size
    with pytest.raises(ValueError, match="a name of timm, such as 'resnet18', not 18"):
        style_learner(dls, 18, "none")


@pytest.mark.parametrize("mix", [MixUp, CutMix])
@pytest.mark.parametrize("loss", ["cross_entropy", "focal", "arcface"])
def test_images_are_mixed_for_losses_on_logits(dls, loss, mix):
    learn = style_learner(dls, ARCH, "none", loss=loss)
    with learn.no_bar(), learn.no_logging():
        learn.fit(1, 1e-3, cbs=mix())
    assert np.isfinite(learn.history.rows[-1]["train_loss"])
    assert getattr(learn.loss_func, "share", 1.0) == 1.0


def test_mixed_images_cannot_be_compared(dls):
    learn = style_learner(dls, ARCH, "none", loss="triplet")
    with learn.no_bar(), learn.no_logging(), pytest.raises(ValueError, match=r"triplet compares images.*MixUp mixes"):
        learn.fit(1, 1e-3, cbs=MixUp())


def test_a_learner_of_plain_fastai_gets_one_sentence(dls, sample, design):
    n_numbers = 3 * 32 * 32
    model = nn.Sequential(nn.Flatten(), nn.Linear(n_numbers, dls.c))
    plain = Learner(dls, model, nn.CrossEntropyLoss())
    path = sample / design["filename"].iloc[0]
    for ask in (lambda: train(plain, 1), lambda: predict_files(plain, [path])):
        with pytest.raises(ValueError, match="not made by styleclf"):
            ask()


def test_a_learner_predicts_whatever_fastai_opens(trained, sample, design):
    path = sample / design["filename"].iloc[0]
    pixels = np.asarray(Image.open(path))
    tensor = torch.tensor(pixels).permute(2, 0, 1)
    with trained.no_bar():
        by_path = trained.predict(path)[2]
        for item in (path.read_bytes(), pixels / 255, tensor, TensorImage(tensor)):
            assert torch.allclose(trained.predict(item)[2], by_path, atol=0.2)
        trained.predict(pixels[..., :1])
