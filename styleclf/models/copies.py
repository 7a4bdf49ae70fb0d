"""Copies of networks, which may be changed while the user's network stays as it is."""

import copy
from typing import TypeVar

from torch import nn

_Model = TypeVar("_Model", bound=nn.Module)
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def copy_model(model: _Model) -> _Model:
    """A copy with weights of its own, and with the hooks of the model itself.

    A copy of a hook would bring a copy of what it belongs to, which may be a whole learner with its images.
    """
    as_they_are = {}
    for module in model.modules():
        for name in _HOOKS:
            for hook in getattr(module, name).values():
                as_they_are[id(hook)] = hook
    return copy.deepcopy(model, as_they_are)
