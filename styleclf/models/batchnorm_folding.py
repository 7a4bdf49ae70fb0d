"""Batch normalisation folded into the convolutions before it: the same numbers with fewer passes through memory."""

from collections import Counter
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from styleclf.models.copies import copy_model

# As a share of the largest output. In float32 seven networks of 20 to 121 normalisations differed by 1e-7 to 8e-7.
_TOLERANCE = 1e-5


def fold_batchnorm(model: nn.Module, x: Tensor) -> nn.Module:
    """A copy of a model in evaluation mode without those batch normalisations that directly follow a convolution.

    Images `x (n, 3, h, w)` show which do. The model itself is returned if it has none, or if the copy answers
    differently for them, as it would where the output of a convolution goes to more than its normalisation.
    """
    if not any(isinstance(module, nn.BatchNorm2d) for module in model.modules()):
        return model
    device = x.device
    x = x.cpu()  # a GPU may compute in TF32, which would hide a difference or cause one
    folded_model = copy_model(model).cpu()
    with torch.no_grad():  # a copy of inference tensors could not be used outside of inference mode
        outputs = folded_model(x)
        for convolution, norm in _convolution_norm_pairs(folded_model, x):
            _fold_pair(folded_model, convolution, norm)
        difference = (folded_model(x) - outputs).abs().max()
    if difference <= _TOLERANCE * outputs.abs().max():
        return folded_model.to(device)
    return model


def _fold_pair(
    model: nn.Module,
    convolution: str,
    norm: str,
) -> None:
    """Let a convolution normalise, and replace its normalisation by nothing but the activation it brings."""
    convolution_module = cast(nn.Conv2d, model.get_submodule(convolution))
    norm_module = cast(nn.BatchNorm2d, model.get_submodule(norm))
    activation = getattr(norm_module, "act", nn.Identity())  # timm's normalisations have one
    convolution_module.weight, convolution_module.bias = fuse_conv_bn_weights(
        conv_w=convolution_module.weight,
        conv_b=convolution_module.bias,
        bn_rm=cast(Tensor, norm_module.running_mean),
        bn_rv=cast(Tensor, norm_module.running_var),
        bn_eps=norm_module.eps,
        bn_w=norm_module.weight,
        bn_b=norm_module.bias,
    )
    model.set_submodule(norm, activation)


def _convolution_norm_pairs(model: nn.Module, x: Tensor) -> list[tuple[str, str]]:
    """Names of convolutions and of the batch normalisations that read their outputs, of those that run only once."""
    outputs: dict[int, tuple[str, Tensor]] = {}  # the tensors are held, so that no later one gets their address
    readings: list[tuple[str, str]] = []

    def note_output(name: str, output: Tensor) -> None:
        """Remember which convolution has made a tensor."""
        outputs[id(output)] = name, output

    def note_reading(norm: str, x: Tensor) -> None:
        """Remember which convolution's output a normalisation reads, '' for none."""
        convolution, _ = outputs.get(id(x), ("", None))
        readings.append((convolution, norm))

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            handles.append(module.register_forward_hook(lambda _, __, output, name=name: note_output(name, output)))
        if isinstance(module, nn.BatchNorm2d) and module.running_mean is not None:
            handles.append(module.register_forward_pre_hook(lambda _, inputs, name=name: note_reading(name, inputs[0])))
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    runs = Counter(name for reading in readings for name in reading)
    pairs = []
    for convolution, norm in readings:
        if convolution and runs[convolution] == runs[norm] == 1:
            pairs.append((convolution, norm))
    return pairs
