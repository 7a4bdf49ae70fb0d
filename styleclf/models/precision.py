"""Numbers that fit the device: which precision and memory layout a network runs in."""

from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any, Literal, get_args

import torch
from fastai.callback.core import Callback, CancelStepException
from torch import Tensor, nn

from styleclf.common import check_one_of

Precision = Literal["auto", "fp32", "bf16", "fp16"]
_PRECISIONS = get_args(Precision)
_HALF_TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
_CPU_CHECKS = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")  # of torch.cpu, where its version has them


def resolve_precision(precision: Precision, device: torch.device) -> str:
    """'fp32', 'bf16' or 'fp16': what was asked for, or for 'auto' the fastest that is safe on the device.

    That is bf16 where the device computes with it directly, fp16 on older CUDA devices, and fp32 elsewhere (Apple's MPS
    too). Raises ValueError for an unknown precision.
    """
    check_one_of(precision, _PRECISIONS, "precision")
    if precision != "auto":
        return precision
    if _has_bf16(device):
        return "bf16"
    return "fp16" if device.type == "cuda" else "fp32"


def _has_bf16(device: torch.device) -> bool:
    """Whether the device has instructions for bfloat16; emulating it is several times slower than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type != "cpu":
        return False
    for name in _CPU_CHECKS:
        check = getattr(torch.cpu, name, None)
        if check is not None and check():
            return True
    return False


def autocast_context(device: torch.device, precision: Precision = "auto") -> AbstractContextManager:
    """The context in which a network runs forward at that precision."""
    half_type = _HALF_TYPES.get(resolve_precision(precision, device))
    if half_type is None:
        return nullcontext()
    return torch.autocast(device.type, half_type)


def hold_convolutions(model: nn.Module, precision: Precision = "auto") -> None:
    """Convert the weights of convolutions, in place, as `autocast_context` would otherwise do for every batch."""
    device = next(model.parameters()).device
    half_type = _HALF_TYPES.get(resolve_precision(precision, device))
    if half_type is None:
        return
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.to(half_type)


def channels_last(batch: Tensor) -> Tensor:
    """Images `(n, 3, h, w)` as a plain tensor with channels last, which convolutions read fastest."""
    plain = batch.as_subclass(Tensor)
    return plain.contiguous(memory_format=torch.channels_last)


class FittingPrecision(Callback):
    """Runs the model in the precision and layout that suit its device; losses and predictions are float32.

    fp16 has a small range: its losses are scaled up before the gradients are computed, and a step whose gradients
    overflow is skipped (Micikevicius et al. 2018). fastai's own mixed precision knows only CUDA.
    """

    order = 10  # after the model has been put on its device
    scaler: Any  # torch.amp.GradScaler while a training runs, otherwise None
    forward_pass: ExitStack | None = None  # leaves the precision when it is closed

    def __init__(self, precision: Precision = "auto") -> None:
        super().__init__()
        resolve_precision(precision, torch.device("cpu"))  # an unknown one is an error now, not at the first batch
        self.precision = precision

    def before_fit(self) -> None:
        """Lay the weights out as the images will be."""
        set_layout(self.model)
        device = next(self.model.parameters()).device
        is_scaled = resolve_precision(self.precision, device) == "fp16"
        self.scaler = torch.amp.GradScaler(device.type, enabled=is_scaled)

    def before_train(self) -> None:
        """Have fastai do the batches of an epoch by `_do_batch`."""
        self.learn._do_one_batch = self._do_batch

    def before_validate(self) -> None:
        """The same for batches without training."""
        self.learn._do_one_batch = self._do_batch

    def after_train(self) -> None:
        """Let fastai do batches as before."""
        self.learn.__dict__.pop("_do_one_batch", None)
        self.forward_pass = None

    def after_validate(self) -> None:
        """The same after batches without training."""
        self.after_train()

    def before_batch(self) -> None:
        """Lay the batch out."""
        inputs = [channels_last(x) if x.ndim == 4 else x for x in self.xb]
        self.learn.xb = tuple(inputs)

    def _do_batch(self) -> None:
        """Do fastai's work for a batch, the forward pass in the precision.

        fastai has no event for a batch that fails or is interrupted: a context entered at one event and left at another
        would then stay entered for the rest of the session. Nor may the model be changed for a pass, because other
        threads predict with it, copy and export it.
        """
        device = self.xb[0].device
        with ExitStack() as self.forward_pass:
            self.forward_pass.enter_context(autocast_context(device, self.precision))
            type(self.learn)._do_one_batch(self.learn)

    def after_pred(self) -> None:
        """End the forward pass: the loss is computed in float32."""
        if self.forward_pass is not None:
            self.forward_pass.close()
        self.learn.pred = self.pred.float()

    def before_backward(self) -> None:
        """Scale the loss up, for fp16."""
        self.learn.loss_grad = self.scaler.scale(self.loss_grad)

    def before_step(self) -> None:
        """Scale the gradients back; skip the step if one of them has overflowed."""
        if not self.scaler.is_enabled():
            return
        self.has_overflowed = True
        self.scaler.step(self)  # calls `step` below, unless a gradient is not finite
        if self.has_overflowed:
            raise CancelStepException

    def after_step(self) -> None:
        """Adapt the scale."""
        self.scaler.update()

    def after_fit(self) -> None:
        """Drop the scaler: a learner is exported without it."""
        self.scaler = None

    @property
    def param_groups(self) -> list[dict]:
        """What the scaler looks for in an optimizer."""
        return self.opt.param_groups

    def step(self) -> None:
        """What the scaler calls where the gradients are finite; fastai then takes the step itself."""
        self.has_overflowed = False


def set_layout(model: nn.Module) -> None:
    """Store the model's convolution weights channels last, in place."""
    model.to(memory_format=torch.channels_last)
