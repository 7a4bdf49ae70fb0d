"""Where the weights of a body come from: a file, the hub's cache on this machine, or the hub."""

import http.client
import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from torch import nn

from styleclf.models.architectures import check_arch, has_weights
from styleclf.output import say

_HUB_SECONDS = 4.0  # a hub that has not answered by then will not hold up a user who waits at a prompt
_WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")


def load_weights(body: nn.Module, path: str | Path) -> nn.Module:
    """Fill the body from a file of weights (.safetensors, .pth); a classifier that the body lacks is ignored.

    Raises FileNotFoundError, or ValueError if a weight of the body is missing in the file or has another shape.
    """
    from timm.models import load_state_dict

    if not Path(path).is_file():
        raise FileNotFoundError(f"no weights at {path}: give 'imagenet', 'none', or a file of weights for the body")
    try:
        state = load_state_dict(str(path))
    except Exception as error:  # torch and safetensors raise a dozen kinds for a file that is not theirs
        raise ValueError(f"{path} is no file of weights that torch or safetensors can read: {error}") from error
    weights = {}
    misfits = []
    for name, value in body.state_dict().items():
        if name in state and state[name].shape == value.shape:
            weights[name] = state[name]
        else:
            misfits.append(name)
    if misfits:
        n_weights = len(weights) + len(misfits)
        raise ValueError(
            f"{path} does not fit this architecture: {len(misfits)} of its {n_weights} weights are missing or have "
            f"another shape, such as {misfits[0]}; give a file made for it"
        )
    body.load_state_dict(weights)
    return body


def imagenet_weights_at_hand(arch: str) -> bool:
    """Whether ImageNet weights can be had: they are in the hub's cache on this machine, or the hub answers."""
    check_arch(arch)
    if not has_weights(arch):
        return False
    return _cached_weights(arch) is not None or _hub_answers()


def weights_at_hand(weights: str, arch: str) -> str:
    """The weights, in place of 'auto' those that can be had within seconds: 'imagenet', else 'none', with a line on it.

    Raises ValueError for an unknown architecture.
    """
    if weights != "auto":
        return weights
    if imagenet_weights_at_hand(arch):
        return "imagenet"
    say(
        f"ImageNet weights of {arch} cannot be had here: training starts from scratch (--weights none), which costs "
        "accuracy and takes more epochs"
    )
    return "none"


def imagenet_options(arch: str) -> dict[str, Any]:
    """Keywords that make timm load ImageNet weights: from the cache without asking the hub, or else from the hub.

    Raises ValueError if there are no such weights, ConnectionError if they are not here and the hub does not answer.
    """
    cached = _cached_weights(arch)
    if cached is not None:
        # the hub's file is timm's own, but older timm reads any file of some models in their authors' format
        return {"pretrained": True, "pretrained_cfg_overlay": {"file": str(cached), "custom_load": False}}
    if not has_weights(arch):
        raise ValueError(
            f"timm has no ImageNet weights of {arch}: give a file of weights, or 'none' to start from scratch"
        )
    if not _hub_answers():
        raise ConnectionError(
            f"the ImageNet weights of {arch} are not on this machine and the model hub does not answer: "
            "connect to the internet once, give a file of weights, or 'none' to start from scratch"
        )
    return {"pretrained": True}


def _cached_weights(arch: str) -> Path | None:
    """The architecture's ImageNet weights in the hub's cache on this machine, if they are there."""
    from huggingface_hub import constants, try_to_load_from_cache
    from timm.models import get_pretrained_cfg

    config = get_pretrained_cfg(arch)
    if not config or not config.hf_hub_id:
        return None
    for name in _WEIGHT_FILES:
        path = try_to_load_from_cache(config.hf_hub_id, name, cache_dir=constants.HF_HUB_CACHE)
        if isinstance(path, str) and os.path.isfile(path):
            return Path(path)
    return None


def _hub_answers(seconds: float = _HUB_SECONDS) -> bool:
    """Whether the model hub can be reached within `seconds`."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        request = urllib.request.Request(constants.ENDPOINT, method="HEAD")
        urllib.request.urlopen(request, timeout=seconds).close()
    except urllib.error.HTTPError:
        return True  # it answered, if only to say no
    except (OSError, ValueError, http.client.HTTPException):  # no answer, no usable address, an unknown protocol
        return False
    return True
