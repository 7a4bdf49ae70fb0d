"""Deletion and insertion curves: a probability while the cells of an image go or come, in the order of a map.

Cells are the same for all methods: if single pixels went, they would leave a noise that no image has.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from fastai.learner import Learner
from torch import Tensor

from styleclf.evaluation import targets
from styleclf.explain.attribution import predictor
from styleclf.explain.inputs import Baseline, baseline_images, network_inputs
from styleclf.models import Precision

_CELLS_PER_SIDE = 14
_N_CELLS = _CELLS_PER_SIDE**2
N_STEPS = 14  # in which all cells go, or come
_N_RANDOM_ORDERS = 2  # which are averaged
ORDERS = ("random", "centre")  # by chance, and from the middle outwards: what any map has to beat


def in_cells(attr: np.ndarray) -> np.ndarray:
    """Means of maps `(n, h, w)` within the cells, `(n, n_cells)`. Raises ValueError for maps smaller than the grid."""
    height, width = attr.shape[1:]
    row_cells = np.eye(_CELLS_PER_SIDE)[_cell_of_pixel(height)]
    column_cells = np.eye(_CELLS_PER_SIDE)[_cell_of_pixel(width)]
    sums = np.einsum("hi,nhw,wj->nij", row_cells, attr, column_cells)
    n_pixels = np.outer(row_cells.sum(axis=0), column_cells.sum(axis=0))
    return (sums / n_pixels).reshape(len(attr), -1)


def _cell_of_pixel(side: int) -> np.ndarray:
    """The cell of each of `side` pixels in one direction, `(side,)`. Raises ValueError for fewer pixels than cells."""
    if side < _CELLS_PER_SIDE:
        raise ValueError(
            f"explanations are judged on {_CELLS_PER_SIDE} x {_CELLS_PER_SIDE} cells, and this learner sees {side} "
            "pixels a side: judge one with larger images"
        )
    return np.arange(side) * _CELLS_PER_SIDE // side


def cell_ranks(
    cells: Mapping[str, np.ndarray],
    seed: int = 0,
) -> dict[str, list[np.ndarray]]:
    """The turn of each cell, the most important first, `(n, n_cells)` from 0: by method, and by ORDERS.

    `cells` are maps `in_cells` by method. Cells of equal importance, such as those within one square of occlusion, come
    in random order. Where an order has several ranks, its curves are averaged.
    """
    rng = np.random.default_rng(seed)
    ranks = {}
    for method, importance in cells.items():
        ranks[method] = [_ranks(importance, rng)]
    shape = next(iter(cells.values())).shape
    middles = np.arange(_CELLS_PER_SIDE) + 0.5
    offset = middles / _CELLS_PER_SIDE - 0.5
    centrality = -np.hypot(offset[:, None], offset).ravel()
    no_importance = np.zeros(shape)
    ranks["random"] = [_ranks(no_importance, rng) for _ in range(_N_RANDOM_ORDERS)]
    ranks["centre"] = [_ranks(np.broadcast_to(centrality, shape), rng)]
    return ranks


def _ranks(importance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The turn of each cell by its importance, both `(n, n_cells)`."""
    tie_breaker = rng.random(importance.shape)
    order = np.lexsort((tie_breaker, -importance), axis=1)
    return np.argsort(order, axis=1)


def order_curves(
    learn: Learner,
    paths: Sequence[str | Path],
    styles: Sequence[str],  # of which the probability is followed
    *,
    ranks: Mapping[str, Sequence[np.ndarray]],  # as of `cell_ranks`
    cover: Baseline = "blur",  # what is seen of a cell that is gone
    progress: bool = True,
    precision: Precision | None = None,  # default: the learner's
) -> dict[str, np.ndarray]:
    """By order: probabilities `(2, n, N_STEPS + 1)`, first while its first cells go, then while they come."""
    predict = predictor(learn, precision)
    targs = targets(styles, list(learn.dls.vocab))
    shape = (2, len(paths), N_STEPS + 1)
    curves = {name: np.zeros(shape) for name in ranks}
    for rows, x in network_inputs(learn, paths, progress=progress):
        covers = baseline_images(x, cover)
        batch_targs = torch.from_numpy(targs[rows]).to(x.device)
        for name, order_ranks in ranks.items():
            for cell_order in order_ranks:
                turns = cell_order[rows]
                deletion = _path_probas(predict, x, covers, ranks=turns, targs=batch_targs)
                insertion = _path_probas(predict, covers, x, ranks=turns, targs=batch_targs)
                curves_of_images = np.stack([deletion, insertion])
                curves[name][:, rows] += curves_of_images / len(order_ranks)
    return curves


def _path_probas(
    predict: Callable[[Tensor], Tensor],  # images to probabilities
    start: Tensor,  # (n, 3, h, w)
    end: Tensor,  # (n, 3, h, w)
    *,
    ranks: np.ndarray,  # (n, n_cells)
    targs: Tensor,  # (n,)
    bs: int = 8,  # images that go through the network at once
) -> np.ndarray:
    """Probabilities `(n, N_STEPS + 1)` on the way from images to others, whose cells replace theirs in their order."""
    n, _, height, width = start.shape
    cell_turns = ranks.reshape(n, _CELLS_PER_SIDE, _CELLS_PER_SIDE)
    row_turns = cell_turns[:, _cell_of_pixel(height)]
    pixel_turns = row_turns[:, :, _cell_of_pixel(width)]
    turns = torch.from_numpy(pixel_turns).to(start.device)
    n_points = N_STEPS + 1
    n_replaced = torch.linspace(0, _N_CELLS, n_points, device=start.device).round()
    probas = []
    all_pairs = torch.arange(n * n_points, device=start.device)
    for pairs in all_pairs.split(bs):
        image = pairs // n_points
        step = pairs % n_points
        is_replaced = turns[image] < n_replaced[step, None, None]
        mixtures = torch.where(is_replaced[:, None], end[image], start[image])
        mixture_probas = predict(mixtures).gather(1, targs[image, None])
        probas.append(mixture_probas[:, 0])
    by_image = torch.cat(probas).view(n, -1)
    return by_image.cpu().numpy()


def areas(probas: np.ndarray) -> np.ndarray:
    """Areas 0..1 under curves of equal steps along the last axis.

    >>> float(areas(np.array([0.0, 0.5, 1.0])))
    0.5
    """
    neighbours = probas[..., 1:] + probas[..., :-1]
    return neighbours.mean(axis=-1) / 2
