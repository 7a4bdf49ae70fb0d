"""Style statistics: means and deviations of a network's stages and hidden layers, beside its pooled features.

Convolutional and token bodies alike are read in two places.

    stages          mean and deviation of every channel; where a body calls each of its many blocks a stage, as
                    transformers do, of four of them, evenly spread over its depth
    hidden layers   deviation of every channel that a layer reads which narrows: that is the widest view of a block, as
                    the 1x1 convolution that ends an inverted residual reads it, or the second Linear of an MLP; where
                    a body has next to none, as a RegNet, of what its 1x1 layers read that keep the number of channels

All together stays within `_MAX_WIDTH` numbers. Class and register tokens stand for no place of the image and are left
out, and so are layers that read no maps, such as those of squeeze-and-excitation.
"""

import copy
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import singledispatch
from typing import Any, NamedTuple

import torch
from torch import nn

from styleclf.common import reason_of

_MAX_WIDTH = 13_312  # numbers of all features, so that 20,000 images stay within 1.1 GB
_MAX_STAGES = 6  # a body that names more calls every block a stage
_N_SPREAD = 4  # stages that are read of such a body
_MAX_HIDDEN = 12  # hidden layers whose statistics are read, the last ones: the first cost most and say least
_FEWEST_NARROWING = 3  # layers that narrow; where there are fewer, those that keep the number of channels are read, too
_CACHE_VALUES = 2**19  # numbers that fit into a processor's cache
_VARIANCE_FLOOR = 1e-5  # deviations of 0 would have no gradient
_TRIAL_IMAGES = 2
_UNMEASURABLE = (AssertionError, AttributeError, IndexError, NotImplementedError, RuntimeError, TypeError, ValueError)
_HOOKING = threading.Lock()


class _Pass(NamedTuple):
    """One pass through a body: what its layers have read so far."""

    deviations: dict[nn.Module, torch.Tensor]  # (n, channels) each
    n_prefix_tokens: int  # class and register tokens, which come before those of places


class _ThisThread(threading.local):
    """The pass that this thread is in: threads share the layers, and a pass must not see another's."""

    current: _Pass | None = None


_THIS_THREAD = _ThisThread()


def feature_width(body: nn.Module) -> int:
    """How many pooled features the body gives; some models of older timm have it as `num_features` only."""
    name = "head_hidden_size" if hasattr(body, "head_hidden_size") else "num_features"
    return getattr(body, name)


class StyleBody(nn.Module):
    """A timm model's pooled features, joined by statistics of its stages and of the hidden layers of its blocks.

    Style lives in these statistics (Gatys et al. 2016; Huang and Belongie 2017). `(n, 3, h, w)` ->
    `(n, head_hidden_size)`, in parts of `widths`. Raises ValueError for a model that does not show its stages.
    """

    trunk: Any  # timm's models have more attributes than nn.Module declares
    narrowing: tuple[str, ...] = ()  # as in learners that were exported before hidden layers were read
    stages: tuple[int, ...] | None = None  # positions of those that are read; None for all

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        if not hasattr(trunk, "forward_intermediates"):
            raise ValueError(f"{type(trunk).__name__} shows no intermediate features: use features='pooled'")
        self.trunk = trunk
        self.stages = _chosen_stages(trunk)
        room = _MAX_WIDTH - sum(self.widths())
        layers = _readable_layers(trunk)
        self.narrowing = _chosen_layers(layers, room)  # names: folding a normalisation into a layer replaces the layer
        self.head_hidden_size = sum(self.widths())

    def widths(self) -> list[int]:
        """Numbers of features: pooled ones, those of each stage, those of each hidden layer."""
        stage_widths = _stage_widths(self.trunk)
        if self.stages is not None:
            stage_widths = [stage_widths[position] for position in self.stages]
        hidden = [_channels(layer) for layer in self.hidden()]
        return [feature_width(self.trunk), *stage_widths, *hidden]

    def hidden(self) -> list[nn.Module]:
        """The convolutions and linear layers whose input is read."""
        return [self.trunk.get_submodule(name) for name in self.narrowing]

    def extra_repr(self) -> str:
        """Also a part of the key of stored features."""
        n_hidden = len(self.narrowing)
        text = f"n_hidden={n_hidden}"
        if self.stages is None:
            return text
        return f"{text}, stages={self.stages}"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pooled features, means and deviations from the first stage to the last, deviations of hidden layers."""
        hidden = self.hidden()
        _hook(hidden)
        choice = {} if self.stages is None else {"indices": list(self.stages)}
        with _reading_inputs(self.trunk) as deviations:
            last, stages = self.trunk.forward_intermediates(x, **choice)
        pooled = self.trunk.forward_head(last)
        parts = [pooled.float()]
        for stage in stages:
            statistics = mean_and_deviation(stage)
            parts.extend(statistics)
        for layer in hidden:
            parts.append(deviations[layer])
        return torch.cat(parts, dim=1)


# What is read


def _stage_widths(trunk: Any) -> list[int]:
    """Numbers of features by stage: a mean and a deviation of every channel."""
    return [2 * stage["num_chs"] for stage in trunk.feature_info]


def _chosen_stages(trunk: nn.Module) -> tuple[int, ...] | None:
    """Positions of the stages that are read, None for all.

    Where they do not fit the width, the last ones are left out: the pooled features know those already.
    """
    widths = _stage_widths(trunk)
    n_stages = len(widths)
    positions = list(range(n_stages))
    if n_stages > _MAX_STAGES:
        ends = [n_stages * part // _N_SPREAD for part in range(1, _N_SPREAD + 1)]
        positions = [end - 1 for end in ends]
    room = _MAX_WIDTH - feature_width(trunk)
    width = sum(widths[position] for position in positions)
    while len(positions) > 1 and width > room:
        last = positions.pop()
        width -= widths[last]
    if len(positions) == n_stages:
        return None
    return tuple(positions)


def _chosen_layers(channels: dict[str, int], room: int) -> tuple[str, ...]:
    """Names of the last layers, at most `_MAX_HIDDEN`, whose channels fit into the room all together, in their order.

    `channels` are those that each layer reads, in the order in which they run.
    """
    last_names = list(channels)[-_MAX_HIDDEN:]
    names = []
    for name in reversed(last_names):
        n_channels = channels[name]
        if n_channels <= room:
            names.append(name)
            room -= n_channels
    return tuple(reversed(names))


def _readable_layers(trunk: nn.Module) -> dict[str, int]:
    """Names of the layers that may be read, in the order in which they run, and how many channels each reads."""
    layers = dict(trunk.named_modules())
    narrowing = {}
    keeping = {}  # as many channels or fewer
    for name, shape in _input_shapes(trunk).items():
        layer = layers[name]
        if not _reads_maps(name, layer, shape):
            continue
        n_read = _channels(layer)
        n_written = _channels_written(layer)
        narrows = n_read > n_written
        keeps = n_read == n_written and _is_pointwise(layer)
        if narrows:
            narrowing[name] = n_read
        if narrows or keeps:
            keeping[name] = n_read
    if len(narrowing) >= _FEWEST_NARROWING:
        return narrowing
    return keeping


def _reads_maps(name: str, layer: nn.Module, shape: tuple[int, ...]) -> bool:
    """Whether a layer that has read a trial batch of that shape reads several places of each image.

    An MLP over tokens, as in MLP-Mixer, has channels where others have places, which shapes do not tell.
    """
    if len(shape) < 3 or "mlp_tokens" in name:
        return False
    if shape[0] != _TRIAL_IMAGES:
        return False
    is_convolution = isinstance(layer, nn.Conv2d)
    places = shape[2:] if is_convolution else shape[1:-1]
    n_places = torch.Size(places).numel()
    return n_places > 1


def _channels(layer: nn.Module) -> int:
    """How many channels a convolution or a linear layer reads."""
    return layer.in_channels if isinstance(layer, nn.Conv2d) else layer.in_features  # type: ignore[return-value]


def _channels_written(layer: nn.Module) -> int:
    """How many channels a convolution or a linear layer writes."""
    return layer.out_channels if isinstance(layer, nn.Conv2d) else layer.out_features  # type: ignore[return-value]


def _is_pointwise(layer: nn.Module) -> bool:
    """Whether a layer treats every place by itself."""
    return isinstance(layer, nn.Linear) or layer.kernel_size == (1, 1)


def _input_shapes(trunk: nn.Module) -> dict[str, tuple[int, ...]]:
    """Shapes of what convolutions and linear layers read in a trial batch, in the order in which they run.

    The trial is one of shapes alone, on a copy without numbers, which takes neither time nor memory; for the few
    models that compute with numbers while they run, one of empty images. Nothing, with a warning, where both fail.
    """
    reason = ""
    for make_copy in (_without_numbers, copy.deepcopy):
        try:
            trial = make_copy(trunk)
            return _shapes_of_trial(trial)
        except _UNMEASURABLE as error:
            reason = reason_of(error)
    kind = type(trunk).__name__
    sentence = "a trial pass failed, so statistics of hidden layers are left out"
    warnings.warn(f"{kind}: {sentence} ({reason})", stacklevel=3)
    return {}


def _shapes_of_trial(trunk: Any) -> dict[str, tuple[int, ...]]:
    """Shapes of what layers of this model read, of which it is left in evaluation mode and with hooks."""
    shapes: dict[str, tuple[int, ...]] = {}

    def note_shape(name: str, x: torch.Tensor) -> None:
        """Remember what a layer reads."""
        shapes[name] = tuple(x.shape)

    for name, layer in trunk.named_modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.register_forward_pre_hook(lambda _, inputs, name=name: note_shape(name, inputs[0]))
    parameter = next(trunk.parameters())
    height, width = _image_size(trunk)
    images = torch.zeros(_TRIAL_IMAGES, 3, height, width, device=parameter.device)
    with torch.no_grad():
        trunk.eval().forward_intermediates(images)
    return shapes


def _without_numbers(trunk: nn.Module) -> nn.Module:
    """A copy of a model whose weights have shapes and no numbers."""
    memo: dict[int, Any] = {}
    for parameter in trunk.parameters():
        shape_of_parameter = parameter.detach().to("meta")
        memo[id(parameter)] = nn.Parameter(shape_of_parameter, requires_grad=False)
    for buffer in trunk.buffers():
        shape_of_buffer = buffer.detach().to("meta")
        memo[id(buffer)] = shape_of_buffer
    return copy.deepcopy(trunk, memo)


def _image_size(trunk: Any) -> tuple[int, int]:
    """Height and width of the images that a model was made for."""
    patches = getattr(trunk, "patch_embed", None)
    size = getattr(patches, "img_size", None)
    if isinstance(size, int):
        return size, size
    if size is None:
        _, *size = trunk.default_cfg["input_size"]
    height, width = size
    return height, width


# How it is read


def _hook(layers: list[nn.Module]) -> None:
    """Have layers note what they read, for good: hooks that come and go would be seen by the passes of other threads.

    A layer brings its hook into copies and exports of itself.
    """
    with _HOOKING:
        for layer in layers:
            hooks = layer._forward_pre_hooks.values()
            if note_deviations not in hooks:
                layer.register_forward_pre_hook(note_deviations)


def note_deviations(layer: nn.Module, inputs: tuple[torch.Tensor]) -> None:
    """Note the deviations of what a layer is about to read, for the pass that this thread is in, if any."""
    current = _THIS_THREAD.current
    if current is None:
        return
    maps = inputs[0]
    if isinstance(layer, nn.Linear):
        maps = _maps_of_tokens(maps, current.n_prefix_tokens)
    _, current.deviations[layer] = mean_and_deviation(maps)


def _maps_of_tokens(tokens: torch.Tensor, n_prefix_tokens: int) -> torch.Tensor:
    """Tokens `(n, places, channels)`, or maps `(n, h, w, channels)`, as maps `(n, channels, places, 1)`."""
    if tokens.ndim == 3:
        tokens = tokens[:, n_prefix_tokens:]
    by_place = tokens.flatten(1, -2)
    return by_place.transpose(1, 2).unsqueeze(3)


@contextmanager
def _reading_inputs(trunk: nn.Module) -> Iterator[dict[nn.Module, torch.Tensor]]:
    """What hooked layers read during a pass of this thread."""
    around = _THIS_THREAD.current  # of a body that this one is a part of
    n_prefix_tokens = getattr(trunk, "num_prefix_tokens", 0)
    current = _Pass({}, n_prefix_tokens)
    _THIS_THREAD.current = current
    try:
        yield current.deviations
    finally:
        _THIS_THREAD.current = around


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
    """Maps `(n, c, h, w)` in parts along n that a processor can read several times at little cost.

    In one part while a network is traced for export: a graph in parts would hold for one number of images alone.
    """
    is_traced = torch.jit.is_tracing() or torch.compiler.is_compiling()
    if maps.device.type != "cpu" or is_traced:
        return (maps,)
    n_values = maps.shape[1:].numel()
    n_maps = max(1, _CACHE_VALUES // n_values)
    return maps.split(n_maps)


def _mean_and_deviation(stage: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    stage = stage.float()
    mean = stage.mean(dim=(2, 3), keepdim=True)
    squares = (stage - mean).square()
    variance = squares.mean(dim=(2, 3))
    deviation = (variance + _VARIANCE_FLOOR).sqrt()
    return mean.flatten(1), deviation
