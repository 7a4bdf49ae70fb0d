"""Draw how embeddings moved in a training: its train and test images at several epochs, on one map.

python recipes/evolution.py --run runs/train
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.common import Seed
from styleclf.settings import Logbook, run, training_settings


def main(
    run: str = "runs/train",  # folder of recipes/train.py, whose design is where it was then
    projection: str = "umap",  # or pca
    seed: Seed = 0,  # of the map
    out: str | None = None,  # folder for figures/evolution.png; default: that of the run
):
    """Draw the embeddings of a training at the epochs that it kept."""
    logbook = Logbook(out or run, locals(), beside=True)

    from styleclf.data import read_paintings
    from styleclf.embeddings import map_positions_by_epoch
    from styleclf.plots import plot_evolution, save_figure
    from styleclf.training import read_evolution, styles_of

    settings = training_settings(run)
    paintings = read_paintings(settings["design"], settings["images"], one_vs_rest=settings["one_vs_rest"])
    evolution = read_evolution(f"{run}/evolution.npz")
    styles = styles_of(evolution, paintings.rows)
    points = map_positions_by_epoch(evolution.embeddings, evolution.part == "train", projection, seed=seed)
    figure = plot_evolution(points, evolution.epoch, evolution.part, styles=styles)
    save_figure(figure, logbook.out / "figures/evolution.png")
    text = f"{len(styles)} images, epochs {', '.join(evolution.epoch)}"
    logbook.report("figures/evolution.png", text=text)


if __name__ == "__main__":
    run(main)
