"""The network: `Sequential(body, neck, head)`, where its weights come from, and which of them learn how fast.

    body   a timm model: (n, 3, h, w) -> (n, d) features
    neck   ReLU, Linear(d, embedding_size): its output is the embedding (no ReLU before style statistics)
    head   ReLU, Linear(embedding_size, n_out), or a CosineHead: logits

timm is imported where it is used: it takes seconds.
"""

from pathlib import Path
from typing import Literal, get_args

import torch
import torch.nn.functional as F
from torch import nn

from styleclf.models.architectures import check_arch
from styleclf.models.style_statistics import StyleBody, feature_width
from styleclf.models.weights import _hub_options, load_weights

Features = Literal["pooled", "imagenet", "style"]
_FEATURES = get_args(Features)
_APART = 0.1  # of a direction's length: how far apart several of one style start
_SHORTEST = 1e-3  # length from which on an embedding has a direction: below, its gradient would explode


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
    if features not in _FEATURES:
        raise ValueError(f"features must be one of {', '.join(_FEATURES)}, not {features!r}")
    options = {} if features == "imagenet" else {"num_classes": 0}
    loading = _hub_options(arch) if weights == "imagenet" else {"pretrained": False}
    body = timm.create_model(arch, **loading, **options)
    if str(weights) not in ("imagenet", "none"):
        load_weights(body, weights)
    return StyleBody(body) if features == "style" else body


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
            cosines = F.linear(unit_directions(embeddings.float()), unit_directions(self.weight.float()))
        return self.scale * cosines.unflatten(1, (-1, self.n_centers)).amax(dim=2)

    def point_at(self, found: torch.Tensor) -> None:
        """Point the directions of every style at one, `(n_out, d)`, in place; several a style a little apart."""
        repeated = found.to(self.weight).repeat_interleave(self.n_centers, dim=0)
        if self.n_centers > 1:  # alike they would get the same gradient, and stay alike
            lengths = repeated.norm(dim=1, keepdim=True) / repeated.shape[1] ** 0.5
            repeated = repeated + _APART * lengths * torch.randn_like(repeated)
        with torch.no_grad():
            self.weight.copy_(repeated)


def unit_directions(embeddings: torch.Tensor) -> torch.Tensor:
    """Embeddings `(n, d)` at length 1; those shorter than `_SHORTEST` stay shorter, zeros stay zeros."""
    return F.normalize(embeddings, dim=1, eps=_SHORTEST)


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
