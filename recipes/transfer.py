"""Ask whether accuracies hold for a collection never seen: leave each out in turn, beside painters never seen.

python recipes/transfer.py --images my/paintings --design runs/mine/design.csv --leave-out source --out runs/transfer
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import OF_RUN, PixelsOrNone, Remembered, Seed
from styleclf.settings import Logbook, run


def main(
    cv: str | None = None,  # folder of a run: its images, design and network are asked about
    images: Remembered = "data/sample",  # folder of style folders
    design: Remembered = "runs/design/design.csv",  # made by recipes/design.py, with folds by author
    leave_out: str = "source",  # column of the design, each of whose values is left out of training once
    sources: str | None = None,  # table filename,source, where the design has no column source
    arch: Remembered = "resnet18",  # any architecture of timm, for the frozen body
    weights: Remembered = "imagenet",  # imagenet, none, a file, a folder, hf-hub:… or a tag of timm
    features: Remembered = "style",  # style: statistics of the stages, too; pooled; imagenet keeps the 1000-way layer
    size: Annotated[PixelsOrNone, OF_RUN] = None,  # pixels a side; default: what suits the body
    fit: Remembered = "squash",  # squash, crop or pad images to a square
    seed: Seed = 0,  # of a body without weights, and of draws of as few training images
    out: str = "runs/transfer",  # folder for the table and its figure
):
    """Judge each collection by models that have learned nothing from it."""
    logbook = Logbook(out, locals(), design, alone="collections left out")

    from styleclf.audit import left_out_audit, with_sources, write_left_out
    from styleclf.data import read_paintings
    from styleclf.inference import Backbone

    paintings = read_paintings(design, images)
    if sources:
        paintings = with_sources(paintings, sources)
    backbone = Backbone(arch, weights, features, size=size, fit=fit)
    table = left_out_audit(paintings, leave_out, backbone, seed=seed)
    sentences = write_left_out(table, paintings, leave_out, out=out)
    text = "\n".join(f"- {sentence}" for sentence in sentences)
    logbook.close("left_out.csv", "figures/left_out.png", text=text, sentences=sentences)


if __name__ == "__main__":
    run(main)
