"""Embeddings of the same images by several models, to be compared: a bare body, a learner."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.data import Paintings
from styleclf.inference import Backbone, learner_parts, predict_and_embed
from styleclf.metric_learning.directions import unit_rows
from styleclf.models import CosineHead, create_body
from styleclf.training import feature_shares

_MIN_SPREAD = 1e-6  # standard deviation of a feature, so that none is divided by zero


class Space(NamedTuple):
    """Embeddings of the same images by one model, as they are and by their direction."""

    embeddings: np.ndarray  # (n, d) of the images to judge on, less the centre of the training images
    units: np.ndarray  # (n, d) of length 1
    train_units: np.ndarray  # (m, d) of the training images
    predictions: pd.DataFrame | None = None  # a learner's, of the images to judge on


def learner_space(learn: Learner, judged: Paintings, train: Paintings) -> Space:
    """What a learner makes of images.

    A cosine head measures angles at 0, other heads are taken to measure them at the mean of the training images.
    """
    predictions = predict_and_embed(learn, judged)
    train_embeddings = predict_and_embed(learn, train).embeddings
    has_cosine_head = isinstance(learner_parts(learn).head, CosineHead)
    centre = 0.0 if has_cosine_head else train_embeddings.mean(axis=0)
    space = _space_of(predictions.embeddings, train_embeddings, centre)
    return space._replace(predictions=predictions.table)


def frozen_space(judged: Paintings, train: Paintings, backbone: Backbone) -> Space:
    """What a body makes of images without any training, its features scaled as a probe sees them."""
    files = [*judged.paths(), *train.paths()]
    features = backbone.cached_features(files)
    train_features = features[len(judged) :]
    spread = np.maximum(train_features.std(axis=0), _MIN_SPREAD)
    body = create_body(backbone.arch, backbone.features, "none", size=backbone.image_size)
    shares = feature_shares(body)
    scaled = features * (shares / spread)
    train_scaled = scaled[len(judged) :]
    judged_scaled = scaled[: len(judged)]
    return _space_of(judged_scaled, train_scaled, train_scaled.mean(axis=0))


def _space_of(
    embeddings: np.ndarray,  # (n, d) of judged images
    train_embeddings: np.ndarray,  # (m, d)
    centre: np.ndarray | float,  # (d,)
) -> Space:
    """A `Space` of embeddings of judged and of training images."""
    centred = embeddings - centre
    train_centred = train_embeddings - centre
    return Space(centred, unit_rows(centred), unit_rows(train_centred))
