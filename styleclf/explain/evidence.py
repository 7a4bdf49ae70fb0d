"""Evidence beside a map: the training paintings by others that lie nearest, and what matters in them."""

from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.data import VAL, author_groups, read_design
from styleclf.embeddings import nearest
from styleclf.explain.attribution import explained
from styleclf.explain.pictures import maps_on_pictures, small_pictures, smooth_map
from styleclf.inference import embedded_files, picture_of
from styleclf.output import write_table
from styleclf.plots import MAX_QUERIES, plot_evidence, save_figure


def _evidence_table(
    learn: Learner,
    queries: pd.DataFrame,  # `filename, target`: explained images, and of which style
    design: str | Path,
    fold: str,  # which the learner has not been trained on
    images: str | Path,
    n: int = 5,
    progress: bool = True,
) -> pd.DataFrame:
    """`query, rank, filename, label, author, target, distance`: every query (rank 0), then its `n` nearest.

    Filenames are paths. Neighbours are training images by other authors than the query's, nearest by cosine distance of
    embeddings less their mean; `target` is the style of which their maps tell: of neighbours their own. A query that
    the design does not have has the author that its file name begins with.

    Raises ValueError for `n` below 1 or a fold without training images beside it, and OSError for files that cannot be
    read.
    """
    table = read_design(design)
    table = table.assign(filename=[(Path(images) / name).as_posix() for name in table["filename"]])
    table["copy_of"] = [name and (Path(images) / name).as_posix() for name in table["copy_of"]]
    trained = table[~table["fold"].isin([VAL, fold])].reset_index(drop=True)
    asked = _known_queries(queries, table)
    files = [*asked["filename"], *trained["filename"]]
    embeddings = embedded_files(learn, files, progress=progress)
    embeddings = embeddings - embeddings[len(asked) :].mean(axis=0)  # of which all lie in one direction
    groups = author_groups(pd.concat([asked, trained], ignore_index=True))
    others = np.arange(len(asked), len(files))
    found = []
    for i, query in asked.iterrows():
        rows = np.array([i, *others])  # no query is another's neighbour
        positions, distances = nearest(embeddings[rows], [0], groups[rows], n)
        found.append((query["filename"], 0, *query[["filename", "label", "author", "target"]], 0.0))
        for rank, (position, distance) in enumerate(zip(positions[0], distances[0], strict=True), start=1):
            if position > 0:
                near = trained.iloc[position - 1]
                found.append((query["filename"], rank, *near[["filename", "label", "author", "label"]], distance))
    return pd.DataFrame(found, columns=["query", "rank", "filename", "label", "author", "target", "distance"])


def _known_queries(queries: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """`filename, label, author, copy_of, target` of the queries, as far as the design's `table` or their names tell."""
    known = table.set_index("filename")[["label", "author", "copy_of"]]
    asked = queries[["filename", "target"]].join(known, on="filename").fillna("").reset_index(drop=True)
    lost = ~asked["filename"].isin(known.index)
    for i in asked.index[lost]:
        before, underscore, _ = Path(asked.at[i, "filename"]).stem.partition("_")
        asked.loc[i, ["label", "author"]] = "", before.strip().lower() if underscore else ""
    return asked


def write_evidence(
    learn: Learner,
    queries: pd.DataFrame,
    design: str | Path,
    fold: str,
    images: str | Path,
    n: int,
    method: str,
    out: str | Path,
    **how: object,  # what `explained` takes
) -> pd.DataFrame:
    """Write `evidence.csv` and the sheet `figures/evidence.png`, with maps by one method; returns the table."""
    table = _evidence_table(learn, queries, design, fold, images, n)
    write_table(table, Path(out) / "evidence.csv")
    shown = table[table["query"].isin(queries["filename"][:MAX_QUERIES])].drop_duplicates(["filename", "target"])
    paths, styles = shown["filename"].tolist(), shown["target"].tolist()
    attr, pictures = explained(learn, paths, method, styles, **how).attr, small_pictures(paths)
    maps = maps_on_pictures(smooth_map(attr, method), pictures, picture_of(learn).fit)
    places, both = zip(paths, styles, strict=True), zip(pictures, maps, strict=True)
    save_figure(plot_evidence(table, dict(zip(places, both, strict=True)), method), Path(out) / "figures/evidence.png")
    return table
