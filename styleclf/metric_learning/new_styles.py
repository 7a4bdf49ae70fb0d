"""New styles for a learner with a cosine head, told by some example images: no training, only another direction."""

from collections.abc import Sequence
from pathlib import Path

import torch
from fastai.data.transforms import Categorize, CategoryMap
from fastai.learner import Learner
from torch import nn

from styleclf.inference import probas_and_embeddings
from styleclf.models import CosineHead
from styleclf.training import prototypes


def add_style(learn: Learner, style: str, images: Sequence[str | Path], progress: bool = True) -> Learner:
    """Let a learner know one more style, in place: from now on it predicts it, too.

    Its direction is the mean of those of the example `images` (files), its prototype (Snell et al. 2017); nothing else
    changes. The style comes last in `learn.dls.vocab` and among the probabilities.

    Raises ValueError for a learner without a cosine head, a style it knows, no images, or one that cannot be read.
    """
    head, vocab = learn.model[2], list(learn.dls.vocab)
    if not isinstance(head, CosineHead):
        raise ValueError(f"styles can be added to a cosine head, not to {type(head).__name__}: train with loss arcface")
    if style in vocab:
        raise ValueError(f"the learner knows {style} already")
    if not len(images):
        raise ValueError(f"there are no images to tell {style} by")
    _, embeddings, unreadable = probas_and_embeddings(learn, images, progress=progress)
    if unreadable:
        first = min(unreadable)
        raise ValueError(f"{images[first]} cannot be read: {unreadable[first]}")
    found = prototypes(torch.from_numpy(embeddings), torch.zeros(len(embeddings), dtype=torch.long), 1).to(head.weight)
    head.weight = nn.Parameter(torch.cat([head.weight.detach(), found.repeat(head.n_centers, 1)]))
    _set_vocab(learn, [*vocab, style])
    return learn


def _set_vocab(learn: Learner, vocab: Sequence[str]) -> None:
    """Replace the names of the styles, in place, wherever the learner's images are labelled or its guesses decoded."""
    for ds in (learn.dls.train_ds, learn.dls.valid_ds):
        for tfms in (tl.tfms for tl in ds.tls):
            for transform in tfms.fs:
                if isinstance(transform, Categorize):
                    transform.vocab = CategoryMap(list(vocab), sort=False)
