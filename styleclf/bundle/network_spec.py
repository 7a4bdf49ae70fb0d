"""A network in words and numbers: what `network_of` needs to make it again, and to fill it with weights."""

import re
from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn

from styleclf.checks import check_one_of
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
    return {
        "body": _body_spec(body),
        "activation": type(cast(nn.Sequential, neck)[0]).__name__,  # before the neck
        "embedding_size": parts.embedding_size,
        "head": _head_spec(head),
        "precision": parts.precision,
    }


def _body_spec(body: Any) -> dict[str, Any]:
    """What a body is made of: an architecture of timm and its features, or several bodies side by side."""
    if isinstance(body, SideBySide):
        bodies = [_body_spec(part) for part in body.bodies]
        views = [{"mean": view.stats[0], "std": view.stats[1], "size": view.size} for view in body.views]
        return {"side_by_side": bodies, "views": views, "frozen": list(body.frozen)}
    trunk = body.trunk if isinstance(body, StyleBody) else body
    config = getattr(trunk, "pretrained_cfg", None) or {}
    arch = config.get("architecture", "")
    if not _NAME_OF_ARCHITECTURE.fullmatch(arch):
        raise ValueError(f"a {type(trunk).__name__} cannot be written as a bundle: it is no body that timm has made")
    features = "imagenet" if getattr(trunk, "num_classes", 0) else "pooled"
    if isinstance(body, StyleBody):
        features = "style"
    return {"arch": arch, "features": features}


def archs_of(body: Mapping[str, Any]) -> list[str]:
    """The names of the architectures in the spec of a body."""
    if "side_by_side" not in body:
        return [body["arch"]]
    return [part["arch"] for part in body["side_by_side"]]


def _head_spec(head: nn.Module) -> dict[str, Any]:
    """What a head is made of. Raises ValueError for one of another program."""
    if isinstance(head, CosineHead):
        return {"kind": "cosine", "scale": float(head.scale), "n_centers": head.n_centers}
    if isinstance(head, TreeHead):
        return {"kind": "forest", "depth": head.depth, "calibration": head.calibration}
    if isinstance(head, nn.Sequential):
        return {"kind": "linear"}
    raise ValueError(f"a head of the kind {type(head).__name__} cannot be written as a bundle")


def portable_network(parts: LearnerParts) -> nn.Sequential:
    """The learner's network in which a forest, if it has one, stands as tensors; otherwise the network itself."""
    head = tree_head(parts.head) if isinstance(parts.head, ForestHead) else parts.head
    return nn.Sequential(parts.body, parts.neck, head)


def weights_of(network: nn.Module) -> dict[str, Tensor]:
    """All tensors of a network by their names, each with memory of its own, on the processor."""
    weights = {}
    for name, value in network.state_dict().items():
        weights[name] = value.detach().cpu().contiguous().clone()
    return weights


def network_of(spec: Mapping[str, Any], weights: _Weights, n_out: int, size: int) -> nn.Sequential:
    """The network that a spec and weights describe, for pictures of `size` pixels a side.

    Raises ValueError, KeyError, TypeError or RuntimeError where they do not fit one another, which a stranger's file
    need not.
    """
    check_one_of(spec["activation"], _ACTIVATIONS, "the activation before the neck")
    _check_finite(weights)
    width, embedding_size = _neck_size(weights, spec["embedding_size"])
    head = _head_of(spec["head"], weights, embedding_size, n_out)
    body = _body_of(spec["body"], size)
    neck = nn.Sequential(_ACTIVATIONS[spec["activation"]](), nn.Linear(width, embedding_size))
    network = nn.Sequential(body, neck, head)
    network.load_state_dict(dict(weights))
    return network.eval()


def _body_of(spec: Mapping[str, Any], size: int) -> nn.Module:
    """A body with random weights."""
    if "side_by_side" not in spec:
        return _single_body_of(spec, size)
    parts, frozen = spec["side_by_side"], spec["frozen"]
    if not 1 <= len(parts) <= _MOST_BODIES:
        raise ValueError(f"{len(parts):,} bodies stand side by side")
    views = []
    for view in spec["views"]:
        stats = (tuple(map(float, view["mean"])), tuple(map(float, view["std"])))
        views.append(BodyView(stats, int(view["size"])))
    if max(view.size for view in views) > size or min(view.size for view in views) < 1:
        raise ValueError("a body sees images of another size than there are")
    bodies = [_single_body_of(part, view.size) for part, view in zip(parts, views, strict=True)]
    return SideBySide(bodies, views, [bool(value) for value in frozen])


def _single_body_of(spec: Mapping[str, Any], size: int) -> nn.Module:
    """A body of timm with random weights."""
    arch = spec["arch"]
    if not isinstance(arch, str) or not _NAME_OF_ARCHITECTURE.fullmatch(arch):
        raise ValueError(f"{arch!r:.60} is no name of an architecture")
    check_one_of(spec["features"], _FEATURES, "features")
    return create_body(arch, spec["features"], "none", size=size)


def _check_finite(weights: _Weights) -> None:
    """Raise ValueError for weights that are no numbers."""
    for name, value in weights.items():
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise ValueError(f"the weights {name[:100]} contain NaN or infinity")


def _neck_size(weights: _Weights, expected: int) -> tuple[int, int]:
    """Numbers of features and of an embedding. Raises ValueError where the weights say otherwise than is expected."""
    neck = weights.get("1.1.weight")
    if neck is None or neck.ndim != 2 or len(neck) != expected:
        raise ValueError(f"the weights are not those of embeddings of {expected} numbers")
    return neck.shape[1], expected


def _head_of(spec: Mapping[str, Any], weights: _Weights, embedding_size: int, n_out: int) -> nn.Module:
    """A head with the embeddings and styles that are asked for."""
    kind = spec["kind"]
    if kind == "linear":
        return nn.Sequential(nn.ReLU(), nn.Linear(embedding_size, n_out))
    if kind == "cosine":
        n_centers, scale = spec["n_centers"], spec["scale"]
        if not isinstance(n_centers, int) or not 1 <= n_centers <= _MOST_CENTERS or not isinstance(scale, int | float):
            raise ValueError("a cosine head with impossible numbers")
        return CosineHead(embedding_size, n_out, float(scale), n_centers=n_centers)
    if kind != "forest":
        raise ValueError(f"there is no head of the kind {kind!r:.40}")
    tensors = {name.removeprefix(_HEAD): value for name, value in weights.items() if name.startswith(_HEAD)}
    head = TreeHead(tensors, depth=spec["depth"], calibration=spec["calibration"])
    if head.matrix.shape[0] != embedding_size or head.shares.shape[1] != n_out:
        raise ValueError("a forest for other embeddings or styles")
    return head
