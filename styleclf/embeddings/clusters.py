"""Clusters of embeddings: how many there seem to be, and whether they are styles or hands."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd

Method = Literal["kmeans", "agglomerative"]
_METHODS = get_args(Method)
_BEYOND = 3  # clusters tried beyond the number of styles


def cluster_table(
    embeddings: np.ndarray,  # (n, d)
    styles: Sequence[str],
    authors: Sequence[str],  # '' for none
    seed: int = 0,
) -> tuple[pd.DataFrame, dict[tuple[str, int], np.ndarray]]:
    """Clusterings by k-means and by Ward's method into 2 … n_styles + 3 clusters: `(table, clusters)`.

    `table`: `method, k, silhouette, style_rand, style_ami, style_nmi, author_rand, author_ami, author_nmi`: agreement
    with the styles and, over images that have one, with the authors. `rand` is the adjusted Rand index (Hubert and
    Arabie 1985), `ami` and `nmi` the adjusted and the normalised mutual information (Vinh et al. 2010); 1 is the same.
    The first two are 0 by chance; `nmi` grows with the number of authors even then, so it does not tell styles from
    hands. `clusters[method, k]` are `(n,)` numbers.

    Raises ValueError for fewer than three images, other lengths, or embeddings that are no numbers.
    """
    embeddings, styles, authors = np.asarray(embeddings), np.asarray(styles), np.asarray(authors)
    _check(embeddings, styles, authors)
    from sklearn.metrics import silhouette_score

    most = min(len(set(styles)) + _BEYOND, len(embeddings) - 1)
    clusters = {(method, k): _clustered(embeddings, method, k, seed) for method in _METHODS for k in range(2, most + 1)}
    named = authors != ""
    rows = []
    for (method, k), found in clusters.items():
        row = {"method": method, "k": k, "silhouette": silhouette_score(embeddings, found)}
        row |= {f"style_{name}": value for name, value in _agreement(styles, found).items()}
        row |= {f"author_{name}": value for name, value in _agreement(authors[named], found[named]).items()}
        rows.append(row)
    return pd.DataFrame(rows), clusters


def _agreement(labels: np.ndarray, clusters: np.ndarray) -> dict[str, float]:
    """`rand`, `ami` and `nmi` of clusters with labels, NaN where there are none."""
    from sklearn import metrics

    scores = {
        "rand": metrics.adjusted_rand_score,
        "ami": metrics.adjusted_mutual_info_score,
        "nmi": metrics.normalized_mutual_info_score,
    }
    return {name: score(labels, clusters) if len(labels) else np.nan for name, score in scores.items()}


def _clustered(embeddings: np.ndarray, method: Method, k: int, seed: int = 0) -> np.ndarray:
    """`(n,)` numbers of `k` clusters. Raises ValueError for another method."""
    from sklearn.cluster import AgglomerativeClustering, KMeans

    if method not in _METHODS:
        raise ValueError(f"method must be one of {', '.join(_METHODS)}, not {method!r}")
    model = KMeans(k, n_init=10, random_state=seed) if method == "kmeans" else AgglomerativeClustering(k)
    return model.fit_predict(embeddings)


def best_clustering(table: pd.DataFrame) -> pd.Series:
    """The row with the highest silhouette."""
    return table.loc[table["silhouette"].idxmax()]


def clusters_sentence(table: pd.DataFrame, n_styles: int) -> str:
    """Which number of clusters wins, and whether they are styles or hands."""
    best = best_clustering(table)
    found = f"{best['k']} clusters ({best['method']}) have the highest silhouette, {best['silhouette']:.2f}"
    beside = f"{found}; there are {n_styles} styles"
    style, author = best["style_ami"], best["author_ami"]
    if np.isnan(author):
        return f"{beside}. They agree with the styles by {style:.2f} of 1"
    nearer = "styles than with painters" if style >= author else "painters than with styles"
    return f"{beside}. They agree more with {nearer}: adjusted mutual information {style:.2f} and {author:.2f}"


def _check(embeddings: np.ndarray, styles: np.ndarray, authors: np.ndarray) -> None:
    if len(embeddings) < 3:
        raise ValueError(f"clusters need three images or more, not {len(embeddings)}")
    if not len(embeddings) == len(styles) == len(authors):
        raise ValueError(f"there are {len(embeddings)} embeddings, {len(styles)} styles and {len(authors)} authors")
    lost = ~np.isfinite(embeddings).all(axis=1)
    if lost.any():
        raise ValueError(f"{lost.sum()} of {len(lost)} embeddings are no numbers, the first at row {lost.argmax()}")
