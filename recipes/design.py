"""Catalogue a folder of paintings and deal its authors to folds and a hard validation set.

python recipes/design.py --images data/sample --out runs/design
"""

from styleclf.flags import Names
from styleclf.settings import Logbook, run


def main(
    images: str = "data/sample",  # folder of style folders: <style>/<author>_<title>.jpg
    csv: str | None = None,  # table with filename,label[,author], where the folders do not tell
    out: str = "runs/design",  # folder for annotation.csv, design.csv and the figure
    authorless: str = "photo,cartoon",  # styles whose files have no author
    n_folds: int = 4,  # folds for cross-validation
    val_share: float = 0.05,  # share of each style's images in the validation set
    seed: int = 0,  # of the draws that decide between equals
):
    """Catalogue images and deal their authors to folds."""
    logbook = Logbook(out, locals(), f"{out}/design.csv")

    from styleclf.data import (
        annotate,
        catalogue_text,
        design_table,
        design_text,
        make_design,
        write_catalogue,
        write_design,
    )
    from styleclf.plots import plot_design, save_figure

    annotation, rejected = annotate(images, csv, Names(authorless or ""))
    print(catalogue_text(annotation, rejected))
    write_catalogue(annotation, rejected, out)

    design = make_design(annotation, n_folds, val_share, seed=seed)
    print(f"\n{design_text(design, seed)}")
    write_design(design, out)
    table = design_table(design)
    save_figure(plot_design(table), f"{out}/figures/design.png")

    facts = {"n_images": len(design), "n_rejected": len(rejected)}
    logbook.close("design.csv", "figures/design.png", text=f"{len(design)} images, {len(table)} styles", **facts)


if __name__ == "__main__":
    run(main)
