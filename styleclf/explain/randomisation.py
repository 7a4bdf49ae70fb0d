"""Whether maps change when the network forgets what it has learned (Adebayo et al., Sanity checks, 2018)."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from fastai.learner import Learner
from scipy.stats import rankdata
from torch import nn

from styleclf.explain.attribution import explanations
from styleclf.explain.deletion_curves import in_cells
from styleclf.explain.map_options import MapOptions
from styleclf.explain.model_copy import private_copy
from styleclf.models import parameter_groups

NETWORK_PARTS = ("head", "late body", "early body")  # from the head, with the neck, down


def shuffled_correlations(
    learn: Learner,
    paths: Sequence[str | Path],  # of n images
    styles: Sequence[str],  # that are explained
    *,
    cells: Mapping[str, np.ndarray],  # by method the maps of the learner as it is, `in_cells`
    options: MapOptions,
) -> dict[str, np.ndarray]:
    """By method: rank correlations `(len(NETWORK_PARTS), n)` of its maps with those of the ever more shuffled network.

    The seed of the options is that of the shuffled weights, too.
    """
    correlations: dict[str, list[np.ndarray]] = {method: [] for method in cells}
    shuffled_learner = copy.copy(learn)
    for network in _shuffled_networks(learn.model, options.seed):
        shuffled_learner.model = network
        for method, trained_cells in cells.items():
            result = explanations(shuffled_learner, paths, method, target=styles, options=options, progress=False)
            correlations[method].append(rank_correlations(trained_cells, in_cells(result.attr)))
    return {method: np.stack(by_part) for method, by_part in correlations.items()}


def _shuffled_networks(model: nn.Sequential, seed: int = 0) -> Iterator[nn.Module]:
    """A copy of the network with the weights of the head shuffled, then with the late body's, then with all.

    They are shuffled within each unit, which keeps its mean weight and its bias: mixed among units, they can leave all
    of a layer's below 0 for every image, and a network that says the same of all has no maps to compare. It is one copy
    that changes: use each before the next.
    """
    model = private_copy(model)
    generator = torch.Generator().manual_seed(seed)
    early_body, late_body, *top = parameter_groups(model)  # neck and head are one group, or two of a cosine head
    for weights in (list(chain(*top)), late_body, early_body):
        for weight in weights:
            if weight.ndim > 1:
                units = weight.flatten(1)
                random = torch.rand(units.shape, generator=generator)
                order = random.argsort(dim=1).to(weight.device)
                weight.copy_(units.gather(1, order).view_as(weight))
        yield model


def rank_correlations(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's, row by row of `(n, k)`: `(n,)`, -1..1, and NaN where all values of a row are alike.

    >>> rank_correlations(np.array([[1, 2, 3]]), np.array([[10, 20, 40]])).round(3)
    array([1.])
    """
    x = _centred_ranks(first)
    y = _centred_ranks(second)
    products = (x * y).sum(axis=1)
    squares_of_x = (x**2).sum(axis=1)
    squares_of_y = (y**2).sum(axis=1)
    sizes = np.sqrt(squares_of_x * squares_of_y)
    correlations = np.full(len(x), np.nan)
    return np.divide(products, sizes, out=correlations, where=sizes > 0)


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks within each row of `(n, k)`, with 0 as their mean."""
    middle = (values.shape[1] + 1) / 2
    return rankdata(values, axis=1) - middle
