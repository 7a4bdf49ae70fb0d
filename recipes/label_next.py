"""See what to label next: pictures of a folder without labels, ranked by doubt, novelty and diversity, as a queue.

python recipes/label_next.py --cv runs/cross_validate --unlabelled my/new-pictures --n 100
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import OF_RUN, Count, PixelsOrNone, Remembered, Seed
from styleclf.settings import Logbook, run


def main(
    cv: str = "runs/cross_validate",  # folder of a cross-validation: its images, design and body are taken
    unlabelled: str = "my/new-pictures",  # folder of pictures without labels
    n: Count = 100,  # pictures to choose
    images: Remembered = "data/sample",  # folder of style folders
    design: Remembered = "runs/design/design.csv",  # made by recipes/design.py; its validation set stays closed
    arch: Remembered = "resnet18",  # any architecture of timm, for the frozen body
    weights: Remembered = "imagenet",  # imagenet, none, a file, a folder, hf-hub:… or a tag of timm
    features: Remembered = "style",  # style: statistics of the stages, too; pooled; imagenet keeps the 1000-way layer
    size: Annotated[PixelsOrNone, OF_RUN] = None,  # pixels a side; default: what suits the body
    fit: Remembered = "squash",  # squash, crop or pad images to a square
    seed: Seed = 0,  # of the trial, and of the random order
    out: str = "runs/label_next",  # folder for queue.csv, which recipes/app.py --queue reads, and random.csv
):
    """Rank pictures without labels, and try on your own labels whether choosing helps."""
    logbook = Logbook(out, locals(), design, alone="a queue")

    from styleclf.curation import read_to_label, try_queue, write_queue
    from styleclf.data import Paintings, read_design
    from styleclf.inference import Backbone

    backbone = Backbone(arch, weights, features, size=size, fit=fit)
    to_label = read_to_label(Paintings(read_design(design), images), unlabelled, backbone)
    trial = try_queue(to_label.collection, n, seed=seed)
    text = write_queue(to_label, n, trial, seed=seed, out=out)
    logbook.close("queue.csv", "random.csv", text=text)


if __name__ == "__main__":
    run(main)
