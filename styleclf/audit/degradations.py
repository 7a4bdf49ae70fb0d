"""The frozen body's features of a design's images: as they are, and of changed copies, worse ones and a sharper one.

The probe of these features is the model of all audits: it is fitted in a second, so that folds can be drawn many
times.
"""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from styleclf.common import check_one_of, say
from styleclf.data import cached_pixels
from styleclf.inference import Backbone, body_features, stored_features

CLEAN = "as they are"
_BATCH_SIZE = 32
_JPEG_QUALITY = 25  # of recompressed copies
_BLUR_SHARE = 1 / 112  # radius in shares of a side
_SHARPENED_SHARE = 1 / 224  # radius in shares of a side
_SHARPENING = 150  # percent of the finest detail, added


def _shrink(image: Image.Image) -> Image.Image:
    """The image shrunk to half its sides and enlarged again."""
    half_width = max(1, image.width // 2)
    half_height = max(1, image.height // 2)
    small = image.resize((half_width, half_height), Image.Resampling.BICUBIC)
    return small.resize(image.size)


def _recompress(image: Image.Image) -> Image.Image:
    """The image after a strong compression as JPEG."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return Image.open(buffer, formats=["JPEG"]).convert("RGB")


def _blur(image: Image.Image) -> Image.Image:
    """The image through a Gaussian filter."""
    radius = _BLUR_SHARE * image.width
    return image.filter(ImageFilter.GaussianBlur(radius))


def _sharpen(image: Image.Image) -> Image.Image:
    """The image with its finest detail enhanced, as in larger or sharper originals of small copies."""
    radius = _SHARPENED_SHARE * image.width
    unsharp_mask = ImageFilter.UnsharpMask(radius, _SHARPENING, threshold=0)
    return image.filter(unsharp_mask)


def _greyscale(image: Image.Image) -> Image.Image:
    """The image without its colours."""
    return image.convert("L").convert("RGB")


SHARPENED = "sharpened"
DEGRADED = {
    "shrunk": _shrink,
    "recompressed": _recompress,
    "blurred": _blur,
    SHARPENED: _sharpen,
    "greyscale": _greyscale,
}


def view_features(
    paths: Sequence[str | Path],
    backbone: Backbone,
    changes: Sequence[str] = tuple(DEGRADED),  # copies to look at beside the images themselves
    *,
    seed: int = 0,  # of a body without pretrained weights
    progress: bool = True,
) -> dict[str, np.ndarray]:
    """Features `(n, d)` float32 of the images under `'as they are'`, and of their copies under the names of `changes`.

    They are what the probe sees, after the neck's activation. Raises what `create_body` and `stored_features` raise,
    and ValueError for an unknown change.
    """
    for name in changes:
        check_one_of(name, DEGRADED, "degradation")
    body = frozen_body(backbone, seed)
    files = [Path(path) for path in paths]
    store = cached_pixels(files, backbone.image_size, backbone.fit, progress=progress)
    tfms = backbone.normalisation()
    clean = stored_features(body, store, tfms, precision=backbone.precision, progress=progress)
    views = {CLEAN: np.array(clean)}
    for name in changes:
        if progress:
            say(f"features of the images {name}")
        copies = _ChangedImages(store.pixels, backbone.source.stats, DEGRADED[name])
        loader = DataLoader(copies, _BATCH_SIZE)
        views[name], _ = body_features(body, loader, precision=backbone.precision, progress=progress)
    if backbone.features == "style":
        return views
    return {name: np.maximum(features, 0) for name, features in views.items()}


def frozen_body(backbone: Backbone, seed: int = 0) -> nn.Module:
    """The body of the probe, the same for the same seed. Raises what `create_body` raises.

    The caller's random numbers go on as if it had not been made.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return backbone.body()


class _ChangedImages(Dataset):
    """Decoded images `(n, h, w, 3)` uint8, changed and normalised: `(3, h, w)` floats, and an idle target."""

    def __init__(
        self,
        pixels: np.ndarray,
        stats: tuple,
        change: Callable[[Image.Image], Image.Image],
    ) -> None:
        mean, deviation = stats
        self.pixels = pixels
        self.change = change
        self.mean = torch.tensor(mean).view(3, 1, 1)
        self.deviation = torch.tensor(deviation).view(3, 1, 1)

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        image = Image.fromarray(self.pixels[i])
        pixels = np.array(self.change(image))
        channels_first = torch.from_numpy(pixels).permute(2, 0, 1)
        normalised = (channels_first / 255 - self.mean) / self.deviation
        return normalised, 0
