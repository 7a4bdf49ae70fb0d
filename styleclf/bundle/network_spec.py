"""A network in words and numbers: what `network_of` needs to make it again, and to fill it with weights."""

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from styleclf.forest import ForestHead, TreeHead, tree_head
from styleclf.inference import LearnerParts
from styleclf.models import CosineHead, StyleBody, create_model

_NAME_OF_ARCHITECTURE = re.compile(r"\w{1,100}")  # of timm's own; a place on the hub or a folder has other signs
_HEAD = "2."  # with which names of a head's tensors begin
_MOST_CENTERS = 1_000
_FEATURES = ("style", "pooled", "imagenet")
_Weights = Mapping[str, Tensor]


def network_spec(network: nn.Sequential, parts: LearnerParts) -> dict[str, Any]:
    """What a portable network is made of, for JSON. Raises ValueError for a body that is none of timm's."""
    body: Any = network[0]
    trunk = body.trunk if isinstance(body, StyleBody) else body
    config = getattr(trunk, "pretrained_cfg", None) or {}
    arch = config.get("architecture", "")
    if not _NAME_OF_ARCHITECTURE.fullmatch(arch):
        raise ValueError(f"a {type(trunk).__name__} cannot be written as a bundle: it is no body that timm has made")
    features = "imagenet" if getattr(trunk, "num_classes", 0) else "pooled"
    if isinstance(body, StyleBody):
        features = "style"
    return {
        "arch": arch,
        "features": features,
        "embedding_size": parts.embedding_size,
        "head": _head_spec(network[2]),
        "precision": parts.precision,
    }


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
    arch = spec["arch"]
    if not isinstance(arch, str) or not _NAME_OF_ARCHITECTURE.fullmatch(arch):
        raise ValueError(f"{arch!r:.60} is no name of an architecture")
    if spec["features"] not in _FEATURES:
        raise ValueError(f"there are no features {spec['features']!r:.40}")
    _check_finite(weights)
    embedding_size = _embedding_size(weights, spec["embedding_size"])
    head = _head_of(spec["head"], weights, embedding_size, n_out)
    network = create_model(
        arch,
        n_out,
        embedding_size,
        features=spec["features"],
        weights="none",
        head=head,
        size=size,
    )
    network.load_state_dict(dict(weights))
    return network.eval()


def _check_finite(weights: _Weights) -> None:
    """Raise ValueError for weights that are no numbers."""
    for name, value in weights.items():
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise ValueError(f"the weights {name[:100]} contain NaN or infinity")


def _embedding_size(weights: _Weights, expected: int) -> int:
    """Numbers of an embedding. Raises ValueError where the weights say otherwise: nothing so large is made then."""
    neck = weights.get("1.1.weight")
    if neck is None or neck.ndim != 2 or len(neck) != expected:
        raise ValueError(f"the weights are not those of embeddings of {expected} numbers")
    return expected


def _head_of(spec: Mapping[str, Any], weights: _Weights, embedding_size: int, n_out: int) -> nn.Module | None:
    """The head, or None for the usual one."""
    kind = spec["kind"]
    if kind == "linear":
        return None
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
