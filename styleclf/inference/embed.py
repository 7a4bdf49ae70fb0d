"""Embeddings of images, from a learner or from a bare body."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from fastai.learner import Learner

from styleclf.common import check_one_of, check_paths
from styleclf.data import Fit, cached_pixels
from styleclf.inference.backbone import Backbone
from styleclf.inference.features import stored_features
from styleclf.inference.learner_parts import learner_parts
from styleclf.models import Features, Precision

Layer = Literal["embedding", "body"]
_LAYERS = get_args(Layer)


def embedded_files(
    learn: Learner,
    paths: Sequence[str | Path],
    layer: Layer = "embedding",
    *,
    progress: bool = True,
) -> np.ndarray:
    """Embeddings `(n, embedding_size)` float32 of image files, or with `layer='body'` the body's features `(n, d)`.

    Pixels and features go to the cache, where probes find them too. Raises ValueError for another layer or a learner
    that styleclf has not made, OSError for a file that cannot be read.

    >>> embedded_files(learn, pictures, progress=False).shape
    (2, 16)
    """
    check_one_of(layer, _LAYERS, "layer")
    check_paths(paths, "files")
    parts = learner_parts(learn)
    picture = parts.picture
    files = [Path(path) for path in paths]
    if not files:
        n_numbers = parts.embedding_size if layer == "embedding" else parts.n_features
        return np.zeros((0, n_numbers), dtype=np.float32)
    store = cached_pixels(files, picture.size, picture.fit, progress=progress)
    cached = stored_features(parts.body, store, parts.test_tfms, precision=parts.precision, progress=progress)
    features = np.array(cached)
    if layer == "body":
        return features
    device = next(parts.neck.parameters()).device
    on_device = torch.from_numpy(features).to(device)
    with torch.inference_mode():
        embeddings = parts.neck(on_device)
    return embeddings.float().cpu().numpy()


def body_embeddings(
    paths: Sequence[str | Path],
    arch: str,
    weights: str | Path = "imagenet",
    *,
    features: Features = "pooled",
    size: int | None = None,  # pixels a side; default: what suits the body
    fit: Fit = "squash",
    precision: Precision = "auto",
    progress: bool = True,
) -> np.ndarray:
    """Features `(n, d)` float32 of image files by a body as its weights have it, without any training.

    Raises what `create_body` and `cached_pixels` raise: ValueError for an unknown architecture or weights that do not
    fit, OSError for a file that cannot be read.

    >>> body_embeddings(pictures, "resnet10t", weights, size=32, progress=False).shape
    (2, 512)
    """
    check_paths(paths, "files")
    if not len(paths):
        raise ValueError("files is an empty list: name the images to embed")
    backbone = Backbone(arch, weights, features, size=size, fit=fit, precision=precision)
    return backbone.cached_features(paths, progress=progress)
