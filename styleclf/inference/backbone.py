"""The backbone: which frozen network looks at the images, with which weights, and how images reach it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fastai.data.all import Pipeline
from torch import nn

from styleclf.data import Fit, cached_pixels, normalisation
from styleclf.inference.features import stored_features
from styleclf.models import Features, Precision, check_image_size, create_body


@dataclass(frozen=True)
class Backbone:
    """A body of timm and all that decides what it makes of an image.

    >>> Backbone("resnet18", size=192).size
    192
    """

    arch: str = "resnet18"  # any architecture of timm
    weights: str | Path = "imagenet"  # imagenet, none, or a file of weights for the body
    features: Features = "style"  # style, pooled, or imagenet, which keeps the 1000-way layer
    size: int = 224  # pixels a side
    fit: Fit = "squash"
    precision: Precision = "auto"

    def body(self) -> nn.Module:
        """The network, with its weights.

        Raises what `create_body` raises, and ValueError for an architecture that takes no images of that size.
        """
        body = create_body(self.arch, self.features, self.weights)
        check_image_size(body, self.size)
        return body

    def normalisation(self) -> Pipeline:
        """What turns bytes into what the weights expect, by the architecture's image statistics."""
        return normalisation(self.arch)

    def cached_features(self, paths: Sequence[str | Path], *, progress: bool = True) -> np.ndarray:
        """Features `(n, d)` float32 of image files, from the cache where they have been computed before.

        Raises what `create_body` and `cached_pixels` raise.
        """
        body = self.body()  # first: an unknown architecture should not wait for the images to be decoded
        files = [Path(path) for path in paths]
        store = cached_pixels(files, self.size, self.fit, progress=progress)
        features = stored_features(body, store, self.normalisation(), precision=self.precision, progress=progress)
        return np.array(features)
