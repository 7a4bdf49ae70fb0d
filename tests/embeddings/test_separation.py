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
    return rng.normal(size=(n, d)) + 1.5 * rng.normal(size=(n_clusters, d))[clusters] + 100, clusters


def table_of(clusters, seed=0):
    rng = np.random.default_rng(seed)
    guesses = np.where(rng.random(len(clusters)) < 0.8, clusters, rng.integers(4, size=len(clusters)))
    return pd.DataFrame(
        {
            "label": [f"style-{i}" for i in clusters],
            "pred": [f"style-{i}" for i in guesses],
            "author": [f"author-{i % 17}" if i % 17 else "" for i in range(len(clusters))],
            "fold": [str(i % 2) for i in range(len(clusters))],
        }
    )


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_scikit_learns_on_images_repeated_as_counted(seed, monkeypatch):
    monkeypatch.setattr(separation, "_BLOCK", 50)
    embeddings, clusters = clouds(seed=seed)
    counts = np.random.default_rng(seed).integers(0, 4, size=(5, len(clusters)))
    counts[0] = 1
    counts[1] *= clusters != 2  # a whole cluster not drawn
    counts[2, clusters == 1] = np.eye((clusters == 1).sum(), dtype=int)[0]  # one image alone in its cluster
    result = separation.separation_values(embeddings, clusters, counts)
    for name, score in SCORES.items():
        expected = [score(np.repeat(embeddings, row, axis=0), np.repeat(clusters, row)) for row in counts]
        assert result[name] == pytest.approx(expected), name


def test_weights_that_are_no_whole_numbers_lie_between():
    embeddings, clusters = clouds()
    counts = np.array([[1.0], [1.5], [2.0]]) * np.ones(len(clusters))
    for name, (once, between, twice) in separation.separation_values(embeddings, clusters, counts).items():
        assert min(once, twice) - 1e-9 <= between <= max(once, twice) + 1e-9, name


def test_turning_and_stretching_change_nothing():
    embeddings, clusters = clouds()
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(5, 5)))[0]
    ones = np.ones((1, len(clusters)))
    before = separation.separation_values(embeddings, clusters, ones)
    after = separation.separation_values(3 * embeddings @ turn, clusters, ones)
    assert {k: v[0] for k, v in before.items()} == pytest.approx({k: v[0] for k, v in after.items()})


def test_no_score_for_one_cluster_or_for_clusters_of_one_image():
    embeddings, clusters = clouds(n=30)
    ones = np.ones((1, 30))
    for each in (np.zeros(30), np.arange(30)):
        assert all(np.isnan(v).all() for v in separation.separation_values(embeddings, each, ones).values())
    counts = np.vstack([clusters == 0, np.ones(30)])
    result = separation.separation_values(embeddings, clusters, counts)
    assert all(np.isnan(values).tolist() == [True, False] for values in result.values())


def test_folds_are_scored_by_themselves_and_averaged_by_images():
    embeddings, clusters = clouds()
    table = table_of(clusters).assign(fold=["0"] * 80 + ["1"] * 40)
    shifted = embeddings + 50 * (table["fold"] == "1").to_numpy()[:, None]  # another model's embeddings lie elsewhere
    result = separation.separation_table(shifted, table, "cv", n_resamples=20).set_index("metric")["value"]
    for name, score in SCORES.items():
        for suffix, column in (("true", "label"), ("pred", "pred")):
            scores = [score(embeddings[own], table[column][own]) for own in (slice(0, 80), slice(80, 120))]
            assert result[f"{name}_{suffix}"] == pytest.approx(np.average(scores, weights=[80, 40]))


def test_a_fold_without_two_styles_stays_out_and_none_gives_no_value():
    embeddings, clusters = clouds()
    table = table_of(clusters)
    one = table.assign(fold=np.where(table["label"] == "style-0", "0", "1"))
    result = separation.separation_table(embeddings, one, "cv", n_resamples=20).set_index("metric")["value"]
    others = clusters != 0
    assert result["silhouette_true"] == pytest.approx(sk.silhouette_score(embeddings[others], clusters[others]))
    none = separation.separation_table(embeddings, table.assign(label="photo", pred="photo"), "cv", n_resamples=20)
    assert none[["value", "lo", "hi"]].isna().all(axis=None)
    assert len(none) == 6


def test_the_table_has_the_columns_of_metrics_and_intervals_around_its_values():
    embeddings, clusters = clouds(400)
    result = separation.separation_table(embeddings, table_of(clusters), "cv")
    assert list(result.columns) == COLUMNS
    assert result["metric"].tolist() == [f"{name}_{by}" for name in SCORES for by in ("true", "pred")]
    assert ((result["lo"] < result["value"]) & (result["value"] < result["hi"])).all()
    assert result["n_authors"].eq(16).all()
    assert result["n_images"].eq(400).all()
    pd.testing.assert_frame_equal(result, separation.separation_table(embeddings, table_of(clusters), "cv"))


def test_a_row_an_embedding_is_needed():
    embeddings, clusters = clouds()
    with pytest.raises(ValueError, match="119 embeddings for 120"):
        separation.separation_table(embeddings[1:], table_of(clusters), "cv")
