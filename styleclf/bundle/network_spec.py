"""A network in words and numbers: what `network_of` needs to make it again, and to fill it with weights."""

import re
from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn

from styleclf.common import check_one_of
from styleclf.forest import ForestHead, TreeHead, tree_head
from styleclf.inference import LearnerParts
from styleclf.models import BodyView, CosineHead, SideBySide, StyleBody, create_body

_NAME_OF_ARCHITECTURE = re.compile(r"\w{1,100}")  # of timm's own; a place on the hub or a folder has other signs
_HEAD = "2."  # with which names of a head's tensors begin
_MOST_CENTERS = 1_000
_FEATURES = ("style", "pooled", "imagenet")
_ACTIVATIONS = {"ReLU": nn.ReLU, "Identity": nn.Identity}  # before the neck
_MOST_BODIES = 16  # side by side
_Weights = Mapping[str, Tensor]


def network_spec(network: nn.Sequential, parts: LearnerParts) -> dict[str, Any]:
    """What a portable network is made of, for JSON. Raises ValueError for a body that is none of timm's."""
    body, neck, head = network
    activation, _ = cast(nn.Sequential, neck)
    return {
        "body": _body_spec(body),
        "activation": type(activation).__name__,  # before the neck
        "embedding_size": parts.embedding_size,
        "head": _head_spec(head),
        "precision": parts.precision,
    }


def _body_spec(body: Any) -> dict[str, Any]:
    """What a body is made of: an architecture of timm and its features, or several bodies side by side."""
    if isinstance(body, SideBySide):
        return _spec_side_by_side(body)
    if isinstance(body, StyleBody):
        return {"arch": _arch_of(body.trunk), "features": "style"}
    has_classes = bool(getattr(body, "num_classes", 0))
    features = "imagenet" if has_classes else "pooled"
    return {"arch": _arch_of(body), "features": features}


def _spec_side_by_side(body: SideBySide) -> dict[str, Any]:
    """What each of several bodies is made of, and how it sees images."""
    bodies = [_body_spec(part) for part in body.bodies]
    views = []
    for view in body.views:
        mean, std = view.stats
        views.append({"mean": mean, "std": std, "size": view.size})
    frozen = list(body.frozen)
    return {"side_by_side": bodies, "views": views, "frozen": frozen}


def _arch_of(trunk: Any) -> str:
    """The name of timm's architecture. Raises ValueError for a body that is none."""
    config = getattr(trunk, "pretrained_cfg", None)
    arch = config.get("architecture", "") if config else ""
    if not _NAME_OF_ARCHITECTURE.fullmatch(arch):
        kind = type(trunk).__name__
        raise ValueError(f"a {kind} cannot be written as a bundle: timm did not make this body")
    return arch


def archs_of(body: Mapping[str, Any]) -> list[str]:
    """The names of the architectures in the spec of a body."""
    if "side_by_side" not in body:
        return [body["arch"]]
    return [part["arch"] for part in body["side_by_side"]]


def _head_spec(head: nn.Module) -> dict[str, Any]:
    """What a head is made of. Raises ValueError for one of another program."""
    if isinstance(head, CosineHead):
        scale = float(head.scale)
        return {"kind": "cosine", "scale": scale, "n_centers": head.n_centers}
    if isinstance(head, TreeHead):
        return {"kind": "forest", "depth": head.depth, "calibration": head.calibration}
    if isinstance(head, nn.Sequential):
        return {"kind": "linear"}
    kind = type(head).__name__
    raise ValueError(f"a head of the kind {kind} cannot be written as a bundle")


def portable_network(parts: LearnerParts) -> nn.Sequential:
    """The learner's network in which a forest, if it has one, stands as tensors; otherwise the network itself."""
    head = parts.head
    if isinstance(head, ForestHead):
        head = tree_head(head)
    return nn.Sequential(parts.body, parts.neck, head)


def weights_of(network: nn.Module) -> dict[str, Tensor]:
    """All tensors of a network by their names, each with memory of its own, on the processor."""
    weights = {}
    for name, value in network.state_dict().items():
        on_cpu = value.detach().cpu()
        weights[name] = on_cpu.contiguous().clone()
    return weights


def network_of(spec: Mapping[str, Any], weights: _Weights, n_out: int, size: int) -> nn.Sequential:
    """The network that a spec and weights describe, for pictures of `size` pixels a side.

    Raises ValueError, KeyError, TypeError or RuntimeError where they do not fit one another, which a stranger's file
    need not.
    """
    activation = spec["activation"]
    check_one_of(activation, _ACTIVATIONS, "the activation before the neck")
    _check_finite(weights)
    width, embedding_size = _neck_size(weights, spec["embedding_size"])
    head = _head_of(spec["head"], weights, embedding_size, n_out)
    n_weights = sum(value.numel() for value in weights.values())
    body = _body_of(spec["body"], size, n_weights)
    before_neck = _ACTIVATIONS[activation]()
    neck = nn.Sequential(before_neck, nn.Linear(width, embedding_size))
    network = nn.Sequential(body, neck, head)
    state = dict(weights)
    network.load_state_dict(state)
    return network.eval()


def _body_of(spec: Mapping[str, Any], size: int, n_weights: int) -> nn.Module:
    """A body with random weights, of which there are `n_weights` at most."""
    if "side_by_side" not in spec:
        return _single_body_of(spec, size, n_weights)
    parts = spec["side_by_side"]
    n_parts = len(parts)
    if not 1 <= n_parts <= _MOST_BODIES:
        raise ValueError(f"{n_parts:,} bodies stand side by side")
    frozen = [bool(value) for value in spec["frozen"]]
    views = [_view_of(view, size) for view in spec["views"]]
    bodies = []
    for part, view in zip(parts, views, strict=True):
        body = _single_body_of(part, view.size, n_weights)
        bodies.append(body)
    return SideBySide(bodies, views, frozen)


def _view_of(spec: Mapping[str, Any], size: int) -> BodyView:
    """How one of several bodies sees images of `size` pixels. Raises ValueError where it would see larger ones."""
    mean = tuple(map(float, spec["mean"]))
    std = tuple(map(float, spec["std"]))
    own_size = int(spec["size"])
    if not 1 <= own_size <= size:
        raise ValueError("a body sees images of another size than there are")
    return BodyView((mean, std), own_size)


def _single_body_of(spec: Mapping[str, Any], size: int, n_weights: int) -> nn.Module:
    """A body of timm with random weights, of which there are `n_weights` at most."""
    arch = spec["arch"]
    is_name = isinstance(arch, str) and _NAME_OF_ARCHITECTURE.fullmatch(arch)
    if not is_name:
        raise ValueError(f"{arch!r:.60} is not the name of an architecture")
    features = spec["features"]
    check_one_of(features, _FEATURES, "features")
    _check_number_of_weights(arch, size, n_weights)
    return create_body(arch, features, "none", size=size)


def _check_number_of_weights(arch: str, size: int, most: int) -> None:
    """Raise ValueError for an architecture of more weights than there are, before memory is taken for them."""
    try:
        with torch.device("meta"):  # shapes without numbers
            body = create_body(arch, "pooled", "none", size=size)
    except RuntimeError:  # of the few that compute with numbers while they are made
        return
    n_weights = sum(parameter.numel() for parameter in body.parameters())
    if n_weights > most:
        raise ValueError(f"{arch} has {n_weights:,} weights, and {most:,} are here")


def _check_finite(weights: _Weights) -> None:
    """Raise ValueError for weights that are not numbers."""
    for name, value in weights.items():
        if not value.is_floating_point():
            continue
        is_finite = torch.isfinite(value)
        if not is_finite.all():
            raise ValueError(f"the weights {name:.100} contain NaN or infinity")


def _neck_size(weights: _Weights, embedding_size: int) -> tuple[int, int]:
    """Numbers of features and of an embedding. Raises ValueError where the weights say otherwise than is expected."""
    neck = weights.get("1.1.weight")
    if neck is None or neck.ndim != 2 or len(neck) != embedding_size:
        raise ValueError(f"the weights are not those of embeddings of {embedding_size} numbers")
    _, width = neck.shape
    return width, embedding_size


def _head_of(spec: Mapping[str, Any], weights: _Weights, embedding_size: int, n_out: int) -> nn.Module:
    """A head with the embeddings and styles that are asked for."""
    kind = spec["kind"]
    if kind == "linear":
        layer = nn.Linear(embedding_size, n_out)
        return nn.Sequential(nn.ReLU(), layer)
    if kind == "cosine":
        return _cosine_head_of(spec, embedding_size, n_out)
    if kind == "forest":
        return _forest_head_of(spec, weights, embedding_size, n_out)
    raise ValueError(f"there is no head of the kind {kind!r:.40}")


def _cosine_head_of(spec: Mapping[str, Any], embedding_size: int, n_out: int) -> CosineHead:
    """A head of cosines. Raises ValueError for impossible numbers."""
    n_centers = spec["n_centers"]
    scale = spec["scale"]
    is_possible = isinstance(n_centers, int) and 1 <= n_centers <= _MOST_CENTERS
    if not is_possible or not isinstance(scale, int | float):
        raise ValueError("a cosine head with impossible numbers")
    return CosineHead(embedding_size, n_out, float(scale), n_centers=n_centers)


def _forest_head_of(spec: Mapping[str, Any], weights: _Weights, embedding_size: int, n_out: int) -> TreeHead:
    """A forest as tensors. Raises ValueError where it is one for other embeddings or styles."""
    tensors = {}
    for name, value in weights.items():
        if name.startswith(_HEAD):
            own_name = name.removeprefix(_HEAD)
            tensors[own_name] = value
    head = TreeHead(tensors, depth=spec["depth"], calibration=spec["calibration"])
    n_inputs = len(head.matrix)
    n_styles = head.shares.shape[1]
    if (n_inputs, n_styles) != (embedding_size, n_out):
        raise ValueError("a forest for other embeddings or styles")
    return head
