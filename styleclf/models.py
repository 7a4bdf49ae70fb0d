"""The network: `Sequential(body, neck, head)`, where its weights come from, and which of them learn how fast.

    body   a timm model: (n, 3, h, w) -> (n, d) features
    neck   ReLU, Linear(d, embedding_size): its output is the embedding (no ReLU before style statistics)
    head   ReLU, Linear(embedding_size, n_out), or a CosineHead: logits

timm is imported where it is used: it takes seconds.
"""

import difflib
import http.client
import os
import urllib.error
import urllib.request
from functools import singledispatch
from pathlib import Path
from typing import Literal, get_args

import torch
import torch.nn.functional as F
from torch import nn

Features = Literal["pooled", "imagenet", "style"]
FEATURES = get_args(Features)
MOST_HIDDEN = 12  # hidden layers whose statistics are read, the last ones: the first cost most and tell least
IN_CACHE = 2**19  # numbers that a processor has at hand
APART = 0.1  # of a direction's length: how far apart several of one style start
SHORTEST = 1e-3  # length from which on an embedding has a direction: below, its gradient would explode
HUB_SECONDS = 4.0  # a hub that has not answered by then will not hold up a user who waits at a prompt


def create_model(
    arch: str,  # a name of timm, such as 'resnet18'
    n_out: int,  # number of styles
    embedding_size: int = 16,
    features: Features = "pooled",  # 'imagenet' keeps the 1000-way layer in the body, 'style' adds style statistics
    weights: str | Path = "imagenet",  # 'imagenet', a file of weights for the body, or 'none'
    head: nn.Module | None = None,  # such as a `CosineHead`; default: ReLU and Linear
) -> nn.Sequential:
    """Body, neck and head for `n_out` styles; `model[:2](x)` is the embedding, `model(x)` the logits.

    Raises:
        ValueError: an unknown architecture or `features`, sizes below 1, a weight file that does not fit.
        FileNotFoundError: no weight file there.
        ConnectionError: ImageNet weights are neither on this machine nor to be had from the hub.
    """
    if embedding_size < 1 or n_out < 1:
        raise ValueError(f"embedding_size and n_out must be 1 or more, not {embedding_size} and {n_out}")
    body = create_body(arch, features, weights)
    width = body.num_classes if features == "imagenet" else feature_width(body)
    # channel means may be negative, and their sign tells
    neck = nn.Sequential(nn.Identity() if features == "style" else nn.ReLU(), nn.Linear(width, embedding_size))
    head = head or nn.Sequential(nn.ReLU(), nn.Linear(embedding_size, n_out))
    return nn.Sequential(body, neck, head)


def create_body(arch: str, features: Features = "pooled", weights: str | Path = "imagenet") -> nn.Module:
    """The timm model that turns images into features. Raises what `create_model` raises."""
    import timm

    check_arch(arch)
    if features not in FEATURES:
        raise ValueError(f"features must be one of {', '.join(FEATURES)}, not {features!r}")
    options = {} if features == "imagenet" else {"num_classes": 0}
    loading = _hub_options(arch) if weights == "imagenet" else {"pretrained": False}
    body = timm.create_model(arch, **loading, **options)
    if str(weights) not in ("imagenet", "none"):
        load_weights(body, weights)
    return StyleBody(body) if features == "style" else body


def feature_width(body: nn.Module) -> int:
    """How many pooled features the body gives; some models of older timm know it as `num_features` only."""
    return body.head_hidden_size if hasattr(body, "head_hidden_size") else body.num_features


class StyleBody(nn.Module):
    """A timm model's pooled features, joined by statistics of its stages and of the hidden layers of its blocks.

    Style lives in these statistics (Gatys et al. 2016; Huang and Belongie 2017): mean and standard deviation of every
    channel of a stage, and the deviation of every channel that one of the `narrowing` convolutions reads. `(n, 3, h,
    w)` -> `(n, head_hidden_size)`, in parts of `widths`. Raises ValueError for a model that does not show its stages.
    """

    narrowing: tuple[str, ...] = ()  # as learners have it that were exported before hidden layers were read

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        if not hasattr(trunk, "forward_intermediates"):
            raise ValueError(f"{type(trunk).__name__} shows no intermediate features: use features='pooled'")
        self.trunk = trunk
        self.narrowing = narrowing(trunk)[-MOST_HIDDEN:]  # by name: folding a normalisation in replaces the layer
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


def narrowing(trunk: nn.Module) -> tuple[str, ...]:
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
    means, deviations = zip(*map(_mean_and_deviation, in_cache(stage)), strict=True)
    return torch.cat(means), torch.cat(deviations)


def in_cache(maps: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Maps `(n, c, h, w)` in parts of as many as a processor can read several times at little cost."""
    if maps.device.type != "cpu":
        return (maps,)
    return maps.split(max(1, IN_CACHE // maps.shape[1:].numel()))


def _mean_and_deviation(stage: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    stage = stage.float()
    mean = stage.mean(dim=(2, 3), keepdim=True)
    return mean.flatten(1), ((stage - mean).square().mean(dim=(2, 3)) + 1e-5).sqrt()


class CosineHead(nn.Module):
    """Embeddings `(n, d)` to logits `(n, n_out)`: `scale` times the cosine of the angle to each style's direction.

    With several centres a style has as many directions, of which the nearest counts (Deng et al. 2020). `weight` is
    `(n_out * n_centers, d)`, a style's directions side by side. Always computed in float32, whose cosines have the
    digits that an angle needs.
    """

    def __init__(self, embedding_size: int, n_out: int, scale: float, n_centers: int = 1) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_out * n_centers, embedding_size))
        self.scale, self.n_centers = scale, n_centers

    def forward(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Scaled cosines."""
        with torch.autocast(embeddings.device.type, enabled=False):
            cosines = F.linear(directions(embeddings.float()), directions(self.weight.float()))
        return self.scale * cosines.unflatten(1, (-1, self.n_centers)).amax(dim=2)

    def point_at(self, found: torch.Tensor) -> None:
        """Point the directions of every style at one, `(n_out, d)`, in place; several a style a little apart."""
        repeated = found.to(self.weight).repeat_interleave(self.n_centers, dim=0)
        if self.n_centers > 1:  # alike they would get the same gradient, and stay alike
            lengths = repeated.norm(dim=1, keepdim=True) / repeated.shape[1] ** 0.5
            repeated = repeated + APART * lengths * torch.randn_like(repeated)
        with torch.no_grad():
            self.weight.copy_(repeated)


def directions(embeddings: torch.Tensor) -> torch.Tensor:
    """Embeddings `(n, d)` at length 1; those shorter than `SHORTEST` stay shorter, zeros stay zeros."""
    return F.normalize(embeddings, dim=1, eps=SHORTEST)


def check_arch(arch: str) -> None:
    """Raise ValueError, with near matches, for a name that timm does not know."""
    import timm
    from timm.models import is_model_pretrained

    tagged = "." in arch  # such as 'resnet18.a1_in1k', which says which of its weights
    if is_model_pretrained(arch) if tagged else timm.is_model(arch):
        return
    near = difflib.get_close_matches(arch, timm.list_models(pretrained=tagged), n=4, cutoff=0.5)
    advice = f"did you mean {', '.join(near)}?" if near else "timm.list_models() names them all"
    raise ValueError(f"timm has no architecture {arch!r}: {advice}")


def image_stats(arch: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation per channel (of values 0..1) that the architecture's ImageNet weights expect."""
    from timm.models import get_pretrained_cfg

    check_arch(arch)
    config = get_pretrained_cfg(arch)
    return (config.mean, config.std) if config else ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def load_weights(body: nn.Module, path: str | Path) -> nn.Module:
    """Fill the body from a file of weights (.safetensors, .pth); a classifier the body lacks is left out.

    Raises FileNotFoundError, or ValueError if any weight of the body is missing in the file or has another shape.
    """
    from timm.models import load_state_dict

    if not Path(path).is_file():
        raise FileNotFoundError(f"no weights at {path}: give 'imagenet', 'none', or a file of weights for the body")
    try:
        found = load_state_dict(str(path))
    except Exception as error:  # torch and safetensors raise a dozen kinds for a file that is not theirs
        raise ValueError(f"{path} is no file of weights that torch or safetensors can read: {error}") from error
    wanted = body.state_dict()
    wrong = [name for name, value in wanted.items() if name not in found or found[name].shape != value.shape]
    if wrong:
        raise ValueError(
            f"{path} does not fit this architecture: {len(wrong)} of its {len(wanted)} weights are missing or have "
            f"another shape, such as {wrong[0]}; give a file made for it"
        )
    body.load_state_dict({name: found[name] for name in wanted})
    return body


def hub_answers(seconds: float = HUB_SECONDS) -> bool:
    """Whether the model hub can be reached within `seconds`."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        request = urllib.request.Request(constants.ENDPOINT, method="HEAD")
        urllib.request.urlopen(request, timeout=seconds).close()
    except urllib.error.HTTPError:
        return True  # it answered, if only to say no
    except (
        OSError,
        ValueError,
        http.client.HTTPException,
    ):  # no answer, no usable address, or an answer in no protocol
        return False
    return True


def imagenet_weights_at_hand(arch: str) -> bool:
    """Whether ImageNet weights can be had: they are in the hub's cache on this machine, or the hub answers."""
    check_arch(arch)
    return has_weights(arch) and (cached_weights(arch) is not None or hub_answers())


def has_weights(arch: str) -> bool:
    """Whether there are ImageNet weights of the architecture anywhere."""
    from timm.models import get_pretrained_cfg

    config = get_pretrained_cfg(arch)
    return bool(config and config.has_weights)


def cached_weights(arch: str) -> Path | None:
    """The architecture's ImageNet weights in the hub's cache on this machine, if they are there."""
    from huggingface_hub import constants, try_to_load_from_cache
    from timm.models import get_pretrained_cfg

    config = get_pretrained_cfg(arch)
    if not config or not config.hf_hub_id:
        return None
    for name in ("model.safetensors", "pytorch_model.bin"):
        found = try_to_load_from_cache(config.hf_hub_id, name, cache_dir=constants.HF_HUB_CACHE)
        if isinstance(found, str) and os.path.isfile(found):
            return Path(found)
    return None


def _hub_options(arch: str) -> dict:
    """What makes timm load ImageNet weights: from the cache without asking the hub, else from the hub if it answers."""
    cached = cached_weights(arch)
    if cached is not None:
        # the hub's file is timm's own, but older timm reads any file of some models in their authors' format
        return {"pretrained": True, "pretrained_cfg_overlay": {"file": str(cached), "custom_load": False}}
    if not has_weights(arch):
        raise ValueError(f"timm has no ImageNet weights of {arch}: give --weights FILE, or --weights none")
    if not hub_answers():
        raise ConnectionError(
            f"the ImageNet weights of {arch} are not on this machine and the model hub does not answer: "
            "connect to the internet once, give a file with --weights FILE, or start from scratch with --weights none"
        )
    return {"pretrained": True}


def parameter_groups(model: nn.Sequential) -> list[list[nn.Parameter]]:
    """The parameters in groups for discriminative rates: early body, late body, neck and head, which are one group.

    A cosine head is a fourth group: its directions want to turn faster. timm's own order of stages is halved, so that
    this works for any of its models: fastai's `splitter`.
    """
    from timm.models import group_parameters

    body, *rest = model
    if isinstance(body, StyleBody):
        body = body.trunk
    named = dict(body.named_parameters())
    try:
        stages = group_parameters(body, body.group_matcher(coarse=True))
    except (AttributeError, AssertionError):  # a few families of timm name no stages: halve their parameters in order
        stages = {n: [name] for n, name in enumerate(named)}
    order = sorted(stages)
    early = {name for stage in order[: len(order) // 2] for name in stages[stage]}
    groups = [[p for n, p in named.items() if n in early], [p for n, p in named.items() if n not in early]]
    neck, head = (list(part.parameters()) for part in rest)
    return [*groups, neck, head] if isinstance(model[2], CosineHead) else [*groups, neck + head]


def freeze_batchnorm(model: nn.Module) -> None:
    """Put every batch normalisation into evaluation mode, so that it keeps its running statistics."""
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()
