"""Random changes of whole training batches, each image its own: turn, mirror, light, erase; and smaller images."""

import torch
from fastai.data.all import (
    DisplayedTransform,
)
from fastai.vision.augment import aug_transforms
from fastai.vision.core import TensorImage

_MAX_ROTATE = 45.0  # degrees
_MAX_LIGHTING = 0.25  # of brightness, contrast and saturation
_P_ERASE = 0.5
_GREY = [0.299, 0.587, 0.114]  # of red, green and blue (ITU-R BT.601)


def training_transforms(strength: float = 1.0) -> list:
    """Random changes of whole batches, each image its own: turn, mirror, brightness, contrast, saturation, erase.

    `strength` multiplies the angle, the change of light and the probability of erasing; without any, images are not
    mirrored either. Raises ValueError outside 0..2.
    """
    if not 0 <= strength <= 2:
        raise ValueError(f"augment must be a strength from 0 to 2, not {strength}")
    if strength == 0:
        return []
    return [Move(strength * _MAX_ROTATE), Relight(strength * _MAX_LIGHTING), Erase(strength * _P_ERASE)]


class Shrink(DisplayedTransform):
    """Shrink training batches to `size` pixels a side, if that is set: fewer pixels are trained on faster."""

    split_idx, order = 0, 5  # training only; while the pixels are still bytes, and before all other changes

    def __init__(self, size: int | None = None) -> None:
        self.size = size

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` as `(n, 3, size, size)`."""
        if self.size in (None, x.shape[-1]):
            return x
        on_cpu = x.device.type == "cpu"  # only there are bytes interpolated, and with a filter
        plain = x.as_subclass(torch.Tensor) if on_cpu else x.as_subclass(torch.Tensor).float()
        return TensorImage(torch.nn.functional.interpolate(plain, self.size, mode="bilinear", antialias=on_cpu))


class Move(DisplayedTransform):
    """Turn and mirror training images, each its own way, by fastai's transforms.

    By themselves those resample test images too, onto themselves, which takes a seventh of a probe's time.
    """

    split_idx, order = 0, 30  # training only

    def __init__(self, max_rotate: float = _MAX_ROTATE) -> None:
        self.transforms = aug_transforms(max_rotate=max_rotate, max_zoom=1, max_lighting=0, max_warp=0)

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` turned and mirrored; corners show what is reflected at the edges."""
        for transform in self.transforms:
            x = transform(x, split_idx=0)
        return x


class Relight(DisplayedTransform):
    """Change brightness, contrast and saturation of training images, each image its own, by factors around 1.

    All three are linear in the colours: one product with a 3x3 matrix an image costs a fraction of three transforms.
    """

    split_idx, order = 0, 31  # training only; after Move

    def __init__(self, max_lighting: float = _MAX_LIGHTING) -> None:
        self.max_lighting = max_lighting

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` of values 0..1 in another light."""
        factors = 1 + self.max_lighting * (2 * torch.rand(3, len(x), 1, 1, device=x.device) - 1)
        return TensorImage(_relight(x.as_subclass(torch.Tensor), *factors))


def _relight(
    x: torch.Tensor, brightness: torch.Tensor, contrast: torch.Tensor, saturation: torch.Tensor
) -> torch.Tensor:
    """Images `(n, 3, h, w)` of values 0..1 times brightness, spread around their mean grey, and away from grey.

    The factors are `(n, 1, 1)`; the values stay within 0..1.
    """
    pixels = x.flatten(2)
    grey = torch.tensor([[_GREY]], device=x.device).expand(len(x), 1, 3)
    mean_grey = grey @ pixels.mean(dim=2, keepdim=True)
    colours = saturation * torch.eye(3, device=x.device) + (1 - saturation) * grey  # rows: every channel leans to grey
    lit = torch.baddbmm(brightness * (1 - contrast) * mean_grey, brightness * contrast * colours, pixels)
    return lit.clamp_(0, 1).view_as(x)


class Erase(DisplayedTransform):
    """Erase a rectangle of some training images, each its own (Zhong et al. 2020), with the mean colour."""

    split_idx, order = 0, 101  # training only; Normalize has 99

    def __init__(self, p: float = _P_ERASE) -> None:
        self.p = p

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` with every image erased with probability p."""
        from timm.data.random_erasing import RandomErasing

        return TensorImage(RandomErasing(self.p, device=x.device)(x.as_subclass(torch.Tensor).clone()))
