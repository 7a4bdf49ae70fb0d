"""The network: `Sequential(body, neck, head)`, where its weights come from, and which of them learn how fast.

    body   a timm model: (n, 3, h, w) -> (n, d) features
    neck   ReLU, Linear(d, embedding_size): its output is the embedding (no ReLU before style statistics)
    head   ReLU, Linear(embedding_size, n_out), or a CosineHead: logits

timm is imported where it is used: importing it takes seconds.
"""

from pathlib import Path
from typing import Any, Literal, get_args

from torch import nn

from styleclf.common import check_one_of, check_whole, say_once
from styleclf.models.body_sources import SideBySideSource, body_source
from styleclf.models.cosine_head import CosineHead
from styleclf.models.image_size import sized_body
from styleclf.models.side_by_side import SideBySide, views_of
from styleclf.models.sources import BodySource, timm_options, weights_in_hub
from styleclf.models.style_statistics import StyleBody, feature_width
from styleclf.models.weights import load_weights

Features = Literal["pooled", "imagenet", "style"]
_FEATURES = get_args(Features)


def create_model(
    arch: str,  # a name of timm, such as 'resnet18'
    n_out: int,  # number of styles
    embedding_size: int = 16,
    *,
    features: Features = "pooled",  # 'imagenet' keeps the 1000-way layer in the body, 'style' adds style statistics
    weights: str | Path = "imagenet",  # 'imagenet', 'none', a file, a folder, hf-hub:… or a tag: see `body_source`
    size: int | None = None,  # pixels a side of the images, where the body has to be made for it; default: its native
    head: nn.Module | None = None,  # such as a `CosineHead`; default: ReLU and Linear
) -> nn.Sequential:
    """Body, neck and head for `n_out` styles; `model[:2](x)` is the embedding, `model(x)` the logits.

    Raises:
        ValueError: an unknown architecture or `features`, sizes below 1, weights that do not fit.
        FileNotFoundError: there are no such weights.
        ConnectionError: the weights are not on this machine, and the model hub does not answer.

    >>> import torch
    >>> model = create_model("resnet10t", 5, weights="none")
    >>> model(torch.zeros(2, 3, 64, 64)).shape, model[:2](torch.zeros(2, 3, 64, 64)).shape
    (torch.Size([2, 5]), torch.Size([2, 16]))
    """
    check_whole(embedding_size, "embedding_size", least=1)
    check_whole(n_out, "n_out", least=1)
    body = create_body(arch, features, weights, size=size)
    width: Any = body.num_classes if features == "imagenet" else feature_width(body)
    # means of channels may be negative, and their sign means something
    activation = nn.Identity() if features == "style" else nn.ReLU()
    to_embedding = nn.Linear(width, embedding_size)
    neck = nn.Sequential(activation, to_embedding)
    if head is None:
        to_logits = nn.Linear(embedding_size, n_out)
        head = nn.Sequential(nn.ReLU(), to_logits)
    return nn.Sequential(body, neck, head)


def create_body(
    arch: str, features: Features = "pooled", weights: str | Path = "imagenet", *, size: int | None = None
) -> nn.Module:
    """The timm model, or several side by side, that turns images into features. Raises what `create_model` raises."""
    source = body_source(arch, weights)
    check_one_of(features, _FEATURES, "features")
    if isinstance(source, SideBySideSource):
        return _side_by_side(source, features, size)
    return _single_body(source, features, size)


def _side_by_side(source: SideBySideSource, features: Features, size: int | None) -> SideBySide:
    """Bodies side by side; all but the first are frozen, unless they start from random weights."""
    stats = [body.stats for body in source.bodies]
    sizes = [body.size for body in source.bodies]
    views = views_of(stats, sizes, size)
    bodies = []
    frozen = []
    for number, view in enumerate(views):
        body_source = source.bodies[number]
        body = _single_body(body_source, features, view.size)
        bodies.append(body)
        frozen.append(number > 0 and body_source.has_weights)
    return SideBySide(bodies, views, frozen)


def _single_body(source: BodySource, features: Features, size: int | None) -> nn.Module:
    """One timm model that turns images into features."""
    body = _loaded_body(source, size, has_classifier=features == "imagenet")
    if features != "style":
        return body
    if not hasattr(body, "forward_intermediates"):
        say_once(f"{source.name} shows nothing of its inner layers: its features are the pooled ones alone")
        return body
    return StyleBody(body)


def _loaded_body(source: BodySource, size: int | None, *, has_classifier: bool) -> nn.Module:
    """The timm model with its weights, which names no folder of this machine."""
    options: dict[str, Any] = {} if has_classifier else {"num_classes": 0}
    if source.from_timm:
        options |= timm_options(source)
    body: Any = sized_body(source, size, **options)
    file = weights_in_hub(source.hub_model) if source.hub_model else source.file
    if file is not None:
        _load_for_size(body, file, source, size)
    body.pretrained_cfg.pop("file", None)
    if has_classifier and not body.num_classes:
        raise ValueError(f"{source.name} has no classifier with these weights: choose features 'style' or 'pooled'")
    return body


def _load_for_size(body: nn.Module, file: Path, source: BodySource, size: int | None) -> None:
    """Load weights into a body that may have been made for another size than they were."""
    try:
        load_weights(body, file)
    except ValueError as error:
        is_native = size in (None, source.native_size)
        if is_native or not source.has_fixed_size:
            raise
        guess = f"perhaps because of size {size}: {source.name} was made for {source.native_size}"
        raise ValueError(f"{error}, {guess}") from error


def parameter_groups(model: nn.Sequential) -> list[list[nn.Parameter]]:
    """The parameters in groups for discriminative learning rates, fastai's `splitter`.

    The groups are the early body, the late body, and neck and head. A cosine head is a fourth group, because its
    directions should turn faster. The body is split in the middle of timm's own order of stages, so that this works for
    all of timm's models. Frozen bodies beside it are in no group.

    >>> [len(group) for group in parameter_groups(create_model("resnet10t", 5, weights="none"))]
    [15, 27, 4]
    """
    body, neck, head = model
    bodies = body.trained_bodies() if isinstance(body, SideBySide) else [body]
    early: list[nn.Parameter] = []
    late: list[nn.Parameter] = []
    for trained_body in bodies:
        trunk = trained_body.trunk if isinstance(trained_body, StyleBody) else trained_body
        early_names = _early_parameter_names(trunk)
        for name, parameter in trunk.named_parameters():
            group = early if name in early_names else late
            group.append(parameter)
    of_neck = list(neck.parameters())
    of_head = list(head.parameters())
    if isinstance(head, CosineHead):
        return [early, late, of_neck, of_head]
    return [early, late, of_neck + of_head]


def _early_parameter_names(body: Any) -> set[str]:
    """Names of the parameters in the first half of the stages of a timm model."""
    from timm.models import group_parameters

    try:
        stages = group_parameters(body, body.group_matcher(coarse=True))
    except (AttributeError, AssertionError):  # a few families of timm name no stages: halve their parameters in order
        stages = {}
        for position, (name, _) in enumerate(body.named_parameters()):
            stages[position] = [name]
    order = sorted(stages)
    n_early = len(order) // 2
    early_names: set[str] = set()
    for stage in order[:n_early]:
        early_names.update(stages[stage])
    return early_names


def freeze_batchnorm(model: nn.Module) -> None:
    """Put every batch normalisation into evaluation mode, so that it keeps its running statistics."""
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()
