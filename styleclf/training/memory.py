"""Batches that the memory of a GPU does not hold: their images go through the body in parts, and train it alike."""

from collections.abc import Callable
from typing import cast

import torch
from fastai.callback.core import Callback
from fastai.callback.training import GradientAccumulation
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from styleclf.models import free_memory, is_out_of_memory, keep_freed_memory, smaller_part


class FittingBatches(Callback):
    """Does a batch again, in halves, where the memory of the device ends, and all that come after it likewise.

    The body sees the parts one after another and forgets what it computed but for the features; the loss is that of
    the whole batch, so that any loss has the gradients it had. They are accumulated part by part, for which the body
    computes every part again: a third more time (Chen et al. 2016, arXiv 1604.06174).

    Only batch normalisation that learns sees a difference: its statistics are those of the parts. Pretrained bodies
    keep theirs.
    """

    order = 12  # after FittingPrecision, within which batches are done

    def __init__(self) -> None:
        super().__init__()
        self.n_images: int | None = None  # that fit at once; None as long as all have done so
        self.is_stepping = False
        self.do_whole: Callable[[], None] | None = None  # a batch as it comes, while batches are done

    def before_fit(self) -> None:
        """On a processor, keep the memory of one batch for the next."""
        if self.dls.device.type == "cpu":
            keep_freed_memory()

    def before_train(self) -> None:
        """Have the batches of an epoch done by `_do_batch`."""
        self.do_whole = self.learn._do_one_batch
        self.learn._do_one_batch = self._do_batch
        self.is_stepping = False

    def before_validate(self) -> None:
        """The same for batches without training."""
        self.before_train()

    def before_step(self) -> None:
        """Note that weights are about to change: from here on a batch cannot be done again."""
        self.is_stepping = True

    def after_batch(self) -> None:
        """The batch is done."""
        self.is_stepping = False

    def after_fit(self) -> None:
        """Let go of what only a training needs."""
        self.do_whole = None

    def _do_batch(self) -> None:
        """Do a batch, in halves if it has to be. Raises ValueError where not even one image fits."""
        while True:
            try:
                self._do_in_parts()
                return
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                self._make_parts_smaller(error)
            self._forget_attempt()

    def _make_parts_smaller(self, error: Exception) -> None:
        """Halve the images that go through the body at once. Raises ValueError where that cannot be."""
        x = self.xb[0]
        accumulates = any(isinstance(callback, GradientAccumulation) for callback in self.learn.cbs)
        if self.is_stepping or accumulates:  # the batch has changed weights, or stands on gradients of earlier ones
            raise ValueError(f"the memory of {x.device} does not hold this training: choose a smaller bs") from error
        n_images = min(self.n_images or len(x), len(x))
        self.n_images = smaller_part(n_images, x, error)

    def _do_in_parts(self) -> None:
        """Do a batch, with a model that passes as many images at once as fit."""
        do_whole = cast(Callable[[], None], self.do_whole)
        model = self.learn.model
        if self.n_images is None:
            do_whole()
            return
        body, *neck_and_head = model
        # another model of the same layers, because other threads may predict with this one
        self.learn.model = nn.Sequential(InParts(body, self.n_images), *neck_and_head)
        try:
            do_whole()
        finally:
            self.learn.model = model

    def _forget_attempt(self) -> None:
        """Free what a failed batch has left: gradients, and what callbacks have noted."""
        if self.training:
            self.opt.zero_grad()
        for callback in self.learn.cbs:
            forget = getattr(callback, "forget_attempt", None)
            if forget is not None and callback is not self:
                forget()
        free_memory()


class InParts(nn.Module):
    """A body that sees `n_images` of a batch at a time and computes them again for their gradients."""

    def __init__(self, body: nn.Module, n_images: int) -> None:
        super().__init__()
        self.body = body
        self.n_images = n_images

    def forward(self, x: Tensor) -> Tensor:
        """Features `(n, d)` of images `(n, 3, h, w)`."""
        features = []
        for part in x.split(self.n_images):
            if torch.is_grad_enabled():
                features.append(checkpoint(self.body, part, use_reentrant=False))
            else:
                features.append(self.body(part))
        return torch.cat(features)
