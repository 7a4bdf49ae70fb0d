"""Weights of a body from a file: whatever carries knowledge has to be there, and to fit.

Files of other sizes of images, and in the formats of a model's authors, are read as timm reads them.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

_FILTERS = ("checkpoint_filter_fn", "_filter_fn", "_filter_torchvision_pretrained")  # of timm's modules
_LEARNED_BUFFERS = ("running_mean", "running_var")
_SUFFIXES_OF_MODELS = (".pkl", ".zip", ".onnx")  # of exported learners, bundles and graphs
_State = Mapping[str, torch.Tensor]


def load_weights(body: nn.Module, path: str | Path) -> nn.Module:
    """Fill the body from a file of weights (.safetensors, .pth); a classifier that the body lacks is ignored.

    Buffers that carry no knowledge (counters of batches, indices of positions, masks) may be missing. Position
    embeddings of another size of images are resized by timm.

    Raises FileNotFoundError, or ValueError if a weight of the body is missing in the file or has another shape.

    >>> import timm
    >>> body = load_weights(timm.create_model("resnet10t", num_classes=0), weights)
    >>> body.num_features
    512
    """
    state = _read_state(path)
    weights = _fitting(state, body)
    misfits = _misfits(weights, body)
    if misfits:
        weights = _fitting(_in_timms_format(state, body), body)
        misfits = _misfits(weights, body)
    if misfits:
        n_weights = len(body.state_dict())
        raise ValueError(
            f"{path} does not fit this architecture: {len(misfits)} of its {n_weights} weights are missing or have "
            f"another shape, such as {misfits[0]}; give a file made for it"
        )
    body.load_state_dict(weights, strict=False)
    return body


def _read_state(path: str | Path) -> dict[str, torch.Tensor]:
    """The weights in a file by their names. Raises what `load_weights` raises."""
    from timm.models import load_state_dict

    if not Path(path).is_file():
        raise FileNotFoundError(f"no weights at {path}: give 'imagenet', 'none', or a file of weights for the body")
    try:
        with open(path, "rb"):  # safetensors says of a file that may not be read that it is not there
            pass
    except OSError as error:
        raise OSError(f"{path} cannot be read ({error.strerror}): allow it, or name another file of weights") from error
    try:
        return dict(load_state_dict(str(path)))
    except Exception as error:  # torch and safetensors raise a dozen kinds for a file that is not theirs
        if Path(path).suffix.lower() in _SUFFIXES_OF_MODELS:
            raise ValueError(f"{path} is not a file of weights: predict.py --model opens exported models") from error
        sentence = f"{path} is not a file of weights that torch or safetensors can read"
        if "weights_only" in str(error):  # torch advises to run what is in the file
            raise ValueError(f"{sentence}: name another one") from error
        first_line = str(error).partition("\n")[0]
        raise ValueError(f"{sentence}: {first_line}") from error


def _fitting(state: Mapping[str, Any], body: nn.Module) -> dict[str, torch.Tensor]:
    """Those of the weights whose names and shapes are the body's."""
    weights = {}
    for name, value in body.state_dict().items():
        weight = state.get(name)
        if isinstance(weight, torch.Tensor) and weight.shape == value.shape:
            weights[name] = weight
    return weights


def _misfits(weights: _State, body: nn.Module) -> list[str]:
    """Names of what the body knows and the weights do not give."""
    buffers = {name for name, _ in body.named_buffers()}
    misfits = []
    for name in body.state_dict():
        can_be_made = name in buffers and not name.endswith(_LEARNED_BUFFERS)
        if name not in weights and not can_be_made:
            misfits.append(name)
    return misfits


def _in_timms_format(state: _State, body: nn.Module) -> Mapping[str, Any]:
    """The weights as timm makes them fit when it loads its own: renamed, position embeddings resized."""
    module = sys.modules[type(body).__module__]
    for name in _FILTERS:
        change = getattr(module, name, None)
        if change is not None:
            return _filtered_weights(state, body, change)
    return state


def _filtered_weights(state: _State, body: nn.Module, change: Callable) -> Mapping[str, Any]:
    """What a filter of timm makes of weights, or the weights as they are where they are none that it knows."""
    try:
        return change(dict(state), body)
    except TypeError:  # a few filters take the weights alone
        pass
    except Exception:  # weights of another network break a filter in any way
        return state
    try:
        return change(dict(state))
    except Exception:
        return state
