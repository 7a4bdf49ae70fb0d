"""Embed images with an exported learner or a bare body, and show the nearest paintings by other painters.

python recipes/embed.py --images data/sample --design runs/design/design.csv --model runs/train/model.pkl
"""

from styleclf.settings import run, save_settings


def main(
    *queries: str,  # filenames, as the design has them, whose nearest paintings are wanted
    images: str = "data/sample",  # folder of style folders, or without a design any folder of images
    design: str | None = None,  # made by recipes/design.py; default: all images in the folder
    fold: str | None = None,  # of the design, such as the one the model has not seen; default: all images
    model: str | None = None,  # written by recipes/train.py; open only files you trust; default: a bare body
    layer: str = "embedding",  # of the model; or body: its pooled features and their statistics
    arch: str = "resnet18",  # of a bare body: any architecture of timm
    weights: str = "imagenet",  # of a bare body: imagenet, none, or a file of weights for it
    features: str = "pooled",  # of a bare body: pooled, style or imagenet
    size: int = 224,  # of a bare body: pixels a side
    n_nearest: int = 5,  # paintings shown beside each of those named
    metric: str = "cosine",  # or euclidean
    clusters: bool = False,  # of the design's embeddings: how many, and are they styles or hands?
    projection: str = "umap",  # of the map of clusters; or pca
    seed: int = 0,  # of clusters and map
    out: str = "runs/embed",  # folder for embeddings.npz, neighbours.csv, clusters.csv and figures
):
    """Embed all images of a design or a folder; show what lies nearest to some of them."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.data import read_design
    from styleclf.embeddings import best_clustering, cluster_table, clusters_sentence, neighbours_table, projected
    from styleclf.inference import body_embeddings, embedded_files, image_files
    from styleclf.output import spoken_seconds, write_table
    from styleclf.plots import plot_clusters, plot_neighbours, save_figure
    from styleclf.runs import write_embeddings
    from styleclf.training import load_style_learner

    start, out = time.monotonic(), Path(out)
    if (queries or clusters) and not design:
        raise ValueError("neighbours and clusters need painters and styles: give --design, made by recipes/design.py")
    table = read_design(design, fold) if design else None
    files = image_files([images]) if table is None else [Path(images) / name for name in table["filename"]]
    if model:
        embeddings = embedded_files(load_style_learner(model), files, layer)
    else:
        embeddings = body_embeddings(files, arch, weights, features=features, size=size)
    write_embeddings(embeddings, [file.relative_to(images).as_posix() for file in files], out / "embeddings.npz")
    if queries:
        found = neighbours_table(table, embeddings, queries, n_nearest, metric)
        write_table(found, out / "neighbours.csv")
        save_figure(plot_neighbours(found, images), out / "figures/neighbours.png")
        print(found.to_string(index=False, float_format="{:.3f}".format))
    if clusters:
        found, numbers = cluster_table(embeddings, table["label"], table["author"], seed)
        best = best_clustering(found)
        points = projected(embeddings, projection, seed)
        write_table(found, out / "clusters.csv")
        figure = plot_clusters(found, points, numbers[best["method"], best["k"]], table["label"])
        save_figure(figure, out / "figures/clusters.png")
        print(clusters_sentence(found, table["label"].nunique()))
    seconds = round(time.monotonic() - start, 1)
    save_settings(out, settings, design, seconds=seconds)
    print(f"{len(embeddings)} images, {embeddings.shape[1]} numbers each, {spoken_seconds(seconds)}: {out}")


if __name__ == "__main__":
    run(main)
