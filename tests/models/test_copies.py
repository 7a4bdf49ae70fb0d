"""Copies of networks: weights of their own, hooks of the original."""

import torch
from torch import nn

from styleclf.models.copies import copy_model


class Owner:
    """Something that a hook belongs to, and that cannot be copied."""

    def __init__(self):
        self.n_passes = 0

    def note_pass(self, *_):
        self.n_passes += 1

    def __deepcopy__(self, memo):
        raise AssertionError("copied")


def test_a_copy_has_weights_of_its_own_and_tells_the_owners_of_hooks():
    owner = Owner()
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    model[0].register_forward_pre_hook(owner.note_pass)
    model.register_forward_hook(owner.note_pass)
    duplicate = copy_model(model)
    duplicate(torch.zeros(1, 2))
    assert owner.n_passes == 2
    with torch.no_grad():
        duplicate[0].weight += 1
    assert not torch.equal(duplicate[0].weight, model[0].weight)
