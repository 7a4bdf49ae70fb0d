"""How well embeddings part the styles: cluster scores under many weightings of the images at once, with intervals.

As in `metrics`, a row of ones in `counts (n_resamples, n)` gives the value and drawn rows its interval. An image that
counts twice is two images in one place: each is a neighbour of the other at distance 0.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from styleclf.evaluation import COLUMNS, author_units, centred_draws, interval, ratio, resampled_counts, tail_percent

_BLOCK = 512  # rows of distances held at once: 40 MB of 10,000 images


def separation_table(
    embeddings: np.ndarray, predictions: pd.DataFrame, part: str, n_resamples: int = 200, seed: int = 0
) -> pd.DataFrame:
    """Silhouette, Davies-Bouldin and Calinski-Harabasz of embeddings `(n, d)` by true and predicted style.

    `predictions` has `label, pred, author, fold`, a row an embedding. Embeddings of different folds come from different
    models and cannot be compared: every fold is scored by itself, and the scores are averaged by their images. Columns
    as of `metrics_table`, the metrics `silhouette_true, silhouette_pred, davies_bouldin_true, …`, their intervals from
    resampling authors as there, but moved: an author drawn twice puts images in one place, so the draws look better
    parted than the images are, and are shifted to have the value as their mean. In a simulation they held the expected
    score of such a fold in 90-100 % (Davies-Bouldin 90-92). NaN where no fold has two styles; folds with one stay out.

    Raises:
        ValueError: no rows, or not as many as there are embeddings.
    """
    if len(predictions) == 0 or len(embeddings) != len(predictions):
        raise ValueError(
            f"there are {len(embeddings)} embeddings for {len(predictions)} predictions: one a row is needed"
        )
    units, labels = author_units(predictions["author"]), pd.factorize(predictions["label"])[0]
    drawn = resampled_counts(units, labels, n_resamples, np.random.default_rng(seed))
    counts = np.vstack([np.ones(len(labels)), drawn])
    tail = tail_percent(units, labels)
    folds = predictions["fold"].astype(str).to_numpy()
    scores = {
        suffix: _fold_averages(np.asarray(embeddings), pd.factorize(predictions[column])[0], counts, folds)
        for suffix, column in (("true", "label"), ("pred", "pred"))
    }
    rows = []
    for name, suffix in product(scores["true"], scores):
        value, *draws = scores[suffix][name]
        rows.append((part, f"{name}_{suffix}", value, *interval(centred_draws(np.array(draws), value), tail), np.nan))
    named = predictions["author"].fillna("")
    return pd.DataFrame(rows, columns=COLUMNS[:6]).assign(n_images=len(labels), n_authors=named[named != ""].nunique())


def _fold_averages(
    embeddings: np.ndarray, clusters: np.ndarray, counts: np.ndarray, folds: np.ndarray
) -> dict[str, np.ndarray]:
    """`separation_values` of every fold, averaged by the images they count; folds without a score stay out."""
    parts = [folds == fold for fold in np.unique(folds)]
    scores = [separation_values(embeddings[part], clusters[part], counts[:, part]) for part in parts]
    images = np.array([counts[:, part].sum(axis=1) for part in parts])
    averages = {}
    for name in scores[0]:
        values = np.array([score[name] for score in scores])
        weights = np.where(np.isnan(values), 0, images)
        averages[name] = ratio((np.nan_to_num(values) * weights).sum(axis=0), weights.sum(axis=0))
    return averages


def separation_values(embeddings: np.ndarray, clusters: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """`_silhouette` (-1..1), `davies_bouldin` (0 is best) and `calinski_harabasz` under every row of `counts`.

    `embeddings (n, d)`, `clusters (n,)` of any values, `counts (n_resamples, n)`; each result is `(n_resamples,)`. For
    whole counts they are scikit-learn's scores of images repeated so often. NaN where fewer than two clusters are left,
    or no more images than clusters.
    """
    embeddings = np.asarray(embeddings, dtype=float)
    embeddings = embeddings - embeddings.mean(axis=0)  # against cancellation in the squares below
    clusters = np.unique(clusters, return_inverse=True)[1]
    counts = np.asarray(counts, dtype=float)
    images = counts @ np.eye(clusters.max() + 1)[clusters]
    n_clusters = (images > 0).sum(axis=1)
    scores = {"silhouette": _silhouette(embeddings, clusters, counts, images)}
    scores |= _centroid_scores(embeddings, clusters, counts, images)
    legal = (n_clusters > 1) & (images.sum(axis=1) > n_clusters)
    return {name: np.where(legal, values, np.nan) for name, values in scores.items()}


def _silhouette(embeddings: np.ndarray, clusters: np.ndarray, counts: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Mean of (b - a) / max(a, b): a the mean distance within the own cluster, b to the nearest other (Rousseeuw 1987).

    `images (n_resamples, n_clusters)` are the sums of `counts`. An image alone in its cluster scores 0.
    """
    total = np.zeros(len(counts))
    for rows, sums in _distance_sums(embeddings, clusters, counts):
        own = np.arange(len(rows)), clusters[rows]
        own_images = images.T[clusters[rows]]
        inside = ratio(sums[own], own_images - 1)
        away = ratio(sums, images.T, where_none=np.inf)
        away[own] = np.inf
        nearest = away.min(axis=1)
        with np.errstate(invalid="ignore"):  # no other cluster: inf / inf, which the caller leaves out
            score = ratio(nearest - inside, np.maximum(nearest, inside), where_none=0)
        total += (np.where(own_images < 2, 0, score) * counts[:, rows].T).sum(axis=0)
    return total / counts.sum(axis=1)


def _centroid_scores(
    embeddings: np.ndarray, clusters: np.ndarray, counts: np.ndarray, images: np.ndarray
) -> dict[str, np.ndarray]:
    """`davies_bouldin` (Davies and Bouldin 1979) and `calinski_harabasz` (Calinski and Harabasz 1974)."""
    n_clusters = (images > 0).sum(axis=1)
    centres = np.zeros((*images.shape, embeddings.shape[1]))
    spread, scatter = np.zeros_like(images), np.zeros(len(counts))
    for cluster in range(images.shape[1]):
        own = embeddings[clusters == cluster]
        weights = counts[:, clusters == cluster]
        centres[:, cluster] = ratio(weights @ own, images[:, cluster, None], where_none=0)
        squares = _squared_distances(centres[:, cluster], own)
        spread[:, cluster] = ratio((np.sqrt(squares) * weights).sum(axis=1), images[:, cluster], where_none=0)
        scatter += (squares * weights).sum(axis=1)
    middle = (centres * images[..., None]).sum(axis=1) / images.sum(axis=1)[:, None]
    between = (((centres - middle[:, None]) ** 2).sum(axis=-1) * images).sum(axis=1)
    freedom = (images.sum(axis=1) - n_clusters) / np.maximum(n_clusters - 1, 1)
    return {
        "davies_bouldin": _davies_bouldin(centres, spread, images > 0),
        "calinski_harabasz": ratio(between * freedom, scatter, where_none=1),
    }


def _davies_bouldin(centres: np.ndarray, spread: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Mean over clusters of the worst (spread + spread) / distance of centres; clusters in one place do not count."""
    apart = np.sqrt(((centres[:, :, None] - centres[:, None]) ** 2).sum(axis=-1))
    both = present[:, :, None] & present[:, None]
    likeness = ratio(spread[:, :, None] + spread[:, None], np.where(both, apart, 0), where_none=0)
    return likeness.max(axis=2).sum(axis=1) / present.sum(axis=1)


def _distance_sums(
    embeddings: np.ndarray, clusters: np.ndarray, counts: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of rows, and their summed distances to every cluster `(rows, n_clusters, n_resamples)`."""
    members = [np.flatnonzero(clusters == cluster) for cluster in range(clusters.max() + 1)]
    for start in range(0, len(embeddings), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(embeddings)))
        distances = cdist(embeddings[rows], embeddings)
        yield rows, np.stack([distances[:, own] @ counts[:, own].T for own in members], axis=1)


def _squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """`(len(a), len(b))`, by the binomial formula: as many as fit at once, where `cdist` would be slower."""
    return np.maximum((a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T, 0)
