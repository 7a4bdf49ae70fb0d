"""Where the images are on the map, at one or several epochs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from styleclf.training import Evolution

LAST = "last"  # the epoch of the finished learner


@dataclass(frozen=True)
class MapPoints:
    """Positions of `n` images on one map, at every epoch.

    >>> MapPoints(np.zeros((1, 5, 2)), ["last"]).sphere
    False
    """

    positions: np.ndarray  # (n_epochs, n, 2 or 3), NaN where an image has none
    epochs: Sequence[str]  # (n_epochs,) their names, in order: '0' after the probe, '5 (best)', 'last'
    sphere: bool = False  # whether the points of a map in space lie on the unit sphere, which is then drawn

    def check(self, n_images: int) -> None:
        """Raise ValueError unless there are positions of so many images, at least one of them known in every epoch."""
        n_epochs = len(self.epochs)
        shapes = ((n_epochs, n_images, 2), (n_epochs, n_images, 3))
        if self.positions.shape not in shapes:
            shape = self.positions.shape
            raise ValueError(f"positions are {shape}: ({n_epochs}, {n_images}, 2) or (…, 3) are needed")
        is_known = np.isfinite(self.positions).all(axis=2)
        for epoch, is_known_in_epoch in zip(self.epochs, is_known, strict=True):
            if not is_known_in_epoch.any():
                raise ValueError(f"in epoch {epoch} no image has a position")


def with_evolution(
    embeddings: np.ndarray,  # (n, d) by the finished learner
    filenames: Sequence[str],  # (n,)
    evolution: Evolution | None = None,
) -> tuple[np.ndarray, list[str]]:
    """Embeddings `(n_epochs, n, d)` and the epochs' names: those that a training kept, then `embeddings` as 'last'.

    Images that have no embedding in an epoch have NaN there. Raises ValueError for embeddings that contain NaN or
    infinity, and for an evolution of other images or of another width.
    """
    is_finite = np.isfinite(embeddings).all(axis=1)
    n_broken = (~is_finite).sum()
    if n_broken:
        counts = f"{n_broken} of {len(embeddings)} embeddings"
        raise ValueError(f"{counts} contain NaN or infinity: training diverged, lower lr_max")
    if evolution is None:
        return embeddings[None], [LAST]
    rows = pd.Index(filenames).get_indexer(evolution.filename)
    _check_same_training(evolution, rows, embeddings.shape[1])
    is_earlier = np.asarray(evolution.epoch, dtype=str) != LAST
    earlier_epochs = evolution.epoch[is_earlier].tolist()
    shape = (len(earlier_epochs) + 1, *embeddings.shape)
    by_epoch = np.full(shape, np.nan, dtype=np.float32)
    by_epoch[:-1, rows] = evolution.embeddings[is_earlier]
    by_epoch[-1] = embeddings
    return by_epoch, [*earlier_epochs, LAST]


def _check_same_training(evolution: Evolution, rows: np.ndarray, width: int) -> None:
    """Raise ValueError unless every image of the evolution has a row, and its embeddings are `width` numbers each."""
    n_unknown = (rows < 0).sum()
    evolution_width = evolution.embeddings.shape[2]
    if n_unknown or (len(evolution.epoch) and evolution_width != width):
        images = f"{n_unknown} of its images are not in the design"
        widths = f"its embeddings have {evolution_width} numbers, those of the model {width}"
        raise ValueError(f"the evolution is of another training: {images}, and {widths}; remove it")
