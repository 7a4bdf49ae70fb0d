"""Batch normalisation folded into the convolutions before it: the same numbers, by fewer ways through memory."""

import copy

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

_SAME = 1e-5  # of the largest logit: in float32 seven networks, of 20 to 121 normalisations, differed by 1e-7 to 8e-7


def fold_batchnorm(model: nn.Module, x: Tensor) -> nn.Module:
    """A copy of a model in evaluation mode without those batch normalisations that follow a convolution at once.

    Images `x (n, 3, h, w)` show which do. The model itself is returned if the copy says anything else of them, as it
    would where a convolution's output goes to more than its normalisation.
    """
    device, x = x.device, x.cpu()  # where float32 is no TF32, which would hide a difference or make one
    found = copy.deepcopy(model).cpu()
    with torch.inference_mode():
        expected = found(x)
        for convolution, norm in _convolution_norm_pairs(found, x):
            fused = fuse_conv_bn_eval(found.get_submodule(convolution), found.get_submodule(norm))
            found.set_submodule(convolution, fused)
            # timm's normalisations bring their activation
            found.set_submodule(norm, getattr(found.get_submodule(norm), "act", nn.Identity()))
        same = (found(x) - expected).abs().max() <= _SAME * expected.abs().max()
    return found.to(device) if same else model


def _convolution_norm_pairs(model: nn.Module, x: Tensor) -> list[tuple[str, str]]:
    """Names of convolutions and of the batch normalisations that get their outputs, of those that run only once."""
    outputs: dict[int, tuple[str, Tensor]] = {}  # kept, so that no later one has its place in memory
    met: list[tuple[str, str]] = []

    def told(name: str, passed: Tensor) -> None:
        outputs[id(passed)] = name, passed

    def asked(name: str, passed: Tensor) -> None:
        met.append((outputs[id(passed)][0] if id(passed) in outputs else "", name))

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            handles.append(module.register_forward_hook(lambda _, __, out, name=name: told(name, out)))
        if isinstance(module, nn.BatchNorm2d):
            handles.append(module.register_forward_pre_hook(lambda _, given, name=name: asked(name, given[0])))
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    norms, convolutions = [norm for _, norm in met], [convolution for convolution, _ in met]
    return [pair for pair in met if pair[0] and norms.count(pair[1]) == 1 == convolutions.count(pair[0])]
