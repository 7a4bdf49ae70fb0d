"""The backbone: which frozen network looks at the images, with which weights, and how images reach it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from fastai.data.all import Pipeline
from torch import nn

from styleclf.data import Fit, cached_pixels, check_images_are_there, normalisation
from styleclf.inference.features import stored_features
from styleclf.models import BodySource, Features, Precision, body_source, check_image_size, create_body


@dataclass(frozen=True)
class Backbone:
    """A body of timm and all that decides what it makes of an image.

    >>> Backbone("resnet18", size=192).image_size, Backbone("vit_tiny_patch16_384").image_size
    (192, 384)
    """

    arch: str = "resnet18"  # any architecture of timm, local-dir:PATH, or hf-hub:owner/name
    weights: str | Path = "imagenet"  # imagenet, none, a file, a folder, hf-hub:… or a tag: see `body_source`
    features: Features = "style"  # style, pooled, or imagenet, which keeps the 1000-way layer
    size: int | None = None  # pixels a side; default: what suits the body
    fit: Fit = "squash"
    precision: Precision = "auto"
    image_mean: Sequence[float] | None = None  # per channel, 0..1, where the weights expect another than they say
    image_std: Sequence[float] | None = None

    @cached_property
    def source(self) -> BodySource:
        """Architecture and weights, and what these expect of images. Raises what `body_source` raises."""
        return body_source(self.arch, self.weights, image_mean=self.image_mean, image_std=self.image_std)

    @property
    def image_size(self) -> int:
        """Pixels a side of the images that the body looks at."""
        return self.size or self.source.size

    def body(self) -> nn.Module:
        """The network, with its weights; a line says which, and under which licence.

        Raises what `create_body` raises, and ValueError for an architecture that takes no images of that size.
        """
        self.source.announce()
        body = create_body(self.arch, self.features, self.weights, size=self.image_size)
        check_image_size(body, self.image_size)
        return body

    def normalisation(self) -> Pipeline:
        """What turns bytes into what the weights expect, by the statistics of their images."""
        return normalisation(self.source.stats)

    def cached_features(self, paths: Sequence[str | Path], *, progress: bool = True) -> np.ndarray:
        """Features `(n, d)` float32 of image files, from the cache where they have been computed before.

        Raises what `create_body`, `check_images_are_there` and `cached_pixels` raise.
        """
        body = self.body()  # first: an unknown architecture should not wait for the images to be decoded
        files = [Path(path) for path in paths]
        check_images_are_there(files)
        store = cached_pixels(files, self.image_size, self.fit, progress=progress)
        tfms = self.normalisation()
        features = stored_features(body, store, tfms, precision=self.precision, progress=progress)
        return np.array(features)
