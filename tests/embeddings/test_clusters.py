"""embeddings.clusters: planted clusters are found, and styles told from painters."""

import numpy as np
import pytest
from sklearn import metrics as sk

from styleclf.embeddings import clusters


def planted(by, n_styles=4, n_authors=12, n=240, seed=0):
    """Embeddings that lie in heaps by 'style' or by 'author', with the styles and authors of their images."""
    rng = np.random.default_rng(seed)
    authors = rng.integers(n_authors, size=n)
    styles = authors % n_styles
    centres = 20 * rng.normal(size=(n_authors, 6))
    heaps = styles if by == "style" else authors
    embeddings = centres[heaps] + rng.normal(size=(n, 6))
    return embeddings, styles.astype(str), authors.astype(str)


def test_planted_styles_are_found_in_their_number():
    embeddings, styles, authors = planted("style")
    table, result = clusters.cluster_table(embeddings, styles, authors)
    assert table["k"].tolist() == [2, 3, 4, 5, 6, 7] * 2
    best = clusters.best_clustering(table)
    assert best["k"] == 4
    assert best["style_rand"] == pytest.approx(1)
    assert best["style_ami"] > best["author_ami"]
    assert "styles than with painters" in clusters.clusters_sentence(table, 4)
    numbers = result[best["method"], 4]
    assert best["silhouette"] == pytest.approx(sk.silhouette_score(embeddings, numbers))


def test_hands_are_told_from_styles():
    embeddings, styles, authors = planted("author", n_styles=6, n_authors=9)
    table, _ = clusters.cluster_table(embeddings, styles, authors)
    assert clusters.best_clustering(table)["k"] == 9
    assert "painters than with styles" in clusters.clusters_sentence(table, 6)


def test_images_without_author_do_not_count_as_hands():
    embeddings, styles, authors = planted("style")
    authors[:100] = ""
    table, result = clusters.cluster_table(embeddings, styles, authors)
    numbers = result["kmeans", 4]
    row = table.set_index(["method", "k"]).loc[("kmeans", 4)]
    author_rand = sk.adjusted_rand_score(authors[100:], numbers[100:])
    style_nmi = sk.normalized_mutual_info_score(styles, numbers)
    assert row["author_rand"] == pytest.approx(author_rand)
    assert row["style_nmi"] == pytest.approx(style_nmi)


def test_without_any_author_only_styles_are_compared():
    embeddings, styles, _ = planted("style")
    nobody = np.full(len(styles), "")
    table, _ = clusters.cluster_table(embeddings, styles, nobody)
    assert table["author_rand"].isna().all()
    assert "styles by" in clusters.clusters_sentence(table, 4)


def test_styles_and_painters_are_compared_on_the_same_images():
    """Photographs without author lie in heaps of their own; the paintings lie by painter."""
    embeddings, styles, authors = planted("author", n_styles=2, n_authors=4)
    n_photos = 400
    heaps = np.arange(n_photos) % 8
    photos = 100 + 20 * np.eye(8, 6)[heaps]
    photo_styles = np.char.add("photo-", heaps.astype(str))
    table, result = clusters.cluster_table(
        np.concatenate([embeddings, photos]),
        np.concatenate([styles, photo_styles]),
        np.concatenate([authors, np.full(n_photos, "")]),
    )
    best = clusters.best_clustering(table)
    numbers = result[best["method"], best["k"]]
    of_paintings = numbers[: len(styles)]
    expected = sk.adjusted_mutual_info_score(styles, of_paintings)
    assert best["named_style_ami"] == pytest.approx(expected)
    assert best["style_ami"] > expected < best["author_ami"]
    sentence = clusters.clusters_sentence(table, 10)
    assert "painters than with styles" in sentence
    assert f"{expected:.2f} and {best['author_ami']:.2f}" in sentence


def test_every_embedding_has_a_style_and_an_author():
    embeddings, styles, authors = planted("style", n=30)
    with pytest.raises(ValueError, match="30 embeddings, 30 styles and 29 authors"):
        clusters.cluster_table(embeddings, styles, authors[1:])


def test_embeddings_that_are_no_numbers_are_refused():
    embeddings, styles, authors = planted("style", n=30)
    embeddings[4, 0] = np.nan
    with pytest.raises(ValueError, match="1 of 30 embeddings contain NaN or infinity, the first at row 4"):
        clusters.cluster_table(embeddings, styles, authors)
