"""The nearest paintings by other painters."""

import difflib
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from styleclf.data import author_groups

Metric = Literal["cosine", "euclidean"]
_METRICS = get_args(Metric)
_BLOCK = 256  # queries at once: 200 MB of distances to 100,000 images


def nearest(
    embeddings: np.ndarray,  # (n, d)
    queries: Sequence[int],  # positions of the images whose neighbours are wanted
    groups: Sequence | None = None,  # (n,) such as `author_groups`: none of a query's own group is its neighbour
    n_nearest: int = 5,
    metric: Metric = "cosine",
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest images by others, nearest first: positions and distances, each `(len(queries), n_nearest)`.

    Without groups an image is only not its own neighbour. Every distance is computed, a block of queries at a time, so
    memory holds a block's distances to all images, never all to all. Where fewer others are left, the last positions
    are -1, their distances infinite; so are cosine distances of embeddings that are zero.

    Raises ValueError for another metric, `n_nearest` below 1, groups of another length, or embeddings that are no
    numbers.
    """
    embeddings = np.asarray(embeddings, dtype=float)
    groups = np.arange(len(embeddings)) if groups is None else np.asarray(groups)
    _check(embeddings, groups, n_nearest, metric)
    queries = np.asarray(queries, dtype=int)
    positions = np.full((len(queries), n_nearest), -1)
    distances = np.full((len(queries), n_nearest), np.inf)
    kept = min(n_nearest, len(embeddings))
    for start in range(0, len(queries), _BLOCK):
        block = queries[start : start + _BLOCK]
        apart = np.nan_to_num(cdist(embeddings[block], embeddings, metric), nan=np.inf)
        apart[groups[block][:, None] == groups] = np.inf
        order = np.argsort(apart, axis=1, kind="stable")[:, :kept]
        found = np.take_along_axis(apart, order, axis=1)
        rows = slice(start, start + len(block))
        distances[rows, :kept] = found
        positions[rows, :kept] = np.where(np.isfinite(found), order, -1)
    return positions, distances


def neighbours_table(
    design: pd.DataFrame, embeddings: np.ndarray, queries: Sequence[str], n_nearest: int = 5, metric: Metric = "cosine"
) -> pd.DataFrame:
    """`query, rank, filename, label, author, distance`: of every queried filename itself (rank 0), then its nearest.

    None is by the query's own author, or a copy of it. `embeddings (n, d)` are those of the design's rows; their mean
    is taken off, because a probe moves them far above zero, from where all lie in one direction. Raises what `nearest`
    raises, and ValueError for a filename that the design does not have.
    """
    names = design["filename"].tolist()
    lost = [query for query in queries if query not in names]
    if lost:
        near = difflib.get_close_matches(lost[0], names, n=1)
        advice = f"did you mean {near[0]}?" if near else f"such as {names[0]}"
        raise ValueError(f"the design has no image {lost[0]}: give its filename there, {advice}")
    rows = [names.index(query) for query in queries]
    centred = embeddings - embeddings.mean(axis=0)
    positions, distances = nearest(centred, rows, author_groups(design), n_nearest, metric)
    found = [
        (names[row], rank, position, distance)
        for row, *line in zip(rows, positions, distances, strict=True)
        for rank, (position, distance) in enumerate([(row, 0.0), *zip(*line, strict=True)])
        if position >= 0
    ]
    table = pd.DataFrame(found, columns=["query", "rank", "position", "distance"])
    known = design[["filename", "label", "author"]].iloc[table.pop("position")].reset_index(drop=True)
    return pd.concat([table[["query", "rank"]], known, table["distance"]], axis=1)


def _check(embeddings: np.ndarray, groups: np.ndarray, n_nearest: int, metric: str) -> None:
    if metric not in _METRICS:
        raise ValueError(f"metric must be one of {', '.join(_METRICS)}, not {metric!r}")
    if n_nearest < 1:
        raise ValueError(f"n_nearest must be 1 or more, not {n_nearest}")
    if len(groups) != len(embeddings):
        raise ValueError(f"there are {len(groups)} groups for {len(embeddings)} embeddings: one each is needed")
    lost = np.flatnonzero(~np.isfinite(embeddings).all(axis=1))
    if len(lost):
        raise ValueError(f"{len(lost)} of {len(embeddings)} embeddings are no numbers, the first at row {lost[0]}")
