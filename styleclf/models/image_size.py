"""Sizes of images that a body takes: convolutions any, transformers those that timm can make them for."""

from typing import Any

import torch
from torch import nn

from styleclf.common import reason_of
from styleclf.models.sources import BodySource
from styleclf.models.style_statistics import StyleBody

_REFUSALS = (AssertionError, RuntimeError, ValueError, IndexError)  # what timm raises for a size that does not fit


def sized_body(source: BodySource, size: int | None = None, **options: Any) -> nn.Module:
    """A timm model for images of `size` pixels a side, by default its native size; `options` are timm's.

    Where the family can look at other sizes than the one that it is made for, it will. Raises ValueError for a size
    that the family cannot be made for.
    """
    is_native = size in (None, source.native_size)
    if is_native or not source.has_fixed_size:
        return _flexible_model(source, options)
    sized_options = options | {"img_size": size}
    try:
        return _flexible_model(source, sized_options)
    except (*_REFUSALS, TypeError) as error:
        reason = _reason(error)
        problem = f"{source.name} cannot be made for images of {size} pixels a side ({reason})"
        raise ValueError(f"{problem}: choose size {source.native_size}") from error


def _flexible_model(source: BodySource, options: dict[str, Any]) -> nn.Module:
    """The model with dynamic sizes of images where its family has them."""
    import timm

    architecture = source.architecture
    saved_options = dict(architecture.model_args)
    options = saved_options | options
    if architecture.place:
        options["pretrained_cfg"] = dict(architecture.config)
    try:
        return timm.create_model(architecture.name, dynamic_img_size=True, **options)
    except TypeError:  # a family without that option
        return timm.create_model(architecture.name, **options)


def takes_image_size(body: nn.Module, size: int) -> bool:
    """Whether a body can look at images of `size` pixels a side."""
    return not _refusal(body, size)


def smaller_size(body: nn.Module, size: int, step: int) -> int:
    """The size about `step` pixels below that the body takes, or the size itself where it takes none.

    Transformers that cut images into patches need whole ones.
    """
    patch = _patch_size(body)
    n_patches = (size - step) // patch
    smaller = n_patches * patch
    if n_patches < 1 or not takes_image_size(body, smaller):
        return size
    return smaller


def check_image_size(body: nn.Module, size: int) -> None:
    """Raise ValueError, with the size that works, for a body that cannot look at images of `size` pixels a side."""
    refusal = _refusal(body, size)
    if not refusal:
        return
    trunk = _trunk(body)
    kind = type(trunk).__name__
    advice = _size_that_works(body, size)
    raise ValueError(f"{kind} takes no images of {size} pixels a side ({refusal}): {advice}")


def _size_that_works(body: nn.Module, size: int) -> str:
    """What to do where a body takes no images of that size, in words."""
    config = getattr(_trunk(body), "default_cfg", {})
    *_, native_size = config.get("input_size", (0,))
    if native_size in (0, size):
        return "choose another"
    advice = f"it was made for {native_size}, so choose size {native_size}"
    patch = _patch_size(body)
    nearest = _nearest_multiple(size, patch)
    if patch > 1 and takes_image_size(body, nearest):
        advice += f", or another multiple of {patch}"
    return advice


def _trunk(body: nn.Module) -> Any:
    """timm's own model, which style statistics may surround."""
    if isinstance(body, StyleBody):
        return body.trunk
    return body


def _patch_size(body: nn.Module) -> int:
    """Pixels from the start of one patch of a transformer to that of the next; 1 for other bodies."""
    patches = getattr(_trunk(body), "patch_embed", None)
    projection = getattr(patches, "proj", None)
    patch = getattr(patches, "patch_size", 1)
    step: Any = getattr(projection, "stride", None) or patch  # patches may overlap
    if isinstance(step, tuple):
        return step[0]
    return step


def _nearest_multiple(size: int, patch: int) -> int:
    n_patches = round(size / patch)
    return max(1, n_patches) * patch


def _refusal(body: nn.Module, size: int) -> str:
    """Why the body cannot look at images of that size; empty if it can. It is left in evaluation mode."""
    parameter = next(body.parameters())
    image = torch.zeros(1, 3, size, size).to(parameter)
    body.eval()
    try:
        with torch.inference_mode():
            body(image)
    except _REFUSALS as error:
        return _reason(error)
    return ""


def _reason(error: Exception) -> str:
    """What timm says of a size, on one line and without a full stop."""
    return reason_of(error).rstrip(".")
