"""Retrieval: whether the nearest paintings by others are of the same style."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from styleclf.common import needs_package
from styleclf.evaluation import ratio

if TYPE_CHECKING:
    from torch import Tensor

_RETRIEVAL_METRICS = {  # and what pytorch-metric-learning calls them
    "precision_at_1": "precision_at_1",
    "r_precision": "r_precision",
    "map_at_r": "mean_average_precision_at_r",
}


def retrieval_values(
    units: np.ndarray,  # (n, d) of length 1
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,) authors; each image its own number where an author's paintings may be found
    *,
    metrics: Sequence[str] = tuple(_RETRIEVAL_METRICS),
) -> dict[str, np.ndarray]:
    """How well every image finds those of its style by others, each `(n,)` and 0..1.

    The query's own group is neither candidate nor hit. With R images of its style among the candidates,
    `precision_at_1` says whether the nearest is one of them, `r_precision` how many of the R nearest are; `map_at_r` is
    the mean over these R places of the precision up to there, 0 where a place is not a hit (Musgrave et al., A metric
    learning reality check, 2020). NaN where R is 0.

    The formulas are those of pytorch-metric-learning's AccuracyCalculator, called for one query at a time because
    every author has different candidates. Raises ValueError where that package is missing.
    """
    import torch

    unit_tensor = torch.as_tensor(units)
    styles = torch.as_tensor(targs)

    def nearest_images(
        query: "Tensor",
        k: int,
        reference: "Tensor",
        ref_includes_query: bool,
    ) -> Any:
        """The `k` nearest of `reference (m, 1)` to `query (1, 1)`, both positions of images."""
        cosines = unit_tensor @ unit_tensor[int(query)]
        candidates = reference[:, 0].long()
        return cosines[candidates][None].topk(k)

    calculator = calculator_class()(
        [_RETRIEVAL_METRICS[name] for name in metrics],
        k="max_bin_count",  # this is R, as there is one query
        device=torch.device("cpu"),
        knn_func=nearest_images,  # or faiss would be needed
    )
    n_of_style, _ = _candidates(targs, groups)
    values = {name: np.full(len(targs), np.nan) for name in metrics}
    for query in np.flatnonzero(n_of_style > 0):
        by_others = np.flatnonzero(groups != groups[query])
        references = torch.as_tensor(by_others)
        accuracy = calculator.get_accuracy(
            query=torch.tensor([[query]]),
            query_labels=styles[[query]],
            reference=references[:, None],
            reference_labels=styles[references],
        )
        for name in metrics:
            values[name][query] = accuracy[_RETRIEVAL_METRICS[name]]
    return values


def retrieval_by_chance(
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,) authors
) -> np.ndarray:
    """`(n,)` precision of every image's search if it finds images by others at random, NaN where there are none."""
    n_of_style, n_images = _candidates(targs, groups)
    return ratio(n_of_style, n_images)


def _candidates(
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,) authors
) -> tuple[np.ndarray, np.ndarray]:
    """`(n,)` how many images by others are of an image's style, and how many images by others there are."""
    groups = np.unique(groups, return_inverse=True)[1]
    n_groups = groups.max() + 1
    n_styles = targs.max() + 1
    images = np.zeros((n_groups, n_styles), dtype=int)
    np.add.at(images, (groups, targs), 1)
    images_of_style = images.sum(axis=0)
    images_of_group = images.sum(axis=1)
    n_of_style = images_of_style[targs] - images[groups, targs]
    n_images = len(targs) - images_of_group[groups]
    return n_of_style, n_images


def calculator_class() -> type:
    """pytorch-metric-learning's AccuracyCalculator. Raises ValueError where that package is missing."""
    with needs_package("pytorch-metric-learning", extra="metric", purpose="retrieval"):
        from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
    return AccuracyCalculator
