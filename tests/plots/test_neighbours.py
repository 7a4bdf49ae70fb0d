"""styleclf.plots.clusters and .neighbours: everything is on the sheet, and what is of another style is framed so."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from styleclf.embeddings.clusters import cluster_table
from styleclf.plots import plot_clusters, plot_neighbours
from styleclf.plots.theme import RIGHT, WRONG


def words_of(fig):
    return {text.get_text() for axes in fig.axes for text in axes.texts}


def test_maps_name_every_cluster_and_every_style():
    rng = np.random.default_rng(0)
    styles = rng.choice(["baroque", "cubism", "rococo"], size=60)
    embeddings = rng.normal(size=(60, 4))
    table, clusters = cluster_table(embeddings, styles, np.full(60, "p"))
    fig = plot_clusters(table, embeddings[:, :2], clusters["kmeans", 4], styles)
    assert {"cluster 1", "cluster 2", "cluster 3", "cluster 4", "baroque", "cubism", "rococo"} <= words_of(fig)
    best = table.loc[table["silhouette"].idxmax()]
    assert fig._suptitle.get_text().startswith(f"{best['k']} clusters of 60 embeddings")
    curve = fig.axes[0].lines[0]
    assert curve.get_ydata().tolist() == table["silhouette"][table["method"] == "kmeans"].tolist()
    with pytest.raises(ValueError, match="silhouette"):
        plot_clusters(table.drop(columns="silhouette"), embeddings[:, :2], clusters["kmeans", 4], styles)


def test_neighbours_are_framed_by_whether_they_share_the_style(sample, design):
    names = design.groupby("label")["filename"].first()
    rows = [("q", 0, "cubism", 0.0), ("q", 1, "cubism", 0.1), ("q", 2, "rococo", 0.25)]
    table = pd.DataFrame(rows, columns=["query", "rank", "label", "distance"])
    table = table.assign(filename=table["label"].map(names), author=["anna", "ben", ""])
    fig = plot_neighbours(table, sample)
    outlines = [{to_hex(patch.get_edgecolor()).upper() for patch in axes.patches} & {RIGHT, WRONG} for axes in fig.axes]
    assert outlines == [set(), {RIGHT}, {WRONG}]
    assert {"anna", "ben", "cubism 0.10", "rococo 0.25"} <= words_of(fig)
    with pytest.raises(ValueError, match="rank"):
        plot_neighbours(table.drop(columns="rank"), sample)
