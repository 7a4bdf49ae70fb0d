"""What a comparison of embedding spaces leaves in its folder: scores, neighbours, figures and pages."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.atlas import LAST, MapPoints, PageText, write_atlas
from styleclf.data import Paintings
from styleclf.embeddings import neighbours_table, projected
from styleclf.metric_learning.retrieval import embedding_scores, similarities, unit_rows
from styleclf.metric_learning.spaces import Space
from styleclf.output import write_table
from styleclf.plots import plot_embedding_scores, plot_neighbours, plot_similarity, plot_space, plot_sphere, save_figure

_TITLES = {
    "native": "Embeddings as they are",
    "sphere": "Embeddings by their direction",
    "map": "Embeddings on a map",
}


def write_comparison(
    spaces: Mapping[str, Space],  # by the model's name; the last is the one that is drawn
    judged: pd.DataFrame,
    train_labels: Sequence[str],
    images: str | Path,
    out: str | Path,
    n_queries: int = 6,  # paintings shown with their nearest by others, half of them of withheld styles
    seed: int = 0,
) -> dict[str, pd.DataFrame]:
    """Judge all models on the same images, and write scores.csv, neighbours.csv, figures and pages; returns the scores.

    Raises what `embedding_scores` and `write_atlas` raise.
    """
    out, own = Path(out), list(spaces.values())[-1]
    scores = {
        name: embedding_scores(space.units, judged, space.train_units, train_labels, seed=seed)
        for name, space in spaces.items()
    }
    queries = judged.sample(frac=1, random_state=seed).groupby("withheld").head(max(1, n_queries // 2))["filename"]
    neighbours = neighbours_table(judged, own.units, queries, metric="euclidean")  # which orders them as cosines do
    drawn = own.embeddings.shape[1] in (2, 3)  # as they are; wider ones on a map
    points = own.embeddings if drawn else projected(own.units, "umap", seed, 3)
    withheld = sorted(judged["label"][judged["withheld"]].unique())
    write_table(pd.concat([table.assign(model=name) for name, table in scores.items()]), out / "scores.csv")
    write_table(neighbours, out / "neighbours.csv")
    pairs = {name: similarities(space.units, judged) for name, space in spaces.items()}
    figures = {
        "scores": plot_embedding_scores(scores),
        "similarity": plot_similarity(pairs),
        "neighbours": plot_neighbours(neighbours, images),
        "sphere" if drawn else "map": (plot_sphere if drawn else plot_space)(points, judged["label"], withheld),
    }
    for name, figure in figures.items():
        save_figure(figure, out / f"figures/{name}.png")
    _write_pages(own, judged, points, images, out)
    return scores


def _write_pages(space: Space, judged: pd.DataFrame, points: np.ndarray, images: str | Path, out: str | Path) -> None:
    """Write native.html, the points `(n, 2 or 3)` as they are, and sphere.html, those by their direction alone.

    Embeddings of more dimensions have only a map, map.html. Each page stands for itself, see `atlas`.
    """
    withheld = sorted(judged["label"][judged["withheld"]].unique())
    part = np.where(judged["withheld"], "withheld", "held-out authors")
    table, notes = space.predictions.assign(fold=part), ["Withheld styles were in no training."]
    drawn = space.embeddings.shape[1] in (2, 3)
    pages = {"native": points, "sphere": unit_rows(points)} if drawn else {"map": points}
    for name, places in pages.items():
        sphere = name == "sphere" and places.shape[1] == 3
        write_atlas(
            Path(out) / f"{name}.html",
            Paintings(table, Path(images)),
            judged["title"],
            points=MapPoints(places[None], [LAST], sphere),
            withheld=withheld,
            text=PageText(_TITLES[name], notes),
        )
