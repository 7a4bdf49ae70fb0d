"""Sizes of images that a body takes: convolutions any, transformers those that timm can make them for."""

from typing import Any

import torch
from torch import nn

from styleclf.models.sources import BodySource
from styleclf.models.style_statistics import StyleBody

_REFUSALS = (AssertionError, RuntimeError, ValueError, IndexError)  # what timm raises for a size that does not fit


def sized_body(source: BodySource, size: int | None = None, **options: Any) -> nn.Module:
    """A timm model for images of `size` pixels a side, by default its native size; `options` are timm's.

    Where the family can look at other sizes than the one that it is made for, it will. Raises ValueError for a size
    that the family cannot be made for.
    """
    if size in (None, source.native_size) or not source.has_fixed_size:
        return _flexible_model(source, options)
    try:
        return _flexible_model(source, {**options, "img_size": size})
    except (*_REFUSALS, TypeError) as error:
        raise ValueError(
            f"{source.name} cannot be made for images of {size} pixels a side ({_reason(error)}): "
            f"choose size {source.native_size}"
        ) from error


def _flexible_model(source: BodySource, options: dict[str, Any]) -> nn.Module:
    """The model with dynamic sizes of images where its family has them."""
    import timm

    described = source.architecture
    options = {**described.model_args, **options}
    if described.place:
        options["pretrained_cfg"] = dict(described.config)
    try:
        return timm.create_model(described.name, dynamic_img_size=True, **options)
    except TypeError:  # a family without that option
        return timm.create_model(described.name, **options)


def takes_image_size(body: nn.Module, size: int) -> bool:
    """Whether a body can look at images of `size` pixels a side."""
    return not _refusal(body, size)


def smaller_size(body: nn.Module, size: int, step: int) -> int:
    """The size about `step` pixels below that the body takes, or the size itself where it takes none.

    Transformers that cut images into patches need whole ones.
    """
    patch = _patch_size(body)
    smaller = (size - step) // patch * patch
    return smaller if smaller > 0 and takes_image_size(body, smaller) else size


def check_image_size(body: nn.Module, size: int) -> None:
    """Raise ValueError, with the size that works, for a body that cannot look at images of `size` pixels a side."""
    refusal = _refusal(body, size)
    if not refusal:
        return
    trunk = _trunk(body)
    native_size = getattr(trunk, "default_cfg", {}).get("input_size", (0, 0, 0))[-1]
    advice = "choose another"
    if native_size not in (0, size):
        advice = f"it was made for {native_size}, so choose size {native_size}"
        patch = _patch_size(body)
        if patch > 1 and takes_image_size(body, _nearest_multiple(size, patch)):
            advice += f", or another multiple of {patch}"
    raise ValueError(f"{type(trunk).__name__} takes no images of {size} pixels a side ({refusal}): {advice}")


def _trunk(body: nn.Module) -> Any:
    return body.trunk if isinstance(body, StyleBody) else body


def _patch_size(body: nn.Module) -> int:
    """Pixels from patch to patch of those that a transformer sees; 1 for other bodies."""
    patches = getattr(_trunk(body), "patch_embed", None)
    projection = getattr(patches, "proj", None)
    step = getattr(projection, "stride", None) or getattr(patches, "patch_size", 1)  # patches may overlap
    return step[0] if isinstance(step, tuple) else step


def _nearest_multiple(size: int, patch: int) -> int:
    return max(1, round(size / patch)) * patch


def _refusal(body: nn.Module, size: int) -> str:
    """Why the body cannot look at images of that size; empty if it can. It is left in evaluation mode."""
    parameter = next(body.parameters())
    body.eval()
    try:
        with torch.inference_mode():
            body(torch.zeros(1, 3, size, size, device=parameter.device, dtype=parameter.dtype))
    except _REFUSALS as error:
        return _reason(error)
    return ""


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
