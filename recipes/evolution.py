"""Draw how embeddings moved in a training: its train and test images at several epochs, on one map.

python recipes/evolution.py --run runs/train
"""

from styleclf.settings import run, saved_settings


def main(
    run: str = "runs/train",  # folder of recipes/train.py, whose design is where it was then
    projection: str = "umap",  # or pca
    seed: int = 0,  # of the map
    out: str | None = None,  # folder for figures/evolution.png; default: that of the run
):
    """Draw the embeddings of a training at the epochs that it kept."""
    import time
    from pathlib import Path

    from styleclf.data import against_rest, read_design
    from styleclf.embeddings import placed
    from styleclf.output import spoken_seconds
    from styleclf.plots import plot_evolution, save_figure
    from styleclf.training import read_evolution, styles_of

    start, evolution, chosen = time.monotonic(), read_evolution(Path(run) / "evolution.npz"), saved_settings(run)
    table = read_design(chosen["design"])
    if chosen["one_vs_rest"]:
        table = against_rest(table, chosen["one_vs_rest"])
    styles = styles_of(evolution, table)
    points = placed(evolution.embeddings, evolution.part == "train", projection, seed=seed)
    figure = plot_evolution(points, evolution.epoch, evolution.part, styles=styles)
    path = save_figure(figure, Path(out or run) / "figures/evolution.png")
    seconds = spoken_seconds(time.monotonic() - start)
    print(f"{len(styles)} images, epochs {', '.join(evolution.epoch)}, {seconds}: {path}")


if __name__ == "__main__":
    run(main)
