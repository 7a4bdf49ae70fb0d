"""A learner around a network that is there already, without any images: what a bundle becomes when it is opened."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import fastai.callback.schedule  # noqa: F401  (gives every learner its bar, fine_tune and lr_find)
import numpy as np
import pandas as pd
import torch
from fastai.data.core import DataLoaders
from fastai.learner import Learner
from fastai.metrics import AccumMetric
from torch import nn

from styleclf.data import Picture, PixelStore, style_block, target_block
from styleclf.evaluation import mean_average_precision, top_1_accuracy, top_2_accuracy
from styleclf.models import FittingPrecision, ImageStats, Precision, parameter_groups, set_layout
from styleclf.training.callbacks import FrozenBatchNorm, History
from styleclf.training.label_losses import BinaryLoss
from styleclf.training.losses import create_loss
from styleclf.training.portable import PortableLearner


def assembled_learner(
    model: nn.Sequential,  # body, neck and head
    vocab: Sequence[str],
    picture: Picture,
    *,
    stats: ImageStats,  # mean and deviation per channel
    precision: Precision = "auto",
    several_labels: bool = False,  # whether it gives each label for itself, in place of one style
) -> Learner:
    """A learner that predicts with the model on the processor, as `style_learner`'s do; training wants other `dls`."""
    set_layout(model)
    metrics = [mean_average_precision] if several_labels else [top_1_accuracy, top_2_accuracy]
    learn = PortableLearner(
        empty_dls(vocab, picture, stats, several_labels=several_labels),
        model.eval(),
        BinaryLoss() if several_labels else create_loss("cross_entropy"),
        splitter=parameter_groups,
        cbs=[FittingPrecision(precision), History(), FrozenBatchNorm()],
        metrics=[AccumMetric(metric, flatten=False) for metric in metrics],
        train_bn=False,
    )
    learn.recorder.train_metrics = True
    learn.pretrained = True
    return learn


def empty_dls(
    vocab: Sequence[str],
    picture: Picture,
    stats: ImageStats,
    *,
    several_labels: bool = False,
) -> DataLoaders:
    """DataLoaders without images, which know how one becomes a batch.

    fastai learns the types of things from a first image, which is a blank one here and then forgotten.
    """
    first = Picture(picture.size, picture.fit, cast(PixelStore, _BlankStore(picture.size)))
    target = target_block(list(vocab), several_labels)
    block = style_block(target, Path(), "", picture=first, stats=stats, augment=0)
    block.splitter = _first_for_training
    row = {"filename": "blank", "label": vocab[0], "author": "", "fold": ""}
    rows = pd.DataFrame([row])
    dls = block.dataloaders(rows, bs=1, path=".", num_workers=0, device=torch.device("cpu"))
    first.store = None
    return dls.new_empty()


class _BlankStore:
    """A store of pixels that has a black image for every path."""

    def __init__(self, size: int) -> None:
        self.pixels = np.zeros((size, size, 3), dtype=np.uint8)

    def get(self, _: Path) -> np.ndarray:
        """The black image."""
        return self.pixels


def _first_for_training(items: pd.DataFrame) -> tuple[list[int], list[int]]:
    """All items for training, and none for testing."""
    return list(range(len(items))), []
