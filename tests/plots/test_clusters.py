"""styleclf.plots.clusters: every cluster and every style is named."""

import numpy as np
import pytest

from styleclf.embeddings.clusters import cluster_table
from styleclf.plots import plot_clusters
from tests.plots.made_up import panel_words


def test_maps_name_every_cluster_and_every_style():
    rng = np.random.default_rng(0)
    styles = rng.choice(["baroque", "cubism", "rococo"], size=60)
    embeddings = rng.normal(size=(60, 4))
    table, clusters = cluster_table(embeddings, styles, np.full(60, "p"))
    fig = plot_clusters(table, embeddings[:, :2], clusters["kmeans", 4], styles=styles)
    assert {"cluster 1", "cluster 2", "cluster 3", "cluster 4", "baroque", "cubism", "rococo"} <= panel_words(fig)
    best = table.loc[table["silhouette"].idxmax()]
    assert fig._suptitle.get_text().startswith(f"{best['k']} clusters of 60 embeddings")
    curve = fig.axes[0].lines[0]
    assert curve.get_ydata().tolist() == table["silhouette"][table["method"] == "kmeans"].tolist()
    with pytest.raises(ValueError, match="silhouette"):
        plot_clusters(table.drop(columns="silhouette"), embeddings[:, :2], clusters["kmeans", 4], styles=styles)
