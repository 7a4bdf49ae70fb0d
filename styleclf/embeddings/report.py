"""What embeddings leave in a folder: tables and figures of neighbours and of clusters."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.common import count_of, say, screen_width, shown_name, without_middle, write_table
from styleclf.data import Paintings, image_files, inspect_files, named_filenames, read_design
from styleclf.embeddings.clusters import best_clustering, cluster_table, clusters_sentence
from styleclf.embeddings.neighbours import N_NEAREST, Metric, neighbours_table
from styleclf.embeddings.projection import Projection, map_positions
from styleclf.plots import plot_clusters, plot_neighbours, save_figure

_SHORTEST_NAME = 24  # letters left of a long name, where styles leave no room for more


def paintings_to_embed(
    images: str | Path,
    design: str | Path | None = None,
    fold: str | None = None,
    queries: Sequence[str] = (),  # filenames or paths of paintings of the design, whose neighbours will be wanted
) -> Paintings:
    """The paintings of a design's file, or of one of its folds; without a design, all images in a folder.

    Without a design, files that cannot be read are named on the screen and left out. Raises what `read_design` and
    `image_files` raise, and ValueError where no file can be read or one of `queries` is not among the paintings.
    """
    if design:
        paintings = Paintings(read_design(design, fold), Path(images))
        named_filenames(paintings, queries)
        return paintings
    filenames = []
    files = image_files([images])
    no_authors = [""] * len(files)
    reasons = inspect_files(files, no_authors)["reason"]
    for file, reason in zip(files, reasons, strict=True):
        if reason:
            say(f"not embedded: {shown_name(str(file))} ({reason})")
        else:
            filenames.append(file.relative_to(images).as_posix())
    if not filenames:
        n_files = count_of(len(files), "file")
        raise ValueError(f"none of {n_files} in {images} can be read as an image: name another folder")
    rows = pd.DataFrame({"filename": filenames})
    return Paintings(rows, Path(images))


def write_neighbours(
    paintings: Paintings,
    embeddings: np.ndarray,  # (n, d)
    queries: Sequence[str],  # filenames or paths
    *,
    out: str | Path,
    n_nearest: int = N_NEAREST,
    metric: Metric = "cosine",
) -> str:
    """Write neighbours.csv and figures/neighbours.png; returns them as lines. Raises as `neighbours_table` does."""
    filenames = named_filenames(paintings, queries)
    table = neighbours_table(paintings.rows, embeddings, filenames, n_nearest=n_nearest, metric=metric)
    folder = Path(out)
    write_table(table, folder / "neighbours.csv")
    figure = plot_neighbours(table, paintings.folder)
    save_figure(figure, folder / "figures/neighbours.png")
    return _neighbours_text(table)


def _neighbours_text(table: pd.DataFrame) -> str:
    """For every queried image a line, and below it one for each of its neighbours, none wider than the screen."""
    width_of_style = max(map(len, table["label"]))
    lines = []
    for row in table.itertuples():
        name = shown_name(row.filename)
        if row.rank == 0:
            start = "nearest to "
            end = f", {row.label}:"
        else:
            style = row.label.ljust(width_of_style)
            start = f"{row.distance:7.3f}  {style}  "
            end = ""
        room = screen_width() - len(start) - len(end)
        lines.append(start + without_middle(name, max(room, _SHORTEST_NAME)) + end)
    return "\n".join(lines)


def write_clusters(
    paintings: Paintings,
    embeddings: np.ndarray,  # (n, d)
    *,
    out: str | Path,
    projection: Projection = "umap",
    seed: int = 0,
) -> str:
    """Write clusters.csv and figures/clusters.png; returns a sentence.

    Raises as `cluster_table` and `map_positions` do.
    """
    styles = paintings.rows["label"]
    authors = paintings.rows["author"]
    table, clusters = cluster_table(embeddings, styles, authors, seed=seed)
    best = best_clustering(table)
    points = map_positions(embeddings, projection, seed)
    clusters_of_best = clusters[best["method"], best["k"]]
    folder = Path(out)
    write_table(table, folder / "clusters.csv")
    figure = plot_clusters(table, points, clusters_of_best, styles=styles)
    save_figure(figure, folder / "figures/clusters.png")
    return clusters_sentence(table, styles.nunique())
