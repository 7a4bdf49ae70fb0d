"""Maps of embeddings: a place on the plane, or in space, for every image, by UMAP or PCA."""

import tempfile
from typing import TYPE_CHECKING, Literal, Union, get_args

import numpy as np

from styleclf.common import check_one_of, count_of, say, with_progress

if TYPE_CHECKING:
    from sklearn.decomposition import PCA
    from umap import UMAP

Projection = Literal["umap", "pca"]
PROJECTIONS = get_args(Projection)
_NEIGHBOURS = 15  # umap-learn's default


def map_positions(
    embeddings: np.ndarray,  # (n, d)
    projection: Projection = "umap",
    seed: int = 0,
    *,
    dims: int = 2,  # 2, or 3 for a map in space
) -> np.ndarray:
    """Positions `(n, dims)` of embeddings `(n, d)` on a map, the same for the same seed.

    Without the package umap-learn, 'umap' becomes 'pca', which a line says. Raises ValueError for another projection.

    >>> map_positions(np.eye(5), "pca").shape
    (5, 2)
    """
    projector = _projector(projection, len(embeddings), seed, dims=dims)
    return projector.fit_transform(embeddings)


def map_positions_by_epoch(
    embeddings: np.ndarray,  # (n_epochs, n, d), NaN where an image has none in an epoch
    fitted: np.ndarray,  # (n,) bool: the images by whose last embeddings the map is made
    projection: Projection = "umap",
    *,
    seed: int = 0,
    dims: int = 2,
) -> np.ndarray:
    """Positions `(n_epochs, n, dims)` of several epochs on one map, so that they are comparable; NaN stays NaN.

    The map is fitted once, to the last epoch's `fitted` images; all others are placed on it. As of
    `map_positions`, they are the same for the same seed, and by PCA without umap-learn.

    Raises ValueError for another projection, for embeddings of which only some numbers are NaN or that contain
    infinity, and for fewer than three images to fit the map to.

    >>> epochs = np.stack([np.eye(5), 2 * np.eye(5)])
    >>> map_positions_by_epoch(epochs, np.array([True, True, True, True, False]), "pca").shape
    (2, 5, 2)
    """
    exists = ~np.isnan(embeddings).all(axis=2)
    is_finite = np.isfinite(embeddings).all(axis=2)
    invalid = exists & ~is_finite
    if invalid.any():
        epoch, row = np.argwhere(invalid)[0]
        broken = count_of(int(invalid.sum()), "embedding")
        place = f"the first at epoch {epoch}, row {row}"
        raise ValueError(f"{broken} with NaN or infinity beside numbers, {place}: train again, or make the file anew")
    n_fitted = (exists[-1:] & fitted).sum()
    if n_fitted < 3:
        raise ValueError(f"a map must be fitted to three images or more of the last epoch, not {n_fitted}")
    projector = _projector(projection, n_fitted, seed, dims=dims)
    is_fitted = exists[-1] & fitted
    projector.fit(embeddings[-1][is_fitted])
    parts = []
    for epoch in range(len(embeddings)):
        parts.append((epoch, exists[epoch] & fitted))
        parts.append((epoch, exists[epoch] & ~fitted))
    shape = (*exists.shape, dims)
    points = np.full(shape, np.nan, dtype=np.float32)
    for epoch, rows in with_progress(parts, len(parts), "parts of the map"):
        if rows.any():
            placed_points = projector.transform(embeddings[epoch, rows])
            points[epoch, rows] = placed_points
    return points


def _projector(
    projection: Projection,
    n: int,  # embeddings
    seed: int,
    *,
    dims: int,
) -> Union["UMAP", "PCA"]:
    """What maps `n` embeddings, not yet fitted."""
    check_one_of(projection, PROJECTIONS, "projection")
    if projection == "umap":
        try:
            say("importing umap, which takes some seconds")
            umap_class = _umap_class()
        except ImportError:
            say('umap-learn is not installed (pip install "styleclf[umap]"): the map is drawn by PCA')
        else:
            n_neighbours = min(_NEIGHBOURS, n - 1)
            return umap_class(n_neighbours, dims, random_state=seed, transform_seed=seed, n_jobs=1)
    from sklearn.decomposition import PCA

    return PCA(dims, random_state=seed)


def _umap_class() -> type["UMAP"]:
    """The class of umap-learn. Raises ImportError without the package.

    Numba keeps what it compiles beside a package or in the user's home; where neither can be written, it refuses to
    import umap, and is given a temporary folder.
    """
    try:
        from umap import UMAP
    except RuntimeError:
        import numba

        numba.config.CACHE_DIR = tempfile.mkdtemp(prefix="styleclf-numba-")  # type: ignore[attr-defined]
        from umap import UMAP
    return UMAP
