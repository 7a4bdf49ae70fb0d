"""Clusters of embeddings: how many there seem to be, and whether they are styles or painters."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd

from styleclf.common import check_one_of
from styleclf.embeddings.checks import check_finite

Method = Literal["kmeans", "agglomerative"]
_METHODS = get_args(Method)
_Clusters = dict[tuple[str, int], np.ndarray]  # numbers (n,) by method and k
_MORE_THAN_STYLES = 3  # clusters tried beyond the number of styles


def cluster_table(
    embeddings: np.ndarray,  # (n, d)
    styles: Sequence[str] | np.ndarray,
    authors: Sequence[str] | np.ndarray,  # '' for none
    *,
    seed: int = 0,
) -> tuple[pd.DataFrame, _Clusters]:
    """Clusterings by k-means and by Ward's method into 2 … n_styles + 3 clusters: `(table, clusters)`.

    `table`: `method, k, silhouette`, the agreement with the styles `style_rand, style_ami, style_nmi`, and, over images
    that have an author, with the authors `author_rand, author_ami, author_nmi`, and again with the styles, to be set
    beside these, `named_style_rand, named_style_ami, named_style_nmi`. `rand` is the adjusted Rand index (Hubert and
    Arabie 1985), `ami` and `nmi` the adjusted and the normalised mutual information (Vinh et al. 2010); 1 is full
    agreement. The first two are 0 by chance; `nmi` grows with the number of authors even then, so it does not tell
    styles from painters. `clusters[method, k]` are `(n,)` numbers.

    Raises ValueError for fewer than three images, different lengths, or embeddings that contain NaN or infinity.

    >>> embeddings = np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0], [5.1, 5.0]])
    >>> table, clusters = cluster_table(embeddings, ["cubism", "cubism", "rococo", "rococo"], ["", "", "", ""])
    >>> print(table["method"][0], table["k"][0], table["style_rand"][0])
    kmeans 2 1.0
    """
    from sklearn.metrics import silhouette_score

    embeddings = np.asarray(embeddings)
    style_labels = np.asarray(styles)
    author_labels = np.asarray(authors)
    _check(embeddings, style_labels, author_labels)
    n_styles = len(set(style_labels))
    largest_k = min(n_styles + _MORE_THAN_STYLES, len(embeddings) - 1)
    has_author = author_labels != ""
    rows = []
    clusters: _Clusters = {}
    for method in _METHODS:
        for k in range(2, largest_k + 1):
            numbers = _cluster_numbers(embeddings, method, k, seed=seed)
            silhouette = silhouette_score(embeddings, numbers)
            numbers_of_named = numbers[has_author]
            row = {"method": method, "k": k, "silhouette": silhouette}
            row |= _agreement("style", style_labels, numbers)
            row |= _agreement("author", author_labels[has_author], numbers_of_named)
            row |= _agreement("named_style", style_labels[has_author], numbers_of_named)
            rows.append(row)
            clusters[method, k] = numbers
    return pd.DataFrame(rows), clusters


def _agreement(
    prefix: str,  # of the names
    labels: np.ndarray,  # (n,)
    clusters: np.ndarray,  # (n,) numbers
) -> dict[str, float]:
    """`<prefix>_rand`, `<prefix>_ami` and `<prefix>_nmi` of clusters with labels, NaN where there are no labels."""
    from sklearn import metrics

    scores = {
        "rand": metrics.adjusted_rand_score,
        "ami": metrics.adjusted_mutual_info_score,
        "nmi": metrics.normalized_mutual_info_score,
    }
    agreement = {}
    for name, score in scores.items():
        value = score(labels, clusters) if len(labels) else np.nan
        agreement[f"{prefix}_{name}"] = value
    return agreement


def _cluster_numbers(
    embeddings: np.ndarray,  # (n, d)
    method: Method,
    k: int,  # number of clusters
    *,
    seed: int = 0,
) -> np.ndarray:
    """`(n,)` numbers of `k` clusters. Raises ValueError for another method."""
    from sklearn.cluster import AgglomerativeClustering, KMeans

    check_one_of(method, _METHODS, "method")
    if method == "kmeans":
        return KMeans(k, n_init=10, random_state=seed).fit_predict(embeddings)
    return AgglomerativeClustering(k).fit_predict(embeddings)


def best_clustering(table: pd.DataFrame) -> pd.Series:
    """The row with the highest silhouette."""
    return table.loc[table["silhouette"].idxmax()]


def clusters_sentence(table: pd.DataFrame, n_styles: int) -> str:
    """Which number of clusters wins, and whether they are styles or painters: both over images that have a painter.

    >>> row = {"method": "kmeans", "k": 4, "silhouette": 0.5, "style_ami": 0.25, "author_ami": np.nan}
    >>> print(clusters_sentence(pd.DataFrame([row]), n_styles=3))
    4 clusters (kmeans) have the highest silhouette, 0.50; there are 3 styles. They agree with the styles by 0.25 of 1
    """
    best = best_clustering(table)
    clusters = f"{best['k']} clusters ({best['method']})"
    winner = f"{clusters} have the highest silhouette, {best['silhouette']:.2f}"
    author = best["author_ami"]
    if np.isnan(author):
        agreement = f"They agree with the styles by {best['style_ami']:.2f} of 1"
    else:
        style = best["named_style_ami"]
        nearer = "styles than with painters" if style >= author else "painters than with styles"
        measure = "adjusted mutual information over images that have a painter"
        values = f"{style:.2f} and {author:.2f}"
        agreement = f"They agree more with {nearer}: {measure}, {values}"
    return f"{winner}; there are {n_styles} styles. {agreement}"


def _check(
    embeddings: np.ndarray,
    styles: np.ndarray,
    authors: np.ndarray,
) -> None:
    if len(embeddings) < 3:
        raise ValueError(f"clusters need three images or more, not {len(embeddings)}")
    n_embeddings = len(embeddings)
    n_styles = len(styles)
    n_authors = len(authors)
    if not n_embeddings == n_styles == n_authors:
        raise ValueError(f"there are {n_embeddings} embeddings, {n_styles} styles and {n_authors} authors")
    check_finite(embeddings)
