"""training.memory: a batch that the memory does not hold trains as it would have trained whole."""

import pytest
import torch
from fastai.optimizer import SGD
from fastai.torch_core import set_seed

from styleclf.common import say_once
from styleclf.data.dataloaders import get_dls
from styleclf.models import StyleBody
from styleclf.training.learner import style_learner
from tests.conftest import ARCH


def fitted(design, sample, weights_file, room, monkeypatch, **options):
    """A learner after an epoch on a device that holds `room` images for training, and how many it passed at once."""
    set_seed(0)  # of the order of images, too
    dls = get_dls(design, sample, 0, arch=ARCH, size=32, bs=16, augment=0)
    learn = style_learner(dls, ARCH, weights_file, precision="fp32", **options)
    learn.opt_func = SGD  # whose steps are as small as differences of rounding, unlike Adam's
    learn.probe_first.is_done = True
    learn.freeze_to(1)
    passed = []
    forward = StyleBody.forward

    def limited(self, x):
        if torch.is_grad_enabled() and len(x) > room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        passed.append(len(x))
        return forward(self, x)

    with monkeypatch.context() as patch, learn.no_bar(), learn.no_logging():
        patch.setattr(StyleBody, "forward", limited)
        torch.manual_seed(1)
        learn.fit(1, 0.01)
    return learn, passed


@pytest.mark.parametrize("options", [{}, {"loss": "arcface", "joint": "supcon"}])
def test_a_batch_in_parts_trains_alike(halves, sample, weights_file, monkeypatch, capsys, options):
    say_once.cache_clear()
    whole, _ = fitted(halves, sample, weights_file, 16, monkeypatch, **options)
    assert "do not fit" not in capsys.readouterr().out
    in_parts, passed = fitted(halves, sample, weights_file, 5, monkeypatch, **options)
    assert capsys.readouterr().out.count("do not fit") == 2  # from 16 to 8, from 8 to 4
    assert 4 in passed
    assert isinstance(in_parts.model[0], StyleBody)
    expected = whole.model.state_dict()
    for name, value in in_parts.model.state_dict().items():
        torch.testing.assert_close(value, expected[name], atol=1e-4, rtol=1e-3, msg=name)
    for column in ("train_loss", "test_loss"):
        losses = [learn.history.table()[column].iloc[-1] for learn in (whole, in_parts)]
        assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_a_device_without_room_for_one_image_is_told(halves, sample, weights_file, monkeypatch):
    with pytest.raises(ValueError, match=r"does not hold one image of 32 pixels"):
        fitted(halves, sample, weights_file, 0, monkeypatch)
