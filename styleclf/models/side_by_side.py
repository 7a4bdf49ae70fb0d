"""Bodies side by side in one network: each sees every image as its weights want it, and their features are joined."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from styleclf.models.architectures import ImageStats
from styleclf.models.style_statistics import StyleBody, feature_width


class BodyView(NamedTuple):
    """How a body sees images."""

    stats: ImageStats  # mean and deviation that its weights expect
    size: int  # pixels a side


class SideBySide(nn.Module):
    """Several bodies of timm, whose features `(n, d)` stand one after another.

    Images `(n, 3, h, w)`, normalised for the first body and of the largest of their sizes -> `(n, head_hidden_size)`.
    For the other bodies they are normalised anew, and for those with smaller sizes resized in proportion, so that
    images made smaller for training stay smaller for all. `frozen` bodies learn nothing and stay in evaluation mode.
    """

    def __init__(
        self,
        bodies: Sequence[nn.Module],
        views: Sequence[BodyView],
        frozen: Sequence[bool],
    ) -> None:
        super().__init__()
        self.bodies = nn.ModuleList(bodies)
        self.views = tuple(views)
        self.frozen = tuple(frozen)
        self.largest_size = max(view.size for view in views)
        self.head_hidden_size = sum(self.widths())
        self.num_classes = sum(_n_classes(body) for body in bodies)
        given_stats = self.views[0].stats
        for number, view in enumerate(self.views):
            scale, shift = _change_of_stats(given_stats, view.stats)
            self.register_buffer(f"scale_{number}", scale, persistent=False)
            self.register_buffer(f"shift_{number}", shift, persistent=False)
        for body in self.frozen_bodies():
            body.requires_grad_(False)

    def widths(self) -> list[int]:
        """Numbers of features from each layer of each body."""
        widths: list[int] = []
        for of_body in self.widths_by_body():
            widths += of_body
        return widths

    def widths_by_body(self) -> list[list[int]]:
        """Numbers of features from each layer, body by body."""
        widths = []
        for body in self.bodies:
            if isinstance(body, StyleBody):
                widths.append(body.widths())
            else:
                widths.append([_n_classes(body) or feature_width(body)])
        return widths

    def train_only(self, number: int) -> None:
        """Let this body learn and no other; an optimiser that was made before knows nothing of it."""
        frozen = []
        for position, body in enumerate(self.bodies):
            learns = position == number
            body.requires_grad_(learns)
            frozen.append(not learns)
        self.frozen = tuple(frozen)
        self.train(self.training)

    def names(self) -> list[str]:
        """The architectures of the bodies, as timm calls them; of another program's body the class."""
        names = []
        for body in self.bodies:
            trunk: Any = body.trunk if isinstance(body, StyleBody) else body
            config = getattr(trunk, "pretrained_cfg", None) or {}
            name = config.get("architecture") or type(trunk).__name__
            names.append(name)
        return names

    def frozen_bodies(self) -> list[nn.Module]:
        """Those that learn nothing."""
        return self._bodies_where(True)

    def trained_bodies(self) -> list[nn.Module]:
        """Those that fine-tuning trains."""
        return self._bodies_where(False)

    def _bodies_where(self, frozen: bool) -> list[nn.Module]:
        """The bodies that are frozen, or those that are not."""
        bodies = []
        for body, is_frozen in zip(self.bodies, self.frozen, strict=True):
            if is_frozen == frozen:
                bodies.append(body)
        return bodies

    def train(self, mode: bool = True) -> "SideBySide":
        """Put the bodies that learn into training mode."""
        super().train(mode)
        for body in self.frozen_bodies():
            body.eval()
        return self

    def extra_repr(self) -> str:
        """Also a part of the key of stored features."""
        return f"views={self.views}"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Features of all bodies, one after another."""
        features = []
        for number, body in enumerate(self.bodies):
            images = self._seen_by(number, x)
            of_body = body(images)
            features.append(of_body.float())
        return torch.cat(features, dim=1)

    def _seen_by(self, number: int, x: torch.Tensor) -> torch.Tensor:
        """Images as a body sees them."""
        view = self.views[number]
        if view.stats != self.views[0].stats:
            scale = self.get_buffer(f"scale_{number}")
            shift = self.get_buffer(f"shift_{number}")
            x = x * scale + shift
        if view.size == self.largest_size:
            return x
        share = view.size / self.largest_size
        size = []
        for side in x.shape[-2:]:
            pixels = int(side)  # a tensor while an ONNX graph is traced
            size.append(round(share * pixels))
        return F.interpolate(x, size, mode="bilinear", antialias=True)


def _n_classes(body: nn.Module) -> int:
    """How many classes a body tells apart; 0 where it has no classifier."""
    return getattr(body, "num_classes", 0)


def _change_of_stats(present: ImageStats, wanted: ImageStats) -> tuple[torch.Tensor, torch.Tensor]:
    """Scale and shift `(1, 3, 1, 1)` that turn images normalised by some statistics into those of others."""
    present_mean, present_deviation = _channels(present)
    wanted_mean, wanted_deviation = _channels(wanted)
    scale = present_deviation / wanted_deviation
    shift = (present_mean - wanted_mean) / wanted_deviation
    return scale, shift


def _channels(stats: ImageStats) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and deviation as tensors `(1, 3, 1, 1)`."""
    numbers = torch.tensor(stats)
    mean, deviation = numbers.view(2, 1, 3, 1, 1)
    return mean, deviation


def views_of(
    stats: Sequence[ImageStats],
    sizes: Sequence[int],
    size: int | None,
) -> list[BodyView]:
    """How bodies with these statistics and native sizes see images of `size` pixels a side.

    At the largest of the native sizes, which is the default, each body sees its own; at any other, all see that one.

    >>> imagenet = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    >>> [view.size for view in views_of([imagenet, imagenet], [224, 260], None)]
    [224, 260]
    >>> [view.size for view in views_of([imagenet, imagenet], [224, 260], 192)]
    [192, 192]
    """
    largest = max(sizes)
    given_size = largest if size is None else size
    seen_sizes = [given_size] * len(sizes)
    if given_size == largest:
        seen_sizes = list(sizes)
    return [BodyView(*of_body) for of_body in zip(stats, seen_sizes, strict=True)]
