"""embeddings.separation: scikit-learn agrees, also on repeated images; every fold is scored by itself."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from styleclf.embeddings import separation
from styleclf.evaluation.metrics import COLUMNS

SCORES = {
    "silhouette": sk.silhouette_score,
    "davies_bouldin": sk.davies_bouldin_score,
    "calinski_harabasz": sk.calinski_harabasz_score,
}


def clouds(n=120, n_clusters=4, d=5, seed=0):
    """Embeddings around a centre a cluster, far from the origin, and the clusters."""
    rng = np.random.default_rng(seed)
    clusters = rng.integers(n_clusters, size=n)
    noise = rng.normal(size=(n, d))
    centres = 100 + 1.5 * rng.normal(size=(n_clusters, d))
    return centres[clusters] + noise, clusters


def table_of(clusters, seed=0):
    """Predictions of which four in five are right, by sixteen authors and nobody."""
    rng = np.random.default_rng(seed)
    n = len(clusters)
    is_right = rng.random(n) < 0.8
    guesses = np.where(is_right, clusters, rng.integers(4, size=n))
    authors = np.arange(n) % 17
    return pd.DataFrame(
        {
            "label": [f"style-{i}" for i in clusters],
            "pred": [f"style-{i}" for i in guesses],
            "author": [f"author-{i}" if i else "" for i in authors],
            "fold": (np.arange(n) % 2).astype(str),
        }
    )


def values_of(embeddings, table):
    """Scores of a cross-validation by metric."""
    scores = separation.separation_table(embeddings, table, "cv", n_resamples=20)
    return scores.set_index("metric")["value"]


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_scikit_learns_on_images_repeated_as_counted(seed, monkeypatch):
    monkeypatch.setattr(separation, "_BLOCK", 50)
    embeddings, clusters = clouds(seed=seed)
    counts = np.random.default_rng(seed).integers(0, 4, size=(5, len(clusters)))
    counts[0] = 1
    counts[1, clusters == 2] = 0  # a whole cluster not drawn
    first, *others = np.flatnonzero(clusters == 1)
    counts[2, first] = 1  # alone in its cluster
    counts[2, others] = 0
    values = separation.separation_values(embeddings, clusters, counts)
    repeated = [np.repeat(np.arange(len(clusters)), row) for row in counts]
    for name, score in SCORES.items():
        expected = [score(embeddings[images], clusters[images]) for images in repeated]
        assert values[name] == pytest.approx(expected), name


def test_weights_that_are_no_whole_numbers_lie_between():
    embeddings, clusters = clouds()
    once = np.ones(len(clusters))
    counts = np.stack([once, 1.5 * once, 2 * once])
    values = separation.separation_values(embeddings, clusters, counts)
    for name, (at_1, between, at_2) in values.items():
        lowest, highest = sorted((at_1, at_2))
        assert lowest - 1e-9 <= between <= highest + 1e-9, name


def test_turning_and_stretching_change_nothing():
    embeddings, clusters = clouds()
    random_matrix = np.random.default_rng(1).normal(size=(5, 5))
    turn, _ = np.linalg.qr(random_matrix)
    once = np.ones((1, len(clusters)))
    before = separation.separation_values(embeddings, clusters, once)
    after = separation.separation_values(3 * embeddings @ turn, clusters, once)
    for name, value in before.items():
        assert after[name] == pytest.approx(value), name


@pytest.mark.parametrize("clusters", [np.zeros(30), np.arange(30)])
def test_no_score_for_one_cluster_or_for_clusters_of_one_image(clusters):
    embeddings, _ = clouds(n=30)
    values = separation.separation_values(embeddings, clusters, np.ones((1, 30)))
    assert len(values) == len(SCORES)
    assert np.isnan(list(values.values())).all()


def test_no_score_where_only_one_cluster_is_drawn():
    embeddings, clusters = clouds(n=30)
    counts = np.stack([clusters == 0, np.ones(30)])
    values = separation.separation_values(embeddings, clusters, counts)
    for of_name in values.values():
        assert np.isnan(of_name).tolist() == [True, False]


@pytest.mark.parametrize("suffix, column", [("true", "label"), ("pred", "pred")])
def test_folds_are_scored_by_themselves_and_averaged_by_images(suffix, column):
    embeddings, clusters = clouds()
    is_first = np.arange(120) < 80
    table = table_of(clusters).assign(fold=np.where(is_first, "0", "1"))
    elsewhere = embeddings + 50  # where another model's embeddings lie
    values = values_of(np.where(is_first[:, None], embeddings, elsewhere), table)
    styles = table[column].to_numpy()
    for name, score in SCORES.items():
        of_first = score(embeddings[is_first], styles[is_first])
        of_second = score(embeddings[~is_first], styles[~is_first])
        expected = (80 * of_first + 40 * of_second) / 120
        assert values[f"{name}_{suffix}"] == pytest.approx(expected), name


def test_a_fold_without_two_styles_stays_out():
    embeddings, clusters = clouds()
    is_alone = clusters == 0
    table = table_of(clusters).assign(fold=np.where(is_alone, "0", "1"))
    expected = sk.silhouette_score(embeddings[~is_alone], clusters[~is_alone])
    assert values_of(embeddings, table)["silhouette_true"] == pytest.approx(expected)


def test_one_style_gives_no_values():
    embeddings, clusters = clouds()
    one_style = table_of(clusters).assign(label="photo", pred="photo")
    result = separation.separation_table(embeddings, one_style, "cv", n_resamples=20)
    assert len(result) == 6
    assert result[["value", "lo", "hi"]].isna().all(axis=None)


def test_the_table_has_the_columns_of_metrics_and_intervals_around_its_values():
    embeddings, clusters = clouds(400)
    result = separation.separation_table(embeddings, table_of(clusters), "cv")
    assert list(result) == COLUMNS
    assert result["metric"].tolist() == [f"{name}_{by}" for name in SCORES for by in ("true", "pred")]
    assert (result["lo"] < result["value"]).all()
    assert (result["value"] < result["hi"]).all()
    assert set(result["n_authors"]) == {16}
    assert set(result["n_images"]) == {400}


def test_intervals_are_the_same_every_time():
    embeddings, clusters = clouds()
    table = table_of(clusters)
    first = separation.separation_table(embeddings, table, "cv", n_resamples=20)
    second = separation.separation_table(embeddings, table, "cv", n_resamples=20)
    pd.testing.assert_frame_equal(first, second)


def test_a_row_an_embedding_is_needed():
    embeddings, clusters = clouds()
    with pytest.raises(ValueError, match="119 embeddings for 120"):
        separation.separation_table(embeddings[1:], table_of(clusters), "cv")
