"""Embeddings of images, from a learner or from a bare body."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from fastai.learner import Learner

from styleclf.data import Fit, cached_pixels, normalisation
from styleclf.inference.features import stored_features
from styleclf.inference.predict import picture_of
from styleclf.models import Features, Precision, create_body

Layer = Literal["embedding", "body"]
_LAYERS = get_args(Layer)


def embedded_files(
    learn: Learner, paths: Sequence[str | Path], layer: Layer = "embedding", progress: bool = True
) -> np.ndarray:
    """Embeddings `(n, embedding_size)` float32 of image files, or with `layer='body'` the body's features `(n, d)`.

    Pixels and features go to the cache, where probes find them too. Raises ValueError for another layer or a learner
    that styleclf has not made, OSError for a file that cannot be read.
    """
    if layer not in _LAYERS:
        raise ValueError(f"layer must be one of {', '.join(_LAYERS)}, not {layer!r}")
    picture, (body, neck, _) = picture_of(learn), learn.model
    store = cached_pixels([Path(path) for path in paths], picture.size, picture.fit, progress=progress)
    tfms, precision = learn.dls.valid.after_batch, learn.fitting_precision.precision
    features = np.array(stored_features(body, store, tfms, precision, progress))
    if layer == "body":
        return features
    with torch.inference_mode():
        return neck(torch.from_numpy(features).to(next(neck.parameters()).device)).float().cpu().numpy()


def body_embeddings(
    paths: Sequence[str | Path],
    arch: str,
    weights: str | Path = "imagenet",
    features: Features = "pooled",
    size: int = 224,
    fit: Fit = "squash",
    precision: Precision = "auto",
    progress: bool = True,
) -> np.ndarray:
    """Features `(n, d)` float32 of image files by a body as its weights have it, without any training.

    Raises what `create_body` and `stored` raise.
    """
    body = create_body(arch, features, weights)
    store = cached_pixels([Path(path) for path in paths], size, fit, progress=progress)
    return np.array(stored_features(body, store, normalisation(arch), precision, progress))
