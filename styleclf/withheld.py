"""Styles that are withheld from a training, to see what its embeddings know of styles they were never taught."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.atlas import write_atlas
from styleclf.atlas.data import LAST
from styleclf.embed import body_embeddings, neighbours_table
from styleclf.models import CosineHead, create_body
from styleclf.output import write_table
from styleclf.plots import plot_embedding_scores, plot_neighbours, plot_similarity, plot_space, plot_sphere, save_figure
from styleclf.predict import predict_and_embed
from styleclf.probe import feature_shares
from styleclf.projection import projected
from styleclf.retrieval import embedding_scores, similarities, unit_rows
from styleclf.splits import VAL, cv_folds

TITLES = {
    "native": "Embeddings as they are",
    "sphere": "Embeddings by their direction",
    "map": "Embeddings on a map",
}


class Space(NamedTuple):
    """Embeddings of the same images by one model, as they are and by their direction."""

    embeddings: np.ndarray  # (n, d) of the images to judge on, less the centre of the training images
    units: np.ndarray  # (n, d) of length 1
    train_units: np.ndarray  # (m, d) of the training images
    predictions: pd.DataFrame | None = None  # a learner's, of the images to judge on


def without_styles(design: pd.DataFrame, withhold: Sequence[str]) -> pd.DataFrame:
    """The design without some styles. Raises ValueError for one it does not have, or if fewer than two are left."""
    styles = sorted(design["label"].unique())
    unknown = [style for style in withhold if style not in styles]
    if unknown:
        raise ValueError(f"the design has no style {unknown[0]!r} to withhold, but {', '.join(styles)}")
    left = [style for style in styles if style not in withhold]
    if len(left) < 2:
        raise ValueError(
            f"with {', '.join(withhold)} withheld {len(left)} of {len(styles)} styles are left: two must be"
        )
    return design[design["label"].isin(left)].reset_index(drop=True)


def training_rows(design: pd.DataFrame, fold: str, withhold: Sequence[str]) -> pd.DataFrame:
    """The images that a training without `fold` and the withheld styles sees."""
    folds = design["fold"].astype(str)
    return design[~folds.isin([fold, VAL]) & ~design["label"].isin(withhold)].reset_index(drop=True)


def judged_rows(design: pd.DataFrame, fold: str, withhold: Sequence[str]) -> pd.DataFrame:
    """The images to judge embeddings on, with a column `withheld`: the test fold, and the withheld styles of all folds.

    None is by an author of a training image: of the withheld styles, paintings by those are left out. The validation
    set stays closed. Raises ValueError for another fold than one of a cross-validation.
    """
    if fold not in cv_folds(design):
        raise ValueError(f"embeddings are judged on one of the folds {', '.join(cv_folds(design))}, not {fold!r}")
    folds, withheld = design["fold"].astype(str), design["label"].isin(withhold)
    authors = set(training_rows(design, fold, withhold)["author"].fillna("")) - {""}
    fresh = ~design["author"].isin(authors)
    rows = (folds == fold) | (withheld & (folds != VAL) & fresh)
    return design.assign(withheld=withheld)[rows].reset_index(drop=True)


def learner_space(learn: Learner, judged: pd.DataFrame, train: pd.DataFrame, images: str | Path) -> Space:
    """What a learner makes of images. A cosine head's angles are those at 0, others' at the training images' mean."""
    own, seen = predict_and_embed(learn, judged, images), predict_and_embed(learn, train, images).embeddings
    centre = 0.0 if isinstance(learn.model[2], CosineHead) else seen.mean(axis=0)
    return spaced(own.embeddings, seen, centre)._replace(predictions=own.table)


def frozen_space(
    judged: pd.DataFrame, train: pd.DataFrame, images: str | Path, arch: str, weights: str, features: str, **how: object
) -> Space:
    """What a body makes of images without any training, its features scaled as a probe sees them.

    `how` are `size`, `fit` and `precision`.
    """
    files = [Path(images) / name for name in (*judged["filename"], *train["filename"])]
    found = body_embeddings(files, arch, weights, features, **how)
    own, seen = found[: len(judged)], found[len(judged) :]
    scale = feature_shares(create_body(arch, features, "none")) / np.maximum(seen.std(axis=0), 1e-6)
    return spaced(own * scale, seen * scale, (seen * scale).mean(axis=0))


def spaced(own: np.ndarray, seen: np.ndarray, centre: np.ndarray | float) -> Space:
    """A `Space` of embeddings of judged and of training images."""
    return Space(own - centre, unit_rows(own - centre), unit_rows(seen - centre))


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
    write_pages(own, judged, points, images, out)
    return scores


def write_pages(space: Space, judged: pd.DataFrame, points: np.ndarray, images: str | Path, out: str | Path) -> None:
    """Write native.html, the points `(n, 2 or 3)` as they are, and sphere.html, those by their direction alone.

    Embeddings of more dimensions have only a map, map.html. Each page stands for itself, see `atlas`.
    """
    withheld = sorted(judged["label"][judged["withheld"]].unique())
    part = np.where(judged["withheld"], "withheld", "held-out authors")
    table, notes = space.predictions.assign(fold=part), ["Withheld styles were in no training."]
    drawn = space.embeddings.shape[1] in (2, 3)
    pages = {"native": points, "sphere": unit_rows(points)} if drawn else {"map": points}
    for name, places in pages.items():
        file, sphere = Path(out) / f"{name}.html", name == "sphere" and places.shape[1] == 3
        what = (table, judged["title"], places[None], [LAST], images, "", TITLES[name], notes)
        write_atlas(file, *what, marked=withheld, sphere=sphere)
