"""Maps of embeddings: a place on the plane, or in space, for every image, by UMAP or PCA."""

from typing import TYPE_CHECKING, Literal, Union, get_args

import numpy as np

from styleclf.output import tracked

if TYPE_CHECKING:
    from sklearn.decomposition import PCA
    from umap import UMAP

Projection = Literal["umap", "pca"]
PROJECTIONS = get_args(Projection)
_NEIGHBOURS = 15  # umap-learn's default


def projected(embeddings: np.ndarray, projection: Projection = "umap", seed: int = 0, dims: int = 2) -> np.ndarray:
    """Positions `(n, dims)` of embeddings `(n, d)` on a map, the same for the same seed.

    Without the package umap-learn, 'umap' becomes 'pca', which a line says. Raises ValueError for another projection.
    """
    return _projector(projection, len(embeddings), seed, dims).fit_transform(embeddings)


def placed(
    embeddings: np.ndarray,  # (n_epochs, n, d), NaN where an image has none in an epoch
    fitted: np.ndarray,  # (n,) bool: the images by whose last embeddings the map is made
    projection: Projection = "umap",
    seed: int = 0,
    dims: int = 2,
) -> np.ndarray:
    """Positions `(n_epochs, n, dims)` of several epochs on one map, so that they are comparable; NaN stays NaN.

    The map is fitted once, to the last epoch's `fitted` images; all others are placed on it. As `projected`, the same
    for the same seed, and by PCA without umap-learn.

    Raises ValueError for another projection, for embeddings with some numbers missing or infinite, and for fewer than
    three images to fit the map to.
    """
    known = ~np.isnan(embeddings).all(axis=2)
    wrong = known & ~np.isfinite(embeddings).all(axis=2)
    if wrong.any():
        epoch, row = np.argwhere(wrong)[0]
        raise ValueError(f"{wrong.sum()} embeddings are no numbers, the first at epoch {epoch}, row {row}")
    n_fitted = (known[-1:] & fitted).sum()
    if n_fitted < 3:
        raise ValueError(f"a map needs three images or more in the last epoch to be fitted to, not {n_fitted}")
    projector = _projector(projection, n_fitted, seed, dims).fit(embeddings[-1][known[-1] & fitted])
    points = np.full((*known.shape, dims), np.nan, dtype=np.float32)
    parts = [(epoch, rows) for epoch in range(len(embeddings)) for rows in (fitted, ~fitted)]
    for epoch, rows in tracked(parts, len(parts), "parts of the map"):
        own = known[epoch] & rows
        if own.any():
            points[epoch, own] = projector.transform(embeddings[epoch, own])
    return points


def _projector(projection: Projection, n: int, seed: int, dims: int) -> Union["UMAP", "PCA"]:
    """What maps `n` embeddings, not yet fitted."""
    if projection not in PROJECTIONS:
        raise ValueError(f"projection must be one of {', '.join(PROJECTIONS)}, not {projection!r}")
    if projection == "umap":
        try:
            print("importing umap, which takes some seconds", flush=True)
            from umap import UMAP
        except ImportError:
            print("umap-learn is not installed (pip install styleclf[umap]): the map is drawn by PCA")
        else:
            neighbours = min(_NEIGHBOURS, n - 1)
            return UMAP(neighbours, dims, random_state=seed, transform_seed=seed, n_jobs=1)
    from sklearn.decomposition import PCA

    return PCA(dims, random_state=seed)
