"""The nearest paintings by other painters."""

import difflib
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from styleclf.common import check_one_of
from styleclf.data import author_groups
from styleclf.embeddings.checks import check_finite

Metric = Literal["cosine", "euclidean"]
_METRICS = get_args(Metric)
_BLOCK = 256  # queries at once: 200 MB of distances to 100,000 images
N_NEAREST = 5
_COLUMNS = ["query", "rank", "filename", "label", "author", "distance"]


def nearest(
    embeddings: np.ndarray,  # (n, d)
    queries: Sequence[int],  # positions of the images whose neighbours are wanted
    groups: Sequence | np.ndarray | None = None,  # (n,) such as `author_groups`: no neighbour is of the query's group
    *,
    n_nearest: int = N_NEAREST,
    metric: Metric = "cosine",
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest images by others, nearest first: positions and distances, each `(len(queries), n_nearest)`.

    Without groups an image is only not its own neighbour. Every distance is computed, a block of queries at a time, so
    memory holds a block's distances to all images, never all to all. Where fewer others exist, the last positions are
    -1 and their distances infinite; so are cosine distances of embeddings that are zero.

    Raises ValueError for another metric, `n_nearest` below 1, groups of another length, or embeddings that contain NaN
    or infinity.

    >>> positions, distances = nearest([[1, 0], [0.9, 0.1], [0, 1]], queries=[0], n_nearest=2)
    >>> positions.tolist()
    [[1, 2]]
    """
    embeddings = np.asarray(embeddings, dtype=float)
    if groups is None:
        groups = np.arange(len(embeddings))
    group_of_image = np.asarray(groups)
    _check(embeddings, group_of_image, n_nearest=n_nearest, metric=metric)
    query_rows = np.asarray(queries, dtype=int)
    n_queries = len(query_rows)
    positions = np.full((n_queries, n_nearest), -1)
    distances = np.full((n_queries, n_nearest), np.inf)
    n_columns = min(n_nearest, len(embeddings))
    for start in range(0, n_queries, _BLOCK):
        rows = slice(start, start + _BLOCK)
        block = query_rows[rows]
        to_all = cdist(embeddings[block], embeddings, metric)
        to_all = np.nan_to_num(to_all, nan=np.inf)
        groups_of_block = group_of_image[block]
        is_own_group = groups_of_block[:, None] == group_of_image
        to_all[is_own_group] = np.inf
        order = np.argsort(to_all, axis=1, kind="stable")
        order = order[:, :n_columns]
        to_nearest = np.take_along_axis(to_all, order, axis=1)
        distances[rows, :n_columns] = to_nearest
        exists = np.isfinite(to_nearest)
        positions[rows, :n_columns] = np.where(exists, order, -1)
    return positions, distances


def neighbours_table(
    design: pd.DataFrame,
    embeddings: np.ndarray,  # (n, d) of the design's rows
    queries: Sequence[str],  # filenames
    *,
    n_nearest: int = N_NEAREST,
    metric: Metric = "cosine",
) -> pd.DataFrame:
    """`query, rank, filename, label, author, distance`: every queried image itself (rank 0), then its nearest.

    No neighbour is by the query's own author, or a copy of it. The mean of all embeddings is subtracted first, because
    a probe moves them far above zero, from where all lie in one direction. Raises what `nearest` raises, and ValueError
    for a filename that the design does not have.

    >>> design = pd.DataFrame({"filename": ["a.jpg", "b.jpg"], "label": ["cubism", "rococo"]})
    >>> design["author"] = ["gris", "boucher"]
    >>> neighbours_table(design, np.eye(2), ["a.jpg"])["filename"].tolist()
    ['a.jpg', 'b.jpg']
    """
    filenames = design["filename"].tolist()
    _check_queries(queries, filenames)
    query_rows = [filenames.index(query) for query in queries]
    centred = embeddings - embeddings.mean(axis=0)
    groups = author_groups(design)
    positions, distances = nearest(centred, query_rows, groups, n_nearest=n_nearest, metric=metric)
    rows = []
    for number, query in enumerate(queries):
        rows.append((query, 0, query_rows[number], 0.0))
        neighbours = zip(positions[number], distances[number], strict=True)
        for rank, (position, distance) in enumerate(neighbours, start=1):
            if position >= 0:
                rows.append((query, rank, position, distance))
    columns = ["query", "rank", "position", "distance"]
    table = pd.DataFrame(rows, columns=columns)
    images = design.iloc[table["position"]]
    images = images.reset_index(drop=True)
    for column in ("filename", "label", "author"):
        table[column] = images[column]
    return table[_COLUMNS]


def _check_queries(queries: Sequence[str], filenames: Sequence[str]) -> None:
    """Raise ValueError for a query that is not among the filenames, with a similar filename or any."""
    for query in queries:
        if query not in filenames:
            similar = difflib.get_close_matches(query, filenames, n=1)
            advice = f"did you mean {similar[0]}?" if similar else f"such as {filenames[0]}"
            raise ValueError(f"the design has no image {query}: give a filename as the design has it, {advice}")


def _check(
    embeddings: np.ndarray,
    groups: np.ndarray,
    *,
    n_nearest: int,
    metric: str,
) -> None:
    check_one_of(metric, _METRICS, "metric")
    if n_nearest < 1:
        raise ValueError(f"n_nearest must be 1 or more, not {n_nearest}")
    if len(groups) != len(embeddings):
        numbers = f"{len(groups)} groups for {len(embeddings)} embeddings"
        raise ValueError(f"there are {numbers}: one per embedding is needed")
    check_finite(embeddings)
