"""What a person reads, and what stays in a folder, once images have been catalogued and dealt to folds."""

from pathlib import Path

import pandas as pd

from styleclf.common import say, write_table
from styleclf.data.annotation.author_advice import author_advice
from styleclf.data.annotation.catalog import Catalogue, conflicting_copies, rejection_summary
from styleclf.data.annotation.style_ids import style_ids, style_ids_table
from styleclf.data.fold_balance import design_table, imbalance_comparison
from styleclf.data.groups import FOLD_NAME, left_out_text
from styleclf.evaluation import file_lines, screen_text


def catalogue_text(catalogue: Catalogue) -> str:
    """Lines for the screen: what was understood, rejected files by reason, identical files under two names."""
    text = f"{catalogue.text}\n\n{rejection_summary(catalogue.rejections)}"
    advice = author_advice(catalogue.annotation)
    if advice:
        text = f"{text}\n\n{advice}"
    copies = conflicting_copies(catalogue.annotation)
    if copies.empty:
        return text
    return f"{text}\n\nidentical files under two authors or styles, kept in one fold:\n{_copies_text(copies)}"


def _copies_text(copies: pd.DataFrame) -> str:
    """A line per file with its style and author; an empty line stands between files that are not identical."""
    texts = []
    for _, family in copies.groupby("copy_of", sort=False):
        styles_and_authors = family[["label", "author"]].agg(", ".join, axis=1)
        descriptions = styles_and_authors.str.removesuffix(", ")  # of files without an author
        texts.append(file_lines(family["filename"], descriptions.tolist()))
    return "\n\n".join(texts)


def write_catalogue(catalogue: Catalogue, out: str | Path) -> None:
    """Say what was understood, and write `annotation.csv`, `rejected.csv`, `attribution.csv` and `merges.csv`.

    `attribution.csv` has the rules of attribution; `merges.csv` is left out where a user's merges were applied.
    """
    say(catalogue_text(catalogue))
    write_table(catalogue.annotation, Path(out) / "annotation.csv")
    write_table(catalogue.rejections, Path(out) / "rejected.csv")
    write_table(catalogue.attribution, Path(out) / "attribution.csv")
    if not catalogue.has_merges:
        write_table(catalogue.merges, Path(out) / "merges.csv")


def design_text(design: pd.DataFrame, seed: int = 0) -> str:
    """Lines for the screen: authors and images of each style in each fold, and how even that is beside other ways.

    `seed` is that of the other ways, as `imbalance_comparison` takes it.
    """
    table = screen_text(design_table(design))
    if FOLD_NAME in design:
        return f"{table}\n\n{left_out_text(design)}"
    ways = []
    for way, imbalance in imbalance_comparison(design, seed).items():
        ways.append(f"{way} {imbalance:.4f}")
    imbalances = ", ".join(ways)
    return f"{table}\n\nimbalance of the folds (0: none): {imbalances}"


def write_design(design: pd.DataFrame, out: str | Path) -> None:
    """Write `design.csv`, and `design_table.csv` with its authors and images by style and fold, into the folder.

    Where styles have ids, `styles.csv` says which.
    """
    folder = Path(out)
    ids = style_ids(design)
    write_table(design, folder / "design.csv")
    if ids:
        write_table(style_ids_table(ids), folder / "styles.csv")
    else:
        (folder / "styles.csv").unlink(missing_ok=True)  # of an earlier design
    write_table(design_table(design), folder / "design_table.csv", index=True)
