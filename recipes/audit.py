"""Audit images and folds: how much of an accuracy is recognising painters, scanners, files or copies instead of style.

python recipes/audit.py --images data/sample --design runs/design/design.csv --arch resnet18 --out runs/audit
"""

from styleclf.settings import run, save_settings


def main(
    images: str = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py; no model sees its validation set
    arch: str = "resnet18",  # any architecture of timm, for the frozen body behind the real model
    weights: str = "imagenet",  # imagenet, none, or a file of weights for the body
    features: str = "style",  # style: pooled and statistics of the stages; pooled; imagenet keeps the 1000-way layer
    size: int = 224,  # pixels a side
    fit: str = "squash",  # squash, crop or pad images to a square
    seeds: int = 5,  # draws of folds over which the leak is averaged
    sources: str | None = None,  # table filename,source, where the design has no column source
    near: int = 72,  # bits of 256 in which the perceptual hashes of near-copies differ at most
    merge_duplicates: bool = False,  # put near-copies into one group and write the design that keeps them together
    degraded: bool = True,  # judge degraded copies, too: they take four fifths of the features' time
    markers: bool = True,  # search for small parts of images that give their style away, too
    model: str | None = None,  # an exported learner to search as well; open only files you trust
    fold: str = "0",  # of the design, the one that this learner has not seen
    seed: int = 0,  # of a body without weights, and of the stupid models
    out: str = "runs/audit",  # folder for tables and figures, and for design.csv with near-copies merged
):
    """Audit images and folds for leaks, shortcuts, near-copies and traces of sources."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.audit import (
        audit_design,
        duplicates_sentence,
        learner_markers,
        marker_figure,
        marker_sentences,
        merged_design,
        near_duplicates,
        read_sources,
    )
    from styleclf.data import read_design
    from styleclf.output import spoken_seconds, write_table
    from styleclf.plots import audit_figures, save_figure
    from styleclf.training import load_style_learner

    start, out, table = time.monotonic(), Path(out), read_design(design)
    if sources:
        table = table.assign(source=read_sources(sources, table))
    duplicates = near_duplicates(table, images, near)
    if merge_duplicates:
        table = merged_design(table, duplicates)
        write_table(table, out / "design.csv")
    how = dict(n_seeds=seeds, degraded=degraded, markers=markers, seed=seed)
    tables, sentences = audit_design(table, images, arch, weights, features, size, fit, **how)
    if model:
        tables["learner_markers"] = learner_markers(load_style_learner(model), table, images, fold, seed)
        sentences += [f"{model}: {sentence}" for sentence in marker_sentences(tables["learner_markers"])]
    tables["duplicates"] = duplicates
    sentences.append(duplicates_sentence(duplicates, out / "design.csv" if merge_duplicates else None))

    for name, each in tables.items():
        write_table(each, out / f"{name}.csv")
    for name in {"markers", "learner_markers"} & set(tables):
        save_figure(marker_figure(tables[name], images, fit), out / f"figures/{name}.png")
    for name, figure in audit_figures(tables, images).items():
        save_figure(figure, out / f"figures/{name}.png")
    seconds = round(time.monotonic() - start, 1)
    save_settings(out, settings, design, seconds=seconds, sentences=sentences)
    print("\n" + "\n".join(f"- {sentence}" for sentence in sentences))
    print(f"\n{spoken_seconds(seconds)}: {out}, {out / 'figures'}")


if __name__ == "__main__":
    run(main)
