"""The one door for learners: what styleclf needs of one, or a sentence where another program has made it."""

from typing import NamedTuple, cast

import torch
from fastai.data.all import Pipeline
from fastai.learner import Learner
from torch import nn

from styleclf.common import short_repr
from styleclf.data import Picture
from styleclf.models import Precision

_FOREIGN_LEARNER = (
    "this learner was not made by styleclf (it has no body, neck and head): make one with style_learner, "
    "or use the learner's own fit, predict and get_preds"
)


class LearnerParts(NamedTuple):
    """What a learner made by styleclf consists of."""

    learn: Learner
    body: nn.Module  # images (n, 3, h, w) -> features (n, d)
    neck: nn.Sequential  # features -> embeddings
    head: nn.Module  # embeddings -> logits
    test_tfms: Pipeline  # of test batches: bytes -> what the body expects
    vocab: list[str]  # the styles, in the order of the logits
    precision: Precision
    device: torch.device

    @property
    def picture(self) -> Picture:
        """The transform that opens and fits an image. Raises ValueError if the learner's dls have none of ours."""
        return picture_of(self.learn)

    @property
    def embedding_size(self) -> int:
        """Numbers in an embedding."""
        return cast(nn.Linear, self.neck[-1]).out_features

    @property
    def n_features(self) -> int:
        """Numbers that the body gives of an image."""
        return cast(nn.Linear, self.neck[-1]).in_features


def learner_parts(learn: Learner) -> LearnerParts:
    """The parts of a learner. Raises ValueError for one that styleclf has not made."""
    if not hasattr(learn, "model"):
        text = short_repr(learn)
        raise ValueError(f"{text} is not a learner: style_learner makes one, load_style_learner opens one")
    model = learn.model
    if not isinstance(model, nn.Sequential) or len(model) != 3:
        raise ValueError(_FOREIGN_LEARNER)
    body, neck, head = model
    return LearnerParts(
        learn=learn,
        body=body,
        neck=cast(nn.Sequential, neck),
        head=head,
        test_tfms=learn.dls.valid.after_batch,
        vocab=list(learn.dls.vocab),
        precision=precision_of(learn),
        device=next(model.parameters()).device,
    )


def precision_of(learn: Learner) -> Precision:
    """The precision that the learner computes in. Raises ValueError for one that styleclf has not made."""
    callback = getattr(learn, "fitting_precision", None)  # fastai makes an attribute of every callback
    if callback is None:
        raise ValueError(_FOREIGN_LEARNER)
    return callback.precision


def picture_of(learn: Learner) -> Picture:
    """The transform that opens and fits the learner's images. Raises ValueError if it has none of ours."""
    transforms = learn.dls.valid_ds.tls[0].tfms.fs
    for transform in transforms:
        if isinstance(transform, Picture):
            return transform
    raise ValueError("this learner's dls were not made by styleclf: use its own predict and get_preds")
