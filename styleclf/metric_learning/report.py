"""What a comparison of embedding spaces leaves in its folder: scores, neighbours, figures and pages."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.common import write_table
from styleclf.data import Paintings
from styleclf.embeddings import LAST, MapPoints, PageText, map_positions, neighbours_table, write_atlas
from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.scores import embedding_scores
from styleclf.metric_learning.similarity import similarities
from styleclf.metric_learning.spaces import Space
from styleclf.plots import plot_embedding_scores, plot_neighbours, plot_similarity, plot_space, plot_sphere, save_figure

_TITLES = {
    "native": "Embeddings as they are",
    "sphere": "Embeddings by their direction",
    "map": "Embeddings on a map",
}
_NOTES = ["Withheld styles were in no training."]


def write_spaces(
    spaces: Mapping[str, Space],  # by the model's name; the last is the one that is drawn
    judged: Paintings,  # with a column `withheld`
    train_labels: Sequence[str],
    *,
    out: str | Path,
    n_queries: int = 6,  # paintings shown with their nearest by others, half of them of withheld styles
    seed: int = 0,
) -> dict[str, pd.DataFrame]:
    """Judge all models on the same images, and write scores.csv, neighbours.csv, figures and pages; returns the scores.

    Raises what `embedding_scores` and `write_atlas` raise.
    """
    out = Path(out)
    rows = judged.rows
    scores = {}
    for model, space in spaces.items():
        scores[model] = embedding_scores(space.units, rows, space.train_units, train_labels=train_labels, seed=seed)
    space = list(spaces.values())[-1]
    n_per_part = max(1, n_queries // 2)
    shuffled_rows = rows.sample(frac=1, random_state=seed)
    queries = shuffled_rows.groupby("withheld").head(n_per_part)["filename"]
    neighbours = neighbours_table(rows, space.units, queries.tolist(), metric="euclidean")  # ordered as by cosines
    all_scores = [table.assign(model=model) for model, table in scores.items()]
    write_table(pd.concat(all_scores), out / "scores.csv")
    write_table(neighbours, out / "neighbours.csv")
    points = _points(space, seed)
    _write_figures(spaces, judged, points, out=out)
    figures = out / "figures"
    save_figure(plot_embedding_scores(scores), figures / "scores.png")
    save_figure(plot_neighbours(neighbours, judged.folder), figures / "neighbours.png")
    _write_pages(space, judged, points, out=out)
    return scores


def _points(space: Space, seed: int) -> np.ndarray:
    """`(n, 2 or 3)` where the images are drawn: as they are, if they have so few dimensions."""
    if _is_drawn_directly(space):
        return space.embeddings
    return map_positions(space.units, "umap", seed, dims=3)


def _is_drawn_directly(space: Space) -> bool:
    """Whether embeddings have two or three dimensions; wider ones are drawn on a map."""
    return space.embeddings.shape[1] in (2, 3)


def _withheld_styles(judged: Paintings) -> list[str]:
    is_withheld = judged.rows["withheld"]
    return sorted(judged.rows["label"][is_withheld].unique())


def _write_figures(
    spaces: Mapping[str, Space],
    judged: Paintings,
    points: np.ndarray,  # (n, 2 or 3) of the last space
    *,
    out: Path,
) -> None:
    """Write similarity.png of all models, and sphere.png or map.png of the last one's points `(n, 2 or 3)`."""
    figures = out / "figures"
    pairs = {}
    for model, space in spaces.items():
        pairs[model] = similarities(space.units, judged.rows)
    save_figure(plot_similarity(pairs), figures / "similarity.png")
    labels = judged.rows["label"]
    withheld = _withheld_styles(judged)
    last_space = list(spaces.values())[-1]
    if _is_drawn_directly(last_space):
        save_figure(plot_sphere(points, labels, withheld), figures / "sphere.png")
    else:
        save_figure(plot_space(points, labels, withheld), figures / "map.png")


def _write_pages(
    space: Space,
    judged: Paintings,
    points: np.ndarray,  # (n, 2 or 3)
    *,
    out: Path,
) -> None:
    """Write native.html, the points `(n, 2 or 3)` as they are, and sphere.html, those by their direction alone.

    Embeddings of more dimensions have only a map, map.html. Each page is self-contained, see `atlas`.
    """
    if space.predictions is None:
        raise ValueError("pages show what a model predicts: let the last of the spaces be one of a learner")
    part = np.where(judged.rows["withheld"], "withheld", "held-out authors")
    predictions = judged.with_rows(space.predictions.assign(fold=part))
    pages = {"map": points}
    if _is_drawn_directly(space):
        pages = {"native": points, "sphere": unit_rows(points)}
    for name, positions in pages.items():
        is_sphere = name == "sphere" and positions.shape[1] == 3
        write_atlas(
            out / f"{name}.html",
            predictions,
            judged.rows[["title"]],
            points=MapPoints(positions[None], [LAST], is_sphere),
            withheld=_withheld_styles(judged),
            text=PageText(_TITLES[name], _NOTES),
        )
