"""bundle.rebuilding: mean and deviation are read off what a learner makes of a picture; what does more is refused."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from styleclf.bundle import rebuilding
from styleclf.bundle.rebuilding import _line, image_stats_of, rebuilt_network
from styleclf.inference import learner_parts
from styleclf.training import load_style_learner

MEAN, STD = (0.1, 0.2, 0.3), (0.4, 0.5, 0.6)


def parts_with(change):
    """As much of a learner's parts as is asked, with a change of test images 0 to 1."""

    def test_tfms(batch):
        (pixels,) = batch
        return (change(pixels.as_subclass(torch.Tensor).float() / 255),)

    return SimpleNamespace(picture=SimpleNamespace(size=16), test_tfms=test_tfms, device="cpu")


def normalised(x):
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    return (x - mean) / std


def test_mean_and_deviation_are_those_of_the_normalisation():
    mean, std = image_stats_of(parts_with(normalised))
    assert mean == pytest.approx(MEAN, abs=1e-5)
    assert std == pytest.approx(STD, abs=1e-5)


@pytest.mark.parametrize(
    "change, sentence",
    [
        (lambda x: normalised(x).clamp(max=1), "does more to test images than normalise them"),
        (lambda x: normalised(x).flip(3), "does more to test images than normalise them"),
        (lambda x: normalised(1 - x), "does more to test images than normalise them"),
        (lambda x: normalised(x)[..., 1:], "changes the size of test images"),
    ],
)
def test_whatever_else_happens_to_a_picture_is_refused(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        image_stats_of(parts_with(change))


def test_a_line_is_found_and_a_curve_is_none():
    x = np.linspace(0, 1, 50)
    assert _line(x, 3 * x - 2) == pytest.approx((3, -2))
    with pytest.raises(ValueError, match="does more"):
        _line(x, x**2)


def test_a_network_that_would_be_another_one_is_refused(bundled, monkeypatch):
    parts = learner_parts(load_style_learner(bundled / "model.pkl"))
    network_of = rebuilding.network_of

    def other_network(*arguments):
        network = network_of(*arguments)
        nn.init.ones_(network[2][1].weight)
        return network

    monkeypatch.setattr(rebuilding, "network_of", other_network)
    with pytest.raises(ValueError, match="cannot be made again from its name: logits differ by"):
        rebuilt_network(parts)
    monkeypatch.setattr(rebuilding, "network_of", lambda *arguments: {}["weights"])
    with pytest.raises(ValueError, match=r"cannot be made again from its name and weights \('weights'\)"):
        rebuilt_network(parts)
