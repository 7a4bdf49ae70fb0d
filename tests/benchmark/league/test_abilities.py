"""Abilities: tried on the body itself, which stays as it was."""

import torch
from torch import nn

from styleclf.benchmark.league.abilities import abilities_of, images_per_second, size_of
from styleclf.inference import Backbone
from tests.conftest import ARCH, changed, state


class Broken(nn.Module):
    """A body that gives no gradients and refuses covered images."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 4)

    def forward(self, x):
        if (x == 0).any():
            raise RuntimeError("a black\n pixel")
        return self.layer(x.mean(dim=(2, 3))).detach()


def test_a_plain_body_can_do_everything_and_is_left_alone(weights_file):
    backbone = Backbone(ARCH, weights_file, size=64)
    body = backbone.body()
    before = state(body)
    abilities = abilities_of(body, backbone, onnx=False)
    assert abilities == {"fine_tuning": "yes", "occlusion": "yes", "onnx": "not tried"}
    assert images_per_second(body, backbone) > 0
    assert not changed(before, body)
    assert all(parameter.grad is None for parameter in body.parameters())


def test_what_fails_is_told_in_its_own_words():
    abilities = abilities_of(Broken(), Backbone(ARCH, "none", size=64), onnx=False)
    assert abilities["occlusion"] == "a black pixel"
    assert abilities["fine_tuning"] != "yes"


def test_sizes_are_those_of_its_weights():
    body = nn.Sequential(nn.Linear(1000, 1000, bias=False), nn.BatchNorm1d(1000))
    millions, megabytes = size_of(body)
    assert millions == 1.002
    assert round(megabytes, 3) == round((1_004_000 * 4 + 8) / 1e6, 3)
    assert size_of(body.to(torch.bfloat16))[1] < megabytes
