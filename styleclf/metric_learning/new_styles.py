"""New styles for a learner with a cosine head, from some example images: no training, only one more direction."""

from collections.abc import Sequence
from pathlib import Path

import torch
from fastai.data.transforms import Categorize, CategoryMap
from fastai.learner import Learner
from torch import nn

from styleclf.inference import forget_novelty, learner_parts, probas_and_embeddings
from styleclf.models import CosineHead
from styleclf.training import prototypes


def add_style(
    learn: Learner,
    style: str,
    images: Sequence[str | Path],
    *,
    progress: bool = True,
) -> Learner:
    """Let a learner know one more style, in place: from now on it predicts it, too.

    Its direction is the mean of those of the example `images` (files), its prototype (Snell et al. 2017); nothing else
    changes, but that the learner says nothing of novelty any more: it would call pictures of the style new. The style
    comes last in `learn.dls.vocab` and among the probabilities.

    Raises ValueError for a learner that styleclf has not made or that has no cosine head, a style it knows, no images,
    or one that cannot be read.

    >>> dls = get_dls(design, images, arch="resnet10t", size=32, bs=16)
    >>> learn = arcface_learner(dls, "resnet10t", weights=weights)
    >>> add_style(learn, "surrealism", pictures, progress=False).dls.vocab[-1]
    'surrealism'
    """
    parts = learner_parts(learn)
    head = parts.head
    if not isinstance(head, CosineHead):
        raise ValueError(f"styles can be added to a cosine head, not to {type(head).__name__}: train with loss arcface")
    if style in parts.vocab:
        raise ValueError(f"the learner knows {style} already: give the new style another name")
    if not len(images):
        raise ValueError(f"there are no images to learn {style} from: name some")
    predictions = probas_and_embeddings(learn, images, progress=progress)
    embeddings = predictions.embeddings
    if predictions.unreadable:
        position = min(predictions.unreadable)
        raise ValueError(f"{images[position]} cannot be read: {predictions.unreadable[position]}")
    one_style = torch.zeros(len(embeddings), dtype=torch.long)
    direction = prototypes(torch.from_numpy(embeddings), one_style, 1)
    direction = direction.to(head.weight)
    new_rows = direction.repeat(head.n_centers, 1)
    weight = torch.cat([head.weight.detach(), new_rows])
    head.weight = nn.Parameter(weight)
    _set_vocab(learn, [*parts.vocab, style])
    forget_novelty(learn)  # it would call the style's pictures new
    return learn


def _set_vocab(learn: Learner, vocab: Sequence[str]) -> None:
    """Replace the names of the styles, in place, wherever the learner's images are labelled or its guesses decoded."""
    for dataset in (learn.dls.train_ds, learn.dls.valid_ds):
        for transformed_list in dataset.tls:
            for transform in transformed_list.tfms.fs:
                if isinstance(transform, Categorize):
                    transform.vocab = CategoryMap(list(vocab), sort=False)
