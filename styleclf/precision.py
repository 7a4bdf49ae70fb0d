"""Numbers that fit the device: which precision and memory layout a network runs in."""

from contextlib import AbstractContextManager, nullcontext
from typing import Literal, get_args

import torch
from fastai.callback.core import Callback
from torch import Tensor, nn

Precision = Literal["auto", "fp32", "bf16"]
PRECISIONS = get_args(Precision)


def resolved(precision: Precision, device: torch.device) -> str:
    """'fp32' or 'bf16': for 'auto' bf16 where the device computes with it directly, else what was asked for.

    Raises ValueError for another precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, not {precision!r}")
    if precision != "auto":
        return precision
    return "bf16" if has_bf16(device) else "fp32"


def has_bf16(device: torch.device) -> bool:
    """Whether the device has instructions for bfloat16; emulating it is several times slower than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        checks = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
        return any(check is not None and check() for check in checks)
    return False


def computing(device: torch.device, precision: Precision = "auto") -> AbstractContextManager:
    """The context in which a network runs forward at that precision."""
    if resolved(precision, device) == "bf16":
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()


def laid_out(batch: Tensor) -> Tensor:
    """Images `(n, 3, h, w)` as a plain tensor with channels last, which convolutions read fastest."""
    return batch.as_subclass(Tensor).contiguous(memory_format=torch.channels_last)


class FittingPrecision(Callback):
    """Runs the model in the precision and layout that suit its device; losses and predictions are float32.

    fastai's own mixed precision knows only CUDA.
    """

    order = 10  # after the model has been put on its device

    def __init__(self, precision: Precision = "auto") -> None:
        super().__init__()
        resolved(precision, torch.device("cpu"))  # an unknown one is told now, not at the first batch
        self.precision = precision

    def before_fit(self) -> None:
        """Lay the weights out as the images will be."""
        set_layout(self.model)

    def before_batch(self) -> None:
        """Lay the batch out and have the model run forward in the precision."""
        self.learn.xb = tuple(laid_out(x) if x.ndim == 4 else x for x in self.xb)
        run_next_in(computing(self.xb[0].device, self.precision), self.model)

    def after_pred(self) -> None:
        """Compute the loss in float32."""
        self.learn.pred = self.pred.float()


def run_next_in(context: AbstractContextManager, model: nn.Module) -> None:
    """Have the model's next forward pass, and only that, run in the context, which it leaves even if it fails.

    fastai has no event for a batch that fails or is interrupted: a context entered at one event and left at another
    would then stay entered for the rest of the session.
    """

    def forward(*xb: Tensor) -> Tensor:
        del model.forward
        with context:
            return model.forward(*xb)

    model.forward = forward


def set_layout(model: nn.Module) -> None:
    """Store the model's convolution weights channels last, in place."""
    model.to(memory_format=torch.channels_last)
