"""Evidence beside a map: the training paintings by others that lie nearest, and what matters in them."""

from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.common import write_table
from styleclf.data import VAL, Paintings, author_groups
from styleclf.embeddings import nearest
from styleclf.explain.attribution import explanations
from styleclf.explain.map_options import MapOptions
from styleclf.explain.pictures import maps_on_pictures, small_pictures, smooth_map
from styleclf.explain.selection import with_paths
from styleclf.inference import embedded_files, picture_of
from styleclf.plots import MAX_QUERIES, plot_evidence, save_figure

_COLUMNS = ["query", "rank", "filename", "label", "author", "target", "distance"]


def _evidence_table(
    learn: Learner,
    queries: pd.DataFrame,  # `filename, target`: explained images, and of which style
    paintings: Paintings,  # all of the design
    *,
    fold: str,  # which the learner has not been trained on
    n: int = 5,
    progress: bool = True,
) -> pd.DataFrame:
    """`query, rank, filename, label, author, target, distance`: every query (rank 0), then its `n` nearest.

    Filenames are paths. Neighbours are training images by other authors than the query's, nearest by cosine distance of
    embeddings less their mean; `target` is the style that their maps explain: of neighbours their own. A query that the
    design does not have has the author that its file name begins with.

    Raises ValueError for `n` below 1 or a fold without training images beside it, and OSError for files that cannot be
    read.
    """
    design = _design_with_paths(paintings)
    is_unseen = design["fold"].isin([VAL, fold])
    training = design[~is_unseen].reset_index(drop=True)
    queries = _described_queries(queries, design)
    images = pd.concat([queries, training], ignore_index=True)
    embeddings = embedded_files(learn, images["filename"].tolist(), progress=progress)
    middle = embeddings[len(queries) :].mean(axis=0)
    embeddings = embeddings - middle  # they all lie in one direction
    groups = author_groups(images)
    training_rows = np.arange(len(queries), len(images))
    table = []
    for i, query in queries.iterrows():
        rows = np.array([i, *training_rows])  # no query is another's neighbour
        positions, distances = nearest(embeddings[rows], [0], groups[rows], n_nearest=n)
        filename = query["filename"]
        columns = query[["filename", "label", "author", "target"]]
        table.append((filename, 0, *columns, 0.0))
        neighbours = zip(positions[0], distances[0], strict=True)
        for rank, (position, distance) in enumerate(neighbours, start=1):
            if position > 0:
                neighbour = training.iloc[position - 1]
                columns = neighbour[["filename", "label", "author", "label"]]
                table.append((filename, rank, *columns, distance))
    return pd.DataFrame(table, columns=_COLUMNS)


def _design_with_paths(paintings: Paintings) -> pd.DataFrame:
    """The rows of paintings, with paths in place of filenames, also of those that are copied."""
    design = with_paths(paintings)
    is_copy = design["copy_of"] != ""
    originals = design.loc[is_copy, ["copy_of"]].rename(columns={"copy_of": "filename"})
    design.loc[is_copy, "copy_of"] = with_paths(paintings.with_rows(originals))["filename"]
    return design


def _described_queries(queries: pd.DataFrame, design: pd.DataFrame) -> pd.DataFrame:
    """`filename, label, author, copy_of, target` of the queries, from the design, else from their file names."""
    descriptions = design.set_index("filename")[["label", "author", "copy_of"]]
    table = queries[["filename", "target"]].join(descriptions, on="filename")
    table = table.fillna("").reset_index(drop=True)
    unknown = ~table["filename"].isin(descriptions.index)
    for i in table.index[unknown]:
        stem = Path(table.at[i, "filename"]).stem
        author, underscore, _ = stem.partition("_")
        table.loc[i, "label"] = ""
        table.loc[i, "author"] = author.strip().lower() if underscore else ""
    return table


def write_evidence(
    learn: Learner,
    queries: pd.DataFrame,  # `filename, target`: explained images, and of which style
    paintings: Paintings,  # all of the design
    *,
    fold: str,
    n: int,
    method: str,
    out: str | Path,
    options: MapOptions | None = None,
) -> pd.DataFrame:
    """Write `evidence.csv` and the sheet `figures/evidence.png`, with maps by one method; returns the table.

    For the table and errors see `_evidence_table`.
    """
    table = _evidence_table(learn, queries, paintings, fold=fold, n=n)
    write_table(table, Path(out) / "evidence.csv")
    queries_in_figure = queries["filename"][:MAX_QUERIES]
    in_figure = table[table["query"].isin(queries_in_figure)]
    in_figure = in_figure.drop_duplicates(["filename", "target"])
    paths = in_figure["filename"].tolist()
    styles = in_figure["target"].tolist()
    options = options or MapOptions()
    result = explanations(learn, paths, method, target=styles, options=options)
    pictures = small_pictures(paths)
    smooth_maps = smooth_map(result.attr, method)
    maps = maps_on_pictures(smooth_maps, pictures, picture_of(learn).fit)
    pictures_with_maps = {}
    for path, style, picture, picture_map in zip(paths, styles, pictures, maps, strict=True):
        pictures_with_maps[path, style] = picture, picture_map
    figure = plot_evidence(table, pictures_with_maps, method)
    save_figure(figure, Path(out) / "figures/evidence.png")
    return table
