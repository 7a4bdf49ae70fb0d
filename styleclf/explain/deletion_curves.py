"""What becomes of a probability as an image's cells go and come, in the order in which a map would take them.

Cells are the same for all methods: single pixels that go would leave a noise that no image has.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from fastai.learner import Learner
from torch import Tensor

from styleclf.evaluation import targets
from styleclf.explain.attribution import predictor
from styleclf.explain.inputs import Baseline, baseline_images, network_inputs
from styleclf.models import Precision

_CELLS = 14  # a side of the image
STEPS = 14  # in which all cells go, and come
_N_RANDOM = 2  # random orders that are averaged
ORDERS = ("random", "centre")  # by chance, and from the middle outwards: what any map has to beat


def in_cells(attr: np.ndarray) -> np.ndarray:
    """Means of maps `(n, h, w)` within cells, `(n, CELLS ** 2)`. Raises ValueError for maps smaller than the grid."""
    down, across = (np.eye(_CELLS)[_cell_of_pixel(side)] for side in attr.shape[1:])
    sums = np.einsum("hi,nhw,wj->nij", down, attr, across)
    return (sums / np.outer(down.sum(axis=0), across.sum(axis=0))).reshape(len(attr), -1)


def _cell_of_pixel(side: int) -> np.ndarray:
    """Which cell each of `side` pixels is in, `(side,)`. Raises ValueError for fewer pixels than cells."""
    if side < _CELLS:
        raise ValueError(
            f"explanations are judged on {_CELLS} x {_CELLS} cells, and this learner sees {side} pixels a side"
        )
    return np.arange(side) * _CELLS // side


def cell_ranks(cells: Mapping[str, np.ndarray], seed: int = 0) -> dict[str, list[np.ndarray]]:
    """When each cell is taken, the most important first, `(n, CELLS ** 2)` from 0: by method, and by ORDERS.

    Cells that are alike, such as those within one square of occlusion, are taken by chance. Several ranks are averaged.
    """
    rng = np.random.default_rng(seed)
    ranks = {method: [_ranks(each, rng)] for method, each in cells.items()}
    shape = next(iter(cells.values())).shape
    place = (np.arange(_CELLS) + 0.5) / _CELLS - 0.5
    central = -np.hypot(place[:, None], place).ravel()
    ranks["random"] = [_ranks(np.zeros(shape), rng) for _ in range(_N_RANDOM)]
    ranks["centre"] = [_ranks(np.broadcast_to(central, shape), rng)]
    return ranks


def _ranks(importance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    order = np.lexsort((rng.random(importance.shape), -importance), axis=1)
    return np.argsort(order, axis=1)


def order_curves(
    learn: Learner,
    paths: Sequence[str],
    styles: Sequence[str],  # of which the probability is followed
    ranks: Mapping[str, Sequence[np.ndarray]],  # as of `cell_ranks`
    cover: Baseline = "blur",  # what is seen of a cell that is gone
    bs: int = 8,  # images that go through the network at once
    progress: bool = True,
    precision: Precision | None = None,  # default: the learner's
) -> dict[str, np.ndarray]:
    """By order: probabilities `(2, n, STEPS + 1)` while its first cells go, and while they come."""
    predict = predictor(learn, precision)
    targs = targets(styles, list(learn.dls.vocab))
    curves = {name: np.zeros((2, len(paths), STEPS + 1)) for name in ranks}
    for which, x in network_inputs(learn, paths, progress):
        covers, wanted = baseline_images(x, cover), torch.from_numpy(targs[which]).to(x.device)
        for name, several in ranks.items():
            for each in several:
                ways = (x, covers), (covers, x)
                found = [_way_probas(predict, *way, each[which], wanted, bs) for way in ways]
                curves[name][:, which] += np.stack(found) / len(several)
    return curves


def _way_probas(
    predict: Callable[[Tensor], Tensor],  # images to probabilities
    start: Tensor,  # (n, 3, h, w)
    end: Tensor,  # (n, 3, h, w)
    ranks: np.ndarray,  # (n, CELLS ** 2)
    targs: Tensor,  # (n,)
    bs: int = 8,
) -> np.ndarray:
    """Probabilities `(n, STEPS + 1)` on the way from images to others, whose cells replace theirs in their order."""
    n, device = len(start), start.device
    down, across = map(_cell_of_pixel, start.shape[2:])
    when = torch.from_numpy(ranks.reshape(n, _CELLS, _CELLS)[:, down][:, :, across]).to(device)
    n_taken = torch.linspace(0, _CELLS**2, STEPS + 1, device=device).round()
    found = []
    for pairs in torch.arange(n * (STEPS + 1), device=device).split(bs):
        image, step = pairs // (STEPS + 1), pairs % (STEPS + 1)
        taken = when[image] < n_taken[step, None, None]
        between = torch.where(taken[:, None], end[image], start[image])
        found.append(predict(between).gather(1, targs[image, None])[:, 0])
    return torch.cat(found).view(n, -1).cpu().numpy()


def areas(probas: np.ndarray) -> np.ndarray:
    """Areas 0..1 under curves of equal steps along the last axis."""
    return (probas[..., 1:] + probas[..., :-1]).mean(axis=-1) / 2
