"""Catalogue a folder of paintings and deal its authors to folds and a hard validation set.

python recipes/design.py --images data/sample --out runs/design
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.flags import Count, CountFromTwo, Names, Seed, Share
from styleclf.settings import Logbook, run


def main(
    images: str = "data/sample",  # folder of style folders: <style>/<author>_<title>.jpg
    csv: str | None = None,  # table of file names with styles, authors or both, where the folders do not tell
    out: str = "runs/design",  # folder for annotation.csv, design.csv and the figure
    layout: str = "auto",  # levels of folders: style, style/author, part/style, author/style, or auto: what they show
    authorless: str = "",  # styles whose files have no author, whatever their names say, such as photo,cartoon
    merge: str | None = None,  # table of spellings to merge: merges.csv of an earlier run, looked through
    min_images: Count = 2,  # a style with fewer readable images is left out
    n_folds: CountFromTwo = 4,  # folds for cross-validation
    val_share: Share = 0.05,  # share of each style's images in the validation set
    seed: Seed = 0,  # of the draws that decide between equals
):
    """Catalogue images and deal their authors to folds."""
    logbook = Logbook(out, locals(), f"{out}/design.csv")

    from styleclf.data import (
        catalogue_text,
        design_table,
        design_text,
        make_catalogue,
        make_design,
        write_catalogue,
        write_design,
    )
    from styleclf.output import say
    from styleclf.plots import plot_design, save_figure

    without_authors = Names(authorless or "")
    catalogue = make_catalogue(images, csv, without_authors, layout=layout, merge=merge, min_images=min_images)
    say(catalogue_text(catalogue))
    write_catalogue(catalogue, out)

    design = make_design(catalogue.annotation, n_folds, val_share, authorless=without_authors, seed=seed)
    say(f"\n{design_text(design, seed)}")
    write_design(design, out)
    table = design_table(design)
    save_figure(plot_design(table), f"{out}/figures/design.png")

    facts = {"n_images": len(design), "n_rejected": len(catalogue.rejected)}
    logbook.close("design.csv", "figures/design.png", text=f"{len(design)} images, {len(table)} styles", **facts)


if __name__ == "__main__":
    run(main)
