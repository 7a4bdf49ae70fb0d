"""Style statistics: means and deviations of a network's stages and hidden layers, beside its pooled features."""

from functools import singledispatch

import torch
from torch import nn

_MOST_HIDDEN = 12  # hidden layers whose statistics are read, the last ones: the first cost most and tell least
_IN_CACHE = 2**19  # numbers that a processor has at hand


def feature_width(body: nn.Module) -> int:
    """How many pooled features the body gives; some models of older timm know it as `num_features` only."""
    return body.head_hidden_size if hasattr(body, "head_hidden_size") else body.num_features


class StyleBody(nn.Module):
    """A timm model's pooled features, joined by statistics of its stages and of the hidden layers of its blocks.

    Style lives in these statistics (Gatys et al. 2016; Huang and Belongie 2017): mean and standard deviation of every
    channel of a stage, and the deviation of every channel that one of the `_narrowing_layers` reads. `(n, 3, h, w)` ->
    `(n, head_hidden_size)`, in parts of `widths`. Raises ValueError for a model that does not show its stages.
    """

    narrowing: tuple[str, ...] = ()  # as learners have it that were exported before hidden layers were read

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        if not hasattr(trunk, "forward_intermediates"):
            raise ValueError(f"{type(trunk).__name__} shows no intermediate features: use features='pooled'")
        self.trunk = trunk
        self.narrowing = _narrowing_layers(trunk)[
            -_MOST_HIDDEN:
        ]  # by name: folding a normalisation in replaces the layer
        self.head_hidden_size = sum(self.widths())

    def widths(self) -> list[int]:
        """Numbers of features: pooled ones, those of each stage, those of each hidden layer."""
        stages = [2 * stage["num_chs"] for stage in self.trunk.feature_info]
        return [feature_width(self.trunk), *stages, *(layer.in_channels for layer in self.hidden())]

    def hidden(self) -> list[nn.Conv2d]:
        """The convolutions whose input is read."""
        return [self.trunk.get_submodule(name) for name in self.narrowing]

    def extra_repr(self) -> str:
        """Also a part of the key of kept features."""
        return f"n_hidden={len(self.narrowing)}"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pooled features, means and deviations from the first stage to the last, deviations of hidden layers."""
        hidden, deviations = self.hidden(), {}

        def read(layer: nn.Module, inputs: tuple[torch.Tensor]) -> None:
            deviations[layer] = mean_and_deviation(inputs[0])[1]

        hooks = [layer.register_forward_pre_hook(read) for layer in hidden]
        try:
            last, stages = self.trunk.forward_intermediates(x)
        finally:
            for hook in hooks:
                hook.remove()
        statistics = [each for stage in stages for each in mean_and_deviation(stage)]
        return torch.cat([self.trunk.forward_head(last).float(), *statistics, *map(deviations.get, hidden)], dim=1)


def _narrowing_layers(trunk: nn.Module) -> tuple[str, ...]:
    """Names of the convolutions that read more channels than they write: their input is the widest view of a block.

    Those with a bias belong to squeeze-and-excitation, which reads no map.
    """
    layers = {name: layer for name, layer in trunk.named_modules() if isinstance(layer, nn.Conv2d)}
    return tuple(
        name for name, layer in layers.items() if layer.bias is None and layer.in_channels > layer.out_channels
    )


@singledispatch
def mean_and_deviation(stage: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Of every channel of `(n, c, h, w)` over its pixels, each `(n, c)` float32; deviations of 0 have a gradient, too.

    The same to seven digits as `stage.var`, which goes through channels-last maps 16 times as slowly on a processor.
    """
    means, deviations = zip(*map(_mean_and_deviation, cache_sized_parts(stage)), strict=True)
    return torch.cat(means), torch.cat(deviations)


def cache_sized_parts(maps: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Maps `(n, c, h, w)` in parts of as many as a processor can read several times at little cost."""
    if maps.device.type != "cpu":
        return (maps,)
    return maps.split(max(1, _IN_CACHE // maps.shape[1:].numel()))


def _mean_and_deviation(stage: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    stage = stage.float()
    mean = stage.mean(dim=(2, 3), keepdim=True)
    return mean.flatten(1), ((stage - mean).square().mean(dim=(2, 3)) + 1e-5).sqrt()
