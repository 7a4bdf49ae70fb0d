"""Whether maps change when the network forgets what it has learned (Adebayo et al., Sanity checks, 2018)."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import torch
from fastai.learner import Learner
from scipy.stats import rankdata
from torch import nn

from styleclf.explain.attribution import explained
from styleclf.explain.deletion_curves import in_cells
from styleclf.explain.model_copy import private_copy
from styleclf.models import parameter_groups

PARTS = ("head", "late body", "early body")  # from the head, with the neck, down


def shuffled_correlations(
    learn: Learner,
    paths: Sequence[str],  # of n images
    styles: Sequence[str],  # that are explained
    cells: Mapping[str, np.ndarray],  # by method the maps of the learner as it is, `in_cells`
    seed: int = 0,
    **how: object,  # what `explained` takes
) -> dict[str, np.ndarray]:
    """By method: rank correlations `(len(PARTS), n)` of its maps with those of the ever more shuffled network."""
    found: dict[str, list[np.ndarray]] = {method: [] for method in cells}
    other = copy.copy(learn)
    for other.model in _shuffled_networks(learn.model, seed):
        for method, own in cells.items():
            attr = explained(other, paths, method, styles, seed=seed, progress=False, **how).attr
            found[method].append(rank_correlations(own, in_cells(attr)))
    return {method: np.stack(each) for method, each in found.items()}


def _shuffled_networks(model: nn.Module, seed: int = 0) -> Iterator[nn.Module]:
    """A copy of the network with the weights of the head shuffled, then with the late body's, then with all.

    They are shuffled within each unit, which keeps its mean weight and its bias: mixed among units, they can leave all
    of a layer's below 0 for every image, and a network that says the same of all has no maps to compare. It is one copy
    that changes: use each before the next.
    """
    model, generator = private_copy(model), torch.Generator().manual_seed(seed)
    early, late, *top = parameter_groups(model)  # neck and head are one group, or two of a cosine head
    for weights in ([*chain(*top)], late, early):
        for weight in weights:
            if weight.ndim > 1:
                order = torch.rand(weight.flatten(1).shape, generator=generator).argsort(dim=1).to(weight.device)
                weight.copy_(weight.flatten(1).gather(1, order).view_as(weight))
        yield model


def rank_correlations(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's, row by row of `(n, k)`: `(n,)`, -1..1, and NaN where all values of a row are alike."""
    a, b = (rankdata(each, axis=1) - (each.shape[1] + 1) / 2 for each in (first, second))
    sizes = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.divide((a * b).sum(axis=1), sizes, out=np.full(len(a), np.nan), where=sizes > 0)
