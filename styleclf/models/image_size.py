"""Sizes of images that an architecture takes: convolutions any, most transformers the one they were made for."""

from typing import Any

import torch
from torch import nn

from styleclf.models.style_statistics import StyleBody


def takes_image_size(body: nn.Module, size: int) -> bool:
    """Whether a body can look at images of `size` pixels a side."""
    return not _refusal(body, size)


def check_image_size(body: nn.Module, size: int) -> None:
    """Raise ValueError, with the size that works, for a body that cannot look at images of `size` pixels a side."""
    refusal = _refusal(body, size)
    if not refusal:
        return
    trunk: Any = body.trunk if isinstance(body, StyleBody) else body
    own_size = getattr(trunk, "default_cfg", {}).get("input_size", (0, 0, 0))[-1]
    advice = f"it was made for {own_size}, so choose size {own_size}" if own_size not in (0, size) else "choose another"
    raise ValueError(f"{type(trunk).__name__} takes no images of {size} pixels a side ({refusal}): {advice}")


def _refusal(body: nn.Module, size: int) -> str:
    """Why the body cannot look at images of that size; empty if it can. It is left in evaluation mode."""
    parameter = next(body.parameters())
    body.eval()
    try:
        with torch.inference_mode():
            body(torch.zeros(1, 3, size, size, device=parameter.device, dtype=parameter.dtype))
    except (AssertionError, RuntimeError, ValueError, IndexError) as error:
        return " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return ""
