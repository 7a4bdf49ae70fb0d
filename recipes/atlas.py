"""Make an atlas: one HTML file with a map of all images, filters and thumbnails, to be opened offline.

python recipes/atlas.py --cv runs/cross_validate
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import OF_RUN, Seed, UsedWith, UsedWithout
from styleclf.settings import Logbook, cross_validation_settings, run, training_settings


def main(
    run: Annotated[str, UsedWithout("cv")] = "runs/train",  # folder of recipes/train.py, or of one fold: runs/cv/fold-0
    cv: str | None = None,  # folder of a cross-validation: every image judged by a model that never met its painter
    images: Annotated[str | None, OF_RUN] = None,  # folder of style folders; default: where it was at the training
    space: Annotated[str, UsedWith("cv")] = "answers",  # what near means: judged alike; or features: alike untrained
    dims: int = 2,  # of the map; or 3
    projection: str = "umap",  # or pca
    seed: Seed = 0,  # of the map
    to: str | None = None,  # for another program: pixplot, vikus, csn (Collection Space Navigator) or parquet
    columns: str | None = None,  # of the design, such as place,year; or none; default: all that its table brought
    out: str | None = None,  # the page, or the folder; default: atlas.html, or one of the program's name, in the run's
):
    """Make an atlas of all images: where a training has put them, and what it takes them for."""
    from pathlib import Path

    from styleclf.common import Names
    from styleclf.data import read_paintings
    from styleclf.embeddings import check_can_be_written, cross_validation_map, training_map

    page = Path(out or Path(cv or run) / (to or "atlas.html"))
    logbook = Logbook(page.parent, locals(), beside=True)
    check_can_be_written(dims, to, out=page)
    settings = cross_validation_settings(cv) if cv else training_settings(run)
    paintings = read_paintings(settings["design"], images or settings["images"], one_vs_rest=settings["one_vs_rest"])
    names = None if columns is None else Names(columns)
    options = {"dims": dims, "projection": projection, "seed": seed, "columns": names}
    if cv:
        atlas = cross_validation_map(cv, paintings, settings, space=space, **options)
    else:
        atlas = training_map(run, paintings, settings["fold"], **options)
    if to:
        atlas.export(to, page)
    else:
        atlas.write_page(page)
    logbook.report(page.name)  # the run keeps its own settings


if __name__ == "__main__":
    run(main)
