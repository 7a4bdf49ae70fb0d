"""See what to collect next: what more painters of each style, or more works by the same painters, are worth.

python recipes/collect_next.py --cv runs/cross_validate
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import OF_RUN, Count, PixelsOrNone, Range, Remembered, Seed
from styleclf.settings import Logbook, run

Draws = Annotated[int, Range(least=2, most=100)]  # each is trained on halves: more take hours and change nothing


def main(
    cv: str = "runs/cross_validate",  # folder of a cross-validation: its images, design and body are taken
    images: Remembered = "data/sample",  # folder of style folders
    design: Remembered = "runs/design/design.csv",  # made by recipes/design.py; its validation set stays closed
    arch: Remembered = "resnet18",  # any architecture of timm, for the frozen body behind the curves
    weights: Remembered = "imagenet",  # imagenet, none, a file, a folder, hf-hub:… or a tag of timm
    features: Remembered = "style",  # style: statistics of the stages, too; pooled; imagenet keeps the 1000-way layer
    size: Annotated[PixelsOrNone, OF_RUN] = None,  # pixels a side; default: what suits the body
    fit: Remembered = "squash",  # squash, crop or pad images to a square
    more: Count = 8,  # painters more of a style; at most as many as there are
    draws: Draws = 6,  # halves that every curve is drawn from
    seed: Seed = 0,  # of these
    out: str = "runs/collect_next",  # folder for the table and the figure
):
    """Tell what more painters, and more works by the same painters, are worth."""
    logbook = Logbook(out, locals(), design, alone="learning curves")

    from styleclf.curation import last_steps, read_collection, write_gains
    from styleclf.data import Paintings, read_design
    from styleclf.inference import Backbone

    paintings = Paintings(read_design(design), images)
    collection = read_collection(paintings, Backbone(arch, weights, features, size=size, fit=fit))
    steps = last_steps(collection, n_draws=draws, seed=seed)
    logbook.close("gains.csv", "figures/gains.png", text=write_gains(steps, more, out))


if __name__ == "__main__":
    run(main)
