"""Make an atlas of a training: one HTML file with a map of all images, filters and thumbnails, to be opened offline.

python recipes/atlas.py --run runs/train
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.flags import OF_RUN, Seed
from styleclf.settings import Logbook, run, training_settings


def main(
    run: str = "runs/train",  # folder of recipes/train.py, or of one fold of a cross-validation: runs/cv/fold-0
    images: Annotated[str | None, OF_RUN] = None,  # folder of style folders; default: where it was at the training
    dims: int = 2,  # of the map; or 3
    projection: str = "umap",  # or pca
    seed: Seed = 0,  # of the map
    to: str | None = None,  # for another program: pixplot, vikus, csn (Collection Space Navigator) or parquet
    columns: str | None = None,  # of the design, such as place,year; or none; default: all that its table brought
    out: str | None = None,  # the page, or the folder; default: atlas.html, or one of the program's name, in the run's
):
    """Make an atlas of all images: where a training has put them, and what it takes them for."""
    from pathlib import Path

    from styleclf.atlas import export_run_atlas, write_run_atlas
    from styleclf.data import read_paintings
    from styleclf.flags import Names

    page = Path(out or Path(run) / (to or "atlas.html"))
    logbook = Logbook(page.parent, locals())
    settings = training_settings(run)
    paintings = read_paintings(settings["design"], images or settings["images"], one_vs_rest=settings["one_vs_rest"])
    options = {"projection": projection, "seed": seed, "columns": None if columns is None else Names(columns)}
    if to:
        export_run_atlas(run, paintings, settings["fold"], program=to, out=page, **options)
    else:
        write_run_atlas(run, paintings, settings["fold"], page=page, dims=dims, **options)
    logbook.report(page.name)  # the run keeps the settings of its training


if __name__ == "__main__":
    run(main)
