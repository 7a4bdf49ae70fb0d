"""Style statistics: means and deviations of a network's stages and hidden layers, beside its pooled features."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import singledispatch
from typing import Any

import torch
from torch import nn

_MAX_HIDDEN = 12  # hidden layers whose statistics are read, the last ones: the first cost most and say least
_CACHE_VALUES = 2**19  # numbers that fit into a processor's cache
_VARIANCE_FLOOR = 1e-5  # deviations of 0 would have no gradient
_Deviations = dict[nn.Module, torch.Tensor]  # of what layers have read, (n, channels) each
_HOOKING = threading.Lock()


class _Reading(threading.local):
    """What the pass of this thread has read so far: threads share the layers, and a pass must not see another's."""

    deviations: _Deviations | None = None  # None outside of a pass


_READING = _Reading()


def feature_width(body: nn.Module) -> int:
    """How many pooled features the body gives; some models of older timm have it as `num_features` only."""
    name = "head_hidden_size" if hasattr(body, "head_hidden_size") else "num_features"
    return getattr(body, name)


class StyleBody(nn.Module):
    """A timm model's pooled features, joined by statistics of its stages and of the hidden layers of its blocks.

    Style lives in these statistics (Gatys et al. 2016; Huang and Belongie 2017): mean and standard deviation of every
    channel of a stage, and the deviation of every channel that one of the `_narrowing_layers` reads. `(n, 3, h, w)` ->
    `(n, head_hidden_size)`, in parts of `widths`. Raises ValueError for a model that does not show its stages.
    """

    trunk: Any  # timm's models have more attributes than nn.Module declares
    narrowing: tuple[str, ...] = ()  # as in learners that were exported before hidden layers were read

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        if not hasattr(trunk, "forward_intermediates"):
            raise ValueError(f"{type(trunk).__name__} shows no intermediate features: use features='pooled'")
        self.trunk = trunk
        # by name, because folding a normalisation into a layer replaces the layer
        self.narrowing = _narrowing_layers(trunk)[-_MAX_HIDDEN:]
        self.head_hidden_size = sum(self.widths())

    def widths(self) -> list[int]:
        """Numbers of features: pooled ones, those of each stage, those of each hidden layer."""
        stages = [2 * stage["num_chs"] for stage in self.trunk.feature_info]
        hidden = [layer.in_channels for layer in self.hidden()]
        return [feature_width(self.trunk), *stages, *hidden]

    def hidden(self) -> list[nn.Conv2d]:
        """The convolutions whose input is read."""
        return [self.trunk.get_submodule(name) for name in self.narrowing]

    def extra_repr(self) -> str:
        """Also a part of the key of stored features."""
        return f"n_hidden={len(self.narrowing)}"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pooled features, means and deviations from the first stage to the last, deviations of hidden layers."""
        hidden = self.hidden()
        _hook(hidden)
        with _reading_inputs() as deviations:
            last, stages = self.trunk.forward_intermediates(x)
        parts = [self.trunk.forward_head(last).float()]
        for stage in stages:
            parts.extend(mean_and_deviation(stage))
        for layer in hidden:
            parts.append(deviations[layer])
        return torch.cat(parts, dim=1)


def _hook(layers: list[nn.Conv2d]) -> None:
    """Have layers note what they read, for good: hooks that come and go would be seen by the passes of other threads.

    A layer brings its hook into copies and exports of itself.
    """
    with _HOOKING:
        for layer in layers:
            if note_deviations not in layer._forward_pre_hooks.values():
                layer.register_forward_pre_hook(note_deviations)


def note_deviations(layer: nn.Module, inputs: tuple[torch.Tensor]) -> None:
    """Note the deviations of what a layer is about to read, for the pass that this thread is in, if any."""
    if _READING.deviations is not None:
        _, _READING.deviations[layer] = mean_and_deviation(inputs[0])


@contextmanager
def _reading_inputs() -> Iterator[_Deviations]:
    """What hooked layers read during a pass of this thread."""
    around = _READING.deviations  # of a body that this one is a part of
    deviations: _Deviations = {}
    _READING.deviations = deviations
    try:
        yield deviations
    finally:
        _READING.deviations = around


def _narrowing_layers(trunk: nn.Module) -> tuple[str, ...]:
    """Names of the convolutions that read more channels than they write: their input is the widest view of a block.

    Those with a bias belong to squeeze-and-excitation, which does not read maps.
    """
    names = []
    for name, layer in trunk.named_modules():
        if isinstance(layer, nn.Conv2d) and layer.bias is None and layer.in_channels > layer.out_channels:
            names.append(name)
    return tuple(names)


@singledispatch
def mean_and_deviation(stage: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of every channel of `(n, c, h, w)` over its pixels, each `(n, c)` float32.

    Deviations of 0 have a gradient, too. The same to seven digits as `stage.var`, which takes 16 times as long for
    channels-last maps on a processor.
    """
    means = []
    deviations = []
    for part in cache_sized_parts(stage):
        mean, deviation = _mean_and_deviation(part)
        means.append(mean)
        deviations.append(deviation)
    return torch.cat(means), torch.cat(deviations)


def cache_sized_parts(maps: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Maps `(n, c, h, w)` in parts along n that a processor can read several times at little cost."""
    if maps.device.type != "cpu":
        return (maps,)
    n_maps = max(1, _CACHE_VALUES // maps.shape[1:].numel())
    return maps.split(n_maps)


def _mean_and_deviation(stage: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    stage = stage.float()
    mean = stage.mean(dim=(2, 3), keepdim=True)
    variance = (stage - mean).square().mean(dim=(2, 3))
    return mean.flatten(1), (variance + _VARIANCE_FLOOR).sqrt()
