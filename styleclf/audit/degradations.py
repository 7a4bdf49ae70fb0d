"""The frozen body's features of a design's images: as they are, and of degraded copies.

The probe of these features is the real model of all audits: it is fitted in a second, so that folds can be drawn again
and again.
"""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import nn
from torch.utils.data import DataLoader, Dataset

from styleclf.data import Fit, cached_pixels, normalisation
from styleclf.inference import body_features, stored_features
from styleclf.models import Features, create_body, image_stats

CLEAN = "as they are"
_BS = 32
_RECOMPRESSED = 25  # quality of the JPEG
_BLUR = 1 / 112  # radius in shares of a side


def _shrink(image: Image.Image) -> Image.Image:
    """The image shrunk to half its sides and enlarged again."""
    return image.resize([max(1, side // 2) for side in image.size], Image.Resampling.BICUBIC).resize(image.size)


def _recompress(image: Image.Image) -> Image.Image:
    """The image after a strong compression as JPEG."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_RECOMPRESSED)
    return Image.open(buffer).convert("RGB")


def _blur(image: Image.Image) -> Image.Image:
    """The image through a Gaussian filter."""
    return image.filter(ImageFilter.GaussianBlur(_BLUR * image.width))


def _greyscale(image: Image.Image) -> Image.Image:
    """The image without its colours."""
    return image.convert("L").convert("RGB")


DEGRADED = {"shrunk": _shrink, "recompressed": _recompress, "blurred": _blur, "greyscale": _greyscale}


def view_features(
    paths: Sequence[str | Path],
    arch: str,
    weights: str | Path = "imagenet",
    features: Features = "style",
    size: int = 224,
    fit: Fit = "squash",
    changes: Sequence[str] = tuple(DEGRADED),  # copies to look at beside the images themselves
    seed: int = 0,  # of a body without pretrained weights
    progress: bool = True,
) -> dict[str, np.ndarray]:
    """Features `(n, d)` float32 of the images under `'as they are'`, and of their copies under the names of `changes`.

    They are what the probe sees, after the neck's activation. Raises what `create_body` and `stored` raise, and
    ValueError for an unknown change.
    """
    unknown = [name for name in changes if name not in DEGRADED]
    if unknown:
        raise ValueError(f"there is no degradation {unknown[0]!r}: choose from {', '.join(DEGRADED)}")
    body = frozen_body(arch, features, weights, seed)
    store = cached_pixels([Path(path) for path in paths], size, fit, progress=progress)
    found = {CLEAN: np.array(stored_features(body, store, normalisation(arch), progress=progress))}
    for name in changes:
        if progress:
            print(f"features of the images {name}", flush=True)
        dl = DataLoader(Views(store.pixels, image_stats(arch), DEGRADED[name]), _BS)
        found[name], _ = body_features(body, dl, progress=progress)
    return {name: seen if features == "style" else np.maximum(seen, 0) for name, seen in found.items()}


def frozen_body(arch: str, features: Features, weights: str | Path, seed: int = 0) -> nn.Module:
    """The body of the real model, the same for the same seed. Raises what `create_body` raises."""
    torch.manual_seed(seed)
    return create_body(arch, features, weights)


class Views(Dataset):
    """Decoded images `(n, h, w, 3)` uint8, changed and normalised: `(3, h, w)` floats, and an idle target."""

    def __init__(self, pixels: np.ndarray, stats: tuple, change: Callable[[Image.Image], Image.Image]) -> None:
        self.pixels, self.change = pixels, change
        self.mean, self.std = (torch.tensor(each).view(3, 1, 1) for each in stats)

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
        image = self.change(Image.fromarray(self.pixels[i]))
        return (torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255 - self.mean) / self.std, 0
