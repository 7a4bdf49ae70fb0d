"""Catalogue a folder of paintings and deal its authors to folds and a hard validation set.

python recipes/design.py --images data/sample --out runs/design
"""

from styleclf.flags import names
from styleclf.settings import run, save_settings


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
    settings = dict(locals())

    from pathlib import Path

    from styleclf.data import (
        annotate,
        conflicting_copies,
        design_table,
        imbalance_comparison,
        make_design,
        rejection_summary,
    )
    from styleclf.output import write_table
    from styleclf.plots import plot_design, save_figure

    out = Path(out)
    annotation, rejected = annotate(images, csv, names(authorless))
    print(rejection_summary(rejected))
    write_table(rejected, out / "rejected.csv")
    copies = conflicting_copies(annotation)
    if len(copies):
        print(f"identical files under two authors or styles, kept in one fold:\n{copies.to_string(index=False)}")

    design = make_design(annotation, n_folds, val_share, seed=seed)
    table = design_table(design)
    print(f"\n{table.to_string()}\n")
    print("imbalance of the folds (mean over styles of the standard deviation of their image shares)")
    print(imbalance_comparison(design, seed).to_string(float_format="{:.4f}".format))

    write_table(annotation, out / "annotation.csv")
    write_table(design, out / "design.csv")
    write_table(table, out / "design_table.csv", index=True)
    save_figure(plot_design(table), out / "figures/design.png")
    save_settings(out, settings, out / "design.csv", n_images=len(design), n_rejected=len(rejected))
    print(f"\n{len(design)} images, {len(table)} styles: {out / 'design.csv'}, {out / 'figures/design.png'}")


if __name__ == "__main__":
    run(main)
