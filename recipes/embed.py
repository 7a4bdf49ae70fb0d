"""Embed images with an exported learner or a bare body, and show the nearest paintings by other painters.

python recipes/embed.py --images data/sample --design runs/design/design.csv --model runs/train/model.pkl
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import Count, PixelsOrNone, Remembered, Seed, UsedWith, UsedWithout
from styleclf.settings import Logbook, run

FoldOfDesign = Annotated[str | None, UsedWith("design")]
OfModel = Annotated[str, UsedWith("model")]
OfBareBody = Annotated[str, UsedWithout("model")]


def main(
    *queries: str,  # images of the design, by their filenames or paths, whose nearest paintings are wanted
    images: Remembered = "data/sample",  # folder of style folders, or without a design any folder of images
    design: str | None = None,  # made by recipes/design.py; default: all images in the folder
    fold: FoldOfDesign = None,  # of the design, such as the one the model has not seen; default: all images
    model: str | None = None,  # written by recipes/train.py; open only files you trust; default: a bare body
    layer: OfModel = "embedding",  # of the model; or body: its pooled features and their statistics
    arch: OfBareBody = "resnet18",  # of a bare body: any architecture of timm
    weights: OfBareBody = "imagenet",  # of a bare body: imagenet, none, a file, a folder, hf-hub:… or a tag of timm
    features: OfBareBody = "pooled",  # of a bare body: pooled, style or imagenet
    size: Annotated[PixelsOrNone, UsedWithout("model")] = None,  # of a bare body: pixels a side; default: what suits it
    n_nearest: Count = 5,  # paintings shown beside each of those named
    metric: str = "cosine",  # or euclidean
    clusters: bool = False,  # of the design's embeddings: how many, and are they styles or hands?
    projection: Annotated[str, UsedWith("clusters")] = "umap",  # of the map of clusters; or pca
    seed: Seed = 0,  # of clusters and map
    out: str = "runs/embed",  # folder for embeddings.npz, neighbours.csv, clusters.csv and figures
):
    """Embed all images of a design or a folder; show what lies nearest to some of them."""
    design = design or None  # --design "" asks for the folder, too
    logbook = Logbook(out, locals(), design, alone="embeddings")

    from styleclf.bundle import open_learner
    from styleclf.embeddings import paintings_to_embed, write_clusters, write_neighbours
    from styleclf.inference import body_embeddings, embedded_files
    from styleclf.runs import write_embeddings

    if (queries or clusters) and not design:
        raise ValueError("neighbours and clusters need painters and styles: give --design, made by recipes/design.py")
    paintings = paintings_to_embed(images, design, fold, queries)
    if model:
        embeddings = embedded_files(open_learner(model), paintings.paths(), layer)
    else:
        embeddings = body_embeddings(paintings.paths(), arch, weights, features=features, size=size)
    write_embeddings(embeddings, paintings.rows["filename"], logbook.out / "embeddings.npz")
    noun = "image" if len(embeddings) == 1 else "images"
    lines = [f"{len(embeddings)} {noun}, {embeddings.shape[1]} numbers each"]
    if queries:
        table = write_neighbours(paintings, embeddings, queries, out=out, n_nearest=n_nearest, metric=metric)
        lines.append(table)
    if clusters:
        lines.append(write_clusters(paintings, embeddings, out=out, projection=projection, seed=seed))
    logbook.close(text="\n".join(lines))


if __name__ == "__main__":
    run(main)
