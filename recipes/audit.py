"""Audit images and folds: how much of an accuracy is recognising painters, scanners, files or copies instead of style.

python recipes/audit.py --images data/sample --design runs/design/design.csv --arch resnet18 --out runs/audit
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import OF_RUN, Count, PixelsOrNone, Range, Remembered, Seed, UsedWith
from styleclf.settings import Logbook, run

Bits = Annotated[int, Range(least=0, most=128)]  # half of a hash: so many differ by chance


def main(
    cv: str | None = None,  # folder of a run: its images, design and network are audited
    images: Remembered = "data/sample",  # folder of style folders
    design: Remembered = "runs/design/design.csv",  # made by recipes/design.py; no model sees its validation set
    arch: Remembered = "resnet18",  # any architecture of timm, for the frozen body of the probe
    weights: Remembered = "imagenet",  # imagenet, none, a file, a folder, hf-hub:… or a tag of timm
    features: Remembered = "style",  # style: statistics of the stages, too; pooled; imagenet keeps the 1000-way layer
    size: Annotated[PixelsOrNone, OF_RUN] = None,  # pixels a side; default: what suits the body
    fit: Remembered = "squash",  # squash, crop or pad images to a square
    seeds: Count = 5,  # draws of folds over which the leak is averaged
    sources: str | None = None,  # table filename,source, where the design has no column source
    near: Bits = 72,  # bits of 256 in which the perceptual hashes of near-copies differ at most
    merge_duplicates: bool = False,  # put near-copies into one group and write the design that keeps them together
    degraded: bool = True,  # judge degraded copies, too: they take four fifths of the features' time
    markers: bool = True,  # search for small parts of images that give their style away, too
    model: str | None = None,  # an exported learner to search as well; open only files you trust
    runs: Annotated[str | None, {"nargs": "+"}] = None,  # folders of cross-validations, to ask about sources as well
    fold: Annotated[Remembered, UsedWith("model")] = "0",  # of the design, the one that this learner has not seen
    seed: Seed = 0,  # of a body without weights, and of the simple models
    out: str = "runs/audit",  # folder for tables and figures, and for design.csv with near-copies merged
):
    """Audit images and folds for leaks, shortcuts, near-copies and traces of sources."""
    logbook = Logbook(out, locals(), design, alone="an audit")

    from styleclf.audit import AuditQuestions, audit_paintings, write_audit
    from styleclf.bundle import open_learner
    from styleclf.data import read_paintings
    from styleclf.inference import Backbone

    merged = logbook.out / "design.csv" if merge_duplicates else None
    about_sources = dict(sources=sources, runs=runs or ())
    questions = AuditQuestions(seeds, degraded, markers, near=near, merged=merged, seed=seed, **about_sources)
    paintings = read_paintings(design, images)
    backbone = Backbone(arch, weights, features, size=size, fit=fit)
    learn = open_learner(model) if model else None
    audit = audit_paintings(paintings, backbone, questions, learn=learn, fold=fold, name=model or "")
    sentences = write_audit(audit, out, fit=fit)
    text = "\n".join(f"- {sentence}" for sentence in sentences)
    logbook.close(".", "figures", text=text, sentences=sentences)


if __name__ == "__main__":
    run(main)
