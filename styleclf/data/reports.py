"""What a person reads, and what stays in a folder, once images have been catalogued and dealt to folds."""

from pathlib import Path

import pandas as pd

from styleclf.data.catalog import conflicting_copies, rejection_summary
from styleclf.data.fold_balance import design_table, imbalance_comparison
from styleclf.output import write_table


def catalogue_text(annotation: pd.DataFrame, rejected: pd.DataFrame) -> str:
    """Lines for the screen: the rejected files by reason, and identical files under two authors or styles."""
    summary = rejection_summary(rejected)
    copies = conflicting_copies(annotation)
    if copies.empty:
        return summary
    table = copies.to_string(index=False)
    return f"{summary}\nidentical files under two authors or styles, kept in one fold:\n{table}"


def write_catalogue(annotation: pd.DataFrame, rejected: pd.DataFrame, out: str | Path) -> None:
    """Write `annotation.csv` and `rejected.csv` into the folder."""
    write_table(annotation, Path(out) / "annotation.csv")
    write_table(rejected, Path(out) / "rejected.csv")


def design_text(design: pd.DataFrame, seed: int = 0) -> str:
    """Lines for the screen: authors and images of each style in each fold, and how even that is beside other ways.

    `seed` is that of the other ways, as `imbalance_comparison` takes it.
    """
    table = design_table(design).to_string()
    title = "imbalance of the folds (mean over styles of the standard deviation of their image shares)"
    imbalances = imbalance_comparison(design, seed).to_string(float_format="{:.4f}".format)
    return f"{table}\n\n{title}\n{imbalances}"


def write_design(design: pd.DataFrame, out: str | Path) -> None:
    """Write `design.csv`, and `design_table.csv` with its authors and images by style and fold, into the folder."""
    write_table(design, Path(out) / "design.csv")
    write_table(design_table(design), Path(out) / "design_table.csv", index=True)
