"""The one door for learners: what styleclf needs of one, or a sentence where another program has made it."""

from typing import NamedTuple

import torch
from fastai.learner import Learner
from torch import nn

from styleclf.data import Picture
from styleclf.models import Precision


class LearnerParts(NamedTuple):
    """What a learner made by styleclf consists of."""

    body: nn.Module  # images (n, 3, h, w) -> features (n, d)
    neck: nn.Module  # features -> embeddings
    head: nn.Module  # embeddings -> logits
    picture: Picture  # opens and fits an image
    vocab: list[str]  # the styles, in the order of the logits
    precision: Precision
    device: torch.device


def learner_parts(learn: Learner) -> LearnerParts:
    """The parts of a learner. Raises ValueError for one that styleclf has not made."""
    model, precision = learn.model, getattr(learn, "fitting_precision", None)
    if not isinstance(model, nn.Sequential) or len(model) != 3 or precision is None:
        raise ValueError(
            "this learner was not made by styleclf (it has no body, neck and head): make one with style_learner, "
            "or use the learner's own fit, predict and get_preds"
        )
    device = next(model.parameters()).device
    return LearnerParts(*model, picture_of(learn), list(learn.dls.vocab), precision.precision, device)


def picture_of(learn: Learner) -> Picture:
    """The transform that opens and fits the learner's images. Raises ValueError if it has none of ours."""
    for transform in learn.dls.valid_ds.tls[0].tfms.fs:
        if isinstance(transform, Picture):
            return transform
    raise ValueError("this learner's dls were not made by styleclf: use its own predict and get_preds")
