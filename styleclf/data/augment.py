"""Random changes of training batches, drawn anew for every image: turn, mirror, light, erase; and smaller images."""

import torch
from fastai.data.all import DisplayedTransform
from fastai.vision.augment import aug_transforms
from fastai.vision.core import TensorImage

_MAX_ROTATE = 45.0  # degrees
_MAX_LIGHTING = 0.25  # of brightness, contrast and saturation
_ERASE_PROBABILITY = 0.5
_MAX_STRENGTH = 2
_GREY_WEIGHTS = (0.299, 0.587, 0.114)  # of red, green and blue (ITU-R BT.601)


def training_transforms(strength: float = 1.0) -> list[DisplayedTransform]:
    """Random changes of whole batches: turn, mirror, brightness, contrast, saturation, erase.

    `strength` multiplies the largest angle, the largest change of light and the probability of erasing; at 0 images are
    not mirrored either. Raises ValueError for a strength outside 0..2.
    """
    if not 0 <= strength <= _MAX_STRENGTH:
        raise ValueError(f"augment must be a strength from 0 to {_MAX_STRENGTH}, not {strength}")
    if strength == 0:
        return []
    return [
        Move(strength * _MAX_ROTATE),
        Relight(strength * _MAX_LIGHTING),
        Erase(strength * _ERASE_PROBABILITY),
    ]


class Shrink(DisplayedTransform):
    """Shrink training batches to `size` pixels a side, if that is set: smaller images make training faster."""

    split_idx = 0  # training only
    order = 5  # while the pixels are still bytes, and before all other changes

    def __init__(self, size: int | None = None) -> None:
        self.size = size

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` as `(n, 3, size, size)`."""
        if self.size in (None, x.shape[-1]):
            return x
        pixels = x.as_subclass(torch.Tensor)
        on_cpu = x.device.type == "cpu"
        if not on_cpu:  # only CPUs interpolate bytes, and with a filter
            pixels = pixels.float()
        smaller = torch.nn.functional.interpolate(pixels, self.size, mode="bilinear", antialias=on_cpu)
        return TensorImage(smaller)


class Move(DisplayedTransform):
    """Turn and mirror training images, every image differently, by fastai's transforms.

    On their own those would resample test images too, onto themselves, which takes a seventh of a probe's time.
    """

    split_idx = 0  # training only
    order = 30

    def __init__(self, max_rotate: float = _MAX_ROTATE) -> None:
        self.transforms = aug_transforms(max_rotate=max_rotate, max_zoom=1, max_lighting=0, max_warp=0)

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` turned and mirrored; corners are filled by reflection at the edges."""
        for transform in self.transforms:
            x = transform(x, split_idx=0)
        return x


class Relight(DisplayedTransform):
    """Change brightness, contrast and saturation of training images, every image differently, by factors around 1.

    All three are linear in the colours: one product with a 3x3 matrix per image costs a fraction of three transforms.
    """

    split_idx = 0  # training only
    order = 31  # after Move

    def __init__(self, max_lighting: float = _MAX_LIGHTING) -> None:
        self.max_lighting = max_lighting

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` of values 0..1 in another light."""
        numbers = torch.rand(3, len(x), 1, 1, device=x.device)
        uniform = 2 * numbers - 1  # -1..1
        brightness, contrast, saturation = 1 + self.max_lighting * uniform
        images = x.as_subclass(torch.Tensor)
        relit = _relight(images, brightness=brightness, contrast=contrast, saturation=saturation)
        return TensorImage(relit)


def _relight(
    images: torch.Tensor,  # (n, 3, h, w) of values 0..1
    *,
    brightness: torch.Tensor,  # (n, 1, 1), as the other two factors
    contrast: torch.Tensor,
    saturation: torch.Tensor,
) -> torch.Tensor:
    """Images times brightness, spread around their mean grey by contrast, and away from grey by saturation.

    The values stay within 0..1.
    """
    pixels = images.flatten(2)
    weights = torch.tensor([[_GREY_WEIGHTS]], device=images.device)
    grey = weights.expand(len(images), 1, 3)
    mean_grey = grey @ pixels.mean(dim=2, keepdim=True)
    identity = torch.eye(3, device=images.device)
    saturate = saturation * identity + (1 - saturation) * grey  # (n, 3, 3): every channel leans to grey
    offset = brightness * (1 - contrast) * mean_grey
    relit = torch.baddbmm(offset, brightness * contrast * saturate, pixels)
    return relit.clamp_(0, 1).view_as(images)


class Erase(DisplayedTransform):
    """Erase a rectangle of some training images with the mean colour (Zhong et al. 2020), every image differently."""

    split_idx = 0  # training only
    order = 101  # Normalize has 99

    def __init__(self, p: float = _ERASE_PROBABILITY) -> None:
        self.p = p

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)`, in which every image has a rectangle erased with probability p."""
        from timm.data.random_erasing import RandomErasing

        erase = RandomErasing(self.p, device=x.device)
        return TensorImage(erase(x.as_subclass(torch.Tensor).clone()))
