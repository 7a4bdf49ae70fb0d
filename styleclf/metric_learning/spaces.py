"""Styles that are withheld from a training, to see what its embeddings know of styles they were never taught."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.data import Paintings
from styleclf.inference import body_embeddings, predict_and_embed
from styleclf.metric_learning.retrieval import unit_rows
from styleclf.models import CosineHead, create_body
from styleclf.training import feature_shares


class Space(NamedTuple):
    """Embeddings of the same images by one model, as they are and by their direction."""

    embeddings: np.ndarray  # (n, d) of the images to judge on, less the centre of the training images
    units: np.ndarray  # (n, d) of length 1
    train_units: np.ndarray  # (m, d) of the training images
    predictions: pd.DataFrame | None = None  # a learner's, of the images to judge on


def learner_space(learn: Learner, judged: pd.DataFrame, train: pd.DataFrame, images: str | Path) -> Space:
    """What a learner makes of images. A cosine head's angles are those at 0, others' at the training images' mean."""
    own = predict_and_embed(learn, Paintings(judged, Path(images)))
    seen = predict_and_embed(learn, Paintings(train, Path(images))).embeddings
    centre = 0.0 if isinstance(learn.model[2], CosineHead) else seen.mean(axis=0)
    return _space_of(own.embeddings, seen, centre)._replace(predictions=own.table)


def frozen_space(
    judged: pd.DataFrame, train: pd.DataFrame, images: str | Path, arch: str, weights: str, features: str, **how: object
) -> Space:
    """What a body makes of images without any training, its features scaled as a probe sees them.

    `how` are `size`, `fit` and `precision`.
    """
    files = [Path(images) / name for name in (*judged["filename"], *train["filename"])]
    found = body_embeddings(files, arch, weights, features=features, **how)
    own, seen = found[: len(judged)], found[len(judged) :]
    scale = feature_shares(create_body(arch, features, "none")) / np.maximum(seen.std(axis=0), 1e-6)
    return _space_of(own * scale, seen * scale, (seen * scale).mean(axis=0))


def _space_of(own: np.ndarray, seen: np.ndarray, centre: np.ndarray | float) -> Space:
    """A `Space` of embeddings of judged and of training images."""
    return Space(own - centre, unit_rows(own - centre), unit_rows(seen - centre))
