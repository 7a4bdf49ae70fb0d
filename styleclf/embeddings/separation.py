"""How well embeddings separate the styles: cluster scores under many weightings of the images, with intervals.

As in `evaluation`, a row of ones in `counts (n_resamples, n)` gives the value and drawn rows its interval. An image
that counts twice is two images in one place: each is a neighbour of the other at distance 0.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from styleclf.evaluation import COLUMNS, AuthorBootstrap, count_authors, image_units, ratio

_BLOCK = 512  # rows of distances in memory at once: 40 MB of 10,000 images
_N_RESAMPLES = 200  # fewer than for other scores, as distances take their time


def separation_table(
    embeddings: np.ndarray,  # (n, d)
    predictions: pd.DataFrame,  # n rows: label, pred, author, fold
    part: str,
    *,
    n_resamples: int = _N_RESAMPLES,
    seed: int = 0,
) -> pd.DataFrame:
    """Silhouette, Davies-Bouldin and Calinski-Harabasz of embeddings `(n, d)` by true and predicted style.

    `predictions` has `label, pred, author, fold`, one row per embedding. Embeddings of different folds come from
    different models and cannot be compared: every fold is scored by itself, and the scores are averaged by their
    images; NaN where no fold has two styles, and folds with only one are left out. Columns as in `metrics_table`, with
    the metrics `silhouette_true, silhouette_pred, davies_bouldin_true, …`.

    Intervals come from resampling authors as in `metrics_table`, but are moved: an author drawn twice puts images in
    one place, so draws look better separated than the images are, and are shifted to have the value as their mean. In a
    simulation the intervals contained the expected score of such a fold in 90-100 % (Davies-Bouldin 90-92 %).

    Raises ValueError for no rows, or not as many as there are embeddings.

    >>> embeddings = np.array([[0.0, 0.0], [0.0, 1.0], [9.0, 0.0], [9.0, 1.0]])
    >>> predictions = pd.DataFrame({"label": ["cubism", "cubism", "rococo", "rococo"], "fold": "0"})
    >>> predictions["pred"] = predictions["label"]
    >>> predictions["author"] = ["gris", "braque", "boucher", "lancret"]
    >>> table = separation_table(embeddings, predictions, "test")
    >>> print(table["metric"][0], table["value"][0].round(2))
    silhouette_true 0.89
    """
    n = len(predictions)
    if n == 0 or len(embeddings) != n:
        raise ValueError(f"there are {len(embeddings)} embeddings for {n} predictions: each needs a row")
    embeddings = np.asarray(embeddings)
    labels, _ = pd.factorize(predictions["label"])
    guesses, _ = pd.factorize(predictions["pred"])
    folds = predictions["fold"].astype(str).to_numpy()
    units = image_units(predictions)
    bootstrap = AuthorBootstrap(units, labels, n_resamples=n_resamples, seed=seed)
    counts = bootstrap.counts_with_value
    by_label = _fold_averages(embeddings, labels, counts, folds=folds)
    by_guess = _fold_averages(embeddings, guesses, counts, folds=folds)
    rows = []
    for name in by_label:
        of_label = bootstrap.centred_estimate(by_label[name])
        of_guess = bootstrap.centred_estimate(by_guess[name])
        rows.append((part, f"{name}_true", *of_label))
        rows.append((part, f"{name}_pred", *of_guess))
    table = pd.DataFrame(rows, columns=COLUMNS[:5])
    table["chance"] = np.nan
    table["n_images"] = len(labels)
    table["n_authors"] = count_authors(predictions["author"])
    return table


def _fold_averages(
    embeddings: np.ndarray,  # (n, d)
    clusters: np.ndarray,  # (n,) numbers
    counts: np.ndarray,  # (n_resamples, n)
    *,
    folds: np.ndarray,  # (n,)
) -> dict[str, np.ndarray]:
    """`separation_values` of every fold, averaged by the images they count; folds without a score are left out."""
    scores_of_folds = []
    images_of_folds = []
    for fold in np.unique(folds):
        rows = folds == fold
        fold_counts = counts[:, rows]
        scores = separation_values(embeddings[rows], clusters[rows], fold_counts)
        scores_of_folds.append(scores)
        images_of_folds.append(fold_counts.sum(axis=1))
    averages = {}
    for name in scores_of_folds[0]:
        values = np.array([scores[name] for scores in scores_of_folds])
        weights = np.where(np.isnan(values), 0, images_of_folds)
        weighted_values = np.nan_to_num(values) * weights
        sums = weighted_values.sum(axis=0)
        averages[name] = ratio(sums, weights.sum(axis=0))
    return averages


def separation_values(
    embeddings: np.ndarray,  # (n, d)
    clusters: np.ndarray,  # (n,) of any values
    counts: np.ndarray,  # (n_resamples, n)
) -> dict[str, np.ndarray]:
    """`silhouette` (-1..1), `davies_bouldin` (0 is best) and `calinski_harabasz` under every row of `counts`.

    `embeddings (n, d)`, `clusters (n,)` of any values, `counts (n_resamples, n)`; each result is `(n_resamples,)`. For
    whole counts they are scikit-learn's scores of images repeated so often. NaN where fewer than two clusters are left,
    or no more images than clusters.
    """
    embeddings = np.asarray(embeddings, dtype=float)
    embeddings = embeddings - embeddings.mean(axis=0)  # against cancellation in the squares below
    _, clusters = np.unique(clusters, return_inverse=True)
    counts = np.asarray(counts, dtype=float)
    is_member = np.eye(clusters.max() + 1)[clusters]
    images = counts @ is_member
    scores = {"silhouette": _silhouette(embeddings, clusters, counts, images=images)}
    scores |= _centroid_scores(embeddings, clusters, counts, images=images)
    n_clusters = (images > 0).sum(axis=1)
    n_images = images.sum(axis=1)
    is_defined = (n_clusters > 1) & (n_images > n_clusters)
    for name, values in scores.items():
        scores[name] = np.where(is_defined, values, np.nan)
    return scores


def _silhouette(
    embeddings: np.ndarray,  # (n, d)
    clusters: np.ndarray,  # (n,) numbers
    counts: np.ndarray,  # (n_resamples, n)
    *,
    images: np.ndarray,  # (n_resamples, n_clusters) sums of counts
) -> np.ndarray:
    """Mean of (b - a) / max(a, b): a the mean distance within the own cluster, b to the nearest other (Rousseeuw 1987).

    `images (n_resamples, n_clusters)` are the sums of `counts`. An image alone in its cluster scores 0.
    """
    total = np.zeros(len(counts))
    for rows, sums in _distance_sums(embeddings, clusters, counts):
        cluster_of_row = clusters[rows]
        own_cluster = np.arange(len(rows)), cluster_of_row
        own_images = images.T[cluster_of_row]
        inside = ratio(sums[own_cluster], own_images - 1)
        outside = ratio(sums, images.T, default=np.inf)
        outside[own_cluster] = np.inf
        nearest = outside.min(axis=1)
        with np.errstate(invalid="ignore"):  # without a second cluster: inf / inf, which the caller leaves out
            larger = np.maximum(nearest, inside)
            scores = ratio(nearest - inside, larger, default=0)
        scores = np.where(own_images < 2, 0, scores)
        weighted_scores = scores * counts[:, rows].T
        total += weighted_scores.sum(axis=0)
    return total / counts.sum(axis=1)


def _centroid_scores(
    embeddings: np.ndarray,  # (n, d)
    clusters: np.ndarray,  # (n,) numbers
    counts: np.ndarray,  # (n_resamples, n)
    *,
    images: np.ndarray,  # (n_resamples, n_clusters) sums of counts
) -> dict[str, np.ndarray]:
    """`davies_bouldin` (Davies and Bouldin 1979) and `calinski_harabasz` (Calinski and Harabasz 1974)."""
    centres = np.zeros((*images.shape, embeddings.shape[1]))
    spread = np.zeros_like(images)
    scatter = np.zeros(len(counts))
    for cluster in range(images.shape[1]):
        is_member = clusters == cluster
        members = embeddings[is_member]
        weights = counts[:, is_member]
        n_members = images[:, cluster]
        centre = ratio(weights @ members, n_members[:, None], default=0)
        squares = _squared_distances(centre, members)
        weighted_distances = np.sqrt(squares) * weights
        sum_of_distances = weighted_distances.sum(axis=1)
        centres[:, cluster] = centre
        spread[:, cluster] = ratio(sum_of_distances, n_members, default=0)
        scatter += (squares * weights).sum(axis=1)
    return {
        "davies_bouldin": _davies_bouldin(centres, spread, images > 0),
        "calinski_harabasz": _calinski_harabasz(centres, scatter, images),
    }


def _davies_bouldin(
    centres: np.ndarray,  # (n_resamples, n_clusters, d)
    spread: np.ndarray,  # (n_resamples, n_clusters) mean distance from the centre
    present: np.ndarray,  # (n_resamples, n_clusters) bool: has images
) -> np.ndarray:
    """Mean over clusters of the worst (spread + spread) / distance of centres; clusters in one place do not count."""
    differences = centres[:, :, None] - centres[:, None]
    squares = (differences**2).sum(axis=-1)
    distances = np.sqrt(squares)
    both_present = present[:, :, None] & present[:, None]
    spread_of_pair = spread[:, :, None] + spread[:, None]
    distances_of_present = np.where(both_present, distances, 0)
    similarity = ratio(spread_of_pair, distances_of_present, default=0)
    worst = similarity.max(axis=2)
    n_clusters = present.sum(axis=1)
    return worst.sum(axis=1) / n_clusters


def _calinski_harabasz(
    centres: np.ndarray,  # (n_resamples, n_clusters, d)
    scatter: np.ndarray,  # (n_resamples,) sum of squared distances from the centres
    images: np.ndarray,  # (n_resamples, n_clusters)
) -> np.ndarray:
    """The scatter of the centres by the scatter within clusters, each by its degrees of freedom."""
    n_images = images.sum(axis=1)
    n_clusters = (images > 0).sum(axis=1)
    weighted_centres = centres * images[..., None]
    sums = weighted_centres.sum(axis=1)
    middle = sums / n_images[:, None]
    differences = centres - middle[:, None]
    squares = (differences**2).sum(axis=-1)
    between = (squares * images).sum(axis=1)
    freedom_between = np.maximum(n_clusters - 1, 1)
    freedom = (n_images - n_clusters) / freedom_between
    return ratio(between * freedom, scatter, default=1)


def _distance_sums(
    embeddings: np.ndarray,  # (n, d)
    clusters: np.ndarray,  # (n,) numbers
    counts: np.ndarray,  # (n_resamples, n)
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of rows, and their summed distances to every cluster `(rows, n_clusters, n_resamples)`."""
    n_clusters = clusters.max() + 1
    for start in range(0, len(embeddings), _BLOCK):
        end = min(start + _BLOCK, len(embeddings))
        rows = np.arange(start, end)
        distances = cdist(embeddings[rows], embeddings)
        sums = []
        for cluster in range(n_clusters):
            members = np.flatnonzero(clusters == cluster)
            distances_to_members = distances[:, members]
            sums.append(distances_to_members @ counts[:, members].T)
        yield rows, np.stack(sums, axis=1)


def _squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """`(len(a), len(b))`, by the binomial formula: for so many at once `cdist` would be slower."""
    squares_of_a = (a**2).sum(axis=1)
    squares_of_b = (b**2).sum(axis=1)
    products = 2 * a @ b.T
    squares = squares_of_a[:, None] + squares_of_b - products
    return np.maximum(squares, 0)
